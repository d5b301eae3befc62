//! The cookie of a signed-in person: the session itself, sealed; nothing is looked up to open it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, request::Parts};
use service::{Refusal, Session};

use super::cookies::Cookie;
use super::problem::Problem;
use crate::App;

/// The session cookie.
pub(crate) fn cookie(https: bool) -> Cookie {
    Cookie::named("__Host-yinzheng", "yinzheng", https)
}

/// Who is signed in here, if anyone. A cookie that does not open is no cookie.
#[derive(Clone, Debug)]
pub(crate) struct CurrentSession(pub(crate) Option<Session>);

impl CurrentSession {
    /// The session in these headers.
    pub(crate) fn of(headers: &HeaderMap, app: &App) -> Self {
        Self(
            cookie(app.is_https())
                .read(headers)
                .and_then(|sealed| app.platform().open_session(sealed).ok()),
        )
    }
}

impl FromRequestParts<App> for CurrentSession {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, app))
    }
}

/// The person who is signed in; nobody gets past it otherwise.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn(pub(crate) Session);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        CurrentSession::of(&parts.headers, app)
            .0
            .map(Self)
            .ok_or_else(|| Refusal::NotSignedIn.into())
    }
}

/// Has the browser keep this session until the browser is closed; the session itself ends earlier.
pub(crate) fn keep(app: &App, session: &Session) -> Result<Option<HeaderValue>, Problem> {
    let sealed = app.platform().seal_session(session)?;
    Ok(cookie(app.is_https()).keep(&sealed, None))
}

/// Has the browser forget its session.
pub(crate) fn forget(app: &App) -> Option<HeaderValue> {
    cookie(app.is_https()).forget()
}
