//! `/me/unlock`: device and passcode together unlock, and sign in.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::{Error, PasscodeTold, Session};

use super::PURPOSE;
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::local_path::LocalPath;
use crate::web::page::Page;
use crate::web::sign_in::signed_in;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "me/unlock.html")]
struct Unlock<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    issuer: &'a str,
    challenge: String,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    device_proof: String,
    passcode: Option<String>,
    /// By a wallet, in the passcode's place.
    stretched: Option<String>,
}

/// `GET /me/unlock`
pub(super) async fn show(State(app): State<App>, page: Page) -> Result<Response, Problem> {
    draw(&app, &page, None)
}

fn draw(app: &App, page: &Page, trouble: Option<Trouble>) -> Result<Response, Problem> {
    let challenge = app.platform().challenge()?;
    Ok(page.show(&Unlock { page, trouble, issuer: app.issuer().as_str(), challenge }))
}

/// `POST /me/unlock`
pub(super) async fn unlock(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    match prove(&app, &sent).await.map_err(Problem::from) {
        Ok(session) => signed_in(&app, &session, &LocalPath::or_start("/me")),
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let mut response = draw(&app, &page, Some(Trouble::new(&page, &problem)))?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}

async fn prove(app: &App, sent: &Sent) -> Result<Session, Error> {
    let passcode = PasscodeTold::one_of(sent.passcode.as_deref(), sent.stretched.as_deref())?;
    app.platform().unlock(&sent.device_proof, passcode).await
}
