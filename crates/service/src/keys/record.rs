//! A key as its home keeps it.

use std::fmt;

use formats::{Cipher, SealingKey, Secret, base64url};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::KeyPurpose;

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Published, not yet used.
    Next,
    /// Used.
    Active,
    /// No longer used; what it made is still good.
    Retired,
}

/// A key as its home keeps it.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// Names the key: the RFC 7638 thumbprint of a signing key, 8 hexadecimal characters of any other.
    pub id: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// Where it is in its life.
    pub state: KeyState,
    /// When it was made.
    #[serde(with = "protocol::oidc::numeric_date")]
    pub made_at: Timestamp,
    pub(super) secret: String,
    /// What authorities say of it (RFC 7515 §4.1.6), the key's own certificate first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) x5c: Vec<String>,
}

impl KeyRecord {
    /// With what it seals; nothing, if that is not what it is for.
    pub fn cipher(&self) -> Option<Cipher> {
        let secret = Secret::new(base64url::decode(&self.secret).ok()?);
        let seals = self.purpose.seals().then(|| SealingKey::of_its_length(secret.expose()));
        seals?.ok().map(|key| key.cipher())
    }
}

/// Never shows the secret.
impl fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} ({:?})", self.purpose, self.id, self.state)
    }
}

/// The records do not make a ring.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadKeys {
    /// A record cannot be read.
    #[error("a key record is damaged")]
    Damaged,
    /// A purpose lacks its active key, or has two.
    #[error("purpose {0:?} needs exactly one active key")]
    NoActive(KeyPurpose),
    /// The purpose never rotates.
    #[error("{0:?} keys never rotate: identifiers depend on them")]
    Fixed(KeyPurpose),
    /// A cipher was named for a purpose that has none.
    #[error("{0:?} keys seal nothing: no cipher can be chosen for them")]
    SealsNothing(KeyPurpose),
}
