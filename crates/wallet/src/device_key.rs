//! The key a net certificate is bound to: in a phone's secure element, or in software for tests and the command line.

use std::error::Error as StdError;

use formats::{BadKey, Jwk, Secret, SigningKey, Suite, base64url};

/// A key that never leaves its device: of P-256 where it is the wallet's own, of any suite where it is a credential's.
pub trait DeviceKey {
    /// The public half.
    fn public(&self) -> Jwk;
    /// Signs in the suite of the key; a real device asks its holder first, who may say no.
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

/// Where keys of one-time credentials are made. A key that is dropped is gone for good, as far as its device can make it so.
pub trait Keys {
    /// What it makes.
    type Key: DeviceKey;

    /// A new key of that suite.
    fn make(&self, suite: Suite) -> Result<Self::Key, KeyAway>;
}

/// Keys that outlive a command: how a file names one, how it is found again, and how it ends.
pub trait Keyring: Keys {
    /// What stands in the file: the key itself, or the name its token knows it by.
    fn kept(&self, key: &Self::Key) -> Secret<String>;

    /// The key of which this stands in a file.
    fn find(&self, kept: &str) -> Result<Self::Key, KeyAway>;

    /// Ends a key that was used, where it lives beyond the file that named it.
    fn discard(&self, key: &Self::Key) -> Result<(), KeyAway>;
}

/// Keys in memory and in the pocket's file.
#[derive(Clone, Copy, Debug, Default)]
pub struct SoftwareKeys;

impl Keys for SoftwareKeys {
    type Key = SoftwareKey;

    fn make(&self, suite: Suite) -> Result<SoftwareKey, KeyAway> {
        Ok(SoftwareKey(SigningKey::generate_in(suite)))
    }
}

impl Keyring for SoftwareKeys {
    /// PKCS#8, base64url.
    fn kept(&self, key: &SoftwareKey) -> Secret<String> {
        Secret::new(base64url::encode(key.to_pkcs8().expose()))
    }

    fn find(&self, kept: &str) -> Result<SoftwareKey, KeyAway> {
        let document = base64url::decode(kept).map_err(|cause| KeyAway(cause.into()))?;
        let document = Secret::new(document);
        SoftwareKey::from_pkcs8(document.expose()).map_err(|cause| KeyAway(cause.into()))
    }

    /// It was in the file, and is not any more.
    fn discard(&self, _: &SoftwareKey) -> Result<(), KeyAway> {
        Ok(())
    }
}
