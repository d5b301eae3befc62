//! The passcode (凭证口令): eight digits the person sets and knows.

use std::{fmt, str::FromStr};

use zeroize::Zeroizing;

/// Eight digits that are no run: neither 12345678 nor 87654321 nor 11111111.
pub struct Passcode(Zeroizing<[u8; LENGTH]>);

/// Why a text is no passcode.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotAPasscode {
    /// Eight digits are expected.
    #[error("a passcode is {LENGTH} digits")]
    Malformed,
    /// All the same, or each one more or one less than the one before (0 follows 9).
    #[error("a passcode may not be a run such as 12345678 or 11111111")]
    Consecutive,
}

const LENGTH: usize = 8;

impl Passcode {
    /// The digits in ASCII, for the hash and nothing else.
    pub fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl FromStr for Passcode {
    type Err = NotAPasscode;

    fn from_str(text: &str) -> Result<Self, NotAPasscode> {
        let digits: [u8; LENGTH] = text
            .as_bytes()
            .try_into()
            .map_err(|_| NotAPasscode::Malformed)?;
        let digits = Zeroizing::new(digits);
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(NotAPasscode::Malformed);
        }
        if is_run(digits.as_slice()) {
            return Err(NotAPasscode::Consecutive);
        }
        Ok(Self(digits))
    }
}

/// Whether every step from digit to digit is the same and at most one, going round at 9.
fn is_run(digits: &[u8]) -> bool {
    let step = |from: u8, to: u8| (10 + to - from) % 10;
    [0, 1, 9].into_iter().any(|run| {
        digits
            .windows(2)
            .all(|pair| matches!(pair, &[from, to] if step(from, to) == run))
    })
}

/// Shows nothing.
impl fmt::Debug for Passcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[passcode]")
    }
}
