//! `POST /credential`: a wallet proves its keys and is handed a credential for each; `POST /credential-nonce`: what the proofs are
//! made over (`OpenID4VCI` §7, §8).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use protocol::issuance::request::{CredentialResponse, NonceResponse};
use protocol::oauth::{Carried, bearer};

use super::dpop::{proof_of, with_nonce};
use super::problem::{BearerProblem, OAuthProblem, Problem};
use super::token::text_of;
use crate::App;

/// `POST /credential-nonce`
///
/// `OpenID4VCI` §7.2: the answer brings a `DPoP` nonce along, for the request that follows.
pub(crate) async fn nonce(State(app): State<App>) -> Result<Response, Problem> {
    let made: NonceResponse = app.platform().credential_nonce()?;
    Ok(with_nonce(&app, true, Json(made)))
}

/// Why nothing is handed out: what was shown, or what was asked.
enum Refused {
    Bearer(BearerProblem),
    Asked(OAuthProblem),
}

/// `POST /credential`
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    let answer = issue(&app, request).await.map(Json);
    with_nonce(&app, true, answer)
}

async fn issue(app: &App, request: Request) -> Result<CredentialResponse, Refused> {
    let headers = request.headers().clone();
    let authorization = text_of(&headers)?;
    let presented = bearer::token(authorization).map_err(|e| Refused::Bearer(e.into()))?;
    let carried = Carried { authorization, dpop: proof_of(&headers)?, certificate: None };
    // OpenID4VCI §8.2: "If the Credential Request is not encrypted, the media type of the request MUST be set to
    // application/json."
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim());
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        return Err(Problem::BODY_KIND.into());
    }
    let body = Bytes::from_request(request, app).await.map_err(|_| Problem::BODY_TOO_LARGE)?;
    let body = std::str::from_utf8(&body).map_err(|_| Problem::BODY_UNREADABLE)?;
    let issued = app.platform().issue_credentials(presented, carried, body).await;
    issued
        .map_err(|error| Refused::Asked(error.into()))?
        .map_err(|error| Refused::Bearer(error.into()))
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Asked(problem.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Bearer(problem) => problem.into_response(),
            Self::Asked(problem) => problem.into_response(),
        }
    }
}
