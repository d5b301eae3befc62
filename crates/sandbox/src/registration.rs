//! What the registry tells the platform: whose a document is, or why it does not say.

use axum::http::StatusCode;
use rules::Document;
use serde::Serialize;

use crate::page::Problem;

/// A registered person, as the registry tells the platform.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RegisteredPerson {
    pub(crate) name: String,
    pub(crate) document_class: &'static str,
    pub(crate) number: String,
    pub(crate) born: String,
    pub(crate) valid_until: Option<String>,
    pub(crate) register: String,
    pub(crate) wards: Vec<RegisteredDocument>,
}

/// Whose a document is, as the registry tells the platform.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Registration {
    pub(crate) register: String,
    pub(crate) wards: Vec<RegisteredDocument>,
    pub(crate) guardians: Vec<RegisteredDocument>,
}

/// A document, by class and number.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RegisteredDocument {
    pub(crate) document_class: &'static str,
    pub(crate) number: String,
}

/// Why the registry does not vouch for a card.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CardRefusal {
    /// No person has such a document.
    #[error("no such card was issued")]
    Unknown,
    /// The card was not signed by this registry, or the answer not by the card.
    #[error("the card is not genuine")]
    NotGenuine,
    /// It was issued to somebody else.
    #[error("the card is somebody else's")]
    Differs,
    /// Its last day has passed.
    #[error("the card has expired")]
    Expired,
    /// Its holder reported it lost.
    #[error("the card was reported lost")]
    ReportedLost,
    /// The answer is to another challenge, or meant for somebody else.
    #[error("the card answered another challenge")]
    ChallengeWrong,
}

impl RegisteredDocument {
    pub(crate) fn of(document: &Document) -> Self {
        let number = document.number();
        Self { document_class: number.class().as_str(), number: number.as_str().to_owned() }
    }
}

impl From<CardRefusal> for Problem {
    fn from(refusal: CardRefusal) -> Self {
        let (code, title) = match refusal {
            CardRefusal::Unknown => ("card_unknown", "No such card was issued"),
            CardRefusal::NotGenuine => ("card_not_genuine", "The card is not genuine"),
            CardRefusal::Differs => ("card_differs", "The card is somebody else's"),
            CardRefusal::Expired => ("card_expired", "The card has expired"),
            CardRefusal::ReportedLost => ("card_reported_lost", "The card was reported lost"),
            CardRefusal::ChallengeWrong => {
                ("challenge_wrong", "The card answered another challenge")
            }
        };
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, code, title }
    }
}
