//! `/counter/join`: an invited officer registers a passkey of their own.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::PURPOSE;
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "counter/join.html")]
struct Join<'a> {
    page: &'a Page,
    office: &'a str,
    name: &'a str,
    invitation: &'a str,
    options: &'a str,
    state: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Invited {
    invitation: String,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    invitation: String,
    state: String,
    answer: String,
}

/// `GET /counter/join`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    InQuery(Invited { invitation }): InQuery<Invited>,
) -> Result<Response, Problem> {
    let (officer, question) = app.platform().invited_officer(&invitation).await?;
    Ok(page.show(&Join {
        page: &page,
        office: &officer.office,
        name: &officer.name,
        invitation: &invitation,
        options: &question.options,
        state: &question.state,
    }))
}

/// `POST /counter/join`
pub(super) async fn join(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    // An officer has one; it needs no name to tell it from others.
    let name = "1".parse().map_err(|_| Problem::BODY_UNREADABLE)?;
    app.platform().join_as_officer(&sent.invitation, &sent.state, &sent.answer, name).await?;
    Ok(Redirect::to("/counter/sign-in").into_response())
}
