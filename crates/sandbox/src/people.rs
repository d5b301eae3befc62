//! The invented population: ten thousand persons, the same ones for the same seed and year.
//!
//! Birth dates hang on the year of the day that is handed in, not on the day itself, so that a sandbox which is
//! started again tomorrow still knows the people who enrolled today.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use jiff::civil::Date;
use rules::age::{self, AgeThreshold};
use rules::{Document, DocumentClass, PhoneNumber, PlainIdentity};
use serde::{Deserialize, Serialize};

use crate::dice::{Dice, Seed};
use crate::families::{Member, Role, household};
use crate::names::{self, InventedName, Sex};
use crate::papers;
use crate::places::{PLACES, Place};

/// How many persons the demonstration invents.
pub const ORDINARY_COUNT: u32 = 10_000;

/// A person's place in the population, as in `/people/123`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct PersonIndex(u32);

impl PersonIndex {
    /// The number itself.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl From<u32> for PersonIndex {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl FromStr for PersonIndex {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for PersonIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Someone invented. Everything may be shown: nobody is behind it.
#[derive(Clone, Debug)]
pub struct Person {
    /// The place in the population.
    pub index: PersonIndex,
    /// The name in characters and in pinyin.
    pub name: InventedName,
    /// Woman or man.
    pub sex: Sex,
    /// What the document says.
    pub identity: PlainIdentity,
    /// Documents beside it: passports. The registry knows them, but for foreign ones.
    pub further: Vec<Document>,
    /// Where the person is from.
    pub place: Place,
    /// A number whose range no operator was given.
    pub phone: PhoneNumber,
    /// Where the person stands in the household.
    pub role: Role,
    /// The card was reported lost: the registry refuses it.
    pub lost: bool,
    household: usize,
}

impl Person {
    /// Every document, the first one first.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        std::iter::once(self.identity.document()).chain(&self.further)
    }

    /// Completed years of life.
    pub fn age(&self, today: Date) -> i16 {
        age::years(self.identity.born(), today)
    }

    /// Is the person still a child before the law?
    pub fn minor(&self, today: Date) -> bool {
        !age::reached(self.identity.born(), AgeThreshold::Eighteen, today)
    }
}

/// Everybody.
#[derive(Debug)]
pub struct Population {
    people: Vec<Person>,
    households: Vec<Range<usize>>,
    by_document: HashMap<(DocumentClass, String), usize>,
}

impl Population {
    /// Invents `count` persons as of the year of `reference`.
    pub fn invent(seed: Seed, count: u32, reference: Date) -> Self {
        let mut dice = seed.dice("population");
        let mut everybody =
            Self { people: Vec::new(), households: Vec::new(), by_document: HashMap::new() };
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        while everybody.people.len() < count {
            let start = everybody.people.len();
            let home = dice.pick(PLACES).copied().unwrap_or(papers::CAPITAL);
            for member in household(&mut dice).into_iter().take(count - start) {
                everybody.admit(member, home, reference, &mut dice);
            }
            everybody.households.push(start..everybody.people.len());
        }
        everybody.travel(seed, reference);
        everybody
    }

    /// Some people hold passports as well; dice of their own, so that nobody is otherwise than without.
    fn travel(&mut self, seed: Seed, reference: Date) {
        let mut dice = seed.dice("passports");
        for (at, person) in self.people.iter_mut().enumerate() {
            let taken = |class: DocumentClass, number: &str| {
                self.by_document.contains_key(&(class, number.to_owned()))
            };
            if let Some(passport) = papers::passport(person, reference, &mut dice, taken) {
                let number = passport.number();
                self.by_document.insert((number.class(), number.as_str().to_owned()), at);
                person.further.push(passport);
            }
        }
    }

    fn admit(&mut self, member: Member, home: Place, reference: Date, dice: &mut Dice) {
        let at = self.people.len();
        let number = u32::try_from(at).unwrap_or(u32::MAX);
        let moved_here = member.role != Role::Child && dice.chance(40);
        let place = if moved_here { dice.pick(PLACES).copied().unwrap_or(home) } else { home };
        let name = names::name(member.surname, member.sex, dice);
        let taken = |class: DocumentClass, number: &str| {
            self.by_document.contains_key(&(class, number.to_owned()))
        };
        let Some(identity) = papers::identity(&member, &name, place, reference, dice, taken) else {
            return;
        };
        let Ok(phone) = format!("{UNASSIGNED}{number:04}").parse() else { return };
        let lost = member.role == Role::Grown && dice.chance(1);
        self.by_document.insert(key(&identity), at);
        self.people.push(Person {
            index: PersonIndex(number),
            name,
            sex: member.sex,
            identity,
            further: Vec::new(),
            place,
            phone,
            role: member.role,
            lost,
            household: self.households.len(),
        });
    }

    /// All persons, by index.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The person at this place.
    pub fn person(&self, index: PersonIndex) -> Option<&Person> {
        self.people.get(usize::try_from(index.0).ok()?)
    }

    /// The holder of this document.
    pub fn holder(&self, class: DocumentClass, number: &str) -> Option<&Person> {
        self.by_document.get(&(class, number.to_owned())).and_then(|at| self.people.get(*at))
    }

