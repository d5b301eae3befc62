//! `/counter/join`: an invited officer registers a passkey of their own.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use rules::Mode;
use serde::Deserialize;
use service::PasskeyQuestion;

use super::PURPOSE;
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie::{CurrentSession, SignedIn};
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "counter/join.html")]
struct Join<'a> {
    page: &'a Page,
    office: &'a str,
    name: &'a str,
    invitation: &'a str,
    question: &'a PasskeyQuestion,
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
    CurrentSession(session): CurrentSession,
    InQuery(Invited { invitation }): InQuery<Invited>,
) -> Result<Response, Problem> {
    // An officer is an enrolled person: whoever is not signed in with the passcode does that first, and comes back.
    if !session.is_some_and(|session| session.mode().satisfies(Mode::CertificatePasscode)) {
        let here = format!("/counter/join?invitation={invitation}");
        let here: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
        return Ok(Redirect::to(&format!("/sign-in?to={here}")).into_response());
    }
    let (officer, question) = app.platform().invited_officer(&invitation).await?;
    Ok(page.show(&Join {
        page: &page,
        office: &officer.office,
        name: &officer.name,
        invitation: &invitation,
        question: &question,
    }))
}

/// `POST /counter/join`
pub(super) async fn join(
    State(app): State<App>,
    page: Page,
    SignedIn(session): SignedIn,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    // An officer has one; it needs no name to tell it from others.
    let name = "1".parse().map_err(|_| Problem::BODY_UNREADABLE)?;
    let Sent { invitation, state, answer, .. } = &sent;
    app.platform().join_as_officer(&session, invitation, state, answer, name).await?;
    Ok(Redirect::to("/counter/sign-in").into_response())
}
