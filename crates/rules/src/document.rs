//! A legal identity document: its number, and how long it is valid.

use jiff::civil::Date;

use crate::{
    document_class::DocumentClass,
    document_number::{DocumentNumber, NotADocumentNumber},
    refusal::Refusal,
};

/// A document; nothing of it prints.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Document {
    number: DocumentNumber,
    valid_until: Option<Date>,
}

impl Document {
    /// A document of this class. `valid_until` is the last day of validity; `None`: long-term (长期).
    pub fn new(
        class: DocumentClass,
        number: &str,
        valid_until: Option<Date>,
    ) -> Result<Self, NotADocumentNumber> {
        DocumentNumber::new(class, number).map(|number| Self { number, valid_until })
    }

    /// Its class.
    pub const fn class(&self) -> DocumentClass {
        self.number.class()
    }

    /// Its number.
    pub const fn number(&self) -> &DocumentNumber {
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn permit(valid_until: Option<Date>) -> Document {
        Document::new(DocumentClass::TaiwanTravelPermit, "12345678", valid_until).unwrap()
    }

    #[test]
    fn is_valid_to_the_end_of_its_last_day() {
        let last = date(2026, 11, 22);
        assert_eq!(permit(Some(last)).valid_on(last), Ok(()));
        assert_eq!(permit(Some(last)).valid_on(date(2026, 11, 23)), Err(Refusal::DocumentExpired));
        assert_eq!(permit(None).valid_on(Date::MAX), Ok(()));
    }

    #[test]
    fn prints_no_number() {
        assert!(!format!("{:?}", permit(None)).contains("12345678"));
    }
}
