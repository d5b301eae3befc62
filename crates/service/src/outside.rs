//! The parties the platform depends on and is not. Each is a trait; the sandbox has its own simulations.

use std::{error::Error as StdError, future::Future, pin::Pin};

use rules::{Document, DocumentNumber, PhoneNumber, PlainIdentity, RegisterNumber};
use serde::{Deserialize, Serialize};
use store::authentication::TidingAbout;

/// A future in a box, so that the traits below can be held as objects.
pub struct BoxFuture<'a, T>(Pin<Box<dyn Future<Output = T> + Send + 'a>>);

impl<'a, T> BoxFuture<'a, T> {
    /// Boxes a future.
    pub fn new(future: impl Future<Output = T> + Send + 'a) -> Self {
        Self(Box::pin(future))
    }
}

impl<T> Future for BoxFuture<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<T> {
        self.0.as_mut().poll(cx)
    }
}

/// An outside party did not answer, or not sensibly.
#[derive(Debug, thiserror::Error)]
#[error("no usable answer")]
pub struct OutsideError(#[source] pub Box<dyn StdError + Send + Sync>);

/// What a chip gave: its signed content, and its answer to our challenge. Read by the registry, not by us.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CardEvidence {
    /// The card's content, signed by its issuer.
    pub card: String,
    /// The chip's answer to the challenge.
    pub answer: String,
}

/// The state's register of persons.
pub trait PopulationRegistry: Send + Sync {
    /// Who the evidence proves, provided it answers `challenge` for this platform.
    fn prove<'a>(
        &'a self,
        evidence: &'a CardEvidence,
        challenge: &'a str,
    ) -> BoxFuture<'a, Result<RegisteredPerson, RegistryError>>;

    /// What is registered about a document that proved itself to us: whose it is, and that it is in force.
    fn look_up<'a>(
        &'a self,
        document: &'a Document,
    ) -> BoxFuture<'a, Result<Registration, RegistryError>>;

    /// Whether the registry has this document for somebody of exactly this name and date of birth; where it has not, it
    /// says no more than that.
    fn vouch<'a>(
        &'a self,
        identity: &'a PlainIdentity,
    ) -> BoxFuture<'a, Result<Registration, RegistryError>>;
}

/// A person the registry vouches for.
#[derive(Clone, Debug)]
pub struct RegisteredPerson {
    /// Who it is.
    pub identity: PlainIdentity,
    /// What the registry calls the person, whichever document is shown.
    pub register: RegisterNumber,
    /// Every document of each minor this person is guardian of.
    pub wards: Vec<DocumentNumber>,
}

/// Whose a document is, as the registry has it.
#[derive(Clone, Debug)]
pub struct Registration {
    /// What the registry calls the holder, whichever document is shown.
    pub register: RegisterNumber,
    /// Every document of each minor the holder is guardian of.
    pub wards: Vec<DocumentNumber>,
    /// Documents of the guardians of a holder who is a minor: only to tell them that an application waits. A registry
    /// that does not say so answers with none.
    pub guardians: Vec<DocumentNumber>,
}

/// Why the registry vouches for nobody.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// It does not know the document.
    #[error("unknown document")]
    Unknown,
    /// Forged, copied, or answering another challenge.
    #[error("not genuine")]
    NotGenuine,
    /// No longer valid.
    #[error("expired")]
    Expired,
    /// It has the document for somebody else.
    #[error("another name or date of birth")]
    Differs,
    /// Reported lost.
    #[error("reported lost")]
    ReportedLost,
    /// It did not answer.
    #[error("away")]
    Away(#[from] OutsideError),
}

/// Carries short messages to phones.
pub trait MessageSender: Send + Sync {
    /// Sends a message; `Ok` means it was taken for delivery.
    fn send<'a>(
        &'a self,
        to: &'a PhoneNumber,
        message: Message,
    ) -> BoxFuture<'a, Result<(), OutsideError>>;
}

/// What a message says; the words are the carrier's templates.
#[derive(Clone)]
pub enum Message {
    /// A code that proves the phone, good for so many minutes.
    PhoneCode {
        /// Six digits.
        code: String,
        /// For how long.
        minutes: u8,
    },
    /// The certificate was issued anew, on another device.
    CertificateReplaced {
        /// Where the person objects, if it was not them.
        link: String,
        /// For how long.
        hours: u64,
    },
    /// Another phone number took the place of the old one.
    PhoneChanged {
        /// Where the person objects, if it was not them.
        link: String,
        /// For how long.
        hours: u64,
    },
    /// Somebody proved the identity anew and gave another number, and it was cut off before anything was issued.
    ReissueCut {
        /// Where the person brings the old number back.
        link: String,
        /// For how long.
        hours: u64,
    },
    /// Something the person should know; the words name nobody.
    Told {
        /// What about.
        about: TidingAbout,
        /// Where it is all said, after a sign-in.
        link: String,
    },
}
