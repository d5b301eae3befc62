//! The citizen number (公民身份号码), GB 11643-1999: region, birth date, sequence, check character.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use zeroize::Zeroizing;

use crate::regions;

/// A citizen number whose region, date and check character were checked.
#[derive(Clone, Eq, PartialEq)]
pub struct CitizenNumber {
    text: Zeroizing<String>,
    born: Date,
}

/// Why a text is no citizen number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotACitizenNumber {
    /// Seventeen digits and one more or X are expected.
    #[error("a citizen number is 17 digits and a check character")]
    Shape,
    /// No province has this code.
    #[error("no region has this code")]
    Region,
    /// There is no such day.
    #[error("there is no such date of birth")]
    Born,
    /// The sequence of a region and day ends at 999.
    #[error("a sequence is at most 999")]
    Sequence,
    /// A digit was mistyped.
    #[error("the check character does not fit")]
    Check,
}

impl CitizenNumber {
    /// Writes the number of an invented person; odd sequences are men's, even ones women's.
    pub fn compose(region: &str, born: Date, sequence: u16) -> Result<Self, NotACitizenNumber> {
        if sequence > 999 {
            return Err(NotACitizenNumber::Sequence);
        }
        if region.len() != 6 {
            return Err(NotACitizenNumber::Region);
        }
        let (year, month, day) = (born.year(), born.month(), born.day());
        let body = format!("{region}{year:04}{month:02}{day:02}{sequence:03}");
        let check = check_character(&body).ok_or(NotACitizenNumber::Shape)?;
        format!("{body}{check}").parse()
    }

    /// All eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Six digits of GB/T 2260: where it was first issued.
    pub fn region(&self) -> &str {
        self.text.get(..6).unwrap_or_default()
    }

    /// The date of birth.
    pub const fn born(&self) -> Date {
        self.born
    }
}

impl FromStr for CitizenNumber {
    type Err = NotACitizenNumber;

    /// A small x is taken for X: people type it.
    fn from_str(text: &str) -> Result<Self, NotACitizenNumber> {
        let text = Zeroizing::new(text.to_ascii_uppercase());
        let (body, check) = text.split_at_checked(17).ok_or(NotACitizenNumber::Shape)?;
        let expected = check_character(body).ok_or(NotACitizenNumber::Shape)?;
        if !matches!(check.as_bytes(), [b'0'..=b'9' | b'X']) {
            return Err(NotACitizenNumber::Shape);
        }
        let digits = |range| {
            body.get(range)
                .and_then(|digits: &str| digits.parse::<i16>().ok())
        };
        let (Some(year), Some(month), Some(day)) = (digits(6..10), digits(10..12), digits(12..14))
        else {
            return Err(NotACitizenNumber::Shape);
        };
        if regions::province(body).is_none() {
            return Err(NotACitizenNumber::Region);
        }
        let small = |number: i16| i8::try_from(number).map_err(|_| NotACitizenNumber::Born);
        let born =
            Date::new(year, small(month)?, small(day)?).map_err(|_| NotACitizenNumber::Born)?;
        if !check.starts_with(expected) {
            return Err(NotACitizenNumber::Check);
        }
        Ok(Self { text, born })
    }
}

/// ISO 7064 MOD 11-2 over seventeen digits; `None` if they are anything else.
pub(crate) fn check_character(body: &str) -> Option<char> {
    if body.len() != 17 || !body.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let sum = body
        .bytes()
        .fold(0, |sum, byte| (sum + u32::from(byte - b'0')) * 2 % 11);
    match (12 - sum) % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    }
}

/// Shows nothing.
impl fmt::Debug for CitizenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[citizen number]")
    }
}
