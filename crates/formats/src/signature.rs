//! Keys that sign and keys that verify, of any suite. Which one is a matter of the key, never of a message.

use std::{fmt, sync::Arc};

use crate::{Ed25519Key, Jwk, Secret, Suite, ed25519, es256, sm2, unfailing};

/// Length of a signature: two numbers of 32 bytes each, in every suite.
///
/// RFC 7518 §3.4: "The JWS Signature value MUST be a 64-octet sequence."
pub const SIGNATURE_LENGTH: usize = 64;

/// Length of one coordinate of a point, and of the private scalar.
const COORDINATE_LENGTH: usize = 32;

/// An uncompressed point (SEC 1 §2.3.3).
pub(crate) type Point = [u8; 1 + 2 * COORDINATE_LENGTH];

/// First byte of an uncompressed point.
const UNCOMPRESSED: u8 = 4;

/// First byte of a compressed point with even y.
const COMPRESSED_EVEN: u8 = 2;

/// First byte of a compressed point with odd y.
const COMPRESSED_ODD: u8 = 3;

/// Bytes that are no key of the suite: off the curve, or of another.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a key of this suite")]
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
    private: Private,
    public: VerifyingKey,
}

#[derive(Clone)]
enum Private {
    Es256(es256::PrivateKey),
    Ed25519(Ed25519Key),
    Sm2(Box<sm2::PrivateKey>),
}

impl SigningKey {
    /// A new key of the international suite, from the chance of the cryptographic library.
    ///
    /// # Panics
    /// When the system has no entropy.
    pub fn generate() -> Self {
        Self::generate_in(Suite::International)
    }

    /// A new key of that suite, from the same chance.
    ///
    /// # Panics
    /// When the system has no entropy.
    pub fn generate_in(suite: Suite) -> Self {
        let private = match suite {
            Suite::International => Private::Es256(es256::PrivateKey::generate()),
            Suite::Ed25519 => Private::Ed25519(Ed25519Key::generate()),
            Suite::ShangMi => Private::Sm2(Box::new(sm2::PrivateKey::generate())),
        };
        unfailing(Self::new(private), "reading one's own public key")
    }

    /// Reads an unencrypted PKCS#8 document, which says of which suite the key is.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, BadKey> {
        es256::PrivateKey::from_pkcs8(document)
            .map(Private::Es256)
            .or_else(|_| Ed25519Key::from_pkcs8(document).map(Private::Ed25519))
            .or_else(|_| sm2::PrivateKey::from_pkcs8(document).map(Box::new).map(Private::Sm2))
            .and_then(Self::new)
    }

    fn new(private: Private) -> Result<Self, BadKey> {
        let public = match &private {
            Private::Es256(key) => Public::Es256(key.public()?),
            Private::Ed25519(key) => {
                Public::Ed25519(ed25519::PublicKey::from_bytes(&key.public())?)
            }
            Private::Sm2(key) => Public::Sm2(Box::new(key.public())),
        };
        Ok(Self { private, public: VerifyingKey(Arc::new(public)) })
    }

    /// The key as an unencrypted PKCS#8 document, to be sealed before it is stored.
    ///
    /// # Panics
    /// When the process has no memory.
    pub fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        match &self.private {
            Private::Es256(key) => key.to_pkcs8(),
            Private::Ed25519(key) => key.to_pkcs8(),
            Private::Sm2(key) => key.to_pkcs8(),
        }
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
    pub fn suite(&self) -> Suite {
        self.public.suite()
    }

    /// Signs.
    ///
    /// # Panics
    /// When the system has no entropy.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        match &self.private {
            Private::Es256(key) => key.sign(message),
            Private::Ed25519(key) => key.sign(message),
            Private::Sm2(key) => key.sign(message),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([secret])")
    }
}

/// A public key, known to be a point of its curve and ready to verify. Cloning shares it.
#[derive(Clone)]
pub struct VerifyingKey(Arc<Public>);

enum Public {
    Es256(es256::PublicKey),
    Ed25519(ed25519::PublicKey),
    Sm2(Box<sm2::PublicKey>),
}

impl VerifyingKey {
    /// The key inside a JSON Web Key, which was checked when it was read.
    pub fn from_jwk(jwk: &Jwk) -> Self {
        jwk.verifying_key().clone()
    }

    /// The key at these coordinates of the suite's curve; keys of Ed25519 have one, and no y.
    pub fn from_coordinates(suite: Suite, x: &[u8], y: &[u8]) -> Result<Self, BadKey> {
        match suite {
            Suite::Ed25519 if y.is_empty() => Self::from_compressed(suite, x),
            Suite::International | Suite::ShangMi if x.len() == COORDINATE_LENGTH => {
                Self::from_point_in(suite, &[&[UNCOMPRESSED], x, y].concat())
            }
            _ => Err(BadKey),
        }
    }

