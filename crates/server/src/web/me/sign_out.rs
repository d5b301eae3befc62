//! `POST /me/sign-out`: the session ends; key and certificate stay.

use axum::extract::State;
use axum::response::Response;
use service::SignedOut;

use super::{PURPOSE, Ticketed};
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie::CurrentSession;
use crate::web::end_session::by_oneself;
use crate::web::fields::Fields;
use crate::web::page::Page;

/// `POST /me/sign-out`
pub(super) async fn sign_out(
    State(app): State<App>,
    page: Page,
    CurrentSession(session): CurrentSession,
    Fields(Ticketed { ticket }): Fields<Ticketed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let done = match session {
        Some(session) => app.platform().sign_out(&session).await?,
        None => SignedOut::default(),
    };
    by_oneself(&app, page, &done)
}
