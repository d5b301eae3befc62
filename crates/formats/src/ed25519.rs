//! Ed25519 (RFC 8032): keys small enough to be written on paper.
//!
//! Beside ES256 because a private key is any 32 bytes: browsers import it without the public half, which for P-256 they
//! do not all do.

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::{BadSignature, unfailing};

/// Length of a signature.
///
/// RFC 8032 §5.1.6: "The signature is formed by concatenating the 32-octet R value and the 32-octet S value".
pub const SIGNATURE_LENGTH: usize = 64;

/// Length of a public key.
pub const PUBLIC_LENGTH: usize = 32;

/// A private key, made from its seed.
pub struct Ed25519Key(Ed25519KeyPair);

impl Ed25519Key {
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

    #[test]
    fn shows_nothing() {
        assert_eq!(format!("{:?}", Ed25519Key::from_seed(&[7; 32])), "Ed25519Key([secret])");
    }
}
