//! The cookie of an enrolment in flight: only the browser that began it can go on with it.

use axum::extract::FromRequestParts;
use axum::http::{HeaderValue, request::Parts};
use axum::response::Redirect;
use rules::retention;
use service::EnrolmentToken;

use crate::App;
use crate::http::cookies::Cookie;

/// The enrolment this browser is in; without one, it goes to the beginning.
pub(super) struct InFlight(pub(super) EnrolmentToken);

impl FromRequestParts<App> for InFlight {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Redirect> {
        let token = cookie(app).read(&parts.headers).filter(|token| !token.is_empty());
        token.map(|token| Self(token.to_owned().into())).ok_or_else(|| Redirect::to("/enrol"))
    }
}

/// Has the browser keep the token as long as the enrolment may last.
pub(in crate::web) fn keep(app: &App, token: &EnrolmentToken) -> Option<HeaderValue> {
    cookie(app).keep(token.as_str(), Some(retention::ENROLMENT))
}

/// Has the browser keep the token as long as a guardian's answer may take.
pub(super) fn keep_waiting(app: &App, token: &EnrolmentToken) -> Option<HeaderValue> {
    cookie(app).keep(token.as_str(), Some(retention::GUARDIAN_ANSWER))
}

/// Has the browser forget the token: the enrolment is complete.
pub(in crate::web) fn forget(app: &App) -> Option<HeaderValue> {
    cookie(app).forget()
}

fn cookie(app: &App) -> Cookie {
    Cookie::named("__Host-yinzheng-enrolment", "yinzheng-enrolment", app.is_https())
}