    /// The P-256 key as an uncompressed point.
    pub(crate) fn from_point(point: &[u8]) -> Result<Self, BadKey> {
        Self::from_point_in(Suite::International, point)
    }

    fn from_point_in(suite: Suite, point: &[u8]) -> Result<Self, BadKey> {
        let point: &Point = point.try_into().map_err(|_| BadKey)?;
        let public = match suite {
            Suite::International => Public::Es256(es256::PublicKey::from_point(point)?),
            Suite::Ed25519 => return Err(BadKey),
            Suite::ShangMi => Public::Sm2(Box::new(sm2::PublicKey::from_point(point)?)),
        };
        Ok(Self(Arc::new(public)))
    }

    /// The key behind a compressed point of the suite's curve.
    pub fn from_compressed(suite: Suite, point: &[u8]) -> Result<Self, BadKey> {
        // SEC 1 §2.3.3: 02 or 03. The libraries read other forms, too.
        let whole = match (suite, point) {
            (Suite::Ed25519, bytes) => {
                return ed25519::PublicKey::from_bytes(bytes)
                    .map(|key| Self(Arc::new(Public::Ed25519(key))));
            }
            (Suite::International, [COMPRESSED_EVEN | COMPRESSED_ODD, ..]) => {
                es256::decompress(point)
            }
            (Suite::ShangMi, [COMPRESSED_EVEN | COMPRESSED_ODD, ..]) => sm2::decompress(point),
            _ => None,
        };
        Self::from_point_in(suite, &whole.ok_or(BadKey)?)
    }

    /// The key as a compressed point: 33 bytes instead of 64, where room is dear; keys of Ed25519 are no longer than 32.
    pub fn to_compressed(&self) -> Vec<u8> {
        match self.coordinates() {
            (bytes, []) => bytes.to_vec(),
            (x, [.., last]) => [&[COMPRESSED_EVEN | (last & 1)], x].concat(),
        }
    }

    /// Its coordinates x and y, big-endian; for a key of Ed25519 its bytes, and no y.
    pub fn coordinates(&self) -> (&[u8], &[u8]) {
        let point = match &*self.0 {
            Public::Es256(key) => key.point(),
            Public::Ed25519(key) => return (key.bytes(), &[]),
            Public::Sm2(key) => key.point(),
        };
        let [_, coordinates @ ..] = point else {
            return (&[], &[]);
        };
        coordinates.split_at(COORDINATE_LENGTH)
    }

    /// The suite it verifies in.
    pub fn suite(&self) -> Suite {
        match &*self.0 {
            Public::Es256(_) => Suite::International,
            Public::Ed25519(_) => Suite::Ed25519,
            Public::Sm2(_) => Suite::ShangMi,
        }
    }

