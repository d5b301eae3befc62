//! What an officer's passkey signed, kept so that an auditor can verify it years later.

use formats::{
    CoseKey,
    webauthn::{self, RelyingParty},
};
use serde::{Deserialize, Serialize};

use crate::{Error, passkeys::challenge_for};

/// What is kept beside an act in the staff log.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignedAct {
    /// The key an officer joined with: what verifies all that follows.
    Key(#[serde(with = "formats::base64url::text")] Vec<u8>),
    /// A signature.
    Signature {
        /// Chance that was part of the question.
        #[serde(with = "formats::base64url::text")]
        random: [u8; 32],
        /// The authenticator's answer: what it signed, and the signature.
        answer: String,
    },
}

impl SignedAct {
    /// As it is stored.
    pub(crate) fn written(&self) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(self).map_err(|cause| Error::fault("writing a signature", cause))
    }

    /// As it was stored; `None` for what we never wrote.
    pub(crate) fn read(written: &[u8]) -> Option<Self> {
        serde_json::from_slice(written).ok()
    }

    /// The key, if this is one.
    pub(crate) fn key(&self) -> Option<CoseKey> {
        match self {
            Self::Key(bytes) => CoseKey::read(bytes).ok(),
            Self::Signature { .. } => None,
        }
    }

    /// Did the holder of this key sign for this purpose?
    pub(crate) fn holds(&self, purpose: &[u8], by: RelyingParty<'_>, key: &CoseKey) -> bool {
        match self {
            Self::Key(_) => false,
            Self::Signature { random, answer } => {
                webauthn::used(answer, &challenge_for(random, purpose), by, key).is_ok()
            }
        }
    }
}
