//! `POST /plain-identity`: a relying party fetches, once, what a person agreed to tell it.

use axum::extract::{FromRequest, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use protocol::oidc::plain_identity::MEDIA_TYPE;

use super::client_request::ClientRequest;
use super::dpop::{proves, with_nonce};
use super::problem::OAuthProblem;
use crate::App;

/// `POST /plain-identity`
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    let caller_proves = proves(request.headers());
    let answer = tell(&app, request).await;
    with_nonce(&app, caller_proves, answer)
}

async fn tell(app: &App, request: Request) -> Result<Response, OAuthProblem> {
    let request = ClientRequest::from_request(request, app).await?;
    let told = app.platform().tell_plain(request.carried(), &request.form).await?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], told).into_response())
}
