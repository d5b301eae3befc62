//! The machine readable zone of an invented document: a passport's (ICAO 9303-4), or a permit's of China.

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
    let state = if class == DocumentClass::ForeignPassport { "UTO" } else { "CHN" };
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
    let number = checked(&field(number, 9));
    let permit = match class {
        DocumentClass::HongKongMacaoTravelPermit => "CR",
        DocumentClass::TaiwanTravelPermit => "CT",
        _ => {
            let optional = "<".repeat(15);
            let all = digit(&format!("{number}{born}{expires}{optional}"));
            let name = field(&name, 39);
            return format!("P<{state}{name}{number}{state}{born}{sex}{expires}{optional}{all}");
        }
    };
    // The layout of China's permits; the coded name and the number at home are left empty.
    let edition = checked("01");
    let century = if person.identity.born().year() < 2000 { 'B' } else { 'C' };
    let (coded, home) = ("<".repeat(18), "<".repeat(10));
    let all = digit(&format!("{number}{edition}{expires}{born}{home}"));
    let office = if permit == "CT" { "0001" } else { "" };
    let name = field(&name, 30 - office.len());
    format!(
        "{permit}{number}{edition}{expires}{sex}{born}{coded}{century}{home}{all}{name}{office}"
    )
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
