//! ML-DSA-44 (FIPS 204): signatures that a quantum computer cannot forge, for what is still read in twenty years.
//!
//! Pure ML-DSA with the empty context; who signs more than one kind of message says in the message which one it is.
//! Not a [`Suite`](crate::Suite): its keys are no points, and no certificate is signed with it (decision 0032).

use std::fmt;

use aws_lc_rs::signature::{KeyPair, ML_DSA_44, ML_DSA_44_SIGNING, ParsedPublicKey, PqdsaKeyPair};

use crate::{BadKey, BadSignature, unfailing};

/// Length of a signature. FIPS 204 §4, table 2: 2420 bytes.
pub const SIGNATURE_LENGTH: usize = 2420;

/// Length of a public key. FIPS 204 §4, table 2: 1312 bytes.
pub const PUBLIC_LENGTH: usize = 1312;

/// A private key, made from its seed.
pub struct MlDsa44Key {
    pair: PqdsaKeyPair,
    public: MlDsa44Public,
}

impl MlDsa44Key {
    /// The key of a seed: FIPS 204 §3.6.3 lets the 32 bytes ξ be kept in place of the 2560 that come of them.
    ///
    /// # Panics
    /// When the process has no memory.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let pair =
            unfailing(PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, seed), "any 32 bytes are a seed");
        let public =
            unfailing(pair.public_key().as_ref().try_into(), "public keys have 1312 bytes");
        let public = unfailing(MlDsa44Public::from_bytes(&public), "reading one's own public key");
        Self { pair, public }
    }

    /// The public half.
    pub fn public(&self) -> &MlDsa44Public {
        &self.public
    }

    /// Signs, each time otherwise: FIPS 204 §3.4, the hedged variant.
    ///
    /// # Panics
    /// When the system has no entropy.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        let mut signature = [0; SIGNATURE_LENGTH];
        unfailing(self.pair.sign(message, &mut signature), "signing");
        signature
    }
}

impl fmt::Debug for MlDsa44Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MlDsa44Key([secret])")
    }
}

/// A public key, ready to verify. Cloning shares the parsed key.
#[derive(Clone, Debug)]
pub struct MlDsa44Public(ParsedPublicKey);

impl MlDsa44Public {
    /// The key of these bytes. FIPS 204 §5.2: every string of this length is one.
    pub fn from_bytes(bytes: &[u8; PUBLIC_LENGTH]) -> Result<Self, BadKey> {
        ParsedPublicKey::new(&ML_DSA_44, bytes).map(Self).map_err(|_| BadKey)
    }

    /// Its bytes, [`PUBLIC_LENGTH`] of them.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// Is this the signature of this key over this message?
    ///
    /// A signature of another length is none (FIPS 204 §3.6.2).
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.0.verify_sig(message, signature).map_err(|_| BadSignature::Wrong)
    }
}

#[cfg(test)]
mod tests;
