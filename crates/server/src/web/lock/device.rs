//! `/lock`: the device locks its own certificate, without a passcode and without a session; and every other way.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::PasskeyQuestion;

use super::PURPOSE;
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "lock/device.html")]
struct Device<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    issuer: &'a str,
    challenge: String,
    /// None where passkeys are not offered.
    question: Option<PasskeyQuestion>,
}

#[derive(Template)]
#[template(path = "lock/locked.html")]
struct Locked<'a> {
    page: &'a Page,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    device_proof: String,
}

/// `GET /lock`
pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Problem> {
    draw(&app, &page, None)
}

fn draw(app: &App, page: &Page, trouble: Option<Trouble>) -> Result<Response, Problem> {
    let challenge = app.platform().challenge()?;
    let question = app.platform().ask_to_lock_with_passkey().ok();
    Ok(page.show(&Device { page, trouble, issuer: app.issuer().as_str(), challenge, question }))
}

/// `POST /lock`
pub(super) async fn lock(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let outcome = app.platform().lock_by_device(&sent.device_proof).await;
    locked(&app, &page, outcome)
}

/// The page that says what became of it, whichever way it was tried.
pub(super) fn locked(
    app: &App,
    page: &Page,
    outcome: Result<(), service::Error>,
) -> Result<Response, Problem> {
    match outcome.map_err(Problem::from) {
        Ok(()) => Ok(page.show(&Locked { page })),
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let mut response = draw(app, page, Some(Trouble::new(page, &problem)))?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}
