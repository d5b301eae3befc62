//! Sealed values: AES-256-GCM bound to a context (NIST SP 800-38D, RFC 5116).

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};

use crate::{Secret, unfailing};

/// A key to seal and open with.
///
/// NIST SP 800-38D §8.3 allows one key 2³² random nonces. A key that seals for everyone must be replaced before; a key
/// of one person never comes near.
pub struct SealingKey(LessSafeKey);

/// Bytes that this key did not seal for this context.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not sealed by this key for this context")]
pub struct NotOpened;

impl SealingKey {
    /// The key of these bytes.
    ///
    /// # Panics
    /// When the process has no memory.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(LessSafeKey::new(unfailing(
            UnboundKey::new(&AES_256_GCM, bytes),
            "32 bytes are a key",
        )))
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
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = unfailing(
            self.0.seal_in_place_separate_tag(nonce, Aad::from(context), body),
            "sealing",
        );
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what [`seal`](Self::seal) made for the same context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Secret<Vec<u8>>, NotOpened> {
        let (&nonce, body) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(NotOpened)?;
        let mut body = Secret::new(body.to_vec());
        let nonce = Nonce::assume_unique_for_key(nonce);
        let length = self
            .0
            .open_in_place(nonce, Aad::from(context), body.expose_mut())
            .map_err(|_| NotOpened)?
            .len();
        body.expose_mut().truncate(length);
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
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn key() -> SealingKey {
        SealingKey::from_bytes(&[7; 32])
    }

    #[test]
    fn short_bytes_are_refused() {
        for length in 0..NONCE_LEN + MAX_TAG_LEN {
            assert_eq!(key().open(b"", &vec![0; length]).unwrap_err(), NotOpened);
        }
    }

    #[test]
    fn another_key_does_not_open() {
        let sealed = key().seal([1; 12], b"code", b"plain");
        assert_eq!(SealingKey::from_bytes(&[8; 32]).open(b"code", &sealed).unwrap_err(), NotOpened);
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(nonce: [u8; 12], context: Vec<u8>, plain: Vec<u8>) {
            let sealed = key().seal(nonce, &context, &plain);
            prop_assert_eq!(sealed.len(), NONCE_LEN + plain.len() + MAX_TAG_LEN);
            let opened = key().open(&context, &sealed).unwrap();
            prop_assert_eq!(opened.expose(), &plain);
        }

        #[test]
        fn another_context_does_not_open(plain: Vec<u8>, context in vec(any::<u8>(), 0..8), other in vec(any::<u8>(), 0..8)) {
            prop_assume!(context != other);
            let sealed = key().seal([1; 12], &context, &plain);
            prop_assert_eq!(key().open(&other, &sealed).unwrap_err(), NotOpened);
        }

        #[test]
        fn any_changed_byte_is_refused(plain: Vec<u8>, place: prop::sample::Index, change in 1_u8..) {
            let mut sealed = key().seal([1; 12], b"code", &plain);
            let place = place.index(sealed.len());
            sealed[place] ^= change;
            prop_assert_eq!(key().open(b"code", &sealed).unwrap_err(), NotOpened);
        }
    }
}
