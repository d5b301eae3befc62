//! `/device`: a person types the code that another device shows, and afterwards looks at that device again.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use protocol::oidc::discovery as paths;
use serde::Deserialize;

use super::authorize::continuation;
use super::fields::{Fields, InQuery};
use super::page::Page;
use super::trouble::Trouble;
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie::{CurrentSession, SignedIn};

/// What the ticket of this form is for.
const PURPOSE: &str = "device";

/// The longest code that is carried through a sign-in.
const CODE_MAX: usize = 32;

#[derive(Template)]
#[template(path = "device/enter.html")]
struct Enter<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "device/answered.html")]
struct Answered<'a> {
    page: &'a Page,
    said: Said,
}

#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
struct Typed {
    ticket: String,
    code: String,
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    said: Said,
}

/// What was answered.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Yes,
    #[default]
    No,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(paths::DEVICE_PATH, get(show).post(enter))
        .route(paths::ANSWERED_PATH, get(answered))
}

/// `GET /device`
async fn show(
    page: Page,
    CurrentSession(session): CurrentSession,
    InQuery(Shown { code }): InQuery<Shown>,
) -> Response {
    let known = code.len() <= CODE_MAX && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let code = if known { code.as_str() } else { "" };
    if session.is_none() {
        let here = format!("{}?code={code}", paths::DEVICE_PATH);
        let to: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
        return Redirect::to(&format!("/sign-in?to={to}")).into_response();
    }
    page.show(&Enter { page: &page, trouble: None, code })
}

/// `POST /device`
async fn enter(
    State(app): State<App>,
    page: Page,
    SignedIn(session): SignedIn,
    Fields(typed): Fields<Typed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &typed.ticket)?;
    let problem = match app.platform().open_by_code(&session, &typed.code).await {
        Ok(request) => return Ok(Redirect::to(&continuation(&request)).into_response()),
        Err(error) => Problem::from(error),
    };
    if problem.code != "knock_unknown" {
        return Err(problem);
    }
    let trouble = Some(Trouble::new(&page, &problem));
    let mut response = page.show(&Enter { page: &page, trouble, code: "" });
    *response.status_mut() = problem.status;
    Ok(response)
}

/// `GET /device/answered`
async fn answered(page: Page, InQuery(After { said }): InQuery<After>) -> Response {
    page.show(&Answered { page: &page, said })
}
