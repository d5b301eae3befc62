//! Refusals at the userinfo endpoint: RFC 6750 §3 says them in a header, a problem document beside it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::oauth::bearer::{self, BearerError};
use service::{Error, Refusal};

use super::Problem;

/// A refusal at the userinfo endpoint: RFC 6750 §3 says it in a header, the problem document beside
/// it.
#[derive(Debug)]
pub(crate) struct BearerProblem {
    challenge: Option<String>,
    problem: Box<Problem>,
}

impl From<BearerError> for BearerProblem {
    fn from(error: BearerError) -> Self {
        let said = match error {
            BearerError::Missing => Problem::TOKEN_MISSING,
            BearerError::Refused(error) => Refusal::OAuth(error).into(),
        };
        // At a resource, not what the same words would be at the token endpoint.
        let status = StatusCode::from_u16(error.status()).unwrap_or(said.status);
        let problem = Problem { status, ..said };
        Self { challenge: Some(error.challenge()), problem: Box::new(problem) }
    }
}

impl From<Error> for BearerProblem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => bearer::invalid_token(refusal.code()).into(),
            Error::Faulted { .. } => Problem::from(error).into(),
        }
    }
}

impl From<Problem> for BearerProblem {
    fn from(problem: Problem) -> Self {
        Self { challenge: None, problem: Box::new(problem) }
    }
}

impl IntoResponse for BearerProblem {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        if let Some(challenge) =
            self.challenge.and_then(|challenge| HeaderValue::try_from(challenge).ok())
        {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
