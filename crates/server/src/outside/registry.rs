//! The population registry: shown what a chip answered, it says whose document it is.
//!
//! `POST /prove` with `{"evidence": {"card", "answer"}, "challenge", "audience"}`; it answers the
//! registered person, or a problem document with a code.

use jiff::civil::Date;
use protocol::oauth::Issuer;
use reqwest::StatusCode;
use rules::{Document, DocumentClass, DocumentNumber, PlainIdentity};
use serde::{Deserialize, Serialize};
use service::{BoxFuture, CardEvidence, PopulationRegistry, RegisteredPerson, RegistryError};

use super::{Answer, Party, PartyError};
use crate::config;

/// The registry behind an address.
pub(crate) struct Registry {
    party: Party,
    audience: Issuer,
}

impl Registry {
    pub(crate) fn new(outside: &config::Outside, audience: Issuer) -> Result<Self, PartyError> {
        Ok(Self { party: Party::new(outside)?, audience })
    }
}

impl PopulationRegistry for Registry {
    fn prove<'a>(
        &'a self,
        evidence: &'a CardEvidence,
        challenge: &'a str,
    ) -> BoxFuture<'a, Result<RegisteredPerson, RegistryError>> {
        BoxFuture::new(async move {
            let question = Question { evidence, challenge, audience: self.audience.as_str() };
            let answer = self.party.ask("prove", &question).await.map_err(away)?;
            if answer.status != StatusCode::OK {
                return Err(refusal(&answer));
            }
            answer.read::<Registered>().and_then(RegisteredPerson::try_from).map_err(away)
        })
    }
}

fn away(error: PartyError) -> RegistryError {
    RegistryError::Away(error.into())
}

fn refusal(answer: &Answer) -> RegistryError {
    match answer.read::<Refused>().map(|refused| refused.code).as_deref() {
        Ok("card_unknown") => RegistryError::Unknown,
        // A card that answered another challenge was copied or came too late.
        Ok("card_not_genuine" | "challenge_wrong") => RegistryError::NotGenuine,
        Ok("card_expired") => RegistryError::Expired,
        Ok("card_reported_lost") => RegistryError::ReportedLost,
        _ => away(PartyError::Status(answer.status)),
    }
}

#[derive(Serialize)]
struct Question<'a> {
    evidence: &'a CardEvidence,
    challenge: &'a str,
    audience: &'a str,
}

#[derive(Deserialize)]
struct Refused {
    code: String,
}

#[derive(Deserialize)]
struct Registered {
    name: String,
    document_class: String,
    number: String,
    born: Date,
    valid_until: Option<Date>,
    wards: Vec<Ward>,
}

#[derive(Deserialize)]
struct Ward {
    document_class: String,
    number: String,
}

impl TryFrom<Registered> for RegisteredPerson {
    type Error = PartyError;

    fn try_from(registered: Registered) -> Result<Self, PartyError> {
        let class: DocumentClass =
            registered.document_class.parse().map_err(|_| PartyError::Form)?;
        let document = Document::new(class, &registered.number, registered.valid_until)
            .map_err(|_| PartyError::Form)?;
        let name = registered.name.parse().map_err(|_| PartyError::Form)?;
        let identity =
            PlainIdentity::new(name, document, registered.born).map_err(|_| PartyError::Form)?;
        let wards = registered.wards.into_iter().map(|ward| {
            let class = ward.document_class.parse().map_err(|_| PartyError::Form)?;
            DocumentNumber::new(class, &ward.number).map_err(|_| PartyError::Form)
        });
        Ok(Self { identity, wards: wards.collect::<Result<_, _>>()? })
    }
}
