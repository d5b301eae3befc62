//! The application identifier (网络身份应用标识): the only identifier of a person a relying party gets.

use std::{fmt, str::FromStr};

/// 160 bits in lower-case base32; one per person and organisation, OpenID Connect's `sub`.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AppIdentifier(String);

/// The text was not 32 characters of lower-case base32.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an application identifier is 32 characters of lower-case base32")]
pub struct NotAnAppIdentifier;

impl AppIdentifier {
    /// Writes 160 bits as text, RFC 4648 §6 in small letters; no padding arises at this length.
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        let text = bytes.chunks(5).flat_map(|group| {
            let bits = group
                .iter()
                .fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
            (0..8)
                .rev()
                .map(move |place| character(bits >> (5 * place)))
        });
        Self(text.collect())
    }

    /// As the relying party sees it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn character(bits: u64) -> char {
    match u8::try_from(bits & 31).unwrap_or(0) {
        letter @ 0..26 => char::from(b'a' + letter),
        digit => char::from(b'2' + (digit - 26)),
    }
}

impl FromStr for AppIdentifier {
    type Err = NotAnAppIdentifier;

    fn from_str(text: &str) -> Result<Self, NotAnAppIdentifier> {
        let base32 = |byte: u8| matches!(byte, b'a'..=b'z' | b'2'..=b'7');
        if text.len() == 32 && text.bytes().all(base32) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnAppIdentifier)
        }
    }
}

/// Shows nothing: in a log it would follow a person about.
impl fmt::Debug for AppIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[application identifier]")
    }
}
