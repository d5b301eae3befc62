//! The travel permits of China for residents of Hong Kong and Macao (2012 edition) and of Taiwan (2015 edition): three
//! lines of 30 that are not those of ICAO 9303-5. There is no issuing state, and the number follows the code.
//!
//! The layouts are GA/T 704.14-2015 and 704.16-2015, of which only the titles and the first lines are public; the places below are
//! those that readers in the field use. Not tried on a card (`docs/divergences.md`).
//!
//! ```text
//! CRH12345678<...   code 2, number 9 and digit, edition 2 and digit, expiry 6 and digit, sex, birth 6 and digit
//! <name, coded>...  name 18, century of birth, number at home 10, digit over all
//! ZHANG<<SAN<...    name; of a Taiwan permit its last four are the issuing office
//! ```

use std::ops::Range;

use jiff::civil::Date;
use zeroize::Zeroizing;

use super::{Mrz, Sex, Size, date, layout::holds, name};

const LENGTH: usize = 90;

const NUMBER: Range<usize> = 2..11;
const EDITION: Range<usize> = 12..14;
const EXPIRES: Range<usize> = 15..21;
const SEX: Range<usize> = 22..23;
const BORN: Range<usize> = 23..29;
const CENTURY: Range<usize> = 48..49;
const COMPOSITE: usize = 59;
/// The first line without code and sex, and of the second the number at home.
const COMPOSITE_OVER: [Range<usize>; 3] = [2..22, 23..30, 49..59];

/// Who issues them; the zone does not say it.
const CHINA: &str = "CHN";

/// Is this the zone of a permit? A card of ICAO 9303-5 has the state where these have their number.
pub(super) fn is_one(zone: &str) -> bool {
    zone.len() == LENGTH
        && matches!(zone.get(..2), Some("CR" | "CT"))
        && zone.get(3..11).is_some_and(|number| number.bytes().any(|c| c.is_ascii_digit()))
}

/// Reads one, every check digit checked.
pub(super) fn read(zone: &str, today: Date) -> Option<Mrz> {
    let field = |place: Range<usize>| zone.get(place);
    for checked in [NUMBER, EDITION, EXPIRES, BORN] {
        let digit = checked.end;
        holds(field(checked)?, field(digit..digit + 1)?)?;
    }
    let covered: Option<String> = COMPOSITE_OVER.into_iter().map(field).collect();
    holds(&Zeroizing::new(covered?), field(COMPOSITE..COMPOSITE + 1)?)?;
    let code = field(0..2)?;
    let number = field(NUMBER)?.trim_end_matches('<');
    if number.is_empty() || number.contains('<') {
        return None;
    }
    let names = if code == "CT" { 60..86 } else { 60..90 };
    let (primary, secondary) = name::read(field(names)?)?;
    let born = date::read(field(BORN)?, century(field(CENTURY)?)?)?;
    Some(Mrz {
        size: Size::Td1,
        document_code: code.to_owned(),
        issuer: CHINA.to_owned(),
        nationality: CHINA.to_owned(),
        number: Zeroizing::new(number.to_owned()),
        primary,
        secondary,
        born: Some(born).filter(|born| *born <= today),
        birth_field: Zeroizing::new(field(BORN)?.to_owned()),
        sex: Sex::read(field(SEX)?)?,
        expires: date::expiry(field(EXPIRES)?, today)?,
        expiry_field: Zeroizing::new(field(EXPIRES)?.to_owned()),
        // The number at home is read by nobody here.
        optional: Zeroizing::default(),
    })
}

/// A for the nineteenth century, and so on.
fn century(letter: &str) -> Option<i16> {
    match letter {
        "A" => Some(1800),
        "B" => Some(1900),
        "C" => Some(2000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{Refused, mrz::check_digit};

    const TODAY: Date = date(2026, 11, 22);

    fn digit(text: &str) -> char {
        check_digit(text).unwrap()
    }

    /// A permit of nobody.
    fn permit(code: &str, number: &str, century: char) -> String {
        let checked = |text: &str| format!("{text}{}", digit(text));
        let number = checked(&format!("{number:<<9}"));
        let (edition, expires, born) = (checked("01"), checked("310415"), checked("740812"));
        let home = "Z123456<<<";
        let all = digit(&format!("{number}{edition}{expires}{born}{home}"));
        let second = format!("{}{century}{home}{all}", "<".repeat(18));
        let third = if code == "CT" {
            format!("{:<<26}TPE1", "CHEN<<ANNA")
        } else {
            format!("{:<<30}", "CHEN<<ANNA")
        };
        format!("{code}{number}{edition}{expires}F{born}{second}{third}")
    }

    #[test]
    fn both_are_read() {
        for (code, number) in [("CR", "H12345678"), ("CT", "12345678")] {
            let zone = permit(code, number, 'B');
            assert_eq!(zone.len(), LENGTH);
            let mrz = Mrz::parse(&zone, TODAY).unwrap();
            assert_eq!((mrz.document_code(), mrz.issuer(), mrz.number()), (code, "CHN", number));
            assert_eq!((mrz.primary(), mrz.secondary()), ("CHEN", "ANNA"));
            assert_eq!((mrz.born(), mrz.sex()), (Some(date(1974, 8, 12)), Sex::Female));
            assert_eq!(mrz.expires(), date(2031, 4, 15));
            assert_eq!(mrz.optional(), "");
            let password = mrz.information();
            assert_eq!(
                password.len(),
                24,
                "number, birth and expiry with their digits: {}",
                &password[..9]
            );
        }
        let old = Mrz::parse(&permit("CR", "M12345678", 'A'), TODAY).unwrap();
        assert_eq!(old.born(), Some(date(1874, 8, 12)), "the century is written");
    }

    #[test]
    fn a_slip_is_found() {
        let sound = permit("CR", "H12345678", 'B');
        for place in (2..22).chain(23..30).chain(49..60) {
            let mut odd = sound.clone().into_bytes();
            odd[place] = match odd[place] {
                b'9' => b'0',
                b'<' => b'1',
                b'Z' => b'Y',
                other => other + 1,
            };
            let odd = String::from_utf8(odd).unwrap();
            assert_eq!(Mrz::parse(&odd, TODAY), Err(Refused::MrzWrong), "{place}");
        }
        for century in ['D', '<', '0'] {
            assert_eq!(
                Mrz::parse(&permit("CR", "H12345678", century), TODAY),
                Err(Refused::MrzWrong)
            );
        }
        let unborn = Mrz::parse(&permit("CR", "H12345678", 'C'), TODAY).unwrap();
        assert_eq!(unborn.born(), None, "nobody is born in 2074 yet");
    }

    #[test]
    fn other_cards_are_not_taken_for_one() {
        let card = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        assert!(!is_one(card) && !is_one("CR"));
        assert!(!is_one(&card.replacen("I<UTOD23145890", "CRUTOD<<<<<<<<", 1)));
    }
}
