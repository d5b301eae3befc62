//! Proofs that a client holds the key its tokens are bound to: our nonces, and what is remembered of a proof.
//!
//! A nonce is the moment it was given, sealed: any of our processes knows it for one of ours, and none remembers it.

use formats::mac::sha256;
use jiff::{SignedDuration, Timestamp};
use protocol::oauth::{
    client_assertion::OnceOnly,
    dpop::{Proof, Target, Thumbprint, use_nonce},
    error::OAuthError,
};
use serde::{Deserialize, Serialize};
use store::{Authentication, Tx, authentication::Spent};

use crate::{Error, Platform, references::Kind};

/// How long a nonce is good for: a client takes a new one from every answer.
const NONCE_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// To the millisecond: what was made after a start is told from what was made before it.
#[derive(Deserialize, Serialize)]
struct Nonce {
    given_at_millis: i64,
}

/// A key that was proved with this request.
#[derive(Clone, Debug)]
pub(crate) struct Possession {
    pub(crate) key: Thumbprint,
    pub(crate) spent: Spent,
}

impl Platform {
    /// A nonce for a client's next proof.
    pub fn dpop_nonce(&self) -> Result<String, Error> {
        let given_at_millis = self.now().as_millisecond();
        self.seal(Kind::DpopNonce, b"", &Nonce { given_at_millis })
    }

    /// Holds a proof against the request it came with. Once [`Possession::spent`] is written, it was the only time.
    pub(crate) fn possession(
        &self,
        proof: Option<&str>,
        target: Target<'_>,
    ) -> Result<Option<Possession>, Error> {
        let Some(proof) = proof else { return Ok(None) };
        let proof = Proof::read(proof)?;
        let now = self.now();
        self.hold(&proof, target, now)?;
        // RFC 9449 §8: "does not exactly match a nonce recently supplied by the authorization server to the client, the
        // authorization server MUST reject the request", and "Nonce values MUST be unpredictable": ours are sealed.
        // RFC 9449 §11.3: "A server MUST NOT accept any DPoP proofs without the nonce claim when a DPoP nonce has been provided to
        // the client."
        // RFC 9449 §4.3: "If the server provided a nonce value to the client, the nonce claim matches the server-provided
        // nonce value". We ask for one always, or proofs could be made ahead and kept.
        let nonce: Nonce = proof
            .nonce()
            .and_then(|nonce| self.open(Kind::DpopNonce, b"", nonce).ok())
            .ok_or(use_nonce())?;
        let given_at = Timestamp::from_millisecond(nonce.given_at_millis)
            .map_err(|cause| Error::fault("reading a nonce", cause))?;
        // What was made before a start of ours may have been used before it: see `unsynced`.
        if now.duration_since(given_at) >= NONCE_LIFETIME || self.may_have_forgotten(given_at) {
            return Err(use_nonce().into());
        }
        let OnceOnly { jti, until, .. } = proof.once_only();
        let spent = Spent::new(until, &sha256(format!("dpop {jti}").as_bytes()));
        Ok(Some(Possession { key: proof.key().clone(), spent }))
    }
}

impl Platform {
    /// Holds a proof against the request's address, or the same endpoint's at the door where certificates are shown.
    fn hold(&self, proof: &Proof, target: Target<'_>, now: Timestamp) -> Result<(), OAuthError> {
        let held = proof.hold(target, now);
        let path = target.uri.strip_prefix(self.issuer().as_str());
        match (held, &self.settings().mutual_tls, path) {
            (Err(_), Some(door), Some(path)) => {
                let alias = door.address.at(path);
                proof.hold(Target { uri: &alias, ..target }, now).or(held)
            }
            _ => held,
        }
    }
}

impl Possession {
    /// Remembers the proof; `false` if it was seen before.
    pub(crate) async fn spend(
        possession: Option<&Self>,
        tx: &Tx<Authentication>,
    ) -> Result<bool, store::Error> {
        match possession {
            Some(possession) => tx.spend(&possession.spent).await,
            None => Ok(true),
        }
    }
}
