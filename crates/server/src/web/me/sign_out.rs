//! `POST /me/sign-out`: this browser forgets the session; key and certificate stay.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use super::{PURPOSE, Ticketed};
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie;
use crate::web::fields::Fields;
use crate::web::page::Page;

/// `POST /me/sign-out`
pub(super) async fn sign_out(
    State(app): State<App>,
    page: Page,
    Fields(Ticketed { ticket }): Fields<Ticketed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let mut response = Redirect::to("/").into_response();
    if let Some(cookie) = session_cookie::forget(&app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
