//! The portrait check by a party beside the state's register: it holds the document's portrait, we hold none.
//!
//! `POST /compare` with `{"document_class", "number", "sample"}`, the sample in base64url; it
//! answers `{"matches": true}` or `false`, with a `"score"` if it tells one. The sample is never kept here.

use formats::{Secret, base64url};
use reqwest::StatusCode;
use rules::DocumentNumber;
use serde::{Deserialize, Serialize};
use service::{Comparison, FaceError, Image, Verdict};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Party, PartyError};
use crate::config;

/// The party behind an address.
pub(crate) struct Portraits(Party);

impl Portraits {
    pub(crate) fn new(outside: &config::Outside) -> Result<Self, PartyError> {
        Party::new(outside).map(Self)
    }

    /// The certificate we show it.
    pub(crate) fn own(&self) -> Option<std::sync::Arc<crate::tls::OwnCertificate>> {
        self.0.own()
    }

    /// Asks about the bearer of a document.
    pub(super) async fn compare(
        &self,
        document: &DocumentNumber,
        live: &Secret<Vec<u8>>,
    ) -> Result<Comparison, FaceError> {
        let question = Question {
            document_class: document.class().as_str(),
            number: document.as_str(),
            sample: base64url::encode(live.expose()),
        };
        let answer = self.0.ask("compare", &question).await.map_err(away)?;
        match answer.status {
            StatusCode::OK => {}
            // What it cannot read as a portrait is the sender's doing, and nobody's portrait.
            StatusCode::UNPROCESSABLE_ENTITY => return Err(FaceError::Unreadable(Image::Live)),
            other => return Err(away(PartyError::Status(other))),
        }
        let Answered { matches, score } = answer.read().map_err(away)?;
        let verdict = if matches { Verdict::Matches } else { Verdict::Differs };
        Ok(Comparison { score, verdict })
    }
}

fn away(error: PartyError) -> FaceError {
    FaceError::Away(error.into())
}

/// The sample leaves memory with the question.
#[derive(Serialize, Zeroize, ZeroizeOnDrop)]
struct Question<'a> {
    #[zeroize(skip)]
    document_class: &'static str,
    #[zeroize(skip)]
    number: &'a str,
    sample: String,
}

#[derive(Deserialize)]
struct Answered {
    matches: bool,
    score: Option<f32>,
}
