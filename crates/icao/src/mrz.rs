//! The machine readable zone: TD1 (cards), TD2 and TD3 (passport books), as ICAO 9303-3 to -6 lay them out, and the permits
//! of China that have a layout of their own.
//!
//! Every check digit is checked. What a zone says about its holder does not print.

mod check_digit;
mod date;
mod layout;
mod name;
mod permit;

use std::fmt;

use jiff::civil::Date;
use zeroize::{Zeroize, Zeroizing};

use crate::Refused;
pub use check_digit::check_digit;
use layout::Layout;

/// Which of the three sizes a zone has. A permit of China has the size of a card.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Size {
    /// Three lines of 30: cards.
    Td1,
    /// Two lines of 36.
    Td2,
    /// Two lines of 44: passport books.
    Td3,
}

/// Sex as it is printed; a document may leave it open.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Sex {
    /// `M`
    Male,
    /// `F`
    Female,
    /// `<`
    Unspecified,
}

impl Sex {
    fn read(field: &str) -> Option<Self> {
        match field {
            "M" => Some(Self::Male),
            "F" => Some(Self::Female),
            "<" => Some(Self::Unspecified),
            _ => None,
        }
    }
}

/// A machine readable zone whose check digits hold.
#[derive(Clone, Eq, PartialEq)]
pub struct Mrz {
    size: Size,
    document_code: String,
    issuer: String,
    number: Zeroizing<String>,
    primary: Zeroizing<String>,
    secondary: Zeroizing<String>,
    nationality: String,
    born: Option<Date>,
    birth_field: Zeroizing<String>,
    sex: Sex,
    expires: Date,
    expiry_field: Zeroizing<String>,
    optional: Zeroizing<String>,
}

impl Mrz {
    /// Reads a zone, its lines one after another with or without line ends. `today` decides the century of its dates.
    pub fn parse(zone: &str, today: Date) -> Result<Self, Refused> {
        let zone: Zeroizing<String> =
            Zeroizing::new(zone.chars().filter(|c| !matches!(c, '\r' | '\n')).collect());
        // ICAO 9303-3 §4.3: letters A to Z, digits 0 to 9 and the filler "<".
        if !zone.bytes().all(|c| matches!(c, b'A'..=b'Z' | b'0'..=b'9' | b'<')) {
            return Err(Refused::MrzWrong);
        }
        if permit::is_one(&zone) {
            return permit::read(&zone, today).ok_or(Refused::MrzWrong);
        }
        let layout = Layout::of(zone.len()).ok_or(Refused::MrzWrong)?;
        let fields = layout.read(&zone).ok_or(Refused::MrzWrong)?;
        let (primary, secondary) = name::read(fields.name).ok_or(Refused::MrzWrong)?;
        Ok(Self {
            size: layout.size,
            document_code: without_fillers(fields.document_code)?,
            issuer: without_fillers(fields.issuer)?,
            nationality: without_fillers(fields.nationality)?,
            number: fields.number,
            primary,
            secondary,
            born: date::birth(fields.born, today).ok_or(Refused::MrzWrong)?,
            birth_field: fields.born.to_owned().into(),
            sex: Sex::read(fields.sex).ok_or(Refused::MrzWrong)?,
            expires: date::expiry(fields.expires, today).ok_or(Refused::MrzWrong)?,
            expiry_field: fields.expires.to_owned().into(),
            optional: fields.optional,
        })
    }

    /// The zone's size.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// The document code without fillers: `P`, `I`, `C`, `AC`, …
    pub fn document_code(&self) -> &str {
        &self.document_code
    }

    /// The issuing state or organisation: three letters, or `D`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The document number without fillers.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The primary identifier (surname), its parts with a blank between them.
    pub fn primary(&self) -> &str {
        &self.primary
    }

    /// The secondary identifier (given names); empty if the document has none.
    pub fn secondary(&self) -> &str {
        &self.secondary
    }

    /// The nationality: three letters, or `D`.
    pub fn nationality(&self) -> &str {
        &self.nationality
    }

    /// The date of birth; `None` if the document leaves part of it open.
    ///
    /// Two digits of a year cannot tell a child of five from a person of a hundred and five: the youngest reading is
    /// taken, and a data group with the whole date (DG11) or the registry must say otherwise.
    pub const fn born(&self) -> Option<Date> {
        self.born
    }

    /// Is this the date of birth that the zone writes, century and open parts aside?
    pub fn says_born(&self, born: Date) -> bool {
        let digits = Zeroizing::new(born.strftime("%y%m%d").to_string());
        let pairs = digits.bytes().zip(self.birth_field.bytes());
        pairs.into_iter().all(|(whole, said)| said == b'<' || said == whole)
    }

    /// Sex as printed.
    pub const fn sex(&self) -> Sex {
        self.sex
    }

    /// The last day of validity.
    pub const fn expires(&self) -> Date {
        self.expires
    }

    /// The optional data without its fillers at the end (in a long document number's case: what follows the number).
    pub fn optional(&self) -> &str {
        &self.optional
    }

    /// What BAC and PACE derive their password from: number, birth and expiry, each with its check digit.
    ///
    /// ICAO 9303-11 §9.7.2: "The Document Number, Date of Birth and Date of Expiry, together with their check
    /// digits, are concatenated".
    pub fn information(&self) -> Zeroizing<String> {
        information(&self.number, &self.birth_field, &self.expiry_field)
    }
}

/// The same from what a person types: document number, and dates as `YYMMDD`.
pub fn information(number: &str, born: &str, expires: &str) -> Zeroizing<String> {
    /// ICAO 9303-11 appendix D.2: a shorter number is filled up to nine characters.
    const SHORTEST: usize = 9;
    let mut text = Zeroizing::new(String::with_capacity(64));
    let mut padded = Zeroizing::new(number.to_owned());
    while padded.len() < SHORTEST {
        padded.push('<');
    }
    for field in [padded.as_str(), born, expires] {
        text.push_str(field);
        text.push(check_digit(field).unwrap_or('<'));
    }
    padded.zeroize();
    text
}

fn without_fillers(field: &str) -> Result<String, Refused> {
    let text = field.trim_end_matches('<');
    if text.is_empty() || text.contains('<') { Err(Refused::MrzWrong) } else { Ok(text.to_owned()) }
}

impl fmt::Debug for Mrz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mrz([secret])")
    }
}

#[cfg(test)]
mod tests;
