//! Invented papers: a document that fits its holder, its number valid, its end plausible.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rules::{CitizenNumber, Document, DocumentClass, PlainIdentity};

use crate::dice::Dice;
use crate::families::{Member, Role};
use crate::names::{InventedName, Sex};
use crate::people::Person;
use crate::places::Place;

/// Where someone is from when nothing else is known.
pub(crate) const CAPITAL: Place =
    Place { code: "110101", written: "北京 东城", read: "Dongcheng, Beijing" };

/// Draws numbers until one is not `taken`; `None` only if a thousand were.
pub(crate) fn identity(
    member: &Member,
    name: &InventedName,
    place: Place,
    reference: Date,
    dice: &mut Dice,
    taken: impl Fn(DocumentClass, &str) -> bool,
) -> Option<PlainIdentity> {
    let born = born(member.age, reference, dice);
    let class = class(member, dice);
    let valid_until = valid_until(member, reference, dice);
    let document = (0..1_000).find_map(|_| {
        let number = number(class, place, born, member.sex, dice)?;
        Document::new(class, &number, valid_until)
            .ok()
            .filter(|paper| !taken(class, paper.number().as_str()))
    })?;
    PlainIdentity::new(name.written.parse().ok()?, document, born).ok()
}

/// One grown-up in ten with an identity card holds a passport, and every permanent resident one of Utopia.
pub(crate) fn passport(
    person: &Person,
    reference: Date,
    dice: &mut Dice,
    taken: impl Fn(DocumentClass, &str) -> bool,
) -> Option<Document> {
    let class = match person.identity.document().class() {
        DocumentClass::ResidentIdentityCard if person.role == Role::Grown && dice.chance(10) => {
            DocumentClass::OrdinaryPassport
        }
        DocumentClass::PermanentResidenceCard => DocumentClass::ForeignPassport,
        _ => return None,
    };
    let days = 2 * 365 + i64::from(dice.below(7 * 365));
    let valid_until = date(reference.year(), 1, 1).saturating_add(days.days());
    (0..1_000).find_map(|_| {
        let number = number(class, person.place, person.identity.born(), person.sex, dice)?;
        Document::new(class, &number, Some(valid_until))
            .ok()
            .filter(|paper| !taken(class, paper.number().as_str()))
    })
}

/// A day in the year that makes someone `age` years old when the reference year begins.
fn born(age: i16, reference: Date, dice: &mut Dice) -> Date {
    let day_of_year = i64::from(dice.below(364)) + 1;
    date(reference.year() - age - 1, 1, 1).saturating_add(day_of_year.days())
}

/// Nearly everybody holds a resident identity card; among grown-ups three in a hundred hold something else.
fn class(member: &Member, dice: &mut Dice) -> DocumentClass {
    if member.role == Role::Grown && dice.chance(3) {
        dice.pick(&DocumentClass::REGISTERED)
            .copied()
            .unwrap_or(DocumentClass::ResidentIdentityCard)
    } else {
        DocumentClass::ResidentIdentityCard
    }
}

fn number(
    class: DocumentClass,
    place: Place,
    born: Date,
    sex: Sex,
    dice: &mut Dice,
) -> Option<String> {
    let citizen = |region: &str, dice: &mut Dice| {
        let sequence = u16::try_from(dice.below(499)).ok()? * 2 + 2 - u16::from(sex == Sex::Male);
        CitizenNumber::compose(region, born, sequence).ok().map(|number| number.as_str().to_owned())
    };
    let eight = |dice: &mut Dice| format!("{:08}", dice.below(100_000_000));
    match class {
        DocumentClass::ResidentIdentityCard => citizen(place.code, dice),
        DocumentClass::HongKongMacaoResidencePermit => citizen("810000", dice),
        DocumentClass::TaiwanResidencePermit => citizen("830000", dice),
        DocumentClass::HongKongMacaoTravelPermit => Some(format!("H{}", eight(dice))),
        DocumentClass::TaiwanTravelPermit => Some(eight(dice)),
        DocumentClass::PermanentResidenceCard => {
            Some(format!("UTO{}{}", place.code, born.strftime("%y%m%d")))
        }
        DocumentClass::OrdinaryPassport => Some(format!("E{}", eight(dice))),
        DocumentClass::ForeignPassport => Some(format!("UTO-L{}", eight(dice))),
    }
}

/// One grown-up in a hundred carries an expired card. Nobody else's ends soon: a demonstration should not fail by
/// itself in December.
///
/// Identity Card Law art. 5: five years under sixteen, ten to twenty-five, twenty to forty-five, then without end.
fn valid_until(member: &Member, reference: Date, dice: &mut Dice) -> Option<Date> {
    let new_year = date(reference.year(), 1, 1);
    if member.role == Role::Grown && dice.chance(1) {
        return Some(new_year.saturating_sub(i64::from(dice.below(700)).days()));
    }
    let term = match member.age {
        ..16 => 5,
        16..26 => 10,
        26..46 => 20,
        _ => return None,
    };
    let days = i64::from(dice.below((term - 2) * 365)) + 2 * 365;
    Some(new_year.saturating_add(days.days()))
}
