//! A document's number, as every spelling of it is normalised: what one person is recognised by.

use std::fmt;

use zeroize::Zeroizing;

use crate::{
    citizen_number::{CitizenNumber, check_character},
    document_class::DocumentClass,
};

/// A number of one class of document: capitals and digits, no spaces.
#[derive(Clone, Eq, PartialEq)]
pub struct DocumentNumber {
    class: DocumentClass,
    text: Zeroizing<String>,
}

/// The text is no number of its class.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a document number of this class")]
pub struct NotADocumentNumber;

impl DocumentNumber {
    /// Reads a number of this class, however it is spaced and in small letters too.
    pub fn new(class: DocumentClass, text: &str) -> Result<Self, NotADocumentNumber> {
        // Room for all of it at once: a string that grows leaves copies behind.
        let mut number = Zeroizing::new(String::with_capacity(text.len()));
        let spoken = text.chars().filter(|c| !c.is_whitespace());
        number.extend(spoken.map(|c| c.to_ascii_uppercase()));
        if fits(class, &number) {
            Ok(Self { class, text: number })
        } else {
            Err(NotADocumentNumber)
        }
    }

    /// Its class; the same digits of another class are another document.
    pub const fn class(&self) -> DocumentClass {
        self.class
    }

    /// In clear: for the vault and the blind index.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Does the number have the shape of its class?
fn fits(class: DocumentClass, number: &str) -> bool {
    let citizen = |provinces: &[&str]| {
        number
            .parse::<CitizenNumber>()
            .is_ok_and(|n| provinces.iter().any(|p| n.region().starts_with(p)))
    };
    // `A` stands for a capital, `0` for a digit, `X` for a digit or X.
    let is = |shape: &str| {
        shape.len() == number.len()
            && shape.bytes().zip(number.bytes()).all(|(shape, byte)| match shape {
                b'A' => byte.is_ascii_uppercase(),
                b'X' => byte.is_ascii_digit() || byte == b'X',
                _ => byte.is_ascii_digit(),
            })
    };
    match class {
        DocumentClass::ResidentIdentityCard => number.parse::<CitizenNumber>().is_ok(),
        DocumentClass::HongKongMacaoResidencePermit => citizen(&["81", "82"]),
        DocumentClass::TaiwanResidencePermit => citizen(&["83"]),
        // Eight digits, and two for the edition on older ones.
        DocumentClass::HongKongMacaoTravelPermit => {
            matches!(number.as_bytes().first(), Some(b'H' | b'M'))
                && (is("A00000000") || is("A0000000000"))
        }
        DocumentClass::TaiwanTravelPermit => is("00000000"),
        // National Immigration Administration, rules for the 2023 edition: eighteen characters, the first a 9, the last by
        // "MOD11-2 … as for citizen numbers" (ISO 7064). Before, three letters and twelve digits.
        DocumentClass::PermanentResidenceCard => {
            let checked = || {
                let (body, last) = number.split_at_checked(17)?;
                (check_character(body) == last.chars().next()).then_some(())
            };
            is("AAA000000000000")
                || (number.starts_with('9') && is("00000000000000000X") && checked().is_some())
        }
        DocumentClass::OrdinaryPassport => is("A00000000") || is("AA0000000"),
        // ICAO 9303-4: the number has at most nine characters, the state one to three letters.
        DocumentClass::ForeignPassport => number.split_once('-').is_some_and(|(state, number)| {
            (1..=3).contains(&state.len())
                && state.bytes().all(|byte| byte.is_ascii_uppercase())
                && (1..=9).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        }),
    }
}

/// Shows nothing.
impl fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[document number]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(class: DocumentClass, text: &str) -> Result<String, NotADocumentNumber> {
        DocumentNumber::new(class, text).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn one_number_has_one_spelling() {
        let class = DocumentClass::ResidentIdentityCard;
        assert_eq!(read(class, " 110105 19491231 002x ").as_deref(), Ok("11010519491231002X"));
        assert_eq!(read(DocumentClass::OrdinaryPassport, "e1234 5678").as_deref(), Ok("E12345678"));
    }

    #[test]
    fn every_class_has_its_own_shape() {
        use DocumentClass as Class;
        for (class, text, odd) in [
            (Class::ResidentIdentityCard, "11010519491231002X", "110105194912310021"),
            (Class::HongKongMacaoResidencePermit, "810000199408230021", "830000199201300022"),
            (Class::TaiwanResidencePermit, "830000199201300022", "810000199408230021"),
            (Class::HongKongMacaoTravelPermit, "H12345678", "E12345678"),
            (Class::HongKongMacaoTravelPermit, "M1234567801", "M123456780"),
            (Class::TaiwanTravelPermit, "12345678", "1234567"),
            (Class::PermanentResidenceCard, "USA110075013101", "US1110075013101"),
            (Class::PermanentResidenceCard, "911124198108030024", "811124198108030024"),
            (Class::OrdinaryPassport, "EA1234567", "EAA123456"),
            (Class::OrdinaryPassport, "E12345678", "123456789"),
            (Class::ForeignPassport, "UTO-L898902C3", "L898902C3"),
            (Class::ForeignPassport, "D-C01X00T47", "UTOP-L898902C3"),
            (Class::ForeignPassport, "UTO-1", "UTO-L898902C36"),
        ] {
            assert_eq!(read(class, text).as_deref(), Ok(text), "{}", class.as_str());
            assert_eq!(read(class, odd), Err(NotADocumentNumber), "{}", class.as_str());
        }
    }

    #[test]
    fn the_same_digits_of_another_class_are_another_document() {
        let travel = DocumentNumber::new(DocumentClass::HongKongMacaoTravelPermit, "H12345678");
        let passport = DocumentNumber::new(DocumentClass::OrdinaryPassport, "H12345678");
        assert!(travel.is_ok() && passport.is_ok() && travel != passport);
    }

    #[test]
    fn prints_nothing() {
        let number = DocumentNumber::new(DocumentClass::TaiwanTravelPermit, "12345678");
        assert_eq!(format!("{number:?}"), "Ok([document number])");
    }
}
