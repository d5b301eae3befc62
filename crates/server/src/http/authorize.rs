//! `GET /authorize`: a relying party sends a person here; `POST` is sent on to `GET`.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::oauth::Delivery;
use protocol::oidc::discovery::AUTHORIZE_PATH;
use service::Authorize;

use super::form::FormText;
use super::problem::Problem;
use super::session_cookie::CurrentSession;
use crate::App;

/// `GET /authorize`
pub(crate) async fn get(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let CurrentSession(session) = CurrentSession::of(request.headers(), &app);
    let query = request.uri().query().unwrap_or_default();
    if let Some(asked) = app.platform().wallet_asks(query)? {
        return see_other(&format!("{}?asked={asked}", crate::web::WALLET_ASKS));
    }
    match app.platform().authorize(session.as_ref(), query).await? {
        Authorize::Back(Delivery::Redirect(to)) => see_other(to.as_str()),
        page => Ok(crate::web::authorize::page(&app, request.headers(), page)),
    }
}

/// `POST /authorize`
///
/// OIDC Core §3.1.2.1: "Authorization Servers MUST support the use of the HTTP GET and POST
/// methods". A browser keeps our session cookie (`SameSite=Lax`) to itself when another site posts;
/// it sends it with the `GET` that follows.
pub(crate) async fn post(FormText(form): FormText) -> Result<Response, Problem> {
    see_other(&format!("{AUTHORIZE_PATH}?{form}"))
}

/// RFC 9700 §4.12: "use the HTTP status code 303 (See Other)" whenever a form's answer redirects,
/// so that nothing that was posted to us is posted on.
pub(crate) fn see_other(to: &str) -> Result<Response, Problem> {
    let to = HeaderValue::try_from(to).map_err(|_| Problem::BODY_UNREADABLE)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
}
