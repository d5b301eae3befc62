//! Short secrets stretched: whoever guesses pays for each guess with Argon2id (RFC 9106), and so does whoever knows.
//!
//! The one place that computes it, for the device that holds a wallet and for the server where somebody types into a
//! page ([why](../../../docs/decisions/0029-stretched-passcodes.md)). Without Argon2's own secret and additional data,
//! so that a device's library computes the same (libsodium's `crypto_pwhash`).

use std::{fmt, str::FromStr};

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use crate::{Secret, base64url, unfailing};

/// OWASP's floor for Argon2id: 19 MiB, two passes, one lane.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// How often the memory is gone through.
pub const PASSES: u32 = 2;
const LANES: u32 = 1;

/// For a file, against which a thief may hold as many guesses as they like: the memory and passes of RFC 9106 §4's second
/// recommendation, in one lane.
const FILE_MEMORY_KIB: u32 = 64 * 1024;
const FILE_PASSES: u32 = 3;

/// What stands before the secret, so that the same digits stretched for something else are another value.
const LABEL: &[u8] = b"yinzheng-passcode-v1";

/// What makes equal secrets unequal; not secret itself.
///
/// RFC 9106 §3.1: "16 bytes is RECOMMENDED for password hashing. The salt SHOULD be unique for each password."
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Salt([u8; 16]);

/// A short secret after the work of a guess. As good as the secret itself at the doors that take it: it shows nothing
/// and leaves memory.
#[derive(Clone, Debug)]
pub struct Stretched(Secret<[u8; 32]>);

/// The text is no salt of 16 bytes, or no stretched secret of 32, in base64url.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a salt or a stretched secret")]
pub struct NotStretched;

impl Salt {
    /// The salt of these bytes, which chance drew.
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for Salt {
    type Err = NotStretched;

    fn from_str(text: &str) -> Result<Self, NotStretched> {
        base64url::decode_array(text).map(Self).map_err(|_| NotStretched)
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(&self.0))
    }
}

impl Stretched {
    /// Does the work: some 20 ms and 19 MiB.
    ///
    /// # Panics
    /// Never for want of anything but memory: the parameters are constants.
    pub fn of(short: &[u8], salt: &Salt) -> Self {
        Self::with(MEMORY_KIB, PASSES, short, salt)
    }

    /// The same, for what a file is sealed under: some 120 ms and 64 MiB.
    ///
    /// # Panics
    /// Likewise.
    pub fn for_file(short: &[u8], salt: &Salt) -> Self {
        Self::with(FILE_MEMORY_KIB, FILE_PASSES, short, salt)
    }

    fn with(memory: u32, passes: u32, short: &[u8], salt: &Salt) -> Self {
        let input = Zeroizing::new([LABEL, short].concat());
        let mut hash = Zeroizing::new([0; 32]);
        let hashed = Params::new(memory, passes, LANES, Some(hash.len())).and_then(|parameters| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters).hash_password_into(
                &input,
                &salt.0,
                hash.as_mut_slice(),
            )
        });
        unfailing(hashed, "stretching within fixed parameters");
        Self(Secret::new(*hash))
    }

    /// The bytes, for a keyed digest and nothing else.
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// As it is sent.
    pub fn text(&self) -> Secret<String> {
        Secret::new(base64url::encode(self.bytes()))
    }
}

impl FromStr for Stretched {
    type Err = NotStretched;

    fn from_str(text: &str) -> Result<Self, NotStretched> {
        let bytes = base64url::decode(text).map_err(|_| NotStretched)?;
        let bytes = Zeroizing::new(bytes);
        let bytes = bytes.as_slice().try_into().map_err(|_| NotStretched)?;
        Ok(Self(Secret::new(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mac::tests::counting;

    /// Python's `cryptography` 48 (OpenSSL 3.5): `Argon2id(salt=bytes(range(16)), length=32, iterations=2, lanes=1,
    /// memory_cost=19456).derive(b"yinzheng-passcode-v120481357")`.
    #[test]
    fn a_value_computed_elsewhere() {
        let stretched = Stretched::of(b"20481357", &Salt::new(counting(0)));
        assert_eq!(stretched.text().expose(), "OZDLA8jCxSekcEOf5eUOBxEgBKi8muj1ws3AQApCJS8");
    }

    #[test]
    fn another_salt_or_secret_is_another_value() {
        let of = |short: &[u8], first| *Stretched::of(short, &Salt::new(counting(first))).bytes();
        assert_ne!(of(b"20481357", 0), of(b"20481357", 1));
        assert_ne!(of(b"20481357", 0), of(b"20481358", 0));
    }

    #[test]
    fn is_read_as_it_is_written_and_nothing_else_is() {
        let salt = Salt::new(counting(0));
        assert_eq!(salt.to_string().parse(), Ok(salt));
        let stretched: Stretched =
            "OZDLA8jCxSekcEOf5eUOBxEgBKi8muj1ws3AQApCJS8".parse().expect("32 bytes");
        assert_eq!(stretched.text().expose(), "OZDLA8jCxSekcEOf5eUOBxEgBKi8muj1ws3AQApCJS8");
        for length in [0, 1, 15, 17, 31, 33, 64] {
            let text = base64url::encode(&vec![7; length]);
            assert_eq!(text.parse::<Salt>(), Err(NotStretched), "{length}");
            assert_eq!(text.parse::<Stretched>().err(), Some(NotStretched), "{length}");
        }
        // One value has one text.
        for odd in ["OZDLA8jCxSekcEOf5eUOBxEgBKi8muj1ws3AQApCJS9", "20481357", " "] {
            assert!(odd.parse::<Stretched>().is_err(), "{odd}");
        }
    }

    #[test]
    fn shows_nothing() {
        let stretched = Stretched::of(b"20481357", &Salt::new([0; 16]));
        assert_eq!(format!("{stretched:?}"), "Stretched([secret])");
    }
}
