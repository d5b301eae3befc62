//! The portrait check.
//!
//! `POST /compare` with `{"document_class", "number", "sample"}`, the sample in base64url; it
//! answers `{"matches": true}` or `false`. The sample is never kept here.

use formats::base64url;
use reqwest::StatusCode;
use rules::Document;
use serde::{Deserialize, Serialize};
use service::{BoxFuture, FaceVerifier, OutsideError};

use super::{Party, PartyError};
use crate::config;

/// The verifier behind an address.
pub(crate) struct Portraits(Party);

impl Portraits {
    pub(crate) fn new(outside: &config::Outside) -> Result<Self, PartyError> {
        Party::new(outside).map(Self)
    }
}

impl FaceVerifier for Portraits {
    fn compare<'a>(
        &'a self,
        document: &'a Document,
        live: &'a [u8],
    ) -> BoxFuture<'a, Result<bool, OutsideError>> {
        BoxFuture::new(async move {
            let question = Question {
                document_class: document.class().as_str(),
                number: document.number().as_str(),
                sample: base64url::encode(live),
            };
            let answer = self.0.ask("compare", &question).await?;
            // What it cannot read as a portrait is the sender's doing, and nobody's portrait.
            if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                return Ok(false);
            }
            if answer.status != StatusCode::OK {
                return Err(PartyError::Status(answer.status).into());
            }
            Ok(answer.read::<Verdict>()?.matches)
        })
    }
}

#[derive(Serialize)]
struct Question<'a> {
    document_class: &'static str,
    number: &'a str,
    sample: String,
}

#[derive(Deserialize)]
struct Verdict {
    matches: bool,
}

/// Where no verifier is configured: nobody's portrait is compared, and everybody takes the other
/// way.
pub(crate) struct NoPortraits;

/// Nobody compares portraits here.
#[derive(Debug, thiserror::Error)]
#[error("no portrait check is configured")]
struct NotConfigured;

impl FaceVerifier for NoPortraits {
    fn compare<'a>(
        &'a self,
        _document: &'a Document,
        _live: &'a [u8],
    ) -> BoxFuture<'a, Result<bool, OutsideError>> {
        BoxFuture::new(std::future::ready(Err(OutsideError(NotConfigured.into()))))
    }
}
