//! `/me/code`: the dynamic code on the phone that holds the certificate, and setting it up there once.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "me/code.html")]
struct Code<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    issuer: &'a str,
    challenge: String,
    /// Which of the certificates in this browser it is.
    certificate: String,
    /// The key, just given.
    key: Option<String>,
    /// Seconds since 1970, by the platform's clock.
    now: i64,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    device_proof: String,
}

/// `GET /me/code`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
) -> Result<Response, Problem> {
    draw(&app, &page, session.certificate().to_string(), None, None)
}

fn draw(
    app: &App,
    page: &Page,
    certificate: String,
    key: Option<String>,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let challenge = app.platform().challenge()?;
    let now = page.now.as_second();
    let issuer = app.issuer().as_str();
    Ok(page.show(&Code { page, trouble, issuer, challenge, certificate, key, now }))
}

/// `POST /me/code`
pub(super) async fn set_up(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let certificate = session.certificate().to_string();
    let given = app.platform().give_code_key(&session, &sent.device_proof).await;
    match given.map_err(Problem::from) {
        Ok(key) => draw(&app, &page, certificate, Some(key.text()), None),
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let trouble = Some(Trouble::new(&page, &problem));
            let mut response = draw(&app, &page, certificate, None, trouble)?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}
