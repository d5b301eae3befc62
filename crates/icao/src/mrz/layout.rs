//! Where each field stands in the three sizes, and which check digit covers what.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{Size, check_digit};

/// The places of one size, counted from the first character of the first line.
pub(super) struct Layout {
    pub(super) size: Size,
    length: usize,
    name: Range<usize>,
    pub(super) number: Range<usize>,
    nationality: Range<usize>,
    pub(super) born: Range<usize>,
    sex: Range<usize>,
    pub(super) expires: Range<usize>,
    /// Personal number or other data of the issuer; in TD1 on the first line, where a long number continues.
    optional: Range<usize>,
    /// TD1's second field of optional data.
    optional_more: Range<usize>,
    /// TD3 only: the check digit of the optional data.
    optional_digit: Option<usize>,
    pub(super) composite: usize,
    composite_over: &'static [Range<usize>],
}

/// ICAO 9303-5 §4.2.2: three lines of 30.
const TD1: Layout = Layout {
    size: Size::Td1,
    length: 90,
    number: 5..14,
    optional: 15..30,
    born: 30..36,
    sex: 37..38,
    expires: 38..44,
    nationality: 45..48,
    optional_more: 48..59,
    optional_digit: None,
    composite: 59,
    // "upper line characters 6 to 30, middle line characters 1 to 7, 9 to 15, 19 to 29".
    composite_over: &[5..30, 30..37, 38..45, 48..59],
    name: 60..90,
};

/// ICAO 9303-6 §4.2.2: two lines of 36.
const TD2: Layout = Layout {
    size: Size::Td2,
    length: 72,
    name: 5..36,
    number: 36..45,
    nationality: 46..49,
    born: 49..55,
    sex: 56..57,
    expires: 57..63,
    optional: 64..71,
    optional_more: 71..71,
    optional_digit: None,
    composite: 71,
    // "characters 1 to 10, 14 to 20 and 22 to 35 of the lower MRZ line".
    composite_over: &[36..46, 49..56, 57..71],
};

/// ICAO 9303-4 §4.2.2: two lines of 44.
const TD3: Layout = Layout {
    size: Size::Td3,
    length: 88,
    name: 5..44,
    number: 44..53,
    nationality: 54..57,
    born: 57..63,
    sex: 64..65,
    expires: 65..71,
    optional: 72..86,
    optional_more: 86..86,
    optional_digit: Some(86),
    composite: 87,
    // "characters 1 to 10, 14 to 20 and 22 to 43 of the lower MRZ line".
    composite_over: &[44..54, 57..64, 65..87],
};

/// The fields, every check digit checked.
pub(super) struct Fields<'a> {
    pub(super) document_code: &'a str,
    pub(super) issuer: &'a str,
    pub(super) number: Zeroizing<String>,
    pub(super) name: &'a str,
    pub(super) nationality: &'a str,
    pub(super) born: &'a str,
    pub(super) sex: &'a str,
    pub(super) expires: &'a str,
    pub(super) optional: Zeroizing<String>,
}

impl Layout {
    pub(super) fn of(length: usize) -> Option<&'static Self> {
        [&TD1, &TD2, &TD3].into_iter().find(|layout| layout.length == length)
    }

    pub(super) fn read<'a>(&self, zone: &'a str) -> Option<Fields<'a>> {
        let field = |place: &Range<usize>| zone.get(place.clone());
        let digit = |place: usize| zone.get(place..=place);
        for checked in [&self.born, &self.expires] {
            holds(field(checked)?, digit(checked.end)?)?;
        }
        let covered: Option<String> = self.composite_over.iter().map(field).collect();
        holds(&Zeroizing::new(covered?), digit(self.composite)?)?;
        let optional = field(&self.optional)?;
        if let Some(place) = self.optional_digit {
            // ICAO 9303-4 §4.2.2.2: "When the personal number field is not used and filler characters (<) are used in
            // positions 29 to 42, the check digit may be zero or the filler character (<)".
            let unused = optional.bytes().all(|c| c == b'<');
            if !(unused && digit(place)? == "<") {
                holds(optional, digit(place)?)?;
            }
        }
        let (number, rest) =
            self.number(field(&self.number)?, digit(self.number.end)?, optional)?;
        let mut optional = Zeroizing::new(format!("{rest}{}", field(&self.optional_more)?));
        let length = optional.trim_end_matches('<').len();
        optional.truncate(length);
        Some(Fields {
            document_code: zone.get(..2)?,
            issuer: zone.get(2..5)?,
            number,
            name: field(&self.name)?,
            nationality: field(&self.nationality)?,
            born: field(&self.born)?,
            sex: field(&self.sex)?,
            expires: field(&self.expires)?,
            optional,
        })
    }

    /// The document number, and what of the optional data is not part of it.
    fn number<'a>(
        &self,
        field: &str,
        digit: &str,
        optional: &'a str,
    ) -> Option<(Zeroizing<String>, &'a str)> {
        // ICAO 9303-5 §4.2.2 note j: "the 9 principal characters of the document number ... The remaining characters
        // shall be placed in the first line of optional data ... followed by the document number check digit and a
        // filler". ICAO 9303-6 has the same; a TD3 number has no more than nine.
        if digit == "<" && self.size != Size::Td3 {
            let (tail, rest) = optional.split_once('<')?;
            let (more, digit) = tail.split_at_checked(tail.len().checked_sub(1)?)?;
            let number = Zeroizing::new(format!("{field}{more}"));
            holds(&number, digit)?;
            return (!more.is_empty() && !number.contains('<')).then_some((number, rest));
        }
        holds(field, digit)?;
        let number = field.trim_end_matches('<');
        (!number.is_empty() && !number.contains('<'))
            .then(|| (Zeroizing::new(number.to_owned()), optional))
    }
}

pub(super) fn holds(field: &str, digit: &str) -> Option<()> {
    (digit.chars().next() == check_digit(field)).then_some(())
}
