//! A value of the client's own that we give back unread: `state`, `nonce`.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How long such a value may be: clients seal small states into it, and it travels in our URLs.
///
/// FAPI 2.0 Security Profile §5.3.2.2: "shall support nonce parameter values up to 64 characters in length".
const MAX_LENGTH: usize = 512;

/// Text a client sent to have it back, byte for byte.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Echo(String);

/// The value is empty, too long or not printable ASCII.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not 1 to {MAX_LENGTH} printable ASCII characters")]
pub struct NotAnEcho;

impl Echo {
    /// The text, as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Echo {
    type Error = NotAnEcho;

    fn try_from(text: String) -> Result<Self, NotAnEcho> {
        // RFC 6749 appendix A.5: "state = 1*VSCHAR", where VSCHAR is %x20-7E.
        let printable = text.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
        if printable && (1..=MAX_LENGTH).contains(&text.len()) {
            Ok(Self(text))
        } else {
            Err(NotAnEcho)
        }
    }
}

impl FromStr for Echo {
    type Err = NotAnEcho;

    fn from_str(text: &str) -> Result<Self, NotAnEcho> {
        text.to_owned().try_into()
    }
}

impl From<Echo> for String {
    fn from(echo: Echo) -> Self {
        echo.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_printable_and_bounded() {
        assert!("xyz ~!".parse::<Echo>().is_ok());
        assert!("x".repeat(512).parse::<Echo>().is_ok());
        for odd in [String::new(), "x".repeat(513), "a\0".into(), "a\n".into(), "网".into()] {
            assert_eq!(odd.parse::<Echo>(), Err(NotAnEcho), "{odd:?}");
        }
        assert!(serde_json::from_str::<Echo>("\"\\u0000\"").is_err());
    }
}
