//! `/delegate`: somebody opens an offer on their own screen, and accepts to act for the person who made it.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, http::Uri};
use rules::{FamiliarName, Scene};
use serde::Deserialize;
use service::Refusal;

use super::fields::{Fields, InQuery};
use super::page::Page;
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie::{CurrentSession, SignedIn};

/// What the ticket of this form is for.
const PURPOSE: &str = "delegate";

#[derive(Template)]
#[template(path = "delegations/accept.html")]
struct Accept<'a> {
    page: &'a Page,
    offer: &'a str,
    scenes: Vec<Scene>,
    until: String,
}

#[derive(Deserialize)]
struct Opened {
    offer: String,
}

#[derive(Deserialize)]
struct Accepted {
    ticket: String,
    offer: String,
    called: String,
}

pub(super) fn routes() -> Router<App> {
    Router::new().route("/delegate", get(show).post(accept))
}

/// `GET /delegate`
async fn show(
    State(app): State<App>,
    page: Page,
    uri: Uri,
    CurrentSession(session): CurrentSession,
    InQuery(Opened { offer }): InQuery<Opened>,
) -> Result<Response, Problem> {
    let Some(session) = session else {
        let here = uri.path_and_query().map_or("/delegate", |here| here.as_str());
        let to: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
        return Ok(Redirect::to(&format!("/sign-in?to={to}")).into_response());
    };
    let (scope, until) = app.platform().offered_delegation(&session, &offer).await?;
    let (scenes, until) = (scope.scenes, page.day(until));
    Ok(page.show(&Accept { page: &page, offer: &offer, scenes, until }))
}

/// `POST /delegate`
async fn accept(
    State(app): State<App>,
    page: Page,
    SignedIn(session): SignedIn,
    Fields(accepted): Fields<Accepted>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &accepted.ticket)?;
    let called: FamiliarName = accepted.called.parse().map_err(|_| Refusal::EntryMalformed)?;
    app.platform().accept_delegation(&session, &accepted.offer, &called).await?;
    Ok(Redirect::to("/me/delegations"))
}
