//! `/authorize` as a person sees it: sign in, approve or decline, back to the relying party.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use rules::Mode;
use serde::Deserialize;
use service::Authorize;

use super::back::back;
use super::fields::InQuery;
use super::page::Page;
use super::sign_in;
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie::CurrentSession;

pub(crate) mod approve;
mod guardian_needed;
mod plain;

pub(super) use plain::kind_key;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/authorize/continue", get(go_on))
        .route("/authorize/decision", post(approve::decide))
        .route("/authorize/ask-guardian", post(guardian_needed::ask))
        .route("/authorize/plain-identity", get(plain::show).post(plain::tell))
        .route("/authorize/plain-identity/decline", post(plain::decline))
}

/// Where a request goes on after the sign-in.
#[derive(Deserialize)]
pub(super) struct Waiting {
    request: String,
}

/// The address at which a sealed request goes on.
pub(super) fn continuation(request: &str) -> String {
    format!("/authorize/continue?request={request}")
}

/// The answer to a relying party's request.
pub(crate) fn page(app: &App, headers: &HeaderMap, outcome: Authorize) -> Response {
    answer(app, Page::of(app, headers, None), outcome).unwrap_or_else(IntoResponse::into_response)
}

fn answer(app: &App, page: Page, outcome: Authorize) -> Result<Response, Problem> {
    match outcome {
        Authorize::SignIn(asked) => sign_in::for_client(app, page, &asked, None),
        Authorize::Approve(asked) => approve::page(page, &asked, None),
        Authorize::GuardianNeeded(needed) => Ok(guardian_needed::page(page, &needed)),
        Authorize::PlainIdentity(asked) => plain::page(app, page, &asked, None),
        Authorize::Back(delivery) => Ok(back(&page, delivery)),
    }
}

/// `GET /authorize/continue`
///
/// A page of its own address, so that it can be loaded again and read in the other language.
async fn go_on(
    State(app): State<App>,
    page: Page,
    CurrentSession(session): CurrentSession,
    InQuery(Waiting { request }): InQuery<Waiting>,
) -> Result<Response, Problem> {
    let outcome = match session {
        Some(session) => app.platform().resume(&session, &request).await?,
        None => Authorize::SignIn(app.platform().asked(&request).await?.into()),
    };
    answer(&app, page, outcome)
}

/// The text that names a mode.
fn mode_key(mode: Mode) -> &'static str {
    match mode {
        Mode::Certificate => "mode-certificate",
        Mode::CertificatePasscode => "mode-certificate-passcode",
        Mode::CertificatePortrait => "mode-certificate-portrait",
        Mode::CertificatePasscodePortrait => "mode-certificate-passcode-portrait",
    }
}
