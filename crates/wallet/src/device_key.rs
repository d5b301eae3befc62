//! The key a net certificate is bound to: in a phone's secure element, or in software for tests and the command line.

use std::error::Error as StdError;

use formats::{BadKey, Jwk, Secret, SigningKey};

/// A P-256 key that never leaves its device.
pub trait DeviceKey {
    /// The public half.
    fn public(&self) -> Jwk;
    /// Signs with ES256; a real device asks its holder first, who may say no.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyAway>;
}

/// The device did not sign.
#[derive(Debug, thiserror::Error)]
#[error("the device did not sign")]
pub struct KeyAway(#[source] pub Box<dyn StdError + Send + Sync>);

/// A key in memory. Whoever reads the memory has it: for tests, load and demonstration.
#[derive(Clone, Debug)]
pub struct SoftwareKey(SigningKey);

impl SoftwareKey {
    /// A new key.
    pub fn generate() -> Self {
        Self(SigningKey::generate())
    }

    /// Reads an unencrypted PKCS#8 document.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, BadKey> {
        SigningKey::from_pkcs8(document).map(Self)
    }

    /// The key as a PKCS#8 document.
    pub fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        self.0.to_pkcs8()
    }
}

impl DeviceKey for SoftwareKey {
    fn public(&self) -> Jwk {
        self.0.public()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyAway> {
        Ok(self.0.sign(message))
    }
}
