//! From two nonces to a long random number: the first half of PACE's integrated mapping.

use zeroize::Zeroizing;

use super::BadKey;
use crate::secure_messaging::{Cipher, encipher_under};

/// How many bits more than the group's prime the number has, so that its rest is as good as uniform.
///
/// ICAO 9303-11 §4.4.3.3.2: "The value n SHALL be selected as smallest number, such that n*l ≥ log2 p + 64."
const MORE_BITS: usize = 64;

/// §4.4.3.3.2: "For 3DES and AES-128 (l=128)".
const NARROW: [&[u8]; 2] = [
    b"\xa6\x68\x89\x2a\x7c\x41\xe3\xca\x73\x9f\x40\xb0\x57\xd8\x59\x04",
    b"\xa4\xe1\x36\xac\x72\x5f\x73\x8b\x01\xc1\xf6\x02\x17\xc1\x88\xad",
];

/// §4.4.3.3.2: "For AES-192 and AES-256 (l=256)".
const WIDE: [&[u8]; 2] = [
    b"\xd4\x63\xd6\x52\x34\x12\x4e\xf7\x89\x70\x54\x98\x6d\xca\x0a\x17\
      \x4e\x28\xdf\x75\x8c\xba\xa0\x3f\x24\x06\x16\x41\x4d\x5a\x16\x76",
    b"\x54\xbd\x72\x55\xf0\xaa\xf8\x31\xbe\xc3\x42\x3f\xcf\x39\xd6\x9b\
      \x6c\xbf\x06\x66\x77\xd0\xfa\xae\x5a\xad\xd9\x9d\xf8\xe5\x35\x17",
];

/// How long a terminal's nonce is: as long as the cipher's key.
pub(super) const fn terminals_nonce(cipher: Cipher) -> usize {
    match cipher {
        Cipher::TripleDes | Cipher::Aes128 => 16,
        Cipher::Aes192 => 24,
        Cipher::Aes256 => 32,
    }
}

/// `R(s,t)` for a prime of so many bits. ICAO 9303-11 §4.4.3.3.2, figure 2.
pub(super) fn pseudo_random(
    cipher: Cipher,
    chips: &[u8],
    terminals: &[u8],
    bits: usize,
) -> Result<Zeroizing<Vec<u8>>, BadKey> {
    let key_length = terminals_nonce(cipher);
    let [next, out] = if key_length == 16 { NARROW } else { WIDE };
    if chips.len() != next.len() || terminals.len() != key_length {
        return Err(BadKey);
    }
    let under = |key: &[u8], text: &[u8]| -> Result<Zeroizing<Vec<u8>>, BadKey> {
        let mut blocks = Zeroizing::new(text.to_vec());
        encipher_under(cipher, key.get(..key_length).ok_or(BadKey)?, &mut blocks)?;
        Ok(blocks)
    };
    let mut random = Zeroizing::new(Vec::new());
    let mut key = under(terminals, chips)?;
    while random.len() * 8 < bits + MORE_BITS {
        random.extend_from_slice(&under(&key, out)?);
        key = under(&key, next)?;
    }
    Ok(random)
}
