//! `GET /end-session`: a relying party has a person signed out; `POST` is sent on to `GET`.

use axum::extract::{Request, State};
use axum::response::Response;
use protocol::oidc::discovery::END_SESSION_PATH;

use super::authorize::see_other;
use super::form::FormText;
use super::problem::Problem;
use super::session_cookie::CurrentSession;
use crate::App;

/// `GET /end-session`
///
/// RP-Initiated Logout 1.0 §2 wants both methods.
pub(crate) async fn get(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let CurrentSession(session) = CurrentSession::of(request.headers(), &app);
    let query = request.uri().query().unwrap_or_default();
    let outcome = app.platform().end_session(session.as_ref(), query).await?;
    crate::web::end_session::page(&app, request.headers(), query, outcome)
}

/// `POST /end-session`: as with `/authorize`, the browser sends our cookie with the `GET` that follows.
pub(crate) async fn post(FormText(form): FormText) -> Result<Response, Problem> {
    see_other(&format!("{END_SESSION_PATH}?{form}"))
}
