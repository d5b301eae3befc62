//! What an authenticator is asked: sealed with the browser, for one kind of owner and one purpose.

use formats::{base64url, mac::sha256, webauthn::RelyingParty};
use jiff::SignedDuration;
use rules::retention;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::authentication::{PasskeyOwner, Spent};
use url::{Host, Url};

use super::{PasskeyHolders, PasskeyQuestion};
use crate::{Error, Platform, Refusal, enrol::instant, references::Kind};

/// A question, as it is sealed.
#[derive(Deserialize, Serialize)]
pub(super) struct Question {
    #[serde(with = "formats::base64url::text")]
    pub(super) random: [u8; 32],
    /// What the new passkey will call its owner; only when one is made.
    #[serde(with = "formats::base64url::text")]
    pub(super) user_handle: Vec<u8>,
    expires_at: i64,
}

impl Platform {
    pub(super) fn new_question(&self, user_handle: Vec<u8>) -> Result<Question, Error> {
        let lifetime = SignedDuration::try_from(retention::CHALLENGE)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let expires_at = (self.now() + lifetime).as_second();
        Ok(Question { random: self.world().draw(), user_handle, expires_at })
    }

    pub(super) fn seal_question(
        &self,
        kind: Kind,
        bound_to: &[u8],
        question: &Question,
        options: &Value,
    ) -> Result<PasskeyQuestion, Error> {
        let state = self.seal(kind, bound_to, question)?;
        Ok(PasskeyQuestion { options: options.to_string(), state })
    }

    pub(super) fn open_question(
        &self,
        kind: Kind,
        bound_to: &[u8],
        state: &str,
    ) -> Result<Question, Error> {
        let question: Question =
            self.open(kind, bound_to, state).map_err(|_| Refusal::ChallengeSpent)?;
        if self.now() >= instant(question.expires_at)? {
            return Err(Refusal::ChallengeSpent.into());
        }
        Ok(question)
    }
}

/// What an authenticator signs for a purpose. It names the purpose too: a signature over one application is none over
/// another. Whoever keeps the chance and the purpose can show years later what was signed.
pub(crate) fn challenge_for(random: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    sha256(&[random.as_slice(), purpose].concat())
}

/// Where the platform lives, as browsers see it.
pub(crate) struct Place {
    pub(super) id: String,
    origin: String,
}

impl Place {
    /// WebAuthn §5.1.3 step 7: "If effectiveDomain is not a valid domain, then throw a "`SecurityError`"": passkeys belong to names, not to numbered addresses.
    pub(crate) fn of(platform: &Platform) -> Result<Self, Error> {
        let issuer = Url::parse(platform.issuer().as_str())
            .map_err(|cause| Error::fault("reading the issuer", cause))?;
        let Some(Host::Domain(id)) = issuer.host() else {
            return Err(Refusal::PasskeysNotOffered.into());
        };
        Ok(Self { id: id.to_owned(), origin: issuer.origin().ascii_serialization() })
    }

    pub(crate) fn party(&self) -> RelyingParty<'_> {
        RelyingParty { id: &self.id, origin: &self.origin }
    }
}

pub(super) fn owned_by(owner: &PasskeyOwner) -> Vec<u8> {
    [owner.kind().as_bytes(), b"\0", owner.id()].concat()
}

pub(super) fn asked_of(holders: PasskeyHolders, purpose: &[u8]) -> Vec<u8> {
    [holders.word(), b"\0", purpose].concat()
}

pub(super) fn spent(question: &Question, state: &str) -> Result<Spent, Error> {
    Ok(Spent::new(instant(question.expires_at)?, &sha256(state.as_bytes())))
}

pub(super) fn text(bytes: &[u8]) -> String {
    base64url::encode(bytes)
}
