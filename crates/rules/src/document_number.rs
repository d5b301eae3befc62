//! A document's number, as every spelling of it is normalised: what one person is recognised by.

use std::fmt;

use zeroize::Zeroizing;

use crate::{citizen_number::CitizenNumber, document_class::DocumentClass};

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
        let spoken = text.chars().filter(|c| !c.is_whitespace());
        let text: Zeroizing<String> =
            Zeroizing::new(spoken.map(|c| c.to_ascii_uppercase()).collect());
        if fits(class, &text) {
            Ok(Self { class, text })
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
    let is = |shape: &str| {
        shape.len() == number.len()
            && shape
                .bytes()
                .zip(number.bytes())
                .all(|(shape, byte)| match shape {
                    b'A' => byte.is_ascii_uppercase(),
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
        // Since 2023 eighteen digits that begin with 9; before, three letters and twelve digits.
        DocumentClass::PermanentResidenceCard => {
            is("AAA000000000000") || (number.starts_with('9') && is("000000000000000000"))
        }
        DocumentClass::OrdinaryPassport => is("A00000000") || is("AA0000000"),
    }
}

/// Shows nothing.
impl fmt::Debug for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[document number]")
    }
}