    /// Does the signature hold?
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match &*self.0 {
            Public::Es256(key) => key.verify(message, signature),
            Public::Ed25519(key) => key.verify(message, signature),
            Public::Sm2(key) => key.verify(message, signature),
        }
    }
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.suite() == other.suite() && self.coordinates() == other.coordinates()
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
    use proptest::prelude::*;

    use super::*;
    use crate::{MlDsa44Key, ml_dsa};

    fn keys() -> impl Iterator<Item = SigningKey> {
        Suite::ALL.into_iter().map(SigningKey::generate_in)
    }

    #[test]
    fn a_key_survives_storage() {
        for key in keys() {
            let again = SigningKey::from_pkcs8(key.to_pkcs8().expose()).unwrap();
            assert_eq!(again.suite(), key.suite());
            assert_eq!(again.public(), key.public());
            assert_eq!(key.verifying_key().verify(b"message", &again.sign(b"message")), Ok(()));
        }
    }

    #[test]
    fn signatures_hold_for_one_message_and_one_key() {
        for key in keys() {
            let signature = key.sign(b"message");
            let judge = |key: &SigningKey, message: &[u8], signature: &[u8]| {
                key.verifying_key().verify(message, signature)
            };
            assert_eq!(judge(&key, b"message", &signature), Ok(()));
            assert_eq!(judge(&key, b"massage", &signature), Err(BadSignature::Wrong));
            let other = SigningKey::generate_in(key.suite());
            assert_eq!(judge(&other, b"message", &signature), Err(BadSignature::Wrong));
            assert_eq!(judge(&key, b"message", &signature[..63]), Err(BadSignature::Wrong));
            assert_eq!(judge(&key, b"message", &[0; 64]), Err(BadSignature::Wrong));
            assert_eq!(judge(&key, b"message", &[255; 64]), Err(BadSignature::Wrong));
        }
    }

    #[test]
    fn points_off_the_curve_are_no_keys() {
        for (suite, key) in keys().map(|key| (key.suite(), key)) {
            let (x, y) = key.verifying_key().coordinates();
            let at = |x: &[u8], y: &[u8]| VerifyingKey::from_coordinates(suite, x, y);
            assert_eq!(at(x, y).as_ref(), Ok(key.verifying_key()));
            let other: Vec<_> = y.iter().map(|byte| byte ^ 1).collect();
            assert!(y.is_empty() || at(x, &other) == Err(BadKey));
            assert_eq!(at(&[x, &[0]].concat(), y), Err(BadKey));
            assert_eq!(at(x, &[y, &[0]].concat()), Err(BadKey));
            assert_eq!(at(&[&x[..31], y].concat(), &[x[31]]), Err(BadKey), "cut elsewhere");
            for byte in [0, 255] {
                assert_eq!(at(&[byte; 32], &vec![byte; y.len()]), Err(BadKey));
            }
            assert_eq!(at(&[], &[]), Err(BadKey));
        }
    }

    /// A key of one suite is no key of the other: their curves have no common points to speak of.
    #[test]
    fn no_key_changes_its_suite() {
        for key in keys() {
            let (x, y) = key.verifying_key().coordinates();
            for suite in Suite::ALL {
                let read = VerifyingKey::from_coordinates(suite, x, y);
                assert_eq!(read.is_ok(), suite == key.suite());
                let read =
                    VerifyingKey::from_compressed(suite, &key.verifying_key().to_compressed());
                assert!(suite == key.suite() || read.as_ref() != Ok(key.verifying_key()));
            }
        }
    }

    #[test]
    fn private_keys_do_not_print() {
        for key in keys() {
            assert_eq!(format!("{key:?}"), "SigningKey([secret])");
        }
    }

    #[test]
    fn what_is_no_point_does_not_unfold() {
        for suite in [Suite::International, Suite::ShangMi] {
            for sign in [0, 1, 4, 5, 255] {
                let mut point = SigningKey::generate_in(suite).verifying_key().to_compressed();
                point[0] = sign;
                assert_eq!(VerifyingKey::from_compressed(suite, &point), Err(BadKey), "{sign}");
            }
            let mut beyond = [255; 1 + COORDINATE_LENGTH];
            beyond[0] = COMPRESSED_EVEN;
            assert_eq!(VerifyingKey::from_compressed(suite, &beyond), Err(BadKey));
        }
        for suite in Suite::ALL {
            let whole = SigningKey::generate_in(suite).verifying_key().to_compressed();
            assert_eq!(VerifyingKey::from_compressed(suite, &whole[1..]), Err(BadKey));
            assert_eq!(VerifyingKey::from_compressed(suite, &[]), Err(BadKey));
        }
    }

    proptest! {
        #[test]
        fn a_signature_of_one_suite_holds_in_no_other(message: Vec<u8>) {
            for signer in keys() {
                let signature = signer.sign(&message);
                for judge in keys() {
                    prop_assert_eq!(judge.verifying_key().verify(&message, &signature), Err(BadSignature::Wrong));
                }
                prop_assert_eq!(signer.verifying_key().verify(&message, &signature), Ok(()));
            }
        }

        /// Those of checkpoints are no suite of certificates, and certificates' are none of theirs, cut or filled up as may be.
        #[test]
        fn a_checkpoints_signature_holds_for_no_certificate(message: Vec<u8>, seed: [u8; 32]) {
            let (classical, ml_dsa) = (Ed25519Key::from_seed(&seed), MlDsa44Key::from_seed(&seed));
            let (short, long) = (classical.sign(&message), ml_dsa.sign(&message));
            let filled = |short: &[u8; SIGNATURE_LENGTH]| {
                let mut long = [0; ml_dsa::SIGNATURE_LENGTH];
                long[..SIGNATURE_LENGTH].copy_from_slice(short);
                long
            };
            let cut = long.first_chunk::<SIGNATURE_LENGTH>().unwrap();
            for key in keys() {
                for signature in [&short[..], &long, cut] {
                    prop_assert_eq!(key.verifying_key().verify(&message, signature), Err(BadSignature::Wrong));
                }
                let own = key.sign(&message);
                prop_assert_eq!(ed25519::verify(&classical.public(), &message, &own), Err(BadSignature::Wrong));
                prop_assert_eq!(ml_dsa.public().verify(&message, &own), Err(BadSignature::Wrong));
                prop_assert_eq!(ml_dsa.public().verify(&message, &filled(&own)), Err(BadSignature::Wrong));
            }
            prop_assert_eq!(ed25519::verify(&classical.public(), &message, cut), Err(BadSignature::Wrong));
            prop_assert_eq!(ml_dsa.public().verify(&message, &filled(&short)), Err(BadSignature::Wrong));
        }

        #[test]
        fn a_compressed_point_is_the_same_key(_again in 0..8u8) {
            for key in keys() {
                let key = key.verifying_key();
                let again = VerifyingKey::from_compressed(key.suite(), &key.to_compressed());
                prop_assert_eq!(again.as_ref(), Ok(key));
            }
        }
    }
}
