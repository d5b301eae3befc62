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
            let bits = group.iter().fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
            (0..8).rev().map(move |place| character(bits >> (5 * place)))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn is_rfc_4648_base32_in_small_letters() {
        // RFC 4648 §10: BASE32("fooba") = "MZXW6YTB".
        let identifier = AppIdentifier::from_bytes(*b"foobafoobafoobafooba");
        assert_eq!(identifier.as_str(), "mzxw6ytb".repeat(4));
        assert_eq!(AppIdentifier::from_bytes([0; 20]).as_str(), "a".repeat(32));
        assert_eq!(AppIdentifier::from_bytes([0xff; 20]).as_str(), "7".repeat(32));
    }

    #[test]
    fn refuses_other_spellings_and_prints_nothing() {
        let text = "mzxw6ytb".repeat(4);
        assert_eq!(
            format!("{:?}", text.parse::<AppIdentifier>().unwrap()),
            "[application identifier]"
        );
        for odd in
            [text.to_uppercase(), text[1..].to_owned(), format!("{text}a"), text.replace('m', "1")]
        {
            assert_eq!(odd.parse::<AppIdentifier>(), Err(NotAnAppIdentifier), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn is_one_to_one_and_reads_itself(a: [u8; 20], b: [u8; 20]) {
            let (one, other) = (AppIdentifier::from_bytes(a), AppIdentifier::from_bytes(b));
            prop_assert_eq!(one.as_str().parse(), Ok(one.clone()));
            prop_assert_eq!(a == b, one == other);
        }
    }
}
