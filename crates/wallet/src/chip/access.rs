//! What is printed on a document and opens its chip: three fields of the machine readable zone, or the number for it.

use std::{fmt, str::FromStr};

use formats::Secret;
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

/// What opens the chip.
#[derive(Clone, Debug)]
pub enum Access {
    /// Number, date of birth, last day of validity: every chip knows them.
    Mrz(MrzKey),
    /// The six digits some documents have for this alone; only PACE takes them.
    CardAccessNumber(CardAccessNumber),
}

/// The three fields of the machine readable zone, with their check digits.
///
/// ICAO 9303-11 §9.7.3: "SHA-1(Document Number || Date of Birth || Date of Expiry)", each with its check digit.
#[derive(Clone)]
pub struct MrzKey(Zeroizing<String>);

/// What was typed does not stand on any document.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotAnMrzKey {
    /// Letters, digits and `<`, as printed.
    #[error("not the number of a document")]
    Number,
    /// Six digits: year, month, day.
    #[error("not a date of birth")]
    Birth,
    /// Six digits: year, month, day.
    #[error("not the last day of validity")]
    Expiry,
}

/// The longest a number can be: the field and the optional data of a TD1 document.
const LONGEST_NUMBER: usize = 22;

impl MrzKey {
    /// The number as printed, the two dates as `YYMMDD`.
    pub fn new(number: &str, birth: &str, expiry: &str) -> Result<Self, NotAnMrzKey> {
        let number = number.trim().to_ascii_uppercase();
        let number = number.trim_end_matches('<');
        let printed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '<';
        if number.is_empty() || number.len() > LONGEST_NUMBER || !number.chars().all(printed) {
            return Err(NotAnMrzKey::Number);
        }
        let birth = date(birth).ok_or(NotAnMrzKey::Birth)?;
        let expiry = date(expiry).ok_or(NotAnMrzKey::Expiry)?;
        Ok(Self(icao::mrz::information(number, birth, expiry)))
    }

    /// The hash both protocols begin with.
    pub(super) fn hash(&self) -> Secret<[u8; 20]> {
        Secret::new(Sha1::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for MrzKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzKey([secret])")
    }
}

impl Access {
    /// The password of PACE. ICAO 9303-11 table 14: the hash for the MRZ, the characters themselves for the CAN.
    pub(super) fn password(&self) -> Secret<Vec<u8>> {
        Secret::new(match self {
            Self::Mrz(key) => key.hash().expose().to_vec(),
            Self::CardAccessNumber(number) => number.0.expose().clone().into_bytes(),
        })
    }

    /// How PACE names it. ICAO 9303-11 §4.4.4.1: "0x01: MRZ", "0x02: CAN".
    pub(super) fn reference(&self) -> u8 {
        match self {
            Self::Mrz(_) => 1,
            Self::CardAccessNumber(_) => 2,
        }
    }
}

/// The number printed on a document for its chip alone: six digits.
#[derive(Clone, Debug)]
pub struct CardAccessNumber(Secret<String>);

/// Not six digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a card access number of six digits")]
pub struct NotACardAccessNumber;

impl FromStr for CardAccessNumber {
    type Err = NotACardAccessNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(Secret::new(text.to_owned())))
        } else {
            Err(NotACardAccessNumber)
        }
    }
}

fn date(text: &str) -> Option<&str> {
    let text = text.trim();
    let [_, _, m1, m2, d1, d2] = text.as_bytes() else { return None };
    // A document may leave month or day open (ICAO 9303-3 §4.8); then `<` stands there.
    let part = |a: u8, b: u8, most: u8| match (a, b) {
        (b'<', b'<') => true,
        (b'0'..=b'9', b'0'..=b'9') => (1..=most).contains(&((a - b'0') * 10 + b - b'0')),
        _ => false,
    };
    let year = text.get(..2)?.bytes().all(|byte| byte.is_ascii_digit() || byte == b'<');
    (year && part(*m1, *m2, 12) && part(*d1, *d2, 31)).then_some(text)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXUPPER;

    use super::*;

    /// ICAO 9303-11 Appendix D.2: a passport, and a document whose number is longer than its field.
    #[test]
    fn appendix_d_2() {
        let key = MrzKey::new("L898902C", "690806", "940623").unwrap();
        assert_eq!(key.0.as_str(), "L898902C<369080619406236");
        let hash = HEXUPPER.encode(&key.hash().expose()[..16]);
        assert_eq!(hash, "239AB9CB282DAF66231DC5A4DF6BFBAE");
        let long = MrzKey::new("d23145890734", "340712", "950712").unwrap();
        assert_eq!(long.0.as_str(), "D23145890734934071279507122");
    }

    /// ICAO 9303-11 Appendix G.
    #[test]
    fn appendix_g() {
        let key = MrzKey::new("T22000129", "640812", "101031").unwrap();
        let hash = HEXUPPER.encode(key.hash().expose());
        assert_eq!(hash, "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD");
    }

    #[test]
    fn what_no_document_has_is_refused_by_name() {
        let wrong = |number, birth, expiry| MrzKey::new(number, birth, expiry).unwrap_err();
        for number in ["", "<<<", "E 1", "é", "A23456789012345678901234"] {
            assert_eq!(wrong(number, "690806", "940623"), NotAnMrzKey::Number, "{number}");
        }
        for birth in ["", "19690806", "691306", "690832", "69<106", "x90806"] {
            assert_eq!(wrong("E1", birth, "940623"), NotAnMrzKey::Birth, "{birth}");
        }
        assert_eq!(wrong("E1", "690806", "9406"), NotAnMrzKey::Expiry);
        assert!(MrzKey::new("E1", "69<<<<", "940623").is_ok(), "a day nobody knows");
        assert!("12345".parse::<CardAccessNumber>().is_err());
        assert!("12345a".parse::<CardAccessNumber>().is_err());
        assert!(" 123456 ".parse::<CardAccessNumber>().is_ok());
    }

    #[test]
    fn nothing_of_it_prints() {
        let key = Access::Mrz(MrzKey::new("L898902C", "690806", "940623").unwrap());
        assert!(!format!("{key:?}").contains("898902"));
    }
}
