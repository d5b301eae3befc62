//! ES256: ECDSA on P-256 with SHA-256 (RFC 7518 §3.4). Keys are parsed once and used often.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
        ParsedPublicKey,
    },
};

use crate::{Jwk, Secret, Suite, unfailing};

/// Length of a signature.
///
/// RFC 7518 §3.4: "The JWS Signature value MUST be a 64-octet sequence."
pub const SIGNATURE_LENGTH: usize = 64;

/// Length of one coordinate of a point, and of the private scalar.
const COORDINATE_LENGTH: usize = 32;

/// First byte of an uncompressed point (SEC 1 §2.3.3).
const UNCOMPRESSED: u8 = 4;

/// Bytes that are no P-256 key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a P-256 key")]
pub struct BadKey;

/// A signature that does not hold, or that holds over something else than what was expected.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadSignature {
    /// It is not this key's signature over these bytes.
    #[error("the signature does not hold")]
    Wrong,
    /// It holds, but what is signed has not the expected form.
    #[error("the signed claims have another form")]
    Claims,
}

/// A private key, ready to sign. Cloning shares the parsed key.
#[derive(Clone)]
pub struct SigningKey {
    pair: EcdsaKeyPair,
    chance: SystemRandom,
    public: VerifyingKey,
}

impl SigningKey {
    /// A new key, from the chance of the cryptographic library.
    ///
    /// # Panics
    /// When the system has no entropy.
    pub fn generate() -> Self {
        let pair =
            unfailing(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING), "key generation");
        unfailing(Self::new(pair), "reading one's own public key")
    }

    /// Reads an unencrypted PKCS#8 document.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, BadKey> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document)
            .map_err(|_| BadKey)
            .and_then(Self::new)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "ECDSA draws its own nonces inside the library, where no caller can get them wrong; it takes no other source"
    )]
    fn new(pair: EcdsaKeyPair) -> Result<Self, BadKey> {
        let public = VerifyingKey::from_point(pair.public_key().as_ref())?;
        Ok(Self { pair, chance: SystemRandom::new(), public })
    }

    /// The key as an unencrypted PKCS#8 document, to be sealed before it is stored.
    ///
    /// # Panics
    /// When the process has no memory.
    pub fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        Secret::new(unfailing(self.pair.to_pkcs8v1(), "PKCS#8 encoding").as_ref().to_vec())
    }

    /// The public half, its thumbprint as `kid`.
    pub fn public(&self) -> Jwk {
        Jwk::named_by_thumbprint(self.public.clone())
    }

    /// The public half, ready to verify.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// The suite it signs in.
    pub const fn suite(&self) -> Suite {
        Suite::International
    }

    /// Signs.
    ///
    /// # Panics
    /// When the system has no entropy.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        let signature = unfailing(self.pair.sign(&self.chance, message), "signing");
        unfailing(signature.as_ref().try_into(), "ES256 signatures have 64 bytes")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([secret])")
    }
}

/// A public key, known to be a point of the curve and ready to verify. Cloning shares it.
#[derive(Clone)]
pub struct VerifyingKey(Arc<ParsedPublicKey>);

impl VerifyingKey {
    /// The key inside a JSON Web Key, which was checked when it was read.
    pub fn from_jwk(jwk: &Jwk) -> Self {
        jwk.verifying_key().clone()
    }

    /// The key at these coordinates.
    pub fn from_coordinates(
        x: &[u8; COORDINATE_LENGTH],
        y: &[u8; COORDINATE_LENGTH],
    ) -> Result<Self, BadKey> {
        Self::from_point(&[&[UNCOMPRESSED], &x[..], &y[..]].concat())
    }

    /// The key as an uncompressed point.
    pub(crate) fn from_point(point: &[u8]) -> Result<Self, BadKey> {
        if point.len() != 1 + 2 * COORDINATE_LENGTH {
            return Err(BadKey);
        }
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .map(|key| Self(Arc::new(key)))
            .map_err(|_| BadKey)
    }

    /// Its coordinates x and y, big-endian.
    pub fn coordinates(&self) -> (&[u8], &[u8]) {
        let [_, coordinates @ ..] = self.0.as_ref().as_ref() else {
            return (&[], &[]);
        };
        coordinates.split_at(COORDINATE_LENGTH)
    }

    /// The suite it verifies in.
    pub const fn suite(&self) -> Suite {
        Suite::International
    }

    /// Does the signature hold?
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.0.verify_sig(message, signature).map_err(|_| BadSignature::Wrong)
    }
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.coordinates() == other.coordinates()
    }
}

impl Eq for VerifyingKey {}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", crate::jwk::thumbprint(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_storage() {
        let key = SigningKey::generate();
        let again = SigningKey::from_pkcs8(key.to_pkcs8().expose()).unwrap();
        assert_eq!(again.public(), key.public());
        assert_eq!(key.verifying_key().verify(b"message", &again.sign(b"message")), Ok(()));
    }

    #[test]
    fn signatures_hold_for_one_message_and_one_key() {
        let key = SigningKey::generate();
        let signature = key.sign(b"message");
        assert_eq!(key.verifying_key().verify(b"massage", &signature), Err(BadSignature::Wrong));
        assert_eq!(
            SigningKey::generate().verifying_key().verify(b"message", &signature),
            Err(BadSignature::Wrong)
        );
        assert_eq!(
            key.verifying_key().verify(b"message", &signature[..63]),
            Err(BadSignature::Wrong)
        );
    }

    #[test]
    fn points_off_the_curve_are_no_keys() {
        let key = SigningKey::generate();
        let (x, y) = key.verifying_key().coordinates();
        let (x, mut y) = (<[u8; 32]>::try_from(x).unwrap(), <[u8; 32]>::try_from(y).unwrap());
        assert!(VerifyingKey::from_coordinates(&x, &y).is_ok());
        y[31] ^= 1;
        assert_eq!(VerifyingKey::from_coordinates(&x, &y), Err(BadKey));
        assert_eq!(VerifyingKey::from_coordinates(&[0; 32], &[0; 32]), Err(BadKey));
        assert_eq!(VerifyingKey::from_coordinates(&[255; 32], &[255; 32]), Err(BadKey));
    }

    #[test]
    fn private_keys_do_not_print() {
        assert_eq!(format!("{:?}", SigningKey::generate()), "SigningKey([secret])");
    }
}
