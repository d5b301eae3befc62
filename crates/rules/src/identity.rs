//! Plain identity (明文身份信息): who someone is, in clear. It lives in the vault and nowhere else.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use zeroize::Zeroizing;

use crate::{citizen_number::CitizenNumber, document::Document, document_class::DocumentClass};

/// A person's name as the document has it.
#[derive(Clone, Eq, PartialEq)]
pub struct Name(Zeroizing<String>);

/// The text cannot be a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a name has 1 to {LONGEST} printable characters")]
pub struct NotAName;

/// ICAO 9303 leaves 39 characters, ethnic minority names on identity cards exceed that; twice is ample.
const LONGEST: usize = 80;

impl Name {
    /// In clear.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let text = text.trim();
        let length = text.chars().count();
        if (1..=LONGEST).contains(&length) && !text.chars().any(char::is_control) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(NotAName)
        }
    }
}

/// Shows nothing.
impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[name]")
    }
}

/// Who someone is.
#[derive(Clone, Eq, PartialEq)]
pub struct PlainIdentity {
    name: Name,
    document: Document,
    born: Date,
}

/// The date of birth is not the one inside the citizen number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the date of birth and the document number do not agree")]
pub struct BirthDisagrees;

impl PlainIdentity {
    /// Puts together what a document says; where its number holds a birth date, both must agree.
    pub fn new(name: Name, document: Document, born: Date) -> Result<Self, BirthDisagrees> {
        let numbered = match document.class() {
            DocumentClass::ResidentIdentityCard
            | DocumentClass::HongKongMacaoResidencePermit
            | DocumentClass::TaiwanResidencePermit => {
                document.number().as_str().parse::<CitizenNumber>().ok()
            }
            _ => None,
        };
        match numbered {
            Some(number) if number.born() != born => Err(BirthDisagrees),
            _ => Ok(Self { name, document, born }),
        }
    }

    /// The name.
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// The document it was proved with.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// The date of birth.
    pub const fn born(&self) -> Date {
        self.born
    }
}

/// Shows nothing.
impl fmt::Debug for PlainIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[plain identity]")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::document_class::DocumentClass;

    fn identity(
        class: DocumentClass,
        number: &str,
        born: Date,
    ) -> Result<PlainIdentity, BirthDisagrees> {
        let document = Document::new(class, number, None).unwrap();
        PlainIdentity::new("张 三".parse().unwrap(), document, born)
    }

    #[test]
    fn the_number_must_say_the_same_birthday() {
        let card = DocumentClass::ResidentIdentityCard;
        let number = "11010519491231002X";
        assert!(identity(card, number, date(1949, 12, 31)).is_ok());
        assert_eq!(identity(card, number, date(1949, 12, 30)), Err(BirthDisagrees));
        assert!(identity(DocumentClass::OrdinaryPassport, "E12345678", date(1990, 1, 1)).is_ok());
    }

    #[test]
    fn prints_nothing() {
        let who = identity(DocumentClass::OrdinaryPassport, "E12345678", date(1990, 1, 1)).unwrap();
        assert_eq!(format!("{who:?} {:?}", who.name()), "[plain identity] [name]");
    }

    #[test]
    fn names_are_printable_and_of_bounded_length() {
        for name in ["张三", " 阿卜杜拉·买买提 ", "Ng, Kit-Ying", &"长".repeat(80)] {
            assert_eq!(name.parse::<Name>().unwrap().as_str(), name.trim());
        }
        for odd in ["", "  ", "a\nb", "\u{0}", &"长".repeat(81)] {
            assert_eq!(odd.parse::<Name>(), Err(NotAName));
        }
    }
}
