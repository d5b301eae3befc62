//! `GET /native/authenticate`: a browser comes where an app would have been called.

use axum::extract::{Request, State};
use axum::response::Response;

use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie::CurrentSession;

/// `GET /native/authenticate`
pub(crate) async fn get(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let CurrentSession(session) = CurrentSession::of(request.headers(), &app);
    let query = request.uri().query().unwrap_or_default();
    let outcome = app.platform().native_authenticate(session.as_ref(), query).await?;
    Ok(crate::web::authorize::page(&app, request.headers(), outcome))
}
