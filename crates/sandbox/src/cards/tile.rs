//! A person as the pages and the machines' interface show one.

use jiff::civil::Date;
use rules::DocumentClass;
use serde::Serialize;

use crate::language::{Frame, Language};
use crate::people::{Person, Population};
use crate::registry::Registry;

/// One person, ready to be shown. Everything in it is invented.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tile {
    pub(crate) index: u32,
    pub(crate) name: String,
    pub(crate) name_read: String,
    pub(crate) age: i16,
    pub(crate) born: String,
    pub(crate) place: &'static str,
    pub(crate) place_read: &'static str,
    pub(crate) document_class: &'static str,
    pub(crate) number: String,
    pub(crate) valid_until: Option<String>,
    pub(crate) phone: String,
    pub(crate) card: CardState,
    pub(crate) guardians: Vec<u32>,
    pub(crate) wards: Vec<u32>,
}

/// Would the registry vouch for the card?
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CardState {
    InForce,
    Expired,
    Lost,
}

impl Tile {
    pub(crate) fn of(person: &Person, registry: &Registry) -> Self {
        let (people, today) = (registry.population(), registry.today());
        let document = person.identity.document();
        Self {
            index: person.index.number(),
            name: person.name.written.clone(),
            name_read: person.name.read.clone(),
            age: person.age(today),
            born: person.identity.born().to_string(),
            place: person.place.written,
            place_read: person.place.read,
            document_class: document.class().as_str(),
            number: document.number().as_str().to_owned(),
            valid_until: document.valid_until().map(|day| day.to_string()),
            phone: person.phone.as_str().to_owned(),
            card: card_state(person, today),
            guardians: people.guardians(person, today).map(|other| other.index.number()).collect(),
            wards: people.wards(person, today).map(|other| other.index.number()).collect(),
        }
    }

    /// The number in groups: region, birth, the rest.
    pub(crate) fn spaced_number(&self) -> String {
        match (self.number.get(..6), self.number.get(6..14), self.number.get(14..)) {
            (Some(region), Some(born), Some(rest)) if self.number.len() == 18 => {
                format!("{region} {born} {rest}")
            }
            _ => self.number.clone(),
        }
    }

    /// The phone number in groups of three, four and four.
    pub(crate) fn spaced_phone(&self) -> String {
        match (self.phone.get(..3), self.phone.get(3..7), self.phone.get(7..)) {
            (Some(first), Some(second), Some(third)) => format!("{first} {second} {third}"),
            _ => self.phone.clone(),
        }
    }

    /// Small words under a name.
    pub(crate) fn remark(&self, frame: &Frame) -> String {
        let mut words = Vec::new();
        match self.card {
            CardState::InForce => {}
            CardState::Expired => words.push(frame.say("证件已过期", "card expired").to_owned()),
            CardState::Lost => words.push(frame.say("证件已挂失", "card reported lost").to_owned()),
        }
        match (self.wards.len(), frame.language) {
            (0, _) => {}
            (count, Language::Chinese) => words.push(format!("{count} 个孩子的监护人")),
            (count, Language::English) => words.push(format!("guardian of {count}")),
        }
        if !self.guardians.is_empty() {
            words.push(frame.say("未成年", "has a guardian").to_owned());
        }
        words.join(" · ")
    }

    /// What kind of document it is, in Chinese and in English.
    pub(crate) fn class_words(&self) -> (&'static str, &'static str) {
        self.document_class.parse().map_or(("证件", "document"), class_words)
    }
}

pub(crate) fn card_state(person: &Person, today: Date) -> CardState {
    if person.lost {
        CardState::Lost
    } else if person.identity.document().valid_on(today).is_err() {
        CardState::Expired
    } else {
        CardState::InForce
    }
}

/// The household as tiles, the person left out.
pub(crate) fn others_at_home(
    person: &Person,
    people: &Population,
    registry: &Registry,
) -> Vec<Tile> {
    let others = people.household(person).iter().filter(|other| other.index != person.index);
    others.map(|other| Tile::of(other, registry)).collect()
}

pub(crate) fn class_words(class: DocumentClass) -> (&'static str, &'static str) {
    match class {
        DocumentClass::ResidentIdentityCard => ("居民身份证", "resident identity card"),
        DocumentClass::HongKongMacaoResidencePermit => {
            ("港澳居民居住证", "Hong Kong/Macao residence permit")
        }
        DocumentClass::TaiwanResidencePermit => ("台湾居民居住证", "Taiwan residence permit"),
        DocumentClass::HongKongMacaoTravelPermit => {
            ("港澳居民来往内地通行证", "Hong Kong/Macao travel permit")
        }
        DocumentClass::TaiwanTravelPermit => ("台湾居民来往大陆通行证", "Taiwan travel permit"),
        DocumentClass::PermanentResidenceCard => {
            ("外国人永久居留身份证", "permanent residence card")
        }
        DocumentClass::OrdinaryPassport => ("普通护照", "ordinary passport"),
        DocumentClass::ForeignPassport => ("外国护照", "foreign passport"),
    }
}
