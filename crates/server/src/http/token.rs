//! `POST /token`: a client redeems a code, refreshes, or asks for itself.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use protocol::oauth::TokenAnswer;

use super::client_request::ClientRequest;
use super::dpop::{proves, with_nonce};
use super::problem::{OAuthProblem, Problem};
use crate::App;

/// `POST /token`
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    let caller_proves = proves(request.headers());
    let answer = tokens(&app, request).await.map(Json);
    with_nonce(&app, caller_proves, answer)
}

async fn tokens(app: &App, request: Request) -> Result<TokenAnswer, OAuthProblem> {
    let request = ClientRequest::from_request(request, app).await?;
    Ok(app.platform().token(request.carried(), &request.form).await?)
}

/// The text of the `Authorization` header.
pub(crate) fn text_of(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Problem::AUTHORIZATION),
        // RFC 9110 §5.3: "a sender MUST NOT generate multiple field lines with the same name in a
        // message".
        (Some(_), Some(_)) => Err(Problem::AUTHORIZATION),
    }
}
