//! Specimens of the standard (the state of Utopia), and every way to spoil one.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2012, 1, 1);

/// ICAO 9303-4 appendix B.
const PASSPORT: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
/// ICAO 9303-5 appendix B.
const CARD: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
/// ICAO 9303-6 appendix B.
const SHEET: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
/// ICAO 9303-11 appendix D.2: a number longer than nine characters.
const LONG_NUMBER: &str = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<";

#[test]
fn a_passport() {
    let mrz = Mrz::parse(PASSPORT, TODAY).unwrap();
    assert_eq!(mrz.size(), Size::Td3);
    assert_eq!((mrz.document_code(), mrz.issuer(), mrz.nationality()), ("P", "UTO", "UTO"));
    assert_eq!((mrz.number(), mrz.optional()), ("L898902C3", "ZE184226B"));
    assert_eq!((mrz.primary(), mrz.secondary()), ("ERIKSSON", "ANNA MARIA"));
    assert_eq!((mrz.born(), mrz.sex()), (Some(date(1974, 8, 12)), Sex::Female));
    assert_eq!(mrz.expires(), date(2012, 4, 15));
    assert_eq!(*mrz.information(), "L898902C3674081221204159");
    assert_eq!(format!("{mrz:?}"), "Mrz([secret])");
}

#[test]
fn cards_of_both_sizes() {
    for (zone, size) in [(CARD, Size::Td1), (SHEET, Size::Td2)] {
        let mrz = Mrz::parse(zone, TODAY).unwrap();
        assert_eq!(mrz.size(), size);
        assert_eq!((mrz.number(), mrz.primary()), ("D23145890", "ERIKSSON"));
        assert_eq!(mrz.expires(), date(2012, 4, 15));
    }
}

#[test]
fn a_number_longer_than_its_field() {
    let mrz = Mrz::parse(LONG_NUMBER, date(1990, 1, 1)).unwrap();
    assert_eq!(mrz.number(), "D23145890734");
    assert_eq!(*mrz.information(), "D23145890734934071279507122");
    assert_eq!(mrz.optional(), "");
}

#[test]
fn a_short_number_is_filled_up_for_access() {
    // ICAO 9303-11 appendix D.2: "L898902C<3" "690806" "1" "940623" "6".
    assert_eq!(*information("L898902C", "690806", "940623"), "L898902C<369080619406236");
}

#[test]
fn other_lengths_and_letters_are_no_zone() {
    for odd in ["", "P<UTO", &PASSPORT[1..], &PASSPORT.to_lowercase(), &PASSPORT.replace('<', " ")]
    {
        assert_eq!(Mrz::parse(odd, TODAY).map(drop), Err(Refused::MrzWrong));
    }
}

/// Places that a check digit covers, or that are one.
fn covered(zone: &str) -> Vec<usize> {
    let layout = Layout::of(zone.len()).unwrap();
    let Layout { number, born, expires, composite, .. } = layout;
    (number.start..=number.end)
        .chain(born.start..=born.end)
        .chain(expires.start..=expires.end)
        .chain([*composite])
        .collect()
}

proptest! {
    #[test]
    fn one_wrong_character_shows(zone in prop::sample::select(vec![PASSPORT, CARD, SHEET]), place: prop::sample::Index, step in 1_u8..10) {
        let mut zone: Vec<u8> = zone.bytes().filter(|c| *c != b'\n').collect();
        let places = covered(std::str::from_utf8(&zone).unwrap());
        let at = *place.get(&places);
        // Another digit: the weights 7, 3 and 1 have no common divisor with ten, so each slip of a digit shows.
        prop_assume!(zone[at].is_ascii_digit());
        zone[at] = b'0' + (zone[at] - b'0' + step) % 10;
        let zone = String::from_utf8(zone).unwrap();
        prop_assert_eq!(Mrz::parse(&zone, TODAY).map(drop), Err(Refused::MrzWrong));
    }

    #[test]
    fn no_text_breaks_the_reader(zone in "[A-Z0-9<]{72}|[A-Z0-9<]{88}|[A-Z0-9<]{90}|\\PC{0,100}") {
        let _ = Mrz::parse(&zone, TODAY);
    }
}
