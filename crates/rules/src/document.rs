//! Legal identity documents: the seven classes the Measures accept, and their numbers.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use zeroize::Zeroizing;

use crate::{citizen_number::CitizenNumber, refusal::Refusal};

/// A kind of legal identity document.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DocumentClass {
    /// 居民身份证
    ResidentIdentityCard,
    /// 港澳居民居住证
    HongKongMacaoResidencePermit,
    /// 台湾居民居住证
    TaiwanResidencePermit,
    /// 港澳居民来往内地通行证
    HongKongMacaoTravelPermit,
    /// 台湾居民来往大陆通行证
    TaiwanTravelPermit,
    /// 外国人永久居留身份证
    PermanentResidenceCard,
    /// 定居国外的中国公民的普通护照
    OrdinaryPassport,
}

/// No class of document has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such class of document")]
pub struct NotADocumentClass;

impl DocumentClass {
    /// Every class.
    pub const ALL: [Self; 7] = [
        Self::ResidentIdentityCard,
        Self::HongKongMacaoResidencePermit,
        Self::TaiwanResidencePermit,
        Self::HongKongMacaoTravelPermit,
        Self::TaiwanTravelPermit,
        Self::PermanentResidenceCard,
        Self::OrdinaryPassport,
    ];

    /// Its name on the wire and in the blind index: never change one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResidentIdentityCard => "resident_identity_card",
            Self::HongKongMacaoResidencePermit => "hong_kong_macao_residence_permit",
            Self::TaiwanResidencePermit => "taiwan_residence_permit",
            Self::HongKongMacaoTravelPermit => "hong_kong_macao_travel_permit",
            Self::TaiwanTravelPermit => "taiwan_travel_permit",
            Self::PermanentResidenceCard => "permanent_residence_card",
            Self::OrdinaryPassport => "ordinary_passport",
        }
    }
}

impl FromStr for DocumentClass {
    type Err = NotADocumentClass;

    fn from_str(name: &str) -> Result<Self, NotADocumentClass> {
        Self::ALL
            .into_iter()
            .find(|class| class.as_str() == name)
            .ok_or(NotADocumentClass)
    }
}

/// A document: its class, its number as every spelling of it is normalised, and how long it is valid.
#[derive(Clone, Eq, PartialEq)]
pub struct Document {
    class: DocumentClass,
    number: Zeroizing<String>,
    valid_until: Option<Date>,
}

/// The number is none of its class.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a document number of this class")]
pub struct NotADocument;

impl Document {
    /// Reads a number of this class. `valid_until` is the last day of validity; `None`: long-term (长期).
    pub fn new(
        class: DocumentClass,
        number: &str,
        valid_until: Option<Date>,
    ) -> Result<Self, NotADocument> {
        let number: Zeroizing<String> = Zeroizing::new(
            number
                .chars()
                .filter(|c| !c.is_whitespace())
                .map(|c| c.to_ascii_uppercase())
                .collect(),
        );
        if fits(class, &number) {
            Ok(Self {
                class,
                number,
                valid_until,
            })
        } else {
            Err(NotADocument)
        }
    }

    /// Its class.
    pub const fn class(&self) -> DocumentClass {
        self.class
    }

    /// Its number: capitals and digits, no spaces.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The last day it is valid; `None`: without end.
    pub const fn valid_until(&self) -> Option<Date> {
        self.valid_until
    }

    /// Is it still valid?
    ///
    /// Measures art. 4: the holder of a *valid* legal identity document may apply.
    pub fn valid_on(&self, today: Date) -> Result<(), Refusal> {
        match self.valid_until {
            Some(last) if last < today => Err(Refusal::DocumentExpired),
            _ => Ok(()),
        }
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
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[document]")
    }
}
