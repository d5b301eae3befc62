//! The cookie of an officer at a counter: another than a person's, so that neither opens the other's pages.

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, request::Parts};
use axum::response::Redirect;
use service::OfficerSession;

use super::cookies::Cookie;
use super::problem::Problem;
use crate::App;

fn cookie(app: &App) -> Cookie {
    Cookie::named("__Host-yinzheng-officer", "yinzheng-officer", app.is_https())
}

/// The officer who is signed in; whoever is not does that first.
#[derive(Clone, Debug)]
pub(crate) struct AtWork(pub(crate) OfficerSession);

impl AtWork {
    fn of(headers: &HeaderMap, app: &App) -> Option<Self> {
        let sealed = cookie(app).read(headers)?;
        app.platform().open_officer_session(sealed).ok().map(Self)
    }
}

impl FromRequestParts<App> for AtWork {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Redirect> {
        Self::of(&parts.headers, app).ok_or_else(|| Redirect::to("/counter/sign-in"))
    }
}

/// Has the browser keep this officer's session.
pub(crate) fn keep(app: &App, session: &OfficerSession) -> Result<Option<HeaderValue>, Problem> {
    let sealed = app.platform().seal_officer_session(session)?;
    Ok(cookie(app).keep(&sealed, None))
}

/// Has the browser forget it.
pub(crate) fn forget(app: &App) -> Option<HeaderValue> {
    cookie(app).forget()
}
