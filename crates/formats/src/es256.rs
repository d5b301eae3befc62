//! ES256: ECDSA on P-256 with SHA-256 (RFC 7518 §3.4). Keys are parsed once and used often.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
        ParsedPublicKey,
    },
};
use p256::elliptic_curve::sec1::ToSec1Point;

use crate::{
    BadSignature, Secret,
    signature::{BadKey, Point, SIGNATURE_LENGTH},
    unfailing,
};

/// A private key, ready to sign. Cloning shares the parsed key.
#[derive(Clone)]
pub(crate) struct PrivateKey {
    pair: EcdsaKeyPair,
    chance: SystemRandom,
}

impl PrivateKey {
    /// A new key, from the chance of the cryptographic library.
    pub(crate) fn generate() -> Self {
        Self::new(unfailing(
            EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING),
            "key generation",
        ))
    }

    /// Reads an unencrypted PKCS#8 document.
    pub(crate) fn from_pkcs8(document: &[u8]) -> Result<Self, BadKey> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document)
            .map(Self::new)
            .map_err(|_| BadKey)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "ECDSA draws its own nonces inside the library, where no caller can get them wrong; it takes no other source"
    )]
    fn new(pair: EcdsaKeyPair) -> Self {
        Self { pair, chance: SystemRandom::new() }
    }

    pub(crate) fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        Secret::new(unfailing(self.pair.to_pkcs8v1(), "PKCS#8 encoding").as_ref().to_vec())
    }

    pub(crate) fn public(&self) -> Result<PublicKey, BadKey> {
        PublicKey::from_point(self.pair.public_key().as_ref().try_into().map_err(|_| BadKey)?)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        let signature = unfailing(self.pair.sign(&self.chance, message), "signing");
        unfailing(signature.as_ref().try_into(), "ES256 signatures have 64 bytes")
    }
}

/// A public key, known to be a point of the curve and ready to verify.
pub(crate) struct PublicKey(ParsedPublicKey);

impl PublicKey {
    pub(crate) fn from_point(point: &Point) -> Result<Self, BadKey> {
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map(Self).map_err(|_| BadKey)
    }

    pub(crate) fn point(&self) -> &[u8] {
        self.0.as_ref()
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.0.verify_sig(message, signature).map_err(|_| BadSignature::Wrong)
    }
}

/// The whole point behind its x coordinate and the sign of y (SEC 1 §2.3.4).
pub(crate) fn decompress(point: &[u8]) -> Option<Point> {
    let key = p256::PublicKey::from_sec1_bytes(point).ok()?;
    key.to_sec1_point(false).as_bytes().try_into().ok()
}
