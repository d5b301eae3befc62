//! `POST /counter/sign-out`: this browser forgets the officer.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::PURPOSE;
use crate::App;
use crate::http::officer_cookie;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;

#[derive(Deserialize)]
pub(super) struct Ticketed {
    ticket: String,
}

/// `POST /counter/sign-out`
pub(super) async fn sign_out(
    State(app): State<App>,
    page: Page,
    Fields(Ticketed { ticket }): Fields<Ticketed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let mut response = Redirect::to("/counter/sign-in").into_response();
    if let Some(cookie) = officer_cookie::forget(&app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
