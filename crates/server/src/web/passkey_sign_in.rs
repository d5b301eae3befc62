//! `/sign-in/passkey`: a passkey answers, on any device that holds it, and the passcode where it is wanted.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::{Asked, Error, PasscodeTold, PasskeyQuestion, Session};

use super::fields::{Fields, InQuery};
use super::local_path::LocalPath;
use super::page::Page;
use super::sign_in::{Next, encoded, reaching, signed_in};
use super::trouble::Trouble;
use crate::App;
use crate::http::problem::Problem;

/// What the ticket of this form is for.
const PURPOSE: &str = "sign-in-passkey";

#[derive(Template)]
#[template(path = "authorize/passkey.html")]
struct PasskeySignIn<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    question: PasskeyQuestion,
    /// Whether the passcode must be told, too; otherwise it may.
    passcode: bool,
    to: &'a str,
    to_encoded: String,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    to: LocalPath,
    state: String,
    answer: String,
    passcode: String,
}

/// `GET /sign-in/passkey`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    InQuery(next): InQuery<Next>,
) -> Result<Response, Problem> {
    draw(&app, &page, next.to(), None).await
}

async fn draw(
    app: &App,
    page: &Page,
    to: &LocalPath,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let asked = match to.request() {
        Some(request) => Some(app.platform().asked(&request).await?),
        None => None,
    };
    let response = page.show(&PasskeySignIn {
        page,
        trouble,
        question: app.platform().ask_to_sign_in_with_passkey()?,
        passcode: asked.as_ref().is_some_and(|asked: &Asked| asked.mode.has_passcode()),
        to: to.as_str(),
        to_encoded: encoded(to.as_str()),
    });
    Ok(match asked {
        Some(asked) => reaching(response, asked.redirect_uri),
        None => response,
    })
}

/// `POST /sign-in/passkey`
pub(super) async fn sign_in(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    match prove(&app, &sent).await.map_err(Problem::from) {
        Ok(session) => signed_in(&app, &session, &sent.to),
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let trouble = Some(Trouble::new(&page, &problem));
            let mut response = draw(&app, &page, &sent.to, trouble).await?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}

async fn prove(app: &App, sent: &Sent) -> Result<Session, Error> {
    let told = Some(sent.passcode.as_str()).filter(|passcode| !passcode.is_empty());
    let passcode =
        told.map(str::parse::<PasscodeTold>).transpose().map_err(rules::Refusal::from)?;
    app.platform().sign_in_with_passkey(&sent.state, &sent.answer, passcode).await
}
