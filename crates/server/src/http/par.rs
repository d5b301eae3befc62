//! `POST /par`: a client pushes its request and gets a reference to it.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use protocol::oauth::par::PushedResponse;

use super::dpop::{proof_of, proves, with_nonce};
use super::form::FormText;
use super::problem::OAuthProblem;
use super::token::text_of;
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
    let authorization = text_of(request.headers())?.map(str::to_owned);
    let proof = proof_of(request.headers())?.map(str::to_owned);
    let FormText(form) = FormText::from_request(request, app).await?;
    Ok(app.platform().push(authorization.as_deref(), proof.as_deref(), &form).await?)
}
