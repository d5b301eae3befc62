//! `/me/children`: a guardian's own pages; `/me/guardians`: a minor's; `/children`: how it works, for anybody.

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Redirect;
use axum::routing::{get, post};
use rules::{Mode, OrganisationCode};
use service::Session;

use super::page::Page;
use crate::App;
use crate::http::session_cookie::CurrentSession;
use crate::locale::Locale;

mod answer;
mod apply;
mod card;
mod guardians;
mod how;
mod overview;
mod request;
mod resign;

/// What the tickets of these forms are for.
const PURPOSE: &str = "children";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/children", get(how::show))
        .route("/me/children", get(overview::show))
        .route("/me/children/card", post(card::read))
        .route("/me/children/answer", post(answer::say))
        .route("/me/children/lift", post(answer::lift))
        .route("/me/children/resign", post(resign::resign))
        .route("/me/children/lock", post(resign::lock))
        .route("/me/children/apply", get(apply::show).post(apply::agree))
        .route("/me/children/apply/sensitive", get(apply::sensitive).post(apply::begin))
        .route("/me/guardians", get(guardians::show))
        .route("/guardian/request/{link}", get(request::show).post(request::decide))
        .route("/guardian/request/{link}/card", post(request::read))
}

/// Somebody who signed in with the passcode; whoever has not does that first, and comes back.
struct Guardian(Session);

impl FromRequestParts<App> for Guardian {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Redirect> {
        let session = CurrentSession::of(&parts.headers, app).0;
        let here = if parts.method.is_safe() { parts.uri.path() } else { "/me/children" };
        session
            .filter(|session| session.mode().satisfies(Mode::CertificatePasscode))
            .map(Self)
            .ok_or_else(|| Redirect::to(&format!("/sign-in?to={here}")))
    }
}

/// Somebody who signed in, in any way.
struct Person(Session);

impl FromRequestParts<App> for Person {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Redirect> {
        let session = CurrentSession::of(&parts.headers, app).0;
        session.map(Self).ok_or_else(|| Redirect::to("/sign-in?to=/me/guardians"))
    }
}

/// An organisation's name in the page's language; its code where nobody knows the name.
fn named(
    page: &Page,
    names: &std::collections::BTreeMap<OrganisationCode, (String, String)>,
    organisation: &OrganisationCode,
) -> String {
    match (names.get(organisation), page.locale()) {
        (Some((zh, _)), Locale::ZhCn) => zh.clone(),
        (Some((_, en)), Locale::En) => en.clone(),
        (None, _) => organisation.as_str().to_owned(),
    }
}
