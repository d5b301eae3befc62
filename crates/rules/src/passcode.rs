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
        let mut digits = Zeroizing::new([0; LENGTH]);
        if text.len() != LENGTH {
            return Err(NotAPasscode::Malformed);
        }
        digits.copy_from_slice(text.as_bytes());
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
        digits.windows(2).all(|pair| matches!(pair, &[from, to] if step(from, to) == run))
    })
}

/// Shows nothing.
impl fmt::Debug for Passcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[passcode]")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn is_eight_digits_that_are_no_run() {
        let read = |text: &str| text.parse::<Passcode>().map(|code| *code.as_bytes());
        assert_eq!(read("20250715"), Ok(*b"20250715"));
        assert_eq!(read("12345679"), Ok(*b"12345679"));
        for run in
            ["12345678", "87654321", "11111111", "00000000", "90123456", "21098765", "09876543"]
        {
            assert_eq!(read(run), Err(NotAPasscode::Consecutive), "{run}");
        }
        for odd in
            ["", "1234567", "123456789", "1234567a", " 2025071", "２０２５０７１５", "-2025071"]
        {
            assert_eq!(read(odd), Err(NotAPasscode::Malformed), "{odd}");
        }
    }

    #[test]
    fn thirty_of_a_hundred_million_are_runs() {
        let runs = (0..10_u32).flat_map(|first| {
            [0, 1, 9].map(|step| {
                (0..8)
                    .map(|i| (first + i * step) % 10)
                    .fold(String::new(), |t, d| t + &d.to_string())
            })
        });
        assert_eq!(runs.filter(|run| run.parse::<Passcode>().is_err()).count(), 30);
    }

    #[test]
    fn prints_nothing() {
        assert_eq!(format!("{:?}", "20250715".parse::<Passcode>()), "Ok([passcode])");
    }

    proptest! {
        #[test]
        fn any_step_that_differs_is_enough(digits in "[0-9]{8}") {
            let steps: std::collections::BTreeSet<u8> =
                digits.as_bytes().windows(2).map(|pair| (10 + pair[1] - pair[0]) % 10).collect();
            let run = steps.len() == 1 && steps.iter().all(|step| [0, 1, 9].contains(step));
            prop_assert_eq!(digits.parse::<Passcode>().is_err(), run);
        }
    }
}
