//! Keys out of a secret that both sides have.

use cbc::cipher::{
    Array,
    array::sizes::{U16, U24},
};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// What a key is for: the counter of the key derivation in ICAO 9303-11 §9.7.1, §9.7.3, §9.7.4.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Encryption = 1,
    Authentication = 2,
    Password = 3,
}

/// ICAO 9303-11 §9.7.1: "keydata = H(K || c)", c being "A 32-bit, big-endian integer counter".
pub(super) fn derived<H: Digest>(secret: &[u8], purpose: Purpose) -> Array<u8, H::OutputSize> {
    H::new().chain_update(secret).chain_update((purpose as u32).to_be_bytes()).finalize()
}

/// 3DES and AES-128. ICAO 9303-11 §9.7.1.2: "Use octets 1 to 16 of keydata; additional octets are not used." §9.7.1.1:
/// "Adjust the parity bits ... (OPTIONAL)"; they do nothing.
pub(super) fn first_sixteen(secret: &[u8], purpose: Purpose) -> Array<u8, U16> {
    derived::<Sha1>(secret, purpose).split::<U16>().0
}

/// ICAO 9303-11 §9.7.1.2: "For 192-bit AES keys ... Use octets 1 to 24 of keydata; additional octets are not used."
pub(super) fn first_twenty_four(secret: &[u8], purpose: Purpose) -> Array<u8, U24> {
    derived::<Sha256>(secret, purpose).split::<U24>().0
}
