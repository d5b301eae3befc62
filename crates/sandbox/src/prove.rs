//! `POST /prove`: the platform asks whose card answered.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, HeaderMap};
use serde::Deserialize;

use crate::chip::CardEvidence;
use crate::page::Problem;
use crate::registration::RegisteredPerson;
use crate::registry::Registry;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProveRequest {
    evidence: CardEvidence,
    challenge: String,
    audience: String,
}

pub(crate) async fn prove(
    State(registry): State<Registry>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<RegisteredPerson>, Problem> {
    if !bearer(&headers).is_some_and(|token| registry.knows_token(token)) {
        return Err(NOT_LET_IN);
    }
    let request: ProveRequest = serde_json::from_slice(&body).map_err(|_| MALFORMED)?;
    Ok(Json(registry.prove(&request.evidence, &request.challenge, &request.audience)?))
}

/// The token of RFC 6750 §2.1.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

pub(crate) const NOT_LET_IN: Problem = Problem {
    status: StatusCode::UNAUTHORIZED,
    code: "token_wrong",
    title: "The bearer token is missing or wrong",
};

pub(crate) const MALFORMED: Problem = Problem {
    status: StatusCode::BAD_REQUEST,
    code: "malformed",
    title: "The body is not of the expected form",
};
