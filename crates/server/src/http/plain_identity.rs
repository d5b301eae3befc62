//! `POST /plain-identity`: a relying party fetches, once, what a person agreed to tell it.

use axum::extract::{FromRequest, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use protocol::oidc::plain_identity::MEDIA_TYPE;

use super::dpop::{proof_of, proves, with_nonce};
use super::form::FormText;
use super::problem::OAuthProblem;
use super::token::text_of;
use crate::App;

/// `POST /plain-identity`
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    let caller_proves = proves(request.headers());
    let answer = tell(&app, request).await;
    with_nonce(&app, caller_proves, answer)
}

async fn tell(app: &App, request: Request) -> Result<Response, OAuthProblem> {
    let authorization = text_of(request.headers())?.map(str::to_owned);
    let proof = proof_of(request.headers())?.map(str::to_owned);
    let FormText(form) = FormText::from_request(request, app).await?;
    let told = app.platform().tell_plain(authorization.as_deref(), proof.as_deref(), &form).await?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], told).into_response())
}
