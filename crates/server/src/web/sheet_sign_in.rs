//! `/sign-in/sheet`: what stands on a recovery sheet, and the passcode.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::{Error, PasscodeTold, Session};

use super::fields::{Fields, InQuery};
use super::local_path::LocalPath;
use super::page::Page;
use super::sign_in::{Next, PURPOSE, signed_in};
use super::trouble::Trouble;
use crate::App;
use crate::http::problem::Problem;

#[derive(Template)]
#[template(path = "sheet_sign_in.html")]
struct SheetSignIn<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    issuer: &'a str,
    challenge: &'a str,
    to: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    challenge: String,
    proof: String,
    passcode: String,
    to: LocalPath,
}

/// `GET /sign-in/sheet`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    InQuery(Next { to }): InQuery<Next>,
) -> Result<Response, Problem> {
    // The code on the paper leads here without more; then the person's own page is next.
    let to = if to == LocalPath::default() { LocalPath::or_start("/me") } else { to };
    draw(&app, &page, &to, None)
}

fn draw(
    app: &App,
    page: &Page,
    to: &LocalPath,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let challenge = app.platform().challenge()?;
    let (issuer, to) = (app.issuer().as_str(), to.as_str());
    Ok(page.show(&SheetSignIn { page, trouble, issuer, challenge: &challenge, to }))
}

/// `POST /sign-in/sheet`
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
            let mut response = draw(&app, &page, &sent.to, trouble)?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}

async fn prove(app: &App, sent: &Sent) -> Result<Session, Error> {
    let passcode = sent.passcode.parse::<PasscodeTold>().map_err(rules::Refusal::from)?;
    app.platform().sign_in_with_sheet(&sent.challenge, &sent.proof, passcode).await
}
