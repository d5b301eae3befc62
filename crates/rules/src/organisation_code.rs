//! The unified social credit code (统一社会信用代码), GB 32100-2015: how an organisation is named.
//!
//! Eighteen characters: registering authority, kind, six digits of region, nine of the organisation
//! itself (GB 11714, with a check of its own), and a check character over all of it.

use std::{fmt, str::FromStr};

/// An organisation's code, with both check characters checked. Public, unlike a person's number.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OrganisationCode(String);

/// Why a text is no organisation code.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotAnOrganisationCode {
    /// Eighteen digits and capitals without I, O, S, V, Z are expected, digits for the region.
    #[error("an organisation code is 18 digits and capital letters other than I, O, S, V, Z")]
    Shape,
    /// A character was mistyped.
    #[error("a check character does not fit")]
    Check,
}

/// A character is worth its place in this row.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

impl OrganisationCode {
    /// Writes the code of an invented organisation: authority and kind (`91`: a company), region,
    /// and the eight characters that are its own; both check characters follow.
    pub fn compose(kind: &str, region: &str, own: &str) -> Result<Self, NotAnOrganisationCode> {
        if kind.len() != 2 || region.len() != 6 || own.len() != 8 {
            return Err(NotAnOrganisationCode::Shape);
        }
        let inner = inner_check(own).ok_or(NotAnOrganisationCode::Shape)?;
        let body = format!("{kind}{region}{own}{inner}");
        let outer = outer_check(&body).ok_or(NotAnOrganisationCode::Shape)?;
        format!("{body}{outer}").parse()
    }

    /// All eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrganisationCode {
    type Err = NotAnOrganisationCode;

    fn from_str(text: &str) -> Result<Self, NotAnOrganisationCode> {
        let shape = NotAnOrganisationCode::Shape;
        if text.len() != 18 || !text.chars().all(|c| ALPHABET.contains(c)) {
            return Err(shape);
        }
        let (Some(region), Some(own), Some(body)) =
            (text.get(2..8), text.get(8..16), text.get(..17))
        else {
            return Err(shape);
        };
        if !region.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(shape);
        }
        let checks = [inner_check(own).ok_or(shape)?, outer_check(body).ok_or(shape)?];
        if text.chars().skip(16).eq(checks) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnOrganisationCode::Check)
        }
    }
}

/// GB 11714: weights 3, 7, 9, 10, 5, 8, 4, 2, modulo 11; letters count from A = 10 with none left out.
fn inner_check(own: &str) -> Option<char> {
    let sum: u32 = own
        .chars()
        .zip([3, 7, 9, 10, 5, 8, 4, 2])
        .map(|(c, weight)| Some(c.to_digit(36)? * weight))
        .sum::<Option<u32>>()?;
    match (11 - sum % 11) % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    }
}

/// GB 32100: powers of three as weights, modulo 31.
fn outer_check(body: &str) -> Option<char> {
    let (sum, _) = body.chars().try_fold((0, 1), |(sum, weight), c| {
        Some(((sum + ALPHABET.find(c)? * weight) % 31, weight * 3 % 31))
    })?;
    ALPHABET.chars().nth((31 - sum) % 31)
}

impl fmt::Display for OrganisationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OrganisationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_codes_in_public_use() {
        // Well-known companies' codes, as they print them on their own pages.
        for code in
            ["914403001922038216", "9144030071526726XG", "91110000802100433B", "91330100799655058B"]
        {
            assert_eq!(code.parse::<OrganisationCode>().unwrap().to_string(), code);
        }
    }

    #[test]
    fn says_what_is_wrong() {
        use NotAnOrganisationCode::{Check, Shape};
        for (text, why) in [
            ("", Shape),
            ("91440300192203821", Shape),
            ("9144030019220382166", Shape),
            ("91440A001922038216", Shape),
            ("91440300I922038216", Shape),
            ("9144030071526726xg", Shape),
            ("914403001922038217", Check),
            ("914403001922038316", Check),
        ] {
            assert_eq!(text.parse::<OrganisationCode>(), Err(why), "{text}");
        }
    }

    #[test]
    fn composes_only_what_it_would_read() {
        let airline = OrganisationCode::compose("91", "310115", "MA1K3A00").unwrap();
        assert!(airline.as_str().starts_with("91310115MA1K3A00"));
        for (kind, region, own) in [
            ("9", "310115", "MA1K3A00"),
            ("91", "31011A", "MA1K3A00"),
            ("91", "310115", "MAIK3A00"),
        ] {
            assert_eq!(
                OrganisationCode::compose(kind, region, own),
                Err(NotAnOrganisationCode::Shape)
            );
        }
    }

    proptest! {
        #[test]
        fn finds_every_wrong_character(
            own in "[0-9A-HJ-NP-RTUWXY]{8}",
            place in 0..18_usize,
            other in proptest::sample::select(ALPHABET.as_bytes().to_vec()),
        ) {
            let code = OrganisationCode::compose("91", "110108", &own).unwrap();
            prop_assert_eq!(code.as_str().parse(), Ok(code.clone()));
            let mut slip = code.as_str().as_bytes().to_vec();
            slip[place] = other;
            let slip = String::from_utf8(slip).unwrap();
            prop_assert_eq!(slip.parse::<OrganisationCode>().is_ok(), slip == code.as_str());
        }

        #[test]
        fn never_panics(text in "\\PC{0,20}") {
            let _ = text.parse::<OrganisationCode>();
        }
    }
}
