//! Questions that the platform asks wallets for relying parties (`OpenID4VP`): `POST /presentations` starts one,
//! `/presentations/{question}` is where a wallet fetches it, `/presentations/{question}/answer` where it answers, and
//! `POST /verifier-attestation` where one is attested that asks itself, and
//! `POST /presentation-result` where the relying party learns what came of it.

use axum::Json;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::presentation::attesting::AttestationResponse;
use protocol::presentation::through::{self, Accepted, ResultResponse};

use super::client_request::ClientRequest;
use super::form::FormText;
use super::problem::OAuthProblem;
use crate::App;

/// `OpenID4VP` §5.10.1: "The Request URI response MUST be an HTTP response with the content type
/// `application/oauth-authz-req+jwt`".
const REQUEST_OBJECT: &str = "application/oauth-authz-req+jwt";

/// `POST /presentations`
pub(crate) async fn start(
    State(app): State<App>,
    request: Request,
) -> Result<Response, OAuthProblem> {
    let request = ClientRequest::from_request(request, &app).await?;
    let started = app.platform().ask_presentation(request.carried(), &request.form).await?;
    Ok((StatusCode::CREATED, Json(started)).into_response())
}

/// `POST /verifier-attestation`
pub(crate) async fn attest(
    State(app): State<App>,
    request: Request,
) -> Result<Json<AttestationResponse>, OAuthProblem> {
    let request = ClientRequest::from_request(request, &app).await?;
    Ok(Json(app.platform().attest_verifier(request.carried(), &request.form).await?))
}

/// `GET /presentations/{question}`
pub(crate) async fn get(
    State(app): State<App>,
    Path(question): Path<String>,
) -> Result<Response, OAuthProblem> {
    asked(&app, &question, None).await
}

/// `POST /presentations/{question}`: the same with a nonce of the wallet's own.
pub(crate) async fn post(
    State(app): State<App>,
    Path(question): Path<String>,
    FormText(form): FormText,
) -> Result<Response, OAuthProblem> {
    let nonce = through::wallet_nonce(&form)?;
    asked(&app, &question, nonce.as_deref()).await
}

async fn asked(
    app: &App,
    question: &str,
    wallet_nonce: Option<&str>,
) -> Result<Response, OAuthProblem> {
    let signed = app.platform().question(question, wallet_nonce).await?;
    Ok(([(header::CONTENT_TYPE, REQUEST_OBJECT)], signed).into_response())
}

/// `POST /presentations/{question}/answer`
pub(crate) async fn answer(
    State(app): State<App>,
    Path(question): Path<String>,
    FormText(form): FormText,
) -> Result<Json<Accepted>, OAuthProblem> {
    Ok(Json(app.platform().hear_presentation(&question, &form).await?))
}

/// `POST /presentation-result`
pub(crate) async fn result(
    State(app): State<App>,
    request: Request,
) -> Result<Json<ResultResponse>, OAuthProblem> {
    let request = ClientRequest::from_request(request, &app).await?;
    Ok(Json(app.platform().presentation_result(request.carried(), &request.form).await?))
}
