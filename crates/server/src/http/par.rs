//! `POST /par`: a client pushes its request and gets a reference to it.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use protocol::oauth::par::PushedResponse;

use super::client_request::ClientRequest;
use super::dpop::{proves, with_nonce};
use super::problem::OAuthProblem;
use crate::App;

/// `POST /par`
///
/// RFC 9126 §2.2: "the server MUST generate a request URI and provide it in the response with a "201" HTTP status
/// code."
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    let caller_proves = proves(request.headers());
    let answer = push(&app, request).await.map(|pushed| (StatusCode::CREATED, Json(pushed)));
    with_nonce(&app, caller_proves, answer)
}

async fn push(app: &App, request: Request) -> Result<PushedResponse, OAuthProblem> {
    let request = ClientRequest::from_request(request, app).await?;
    Ok(app.platform().push(request.carried(), &request.form).await?)
}
