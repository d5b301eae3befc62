//! The `DPoP` header (RFC 9449 §4.1) on its way in, and `DPoP-Nonce` (§8) on its way out.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::App;

const PROOF: HeaderName = HeaderName::from_static("dpop");
const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The text of the `DPoP` header.
pub(crate) fn proof_of(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(PROOF).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Problem::DPOP),
        // RFC 9449 §4.3: "There is not more than one DPoP HTTP request header field."
        (Some(_), Some(_)) => Err(Problem::DPOP),
    }
}

/// The answer with a nonce for the next proof, if the caller makes proofs.
///
/// RFC 9449 §8.2: "The authorization server can supply the new nonce in the same way that the initial one was supplied:
/// by using a DPoP-Nonce HTTP header in the response."
pub(crate) fn with_nonce(app: &App, caller_proves: bool, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if caller_proves
        && let Ok(nonce) = app.platform().dpop_nonce()
        && let Ok(nonce) = HeaderValue::try_from(nonce)
    {
        // RFC 9449 §8: "there MUST NOT be more than one DPoP-Nonce header".
        response.headers_mut().insert(NONCE, nonce);
    }
    response
}

/// Does the caller make proofs, good or bad?
pub(crate) fn proves(headers: &HeaderMap) -> bool {
    headers.contains_key(PROOF)
}
