//! `/me/cancel`: what will happen, then device and passcode, then nothing is left (PIPL 47).

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use serde::Deserialize;
use service::{Error, PasscodeTold, Session};

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "me/cancel.html")]
struct Cancel<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    issuer: &'a str,
    challenge: String,
}

#[derive(Template)]
#[template(path = "me/cancelled.html")]
struct Cancelled<'a> {
    page: &'a Page,
    /// Whose keys this browser is to forget.
    net_number: String,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    device_proof: String,
    passcode: Option<String>,
    /// By a wallet, in the passcode's place.
    stretched: Option<String>,
}

/// `GET /me/cancel`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    _: Person,
) -> Result<Response, Problem> {
    draw(&app, &page, None)
}

fn draw(app: &App, page: &Page, trouble: Option<Trouble>) -> Result<Response, Problem> {
    let challenge = app.platform().challenge()?;
    Ok(page.show(&Cancel { page, trouble, issuer: app.issuer().as_str(), challenge }))
}

/// `POST /me/cancel`
pub(super) async fn cancel(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    match leave(&app, &session, &sent).await.map_err(Problem::from) {
        Ok(net_number) => Ok(gone(&app, &page, net_number)),
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let mut response = draw(&app, &page, Some(Trouble::new(&page, &problem)))?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}

async fn leave(app: &App, session: &Session, sent: &Sent) -> Result<String, Error> {
    let passcode = PasscodeTold::one_of(sent.passcode.as_deref(), sent.stretched.as_deref())?;
    let overview = app.platform().overview(session).await?;
    app.platform().cancel(session, &sent.device_proof, passcode).await?;
    Ok(overview.net_number.as_str().to_owned())
}

fn gone(app: &App, page: &Page, net_number: String) -> Response {
    let mut response = page.show(&Cancelled { page, net_number });
    if let Some(cookie) = session_cookie::forget(app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
