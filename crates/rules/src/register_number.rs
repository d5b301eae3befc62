//! What the population registry calls one natural person, whichever document is shown.

use std::{fmt, str::FromStr};

use zeroize::Zeroizing;

/// The registry's own reference to a person: opaque to us, the same for all of the person's documents. Only its blind
/// index is kept.
#[derive(Clone, Eq, PartialEq)]
pub struct RegisterNumber(Zeroizing<String>);

/// The text cannot be a register number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a register number has 1 to {LONGEST} visible ASCII characters")]
pub struct NotARegisterNumber;

/// Ample for a number, a UUID, or a hash in hexadecimal; short enough that nobody hides a document in it.
const LONGEST: usize = 64;

impl RegisterNumber {
    /// In clear: for the blind index, and nothing else.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RegisterNumber {
    type Err = NotARegisterNumber;

    fn from_str(text: &str) -> Result<Self, NotARegisterNumber> {
        if (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(NotARegisterNumber)
        }
    }
}

/// Shows nothing.
impl fmt::Debug for RegisterNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[register number]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_visible_and_of_bounded_length() {
        for number in ["7", "R-0001", &"f".repeat(64)] {
            assert_eq!(number.parse::<RegisterNumber>().unwrap().as_str(), number);
        }
        for odd in ["", " ", "R 1", "R\n1", "登记", &"f".repeat(65)] {
            assert_eq!(odd.parse::<RegisterNumber>(), Err(NotARegisterNumber), "{odd:?}");
        }
    }

    #[test]
    fn prints_nothing() {
        let number: RegisterNumber = "R-0001".parse().unwrap();
        assert_eq!(format!("{number:?}"), "[register number]");
    }
}
