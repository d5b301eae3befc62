//! Refusals of the native interface: its own code and description, beside what every OAuth endpoint says.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::native::ResultCode;
use protocol::oauth::OAuthError;
use serde::Serialize;
use service::Error;

use super::{OAuthProblem, Problem};

/// A refusal at the native interface.
#[derive(Debug)]
pub(crate) struct NativeProblem(OAuthProblem);

impl From<Error> for NativeProblem {
    fn from(error: Error) -> Self {
        Self(error.into())
    }
}

impl From<Problem> for NativeProblem {
    fn from(problem: Problem) -> Self {
        Self(problem.into())
    }
}

impl IntoResponse for NativeProblem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            result_code: ResultCode,
            result_desc: &'static str,
            #[serde(flatten)]
            error: OAuthError,
            #[serde(skip_serializing_if = "Option::is_none")]
            reference: Option<String>,
        }
        let OAuthProblem { status, error, reference } = self.0;
        let body = Body {
            result_code: ResultCode::of(error.code),
            result_desc: error.description,
            error,
            reference,
        };
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge =
                HeaderValue::from_static(protocol::oauth::client_authentication::CHALLENGE);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
