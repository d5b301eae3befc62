//! The population registry: shown what a chip answered, it says whose document it is.
//!
//! `POST /look-up` with `{"document_class", "number"}`; it answers `{"register", "wards", "guardians"}` about a document
//! that proved itself to us (`guardians` may be left out), or a problem document. `POST /prove` with `{"evidence": {"card", "answer"}, "challenge", "audience"}`; it answers the
//! registered person, or a problem document with a code. `POST /vouch` with `{"document_class", "number", "name", "born"}`; it
//! answers as to `/look-up` if it has all four like that, or a problem document. `wards` names every document of each minor. `/prove`
//! is for cards that only the registry reads; what it says of a document with a chip of ICAO 9303 is not taken.

use jiff::civil::Date;
use protocol::oauth::Issuer;
use reqwest::StatusCode;
use rules::{Document, DocumentClass, DocumentNumber, PlainIdentity, RegisterNumber};
use serde::{Deserialize, Serialize};
use service::{
    BoxFuture, CardEvidence, PopulationRegistry, RegisteredPerson, Registration, RegistryError,
};

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

    /// The certificate we show it.
    pub(crate) fn own(&self) -> Option<std::sync::Arc<crate::tls::OwnCertificate>> {
        self.party.own()
    }

    /// The same by another clock and with other patience.
    #[cfg(test)]
    pub(super) fn in_world(
        outside: &config::Outside,
        audience: Issuer,
        patience: super::Patience,
        world: std::sync::Arc<dyn service::World>,
    ) -> Result<Self, PartyError> {
        Ok(Self { party: Party::in_world(outside, patience, world)?, audience })
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

    fn look_up<'a>(
        &'a self,
        document: &'a Document,
    ) -> BoxFuture<'a, Result<Registration, RegistryError>> {
        BoxFuture::new(async move {
            let number = document.number();
            let question = Paper {
                document_class: number.class().as_str().to_owned(),
                number: number.as_str().to_owned(),
            };
            let answer = self.party.ask_again("look-up", &question).await.map_err(away)?;
            if answer.status != StatusCode::OK {
                return Err(refusal(&answer));
            }
            answer.read::<Looked>().and_then(Registration::try_from).map_err(away)
        })
    }

    fn vouch<'a>(
        &'a self,
        identity: &'a PlainIdentity,
    ) -> BoxFuture<'a, Result<Registration, RegistryError>> {
        BoxFuture::new(async move {
            let number = identity.document().number();
            let question = Said {
                document_class: number.class().as_str(),
                number: number.as_str(),
                name: identity.name().as_str(),
                born: identity.born(),
            };
            let answer = self.party.ask_again("vouch", &question).await.map_err(away)?;
            if answer.status != StatusCode::OK {
                return Err(refusal(&answer));
            }
            answer.read::<Looked>().and_then(Registration::try_from).map_err(away)
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
        Ok("card_differs") => RegistryError::Differs,
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

/// What somebody says of themselves, to be vouched for.
#[derive(Serialize)]
struct Said<'a> {
    document_class: &'static str,
    number: &'a str,
    name: &'a str,
    born: Date,
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
    register: String,
    wards: Vec<Paper>,
}

#[derive(Deserialize)]
struct Looked {
    register: String,
    wards: Vec<Paper>,
    #[serde(default)]
    guardians: Vec<Paper>,
}

/// A document as it travels.
#[derive(Deserialize, Serialize)]
struct Paper {
    document_class: String,
    number: String,
}

impl TryFrom<Looked> for Registration {
    type Error = PartyError;

    fn try_from(looked: Looked) -> Result<Self, PartyError> {
        Ok(Self {
            register: register(&looked.register)?,
            wards: numbers(looked.wards)?,
            guardians: numbers(looked.guardians)?,
        })
    }
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
        Ok(Self {
            identity,
            register: register(&registered.register)?,
            wards: numbers(registered.wards)?,
        })
    }
}

fn register(text: &str) -> Result<RegisterNumber, PartyError> {
    text.parse().map_err(|_| PartyError::Form)
}

fn numbers(papers: Vec<Paper>) -> Result<Vec<DocumentNumber>, PartyError> {
    let number = |paper: Paper| {
        let class = paper.document_class.parse().map_err(|_| PartyError::Form)?;
        DocumentNumber::new(class, &paper.number).map_err(|_| PartyError::Form)
    };
    papers.into_iter().map(number).collect()
}
