//! Dates of six digits, and the century they leave open.

use jiff::{ToSpan, civil::Date};

/// A date of birth: the latest one that is not after today. `Some(None)`: the document leaves part of it open.
///
/// ICAO 9303-3 §4.8: unknown parts of a date of birth are "completed with filler characters".
#[expect(clippy::option_option, reason = "not a date, an open date, a date: read once, just above")]
pub(super) fn birth(field: &str, today: Date) -> Option<Option<Date>> {
    if field.contains('<') {
        let parts = [field.get(..2)?, field.get(2..4)?, field.get(4..)?];
        let whole = |part: &str| part == "<<" || part.bytes().all(|c| c.is_ascii_digit());
        return parts.into_iter().all(whole).then_some(None);
    }
    let in_century = |century: i16| read(field, century).filter(|date| *date <= today);
    let century = today.year() / 100 * 100;
    Some(Some(in_century(century).or_else(|| in_century(century - 100))?))
}

/// A date of expiry: of the two centuries, the one that puts it within fifty years of today.
pub(super) fn expiry(field: &str, today: Date) -> Option<Date> {
    const REACH: i32 = 50;
    let century = today.year() / 100 * 100;
    let latest = today.checked_add(REACH.years()).ok()?;
    let earliest = today.checked_sub(REACH.years()).ok()?;
    [century - 100, century, century + 100]
        .into_iter()
        .filter_map(|century| read(field, century))
        .find(|date| earliest < *date && *date <= latest)
}

/// A date of which the century is known.
pub(super) fn read(field: &str, century: i16) -> Option<Date> {
    if field.len() != 6 || !field.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let year: i16 = field.get(..2)?.parse().ok()?;
    Date::new(century + year, field.get(2..4)?.parse().ok()?, field.get(4..)?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn nobody_is_born_tomorrow() {
        assert_eq!(birth("261122", TODAY), Some(Some(TODAY)));
        assert_eq!(birth("261123", TODAY), Some(Some(date(1926, 11, 23))));
        assert_eq!(birth("740812", TODAY), Some(Some(date(1974, 8, 12))));
        assert_eq!(birth("000229", TODAY), Some(Some(date(2000, 2, 29))));
        assert_eq!(birth("010229", TODAY), None);
    }

    #[test]
    fn a_birthday_may_be_open() {
        assert_eq!(birth("74<<<<", TODAY), Some(None));
        assert_eq!(birth("<<<<<<", TODAY), Some(None));
        assert_eq!(birth("7408<2", TODAY), None);
    }

    #[test]
    fn expiry_is_near() {
        assert_eq!(expiry("310101", TODAY), Some(date(2031, 1, 1)));
        assert_eq!(expiry("991231", TODAY), Some(date(1999, 12, 31)));
        assert_eq!(expiry("761122", TODAY), Some(date(2076, 11, 22)));
        assert_eq!(expiry("761123", TODAY), Some(date(1976, 11, 23)));
        assert_eq!(expiry("<<<<<<", TODAY), None);
    }
}
