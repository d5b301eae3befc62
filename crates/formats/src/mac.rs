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

impl MacKey {
    /// A number below `count`, from the first 128 bits of the tag.
    ///
    /// The remainder of an even draw is uneven by less than `count` in 2¹²⁸: for ten million, one part in 10³¹.
    pub fn number_below(&self, count: u64, parts: &[&[u8]]) -> u64 {
        let tag = self.tag(parts);
        let first = tag.first_chunk().copied().unwrap_or_default();
        u64::try_from(u128::from_be_bytes(first) % u128::from(count.max(1))).unwrap_or(0)
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
    let filled = prk.expand(&[info], Length(N)).and_then(|okm| okm.fill(&mut derived));
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

#[cfg(test)]
pub(crate) mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;

    /// The bytes `first`, `first + 1`, ….
    pub(crate) fn counting<const N: usize>(first: u8) -> [u8; N] {
        let mut bytes = [first; N];
        bytes.iter_mut().zip(0..).for_each(|(byte, place)| *byte += place);
        bytes
    }

    /// RFC 5869 appendix A.1.
    #[test]
    fn derivation_of_rfc_5869() {
        assert_eq!(
            HEXLOWER.encode(&derive::<42>(&[0x0b; 22], &counting::<13>(0), &counting::<10>(0xf0))),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        );
    }

    /// Python: `hmac.new(bytes(range(32)), b"\0\0\0\0\0\0\0\2ab" + 8 * b"\0" + b"\0\0\0\0\0\0\0\1c", "sha256")`.
    #[test]
    fn tag_is_hmac_over_measured_parts() {
        assert_eq!(
            HEXLOWER.encode(&MacKey::from_bytes(&counting(0)).tag(&[b"ab", b"", b"c"])),
            "2602c67dbb615282c1872641a631d8f2782de761cf7c1a6181c175e4cc07b069"
        );
    }

    /// The first half of the tag above, as a number.
    #[test]
    fn a_number_is_a_tag_cut_and_divided() {
        let number =
            |count| MacKey::from_bytes(&counting(0)).number_below(count, &[b"ab", b"", b"c"]);
        let first: u128 = 0x2602_c67d_bb61_5282_c187_2641_a631_d8f2;
        assert_eq!(u128::from(number(10_200_440)), first % 10_200_440);
        assert_eq!(number(1), 0);
    }

    /// The example NIST publishes with FIPS 180-4.
    #[test]
    fn hash_of_abc() {
        assert_eq!(
            HEXLOWER.encode(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn equality_is_of_all_bytes() {
        assert!(same(b"", b""));
        assert!(same(b"ab", b"ab"));
        assert!(!same(b"ab", b"ac"));
        assert!(!same(b"ab", b"abc"));
    }

    proptest! {
        #[test]
        fn other_parts_have_another_tag(one: Vec<Vec<u8>>, two: Vec<Vec<u8>>) {
            let key = MacKey::from_bytes(&[7; 32]);
            let tag = |parts: &[Vec<u8>]| key.tag(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
            for other in [two, vec![one.concat(), vec![]]] {
                prop_assert_eq!(one == other, tag(&one) == tag(&other));
            }
        }
    }
}
