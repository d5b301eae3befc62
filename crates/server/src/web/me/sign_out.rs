//! `POST /me/sign-out`: this browser forgets the session; key and certificate stay.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use super::{PURPOSE, Ticketed};
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie;
use crate::web::enrol::in_flight;
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
    // A document that was being added goes on for nobody else at this browser.
    for cookie in [session_cookie::forget(&app), in_flight::forget(&app)].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