    /// Everybody in the person's household, the person too.
    pub fn household(&self, person: &Person) -> &[Person] {
        let range = self.households.get(person.household).cloned().unwrap_or_default();
        self.people.get(range).unwrap_or_default()
    }

    /// The minor children this person is guardian of today.
    pub fn wards(&self, person: &Person, today: Date) -> impl Iterator<Item = &Person> {
        let guardian = person.role == Role::Grown;
        self.household(person)
            .iter()
            .filter(move |other| guardian && other.role == Role::Child && other.minor(today))
    }

    /// The guardians of this person, if today still a minor.
    pub fn guardians(&self, person: &Person, today: Date) -> impl Iterator<Item = &Person> {
        let ward = person.role == Role::Child && person.minor(today);
        self.household(person).iter().filter(move |other| ward && other.role == Role::Grown)
    }
}

/// Valid in form; no operator was given 160 0000.
const UNASSIGNED: &str = "1600000";

fn key(identity: &PlainIdentity) -> (DocumentClass, String) {
    (identity.document().class(), identity.document().number().as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::civil::date;
    use rules::CitizenNumber;

    use super::*;

    fn everybody() -> Population {
        Population::invent(Seed::from_words("people"), ORDINARY_COUNT, today())
    }

    fn today() -> Date {
        date(2026, 11, 22)
    }

    #[test]
    fn ten_thousand_persons_each_with_a_valid_document_of_their_own() {
        let everybody = everybody();
        assert_eq!(everybody.people().len(), 10_000);
        let mut seen = HashSet::new();
        let mut cards = 0;
        for (at, person) in everybody.people().iter().enumerate() {
            let document = person.identity.document();
            assert_eq!(usize::try_from(person.index.number()).unwrap(), at);
            assert!(seen.insert((document.class(), document.number().as_str().to_owned())));
            assert!(
                seen.insert((DocumentClass::OrdinaryPassport, person.phone.as_str().to_owned()))
            );
            assert_eq!(
                everybody.holder(document.class(), document.number().as_str()).unwrap().index,
                person.index
            );
            if document.class() == DocumentClass::ResidentIdentityCard {
                cards += 1;
                let number: CitizenNumber = document.number().as_str().parse().unwrap();
                assert_eq!(number.region(), person.place.code);
                let odd = number.as_str().as_bytes()[16] % 2 == 1;
                assert_eq!(odd, person.sex == Sex::Male);
            }
        }
        assert!(cards > 9_500, "{cards} identity cards");
        let classes: HashSet<_> =
            everybody.people().iter().map(|p| p.identity.document().class()).collect();
        assert_eq!(classes.len(), DocumentClass::REGISTERED.len());
    }

    #[test]
    fn ages_are_spread_from_nought_to_a_hundred() {
        let everybody = everybody();
        let mut ages = [0_u32; 102];
        for person in everybody.people() {
            ages[usize::try_from(person.age(today())).unwrap()] += 1;
        }
        assert!(ages[..95].iter().all(|&count| count > 0), "{ages:?}");
        let under_18: u32 = ages[..18].iter().sum();
        let over_60: u32 = ages[60..].iter().sum();
        assert!((1_500..3_000).contains(&under_18), "{under_18} under eighteen");
        assert!((1_500..3_500).contains(&over_60), "{over_60} over sixty");
    }

    #[test]
    fn every_minor_has_a_grown_up_guardian_who_knows_it() {
        let everybody = everybody();
        let mut minors = 0;
        for person in everybody.people().iter().filter(|p| p.minor(today())) {
            minors += 1;
            let guardians: Vec<_> = everybody.guardians(person, today()).collect();
            assert!(!guardians.is_empty(), "{person:?}");
            for guardian in guardians {
                assert!(guardian.age(today()) - person.age(today()) >= 18);
                assert!(everybody.wards(guardian, today()).any(|ward| ward.index == person.index));
            }
        }
        assert!(minors > 0);
        assert!(
            everybody
                .people()
                .iter()
                .all(|p| everybody.guardians(p, today()).next().is_none() || p.minor(today()))
        );
    }

    #[test]
    fn the_same_seed_and_year_invent_the_same_people() {
        let (again, tomorrow) = (everybody(), date(2026, 11, 23));
        let tomorrow = Population::invent(Seed::from_words("people"), ORDINARY_COUNT, tomorrow);
        let other = Population::invent(Seed::from_words("others"), ORDINARY_COUNT, today());
        let same = |a: &Population, b: &Population| {
            a.people()
                .iter()
                .zip(b.people())
                .filter(|(a, b)| a.identity == b.identity && a.phone == b.phone)
                .count()
        };
        assert_eq!(same(&again, &everybody()), 10_000);
        assert_eq!(same(&again, &tomorrow), 10_000);
        assert!(same(&again, &other) < 10);
    }

    #[test]
    fn some_cards_are_lost_and_some_have_expired() {
        let everybody = everybody();
        let lost = everybody.people().iter().filter(|p| p.lost).count();
        let expired = everybody
            .people()
            .iter()
            .filter(|p| p.identity.document().valid_on(today()).is_err())
            .count();
        assert!((20..200).contains(&lost), "{lost}");
        assert!((20..200).contains(&expired), "{expired}");
    }
}
