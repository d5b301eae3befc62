//! The machine readable zone of an invented document (ICAO 9303-4 and -5).

use icao::mrz::check_digit;
use jiff::civil::Date;
use rules::{Document, DocumentClass};

use crate::names::Sex;
use crate::people::Person;

/// When a document that is "long-term" on paper ends on the chip: a zone has no word for it.
const LONG_TERM: &str = "491231";

/// The zone, its lines one after another.
pub(super) fn zone(person: &Person, document: &Document) -> String {
    let class = document.class();
    let (code, issuer, nationality) = match class {
        DocumentClass::HongKongMacaoTravelPermit => ("CR", "CHN", "CHN"),
        DocumentClass::TaiwanTravelPermit => ("CT", "CHN", "CHN"),
        DocumentClass::PermanentResidenceCard => ("CP", "CHN", "UTO"),
        DocumentClass::ForeignPassport => ("P", "UTO", "UTO"),
        _ => ("P", "CHN", "CHN"),
    };
    let number = document.number().as_str();
    let number = number.split_once('-').map_or(number, |(_, number)| number);
    let born = checked(&digits(person.identity.born()));
    let expires = document.valid_until().map_or(LONG_TERM.to_owned(), digits);
    let expires = checked(&expires);
    let sex = match person.sex {
        Sex::Female => 'F',
        Sex::Male => 'M',
    };
    let name = person.name.read.to_ascii_uppercase();
    let (surname, given) = name.split_once(' ').unwrap_or((&name, ""));
    let name = format!("{surname}<<{}", given.replace([' ', '\''], "<"));
    let (code, issuer) = (field(code, 2), field(issuer, 3));
    if code.starts_with('P') {
        let number = checked(&field(number, 9));
        let optional = "<".repeat(15);
        let all = digit(&format!("{number}{born}{expires}{optional}"));
        let name = field(&name, 39);
        format!("{code}{issuer}{name}{number}{nationality}{born}{sex}{expires}{optional}{all}")
    } else {
        let number = long_number(number);
        let more = "<".repeat(11);
        let all = digit(&format!("{number}{born}{expires}{more}"));
        let name = field(&name, 30);
        format!("{code}{issuer}{number}{born}{sex}{expires}{nationality}{more}{all}{name}")
    }
}

/// Twenty-five characters of a card's first line: the number, of more than nine characters continued in the optional data.
///
/// ICAO 9303-5 §4.2.2 note j: "the 9 principal characters of the document number ... followed by the document number
/// check digit and a filler".
fn long_number(number: &str) -> String {
    match number.split_at_checked(9) {
        Some((first, more)) if !more.is_empty() => {
            field(&format!("{first}<{more}{}", digit(number)), 25)
        }
        _ => field(&checked(&field(number, 9)), 25),
    }
}

fn field(text: &str, length: usize) -> String {
    let text: String = text.chars().take(length).collect();
    format!("{text:<<length$}")
}

fn digits(date: Date) -> String {
    date.strftime("%y%m%d").to_string()
}

fn checked(field: &str) -> String {
    format!("{field}{}", digit(field))
}

fn digit(field: &str) -> char {
    check_digit(field).unwrap_or('<')
}
