//! Hashes, keyed and plain: SHA-256, HMAC-SHA256 (RFC 2104), HKDF-SHA256 (RFC 5869).

use std::fmt;

use aws_lc_rs::{constant_time, digest, hkdf, hmac};

use crate::unfailing;

/// A key for HMAC-SHA256.
#[derive(Clone)]
pub struct MacKey(hmac::Key);

impl MacKey {
    /// The key of these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The tag of a list of parts.
    ///
    /// Each part is preceded by its length, so that `["ab", "c"]` and `["a", "bc"]` have different tags.
    pub fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        array(context.sign().as_ref())
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey([secret])")
    }
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    array(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// HKDF-SHA256: a key for the use that `info` names.
///
/// # Panics
/// Never: the length is checked when compiling.
pub fn derive<const N: usize>(key: &[u8], salt: &[u8], info: &[u8]) -> [u8; N] {
    // RFC 5869 §2.3: "L  length of output keying material in octets (<= 255*HashLen)".
    const { assert!(N <= 255 * 32) };
    let mut derived = [0; N];
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(key);
    let filled = prk
        .expand(&[info], Length(N))
        .and_then(|okm| okm.fill(&mut derived));
    unfailing(filled, "the length was checked");
    derived
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Are they equal? Takes the same time wherever they differ.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

fn array(hash: &[u8]) -> [u8; 32] {
    unfailing(hash.try_into(), "SHA-256 gives 32 bytes")
}
