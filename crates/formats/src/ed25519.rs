//! Ed25519 (RFC 8032): keys small enough to be written on paper, and signatures of a suite of their own.
//!
//! Sheets and checkpoints use it because a private key is any 32 bytes: browsers import it without the public half, which for P-256
//! they do not all do.

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey, UnparsedPublicKey};
use curve25519_dalek::edwards::CompressedEdwardsY;

use crate::{BadKey, BadSignature, Secret, unfailing};

/// Length of a signature.
///
/// RFC 8032 §5.1.6: "The signature is formed by concatenating the 32-octet R value and the 32-octet S value".
pub const SIGNATURE_LENGTH: usize = 64;

/// Length of a public key.
pub const PUBLIC_LENGTH: usize = 32;

/// A private key, ready to sign. Cloning shares the parsed key.
#[derive(Clone)]
pub struct Ed25519Key(Ed25519KeyPair);

impl Ed25519Key {
    /// A new key, from the chance of the cryptographic library.
    pub(crate) fn generate() -> Self {
        Self(unfailing(Ed25519KeyPair::generate(), "key generation"))
    }

    /// Reads an unencrypted PKCS#8 document (RFC 8410 §7).
    pub(crate) fn from_pkcs8(document: &[u8]) -> Result<Self, BadKey> {
        Ed25519KeyPair::from_pkcs8(document).map(Self).map_err(|_| BadKey)
    }

    pub(crate) fn to_pkcs8(&self) -> Secret<Vec<u8>> {
        Secret::new(unfailing(self.0.to_pkcs8v1(), "PKCS#8 encoding").as_ref().to_vec())
    }

    /// The key of a seed. RFC 8032 §5.1.5: "The private key is 32 octets".
    ///
    /// # Panics
    /// When the process has no memory.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(unfailing(Ed25519KeyPair::from_seed_unchecked(seed), "any 32 bytes are a seed"))
    }

    /// The public half.
    ///
    /// # Panics
    /// Never: public keys have 32 bytes.
    pub fn public(&self) -> [u8; PUBLIC_LENGTH] {
        unfailing(self.0.public_key().as_ref().try_into(), "public keys have 32 bytes")
    }

    /// Signs.
    ///
    /// # Panics
    /// Never: signatures have 64 bytes.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LENGTH] {
        unfailing(self.0.sign(message).as_ref().try_into(), "signatures have 64 bytes")
    }
}

impl fmt::Debug for Ed25519Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ed25519Key([secret])")
    }
}

/// A public key, known to be a point of the curve and ready to verify.
pub(crate) struct PublicKey(ParsedPublicKey);

impl PublicKey {
    /// The key of these bytes, which aws-lc takes whatever they are.
    ///
    /// RFC 8032 §5.1.3: "If the resulting value is >= p, decoding fails.", and so it does where no point has that coordinate. A point of
    /// small order is one, and signatures hold under it that nobody made: it is no key here.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, BadKey> {
        let written = CompressedEdwardsY::from_slice(bytes).map_err(|_| BadKey)?;
        let point = written.decompress().ok_or(BadKey)?;
        if point.compress() != written || point.is_small_order() {
            return Err(BadKey);
        }
        ParsedPublicKey::new(&ED25519, bytes).map(Self).map_err(|_| BadKey)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.0.verify_sig(message, signature).map_err(|_| BadSignature::Wrong)
    }
}

/// Is this the signature of this key over this message?
pub fn verify(
    public: &[u8; PUBLIC_LENGTH],
    message: &[u8],
    signature: &[u8; SIGNATURE_LENGTH],
) -> Result<(), BadSignature> {
    let key = UnparsedPublicKey::new(&ED25519, public);
    key.verify(message, signature).map_err(|_| BadSignature::Wrong)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap()
    }

    /// RFC 8032 §7.1, test 2.
    #[test]
    fn signs_as_rfc_8032_does() {
        let key = Ed25519Key::from_seed(&bytes(
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        ));
        let public =
            bytes::<32>("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assert_eq!(key.public(), public);
        let signature = key.sign(&[0x72]);
        let expected = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
        assert_eq!(HEXLOWER.encode(&signature), expected);
        assert_eq!(verify(&public, &[0x72], &signature), Ok(()));
        for place in 0..SIGNATURE_LENGTH {
            let mut altered = signature;
            altered[place] ^= 1;
            assert_eq!(verify(&public, &[0x72], &altered), Err(BadSignature::Wrong), "{place}");
        }
        assert_eq!(verify(&public, &[0x73], &signature), Err(BadSignature::Wrong));
        assert_eq!(verify(&[0; 32], &[0x72], &signature), Err(BadSignature::Wrong));
    }

    /// The eight points of small order, and a coordinate that is written past p or has no point.
    #[test]
    fn what_signs_for_everybody_is_no_key() {
        for odd in [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0200000000000000000000000000000000000000000000000000000000000000",
            "01",
            "",
        ] {
            let bytes = HEXLOWER.decode(odd.as_bytes()).unwrap();
            assert!(PublicKey::from_bytes(&bytes).is_err(), "{odd}");
        }
        assert!(PublicKey::from_bytes(&Ed25519Key::from_seed(&[7; 32]).public()).is_ok());
    }

    #[test]
    fn shows_nothing() {
        assert_eq!(format!("{:?}", Ed25519Key::from_seed(&[7; 32])), "Ed25519Key([secret])");
    }
}
