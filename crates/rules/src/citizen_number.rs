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
        let digits = |range| body.get(range).and_then(|digits: &str| digits.parse::<i16>().ok());
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
    let sum = body.bytes().fold(0, |sum, byte| (sum + u32::from(byte - b'0')) * 2 % 11);
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_the_examples_of_the_standard() {
        // GB 11643-1999 gives these two.
        let number: CitizenNumber = "11010519491231002x".parse().unwrap();
        assert_eq!(number.as_str(), "11010519491231002X");
        assert_eq!((number.region(), number.born()), ("110105", date(1949, 12, 31)));
        assert!("440524188001010014".parse::<CitizenNumber>().is_ok());
        assert_eq!(format!("{number:?}"), "[citizen number]");
    }

    #[test]
    fn says_what_is_wrong() {
        use NotACitizenNumber::{Born, Check, Region, Shape};
        for (text, why) in [
            ("", Shape),
            ("11010519491231002", Shape),
            ("11010519491231002XX", Shape),
            ("1101051949123100XX", Shape),
            ("11010519491231002Y", Shape),
            ("1101051949123100２", Shape),
            ("+1010519491231002X", Shape),
            ("00010519491231002X", Region),
            ("99010519491231002X", Region),
            ("11010519491331002X", Born),
            ("11010519490229002X", Born),
            ("110105194912310021", Check),
            ("11010519491231003X", Check),
        ] {
            assert_eq!(text.parse::<CitizenNumber>(), Err(why), "{text}");
        }
    }

    #[test]
    fn composes_only_what_it_would_read() {
        use NotACitizenNumber::{Region, Sequence};
        let born = date(2000, 2, 29);
        let number = CitizenNumber::compose("310115", born, 7).unwrap();
        assert!(number.as_str().starts_with("31011520000229007"));
        assert_eq!(CitizenNumber::compose("310115", born, 1_000), Err(Sequence));
        assert_eq!(CitizenNumber::compose("31011", born, 1), Err(Region));
        assert_eq!(CitizenNumber::compose("990115", born, 1), Err(Region));
        assert!(CitizenNumber::compose("31011x", born, 1).is_err());
    }

    proptest! {
        #[test]
        fn composes_and_reads_back(
            county in proptest::sample::select(regions::counties().to_vec()),
            (year, nth) in (1900..2100_i16, 0..365_i64),
            sequence in 0..1_000_u16,
        ) {
            let born = date(year, 1, 1).checked_add(jiff::Span::new().days(nth)).unwrap();
            let number = CitizenNumber::compose(county.code, born, sequence).unwrap();
            prop_assert_eq!((number.region(), number.born()), (county.code, born));
            prop_assert_eq!(number.as_str().parse(), Ok(number.clone()));
        }

        /// What MOD 11-2 is for: one wrong digit, or two neighbours swapped, never passes.
        #[test]
        fn finds_every_slip(place in 0..17_usize, digit in 0..10_u8, sequence in 0..1_000_u16) {
            let number = CitizenNumber::compose("310115", date(1988, 8, 8), sequence).unwrap();
            let mut slip = number.as_str().as_bytes().to_vec();
            slip[place] = b'0' + digit;
            let mut swapped = number.as_str().as_bytes().to_vec();
            swapped.swap(place, place + 1);
            for text in [slip, swapped].map(|bytes| String::from_utf8(bytes).unwrap()) {
                prop_assert_eq!(text.parse::<CitizenNumber>().is_ok(), text == number.as_str());
            }
        }

        #[test]
        fn never_panics(text in "\\PC{0,20}|[0-9]{16,18}.?") {
            let _ = text.parse::<CitizenNumber>();
        }
    }
}
