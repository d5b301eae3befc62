//! What a person calls a passkey, to tell it from the others.

use std::str::FromStr;

/// At most forty characters, one of them at least to be seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PasskeyName(String);

/// Why a text is no name of a passkey.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a passkey's name has one to {LONGEST} characters in one line")]
pub struct NotAPasskeyName;

/// Enough for "the blue key in the drawer at home", too little to keep a diary in.
const LONGEST: usize = 40;

impl PasskeyName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PasskeyName {
    type Err = NotAPasskeyName;

    fn from_str(text: &str) -> Result<Self, NotAPasskeyName> {
        let text = text.trim();
        let fits = (1..=LONGEST).contains(&text.chars().count());
        if fits && !text.chars().any(is_steering) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPasskeyName)
        }
    }
}

/// Characters that move others about or are not seen: a name must read as it is written.
fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_short_line_that_reads_as_written() {
        for name in ["x", " 家里的蓝色钥匙 ", &"字".repeat(40)] {
            assert_eq!(name.parse::<PasskeyName>().unwrap().as_str(), name.trim());
        }
        for odd in ["", "  ", "a\nb", "a\u{202e}b", "\u{200b}", &"字".repeat(41)] {
            assert_eq!(odd.parse::<PasskeyName>(), Err(NotAPasskeyName), "{odd:?}");
        }
    }
}
