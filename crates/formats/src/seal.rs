//! Sealed values: AES-256-GCM or SM4-GCM, bound to a context (NIST SP 800-38D, RFC 5116, RFC 8998 §2).

use std::fmt;

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{AeadInOut, array::Array, consts::U12},
};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use sm4::Sm4;

use crate::{BadKey, Secret, unfailing};

/// With what a key seals. The key's length says it, and nothing that was sealed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cipher {
    /// AES with a key of 256 bits.
    Aes256Gcm,
    /// SM4 (GM/T 0002), whose keys have 128 bits, in the same mode.
    Sm4Gcm,
}

impl Cipher {
    /// How long its keys are, in bytes.
    pub const fn key_length(self) -> usize {
        match self {
            Self::Aes256Gcm => 32,
            Self::Sm4Gcm => 16,
        }
    }
}

/// A key to seal and open with.
///
/// NIST SP 800-38D §8.3 allows one key 2³² random nonces. A key that seals for everyone must be replaced before; a key
/// of one person never comes near.
pub struct SealingKey(Key);

enum Key {
    Aes256(LessSafeKey),
    Sm4(Box<AesGcm<Sm4, U12>>),
}

/// Bytes that this key did not seal for this context.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not sealed by this key for this context")]
pub struct NotOpened;

