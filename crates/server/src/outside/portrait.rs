//! The portrait check by a party beside the state's register: it holds the document's portrait, we hold none.
//!
//! `POST /compare` with `{"document_class", "number", "sample"}`, the sample in base64url; it
//! answers `{"matches": true}` or `false`, with a `"score"` if it tells one. The sample is never kept here.

use formats::{Secret, base64url};
use reqwest::StatusCode;
use rules::DocumentNumber;
use serde::{Deserialize, Serialize};
use service::{
    BoxFuture, Comparable, Comparison, FaceError, FaceVerifier, Image, Reference, Verdict,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Party, PartyError};
use crate::config;

/// The verifier behind an address.
pub(crate) struct Portraits(Party);

impl Portraits {
    pub(crate) fn new(outside: &config::Outside) -> Result<Self, PartyError> {
        Party::new(outside).map(Self)
    }

    async fn ask(
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

impl FaceVerifier for Portraits {
    /// What a chip's portrait shows is compared here, with models, or by nobody: no face is sent to a party that does
    /// not hold it already.
    fn comparable(&self) -> Comparable {
        Comparable { documents: true, portraits: false }
    }

    fn compare<'a>(
        &'a self,
        reference: Reference<'a>,
        live: &'a Secret<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Comparison, FaceError>> {
        BoxFuture::new(async move {
            match reference {
                Reference::Document(document) => self.ask(document, live).await,
                Reference::Portrait(_) => Err(FaceError::NotComparable),
            }
        })
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

/// Where no verifier is configured: nobody's portrait is taken, and everybody takes the other way.
pub(crate) struct NoPortraits;

impl FaceVerifier for NoPortraits {
    fn comparable(&self) -> Comparable {
        Comparable::default()
    }

    fn compare<'a>(
        &'a self,
        _reference: Reference<'a>,
        _live: &'a Secret<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Comparison, FaceError>> {
        BoxFuture::new(std::future::ready(Err(FaceError::NotComparable)))
    }
}
