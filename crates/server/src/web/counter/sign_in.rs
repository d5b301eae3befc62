//! `/counter/sign-in`: an officer's passkey, and nothing else.

use askama::Template;
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

#[derive(Template)]
#[template(path = "counter/sign_in.html")]
struct SignIn<'a> {
    page: &'a Page,
    question: &'a service::PasskeyQuestion,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    state: String,
    answer: String,
}

/// `GET /counter/sign-in`
pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Problem> {
    let question = app.platform().ask_officer()?;
    Ok(page.show(&SignIn { page: &page, question: &question }))
}

/// `POST /counter/sign-in`
pub(super) async fn sign_in(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let session = app.platform().sign_in_officer(&sent.state, &sent.answer).await?;
    let mut response = Redirect::to("/counter").into_response();
    if let Some(cookie) = officer_cookie::keep(&app, &session)? {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