impl SealingKey {
    /// The key of AES-256 of these bytes.
    ///
    /// # Panics
    /// When the process has no memory.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let key = unfailing(UnboundKey::new(&AES_256_GCM, bytes), "32 bytes are a key");
        Self(Key::Aes256(LessSafeKey::new(key)))
    }

    /// The key of these bytes, of the cipher whose keys are as long.
    pub fn of_its_length(bytes: &[u8]) -> Result<Self, BadKey> {
        if let Ok(bytes) = bytes.try_into() {
            return Ok(Self::from_bytes(bytes));
        }
        let sm4 = AesGcm::new_from_slice(bytes).map_err(|_| BadKey)?;
        Ok(Self(Key::Sm4(Box::new(sm4))))
    }

    /// With what it seals.
    pub fn cipher(&self) -> Cipher {
        match &self.0 {
            Key::Aes256(_) => Cipher::Aes256Gcm,
            Key::Sm4(_) => Cipher::Sm4Gcm,
        }
    }

    /// Seals: nonce ‖ ciphertext ‖ tag.
    ///
    /// `context` says what the value is and whose, and must be told again to open it. `nonce` must never be used twice
    /// under one key.
    ///
    /// # Panics
    /// When `plain` is longer than 64 GiB.
    pub fn seal(&self, nonce: [u8; NONCE_LEN], context: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + MAX_TAG_LEN);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let body = sealed.get_mut(NONCE_LEN..).unwrap_or_default();
        match &self.0 {
            Key::Aes256(key) => {
                let nonce = Nonce::assume_unique_for_key(nonce);
                let tag = key.seal_in_place_separate_tag(nonce, Aad::from(context), body);
                sealed.extend_from_slice(unfailing(tag, "sealing").as_ref());
            }
            Key::Sm4(key) => {
                let tag = key.encrypt_inout_detached(&Array(nonce), context, body.into());
                sealed.extend_from_slice(&unfailing(tag, "sealing"));
            }
        }
        sealed
    }

    /// Opens what [`seal`](Self::seal) made for the same context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, NotOpened> {
        let (&nonce, body) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(NotOpened)?;
        let (body, tag) = body.split_last_chunk::<MAX_TAG_LEN>().ok_or(NotOpened)?;
        let mut body = Secret::new(body.to_vec());
        match &self.0 {
            Key::Aes256(key) => {
                let nonce = Nonce::assume_unique_for_key(nonce);
                let context = Aad::from(context);
                key.open_in_place_separate_tag(nonce, context, tag, body.expose_mut())
                    .map_err(|_| NotOpened)?;
            }
            Key::Sm4(key) => {
                let whole = body.expose_mut().as_mut_slice().into();
                key.decrypt_inout_detached(&Array(nonce), context, whole, &Array(*tag))
                    .map_err(|_| NotOpened)?;
            }
        }
        Ok(body)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey([secret])")
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXUPPER;
    use proptest::{collection::vec, prelude::*};
    use sm4::cipher::BlockCipherEncrypt;

    use super::*;

    fn keys() -> [SealingKey; 2] {
        [Cipher::Aes256Gcm, Cipher::Sm4Gcm].map(|cipher| {
            let key = SealingKey::of_its_length(&vec![7; cipher.key_length()]).unwrap();
            assert_eq!(key.cipher(), cipher);
            key
        })
    }

    fn hex(text: &str) -> Vec<u8> {
        HEXUPPER.decode(text.as_bytes()).unwrap()
    }

    /// GM/T 0002-2012 appendix A: the block under itself as the key, once and a million times.
    #[test]
    fn sm4_is_as_published() {
        let key = hex("0123456789ABCDEFFEDCBA9876543210");
        let cipher = Sm4::new_from_slice(&key).unwrap();
        let mut block = Array::try_from(&key[..]).unwrap();
        cipher.encrypt_block(&mut block);
        assert_eq!(HEXUPPER.encode(&block), "681EDF34D206965E86B3E94F536E4246");
        for _ in 1..1_000_000 {
            cipher.encrypt_block(&mut block);
        }
        assert_eq!(HEXUPPER.encode(&block), "595298C7C6FD271F0402F804C33D3F66");
    }

    /// RFC 8998 appendix A.1.
    #[test]
    fn sm4_gcm_is_as_published() {
        let key = SealingKey::of_its_length(&hex("0123456789ABCDEFFEDCBA9876543210")).unwrap();
        let nonce = hex("00001234567800000000ABCD").try_into().unwrap();
        let context = hex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let words = ["AAAA", "BBBB", "CCCC", "DDDD", "EEEE", "FFFF", "EEEE", "AAAA"];
        let plain = hex(&words.map(|word| word.repeat(4)).concat());
        let sealed = key.seal(nonce, &context, &plain);
        assert_eq!(
            HEXUPPER.encode(&sealed[NONCE_LEN..]),
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735\
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D\
             83DE3541E4C2B58177E065A9BF7B62EC"
        );
        assert_eq!(key.open(&context, &sealed).unwrap().expose(), &plain);
    }

    #[test]
    fn bytes_of_another_length_are_no_key() {
        for length in [0, 1, 15, 17, 24, 31, 33, 64] {
            assert_eq!(SealingKey::of_its_length(&vec![7; length]).unwrap_err(), BadKey);
        }
    }

    #[test]
    fn short_bytes_are_refused() {
        for key in keys() {
            for length in 0..NONCE_LEN + MAX_TAG_LEN {
                assert_eq!(key.open(b"", &vec![0; length]).unwrap_err(), NotOpened);
            }
        }
    }

    #[test]
    fn another_key_does_not_open() {
        for key in keys() {
            let sealed = key.seal([1; 12], b"code", b"plain");
            let mut others = keys().into_iter().filter(|other| other.cipher() != key.cipher());
            assert_eq!(others.next().unwrap().open(b"code", &sealed).unwrap_err(), NotOpened);
            let other = vec![8; key.cipher().key_length()];
            let other = SealingKey::of_its_length(&other).unwrap();
            assert_eq!(other.open(b"code", &sealed).unwrap_err(), NotOpened);
        }
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(nonce: [u8; 12], context: Vec<u8>, plain: Vec<u8>) {
            for key in keys() {
                let sealed = key.seal(nonce, &context, &plain);
                prop_assert_eq!(sealed.len(), NONCE_LEN + plain.len() + MAX_TAG_LEN);
                let opened = key.open(&context, &sealed).unwrap();
                prop_assert_eq!(opened.expose(), &plain);
            }
        }

        #[test]
        fn another_context_does_not_open(plain: Vec<u8>, context in vec(any::<u8>(), 0..8), other in vec(any::<u8>(), 0..8)) {
            prop_assume!(context != other);
            for key in keys() {
                let sealed = key.seal([1; 12], &context, &plain);
                prop_assert_eq!(key.open(&other, &sealed).unwrap_err(), NotOpened);
            }
        }

        #[test]
        fn any_changed_byte_is_refused(plain: Vec<u8>, place: prop::sample::Index, change in 1_u8..) {
            for key in keys() {
                let mut sealed = key.seal([1; 12], b"code", &plain);
                let place = place.index(sealed.len());
                sealed[place] ^= change;
                prop_assert_eq!(key.open(b"code", &sealed).unwrap_err(), NotOpened);
            }
        }
    }
}
