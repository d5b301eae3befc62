//! Refusals at the token endpoint, in the form of RFC 6749 §5.2.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::oauth::{ErrorCode, OAuthError};
use serde::Serialize;
use service::{Error, Refusal};

use super::{Problem, oauth_status};

/// A refusal at the token endpoint.
#[derive(Debug)]
pub(crate) struct OAuthProblem {
    pub(super) status: StatusCode,
    pub(super) error: OAuthError,
    pub(super) reference: Option<String>,
}

impl OAuthProblem {
    /// Is it that somebody will not, or may not?
    pub(crate) fn denies(&self) -> bool {
        self.error.code == ErrorCode::AccessDenied
    }
}

impl From<OAuthError> for OAuthProblem {
    fn from(error: OAuthError) -> Self {
        Self { status: oauth_status(&error), error, reference: None }
    }
}

impl From<Error> for OAuthProblem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(Refusal::OAuth(error)) => error.into(),
            // RFC 6749 §5.2, invalid_grant: "The provided authorization grant (e.g., authorization
            // code, resource owner credentials) or refresh token is invalid, expired, revoked".
            Error::Refused(refusal) => ErrorCode::InvalidGrant
                .because(refusal.code(), "what the code was given for is no longer so")
                .into(),
            Error::Faulted { .. } => {
                let Problem { code, reference, .. } = Problem::fault(&error);
                let broke = ErrorCode::ServerError.because(code, "we broke; nothing you did");
                Self { reference, ..broke.into() }
            }
        }
    }
}

impl From<Problem> for OAuthProblem {
    fn from(problem: Problem) -> Self {
        let description = match problem.title {
            Cow::Borrowed(title) => title,
            Cow::Owned(_) => "the request cannot be read",
        };
        let error = ErrorCode::InvalidRequest.because(problem.code, description);
        Self { status: problem.status, error, reference: None }
    }
}

impl IntoResponse for OAuthProblem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            #[serde(flatten)]
            error: OAuthError,
            #[serde(skip_serializing_if = "Option::is_none")]
            reference: Option<String>,
        }
        let Self { status, error, reference } = self;
        let mut response = (status, Json(Body { error, reference })).into_response();
        if status == StatusCode::UNAUTHORIZED {
            // RFC 6749 §5.2: "the authorization server MUST respond with an HTTP 401 (Unauthorized)
            // status code and include the "WWW-Authenticate" response header field matching the
            // authentication scheme used by the client."
            let challenge = HeaderValue::from_static("Basic realm=\"token\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
