//! The sandbox population registry: it issues cards, knows which were lost, and says whose a card is.

use std::sync::Arc;

use axum::http::StatusCode;
use formats::base64url;
use formats::jws::UnverifiedJws;
use formats::mac::same;
use formats::{Secret, SigningKey, Verified, VerifyingKey};
use icao::{ChipAnswer, ChipQuestion};
use jiff::civil::Date;
use rules::{Document, DocumentClass};
use serde::Serialize;
use url::Url;

use crate::chip::{self, ANSWER_TYPE, AnswerClaims, CARD_TYPE, CardClaims, CardEvidence};
use crate::clock::Clock;
use crate::dice::Seed;
use crate::page::Problem;
use crate::people::{Person, PersonIndex, Population};
use crate::portrait::FaceVerifier;
use crate::travel::{self, Country, TravelDocument, has_chip};

/// Longest card or answer read: names and keys are short.
const LONGEST_TOKEN: usize = 4 * 1024;

/// How a registry is set up.
#[derive(Clone, Debug)]
pub struct RegistrySetup {
    /// What its people and keys are invented from.
    pub seed: Seed,
    /// Whom it knows.
    pub population: Arc<Population>,
    /// The platform it serves: cards answer to this issuer, and pages send forms to its origin only.
    pub platform: Url,
    /// What the platform shows to be let in.
    pub bearer_token: Secret<String>,
    /// Where the sandbox inbox is, for links.
    pub inbox: Option<Url>,
    /// The time.
    pub clock: Clock,
}

/// The registry. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Registry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    setup: RegistrySetup,
    audience: String,
    key: SigningKey,
    kid: String,
    faces: FaceVerifier,
    /// Here, and abroad (`true`).
    countries: [(bool, Country); 2],
}

/// A registered person, as the registry tells the platform.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RegisteredPerson {
    name: String,
    document_class: &'static str,
    number: String,
    born: String,
    valid_until: Option<String>,
    register: String,
    wards: Vec<RegisteredDocument>,
}

/// Whose a document is, as the registry tells the platform.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Registration {
    register: String,
    wards: Vec<RegisteredDocument>,
}

/// A document, by class and number.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RegisteredDocument {
    document_class: &'static str,
    number: String,
}

/// Why the registry does not vouch for a card.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CardRefusal {
    /// No person has such a document.
    #[error("no such card was issued")]
    Unknown,
    /// The card was not signed by this registry, or the answer not by the card.
    #[error("the card is not genuine")]
    NotGenuine,
    /// It was issued to somebody else.
    #[error("the card is somebody else's")]
    Differs,
    /// Its last day has passed.
    #[error("the card has expired")]
    Expired,
    /// Its holder reported it lost.
    #[error("the card was reported lost")]
    ReportedLost,
    /// The answer is to another challenge, or meant for somebody else.
    #[error("the card answered another challenge")]
    ChallengeWrong,
}

impl Registry {
    /// Sets up a registry.
    ///
    /// `setup.platform` stands for the issuer: its text without a closing slash is what cards answer to.
    pub fn new(setup: RegistrySetup) -> Self {
        let key = chip::registry_key(setup.seed);
        let kid = key.public().thumbprint();
        let audience = setup.platform.as_str().trim_end_matches('/').to_owned();
        let faces = FaceVerifier::new(setup.seed);
        let countries = [(false, "CN"), (true, "UT")]
            .map(|(abroad, letters)| (abroad, Country::found(setup.seed, letters)));
        Self(Arc::new(Inner { setup, audience, key, kid, faces, countries }))
    }

    /// Whom it knows.
    pub fn population(&self) -> &Population {
        &self.0.setup.population
    }

    /// Whom cards answer to.
    pub fn audience(&self) -> &str {
        &self.0.audience
    }

    pub(crate) fn setup(&self) -> &RegistrySetup {
        &self.0.setup
    }

    pub(crate) fn faces(&self) -> &FaceVerifier {
        &self.0.faces
    }

    pub(crate) fn today(&self) -> Date {
        self.0.setup.clock.today()
    }

    /// The key that cards are signed with.
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.0.key.verifying_key()
    }

    /// Is this the token the platform was given?
    pub fn knows_token(&self, token: &str) -> bool {
        same(token.as_bytes(), self.0.setup.bearer_token.expose().as_bytes())
    }

    /// Holds a person's card to a reader that asks with `challenge` for `audience`.
    pub fn hold_card(
        &self,
        person: PersonIndex,
        challenge: &str,
        audience: &str,
    ) -> Option<CardEvidence> {
        let person = self.population().person(person)?;
        let key = chip::card_key(self.0.setup.seed, person.index);
        Some(CardEvidence {
            card: chip::card(person, &key, &self.0.key, &self.0.kid),
            answer: chip::answer(&key, challenge, audience),
        })
    }

    /// Says whose card answered, if it is genuine, in force, and answered this challenge for this audience.
    pub fn prove(
        &self,
        evidence: &CardEvidence,
        challenge: &str,
        audience: &str,
    ) -> Result<RegisteredPerson, CardRefusal> {
        let card = self.check_card(&evidence.card)?;
        let answer = check_answer(&evidence.answer, card.cnf.jwk.verifying_key())?;
        let to_this = same(answer.nonce.as_bytes(), challenge.as_bytes());
        if !to_this || answer.aud != audience || audience != self.audience() {
            return Err(CardRefusal::ChallengeWrong);
        }
        let person = self.holder(&card)?;
        if person.lost {
            return Err(CardRefusal::ReportedLost);
        }
        person.identity.document().valid_on(self.today()).map_err(|_| CardRefusal::Expired)?;
        Ok(self.registered(person))
    }

    /// Says whose a document is, if it is in force.
    pub fn look_up(&self, class: DocumentClass, number: &str) -> Result<Registration, CardRefusal> {
        // Other states' passports stand in other states' registers.
        let person = self.population().holder(class, number).filter(|_| class.is_registered());
        let person = person.ok_or(CardRefusal::Unknown)?;
        let is_it = |document: &&Document| document.number().as_str() == number;
        let document = person.documents().find(is_it).ok_or(CardRefusal::Unknown)?;
        // The loss was reported of the first one.
        if person.lost && document == person.identity.document() {
            return Err(CardRefusal::ReportedLost);
        }
        document.valid_on(self.today()).map_err(|_| CardRefusal::Expired)?;
        Ok(Registration { register: self.register_number(person), wards: self.wards(person) })
    }

    /// Says that a document is in force and its holder's name and date of birth are these; otherwise no more than that
    /// they are not.
    pub fn vouch(
        &self,
        class: DocumentClass,
        number: &str,
        name: &str,
        born: Date,
    ) -> Result<Registration, CardRefusal> {
        let person = self.population().holder(class, number).ok_or(CardRefusal::Unknown)?;
        if person.name.written != name || person.identity.born() != born {
            return Err(CardRefusal::Differs);
        }
        self.look_up(class, number)
    }

    /// The certificates of the countries that sign the invented travel documents, in DER.
    pub fn authorities(&self) -> impl Iterator<Item = &[u8]> {
        self.0.countries.iter().map(|(_, country)| country.certificate())
    }

    /// Reads the chip of a person's document; none if it has no chip.
    pub fn read_chip(&self, person: PersonIndex, document: &Document) -> Option<TravelDocument> {
        let person = self.population().person(person)?;
        let document = person.documents().find(|known| *known == document)?;
        let abroad = document.class() == DocumentClass::ForeignPassport;
        let (_, country) = self.0.countries.iter().find(|(foreign, _)| *foreign == abroad)?;
        has_chip(document.class())
            .then(|| travel::read(self.0.setup.seed, country, person, document))
    }

    /// What the chip of a document answers.
    pub fn ask_chip(&self, document: &Document, question: &ChipQuestion) -> Option<ChipAnswer> {
        travel::answer(self.0.setup.seed, document, question)
    }

    /// What the registry calls a person, whichever document is shown.
    fn register_number(&self, person: &Person) -> String {
        let drawn = self.0.setup.seed.bytes("register", person.index.number().into());
        base64url::encode(drawn.first_chunk::<16>().map_or(&[], <[u8; 16]>::as_slice))
    }

    fn wards(&self, person: &Person) -> Vec<RegisteredDocument> {
        self.population().wards(person, self.today()).map(RegisteredDocument::of).collect()
    }

    fn check_card(&self, card: &str) -> Result<Verified<CardClaims>, CardRefusal> {
        UnverifiedJws::parse(card, LONGEST_TOKEN)
            .and_then(|card| card.expect_typ(CARD_TYPE))
            .map_err(|_| CardRefusal::NotGenuine)?
            .verify(self.verifying_key())
            .map_err(|_| CardRefusal::NotGenuine)
    }

    fn holder(&self, card: &Verified<CardClaims>) -> Result<&Person, CardRefusal> {
        let class: DocumentClass = card.document_class.parse().map_err(|_| CardRefusal::Unknown)?;
        self.population().holder(class, &card.number).ok_or(CardRefusal::Unknown)
    }

    fn registered(&self, person: &Person) -> RegisteredPerson {
        let RegisteredDocument { document_class, number } = RegisteredDocument::of(person);
        RegisteredPerson {
            name: person.name.written.clone(),
            document_class,
            number,
            born: person.identity.born().to_string(),
            valid_until: person.identity.document().valid_until().map(|day| day.to_string()),
            register: self.register_number(person),
            wards: self.wards(person),
        }
    }
}

impl RegisteredDocument {
    fn of(person: &Person) -> Self {
        let number = person.identity.document().number();
        Self { document_class: number.class().as_str(), number: number.as_str().to_owned() }
    }
}

fn check_answer(answer: &str, card: &VerifyingKey) -> Result<Verified<AnswerClaims>, CardRefusal> {
    UnverifiedJws::parse(answer, LONGEST_TOKEN)
        .and_then(|answer| answer.expect_typ(ANSWER_TYPE))
        .map_err(|_| CardRefusal::NotGenuine)?
        .verify(card)
        .map_err(|_| CardRefusal::NotGenuine)
}

impl From<CardRefusal> for Problem {
    fn from(refusal: CardRefusal) -> Self {
        let (code, title) = match refusal {
            CardRefusal::Unknown => ("card_unknown", "No such card was issued"),
            CardRefusal::NotGenuine => ("card_not_genuine", "The card is not genuine"),
            CardRefusal::Differs => ("card_differs", "The card is somebody else's"),
            CardRefusal::Expired => ("card_expired", "The card has expired"),
            CardRefusal::ReportedLost => ("card_reported_lost", "The card was reported lost"),
            CardRefusal::ChallengeWrong => {
                ("challenge_wrong", "The card answered another challenge")
            }
        };
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, code, title }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use formats::jws;
    use jiff::civil::date;

    use super::*;

    /// A registry of a thousand persons on 22 November 2026.
    pub(crate) fn registry() -> Registry {
        let seed = Seed::from_words("registry");
        Registry::new(RegistrySetup {
            seed,
            population: Arc::new(Population::invent(seed, 1_000, date(2026, 11, 22))),
            platform: "http://localhost:8080".parse().unwrap(),
            bearer_token: Secret::new("let-me-in".to_owned()),
            inbox: None,
            clock: Clock::new(|| "2026-11-22T04:00:00Z".parse().unwrap()),
        })
    }

    /// The first person with a card in force that `also` fits.
    pub(crate) fn somebody(registry: &Registry, also: impl Fn(&Person) -> bool) -> PersonIndex {
        let sound =
            |p: &&Person| !p.lost && p.identity.document().valid_on(registry.today()).is_ok();
        registry.population().people().iter().filter(sound).find(|p| also(p)).unwrap().index
    }

    const ISSUER: &str = "http://localhost:8080";

    #[test]
    fn a_card_that_answers_proves_its_holder_and_the_children() {
        let registry = registry();
        let people = registry.population();
        let today = registry.today();
        let parent = somebody(&registry, |p| people.wards(p, today).count() > 1);
        let evidence = registry.hold_card(parent, "fresh", ISSUER).unwrap();
        let proved = registry.prove(&evidence, "fresh", ISSUER).unwrap();
        let parent = people.person(parent).unwrap();
        assert_eq!(proved.name, parent.name.written);
        assert_eq!(proved.number, parent.identity.document().number().as_str());
        assert_eq!(proved.wards.len(), people.wards(parent, today).count());
    }

    #[test]
    fn an_answer_to_another_challenge_or_for_somebody_else_proves_nothing() {
        let registry = registry();
        let person = somebody(&registry, |_| true);
        let evidence = registry.hold_card(person, "fresh", ISSUER).unwrap();
        let elsewhere = registry.hold_card(person, "fresh", "https://elsewhere.example").unwrap();
        assert_eq!(registry.prove(&evidence, "stale", ISSUER), Err(CardRefusal::ChallengeWrong));
        assert_eq!(registry.prove(&evidence, "", ISSUER), Err(CardRefusal::ChallengeWrong));
        assert_eq!(registry.prove(&elsewhere, "fresh", ISSUER), Err(CardRefusal::ChallengeWrong));
        let audience = "https://elsewhere.example";
        assert_eq!(registry.prove(&elsewhere, "fresh", audience), Err(CardRefusal::ChallengeWrong));
    }

    #[test]
    fn a_forged_card_and_another_persons_answer_are_not_genuine() {
        let registry = registry();
        let (anna, bert) =
            (somebody(&registry, |_| true), somebody(&registry, |p| p.index.number() > 50));
        let annas = registry.hold_card(anna, "fresh", ISSUER).unwrap();
        let berts = registry.hold_card(bert, "fresh", ISSUER).unwrap();
        let mixed = CardEvidence { card: annas.card.clone(), answer: berts.answer };
        assert_eq!(registry.prove(&mixed, "fresh", ISSUER), Err(CardRefusal::NotGenuine));

        let own_key = SigningKey::generate();
        let person = registry.population().person(anna).unwrap();
        let kid = registry.0.kid.as_str();
        let forged = CardEvidence {
            card: chip::card(person, &own_key, &own_key, kid),
            answer: chip::answer(&own_key, "fresh", ISSUER),
        };
        assert_eq!(registry.prove(&forged, "fresh", ISSUER), Err(CardRefusal::NotGenuine));

        let swapped = CardEvidence { card: annas.answer.clone(), answer: annas.card.clone() };
        assert_eq!(registry.prove(&swapped, "fresh", ISSUER), Err(CardRefusal::NotGenuine));
        let claims = AnswerClaims { nonce: "fresh".to_owned(), aud: ISSUER.to_owned() };
        let key = chip::card_key(registry.0.setup.seed, anna);
        let mistyped =
            CardEvidence { card: annas.card, answer: jws::sign(&key, "", "JWT", &claims) };
        assert_eq!(registry.prove(&mistyped, "fresh", ISSUER), Err(CardRefusal::NotGenuine));
        let nonsense = CardEvidence { card: "x".repeat(10_000), answer: String::new() };
        assert_eq!(registry.prove(&nonsense, "fresh", ISSUER), Err(CardRefusal::NotGenuine));
    }

    #[test]
    fn lost_and_expired_cards_are_refused_by_name() {
        let registry = registry();
        let prove = |person: &Person| {
            let evidence = registry.hold_card(person.index, "fresh", ISSUER).unwrap();
            registry.prove(&evidence, "fresh", ISSUER)
        };
        let people = registry.population().people();
        let lost = people.iter().find(|p| p.lost).unwrap();
        let expired =
            |p: &&Person| !p.lost && p.identity.document().valid_on(registry.today()).is_err();
        let expired = people.iter().find(expired).unwrap();
        assert_eq!(prove(lost), Err(CardRefusal::ReportedLost));
        assert_eq!(prove(expired), Err(CardRefusal::Expired));
    }

    #[test]
    fn a_document_is_looked_up_by_its_number() {
        let registry = registry();
        let look_up = |person: &Person| {
            let number = person.identity.document().number();
            registry.look_up(number.class(), number.as_str())
        };
        let people = registry.population();
        let person = people.person(somebody(&registry, |_| true)).unwrap();
        let evidence = registry.hold_card(person.index, "fresh", ISSUER).unwrap();
        let proved = registry.prove(&evidence, "fresh", ISSUER).unwrap();
        let registration = look_up(person).unwrap();
        assert_eq!((registration.register, registration.wards), (proved.register, proved.wards));
        let registers: std::collections::HashSet<_> =
            people.people().iter().map(|person| registry.register_number(person)).collect();
        assert_eq!(registers.len(), people.people().len());

        let lost = people.people().iter().find(|p| p.lost).unwrap();
        assert_eq!(look_up(lost), Err(CardRefusal::ReportedLost));
        let nobody = registry.look_up(DocumentClass::OrdinaryPassport, "E00000000");
        assert_eq!(nobody, Err(CardRefusal::Unknown));
    }

    #[test]
    fn a_genuine_card_of_nobody_is_unknown() {
        let registry = registry();
        let stranger = Population::invent(Seed::from_words("elsewhere"), 1, date(2026, 1, 1));
        let key = SigningKey::generate();
        let evidence = CardEvidence {
            card: chip::card(&stranger.people()[0], &key, &registry.0.key, ""),
            answer: chip::answer(&key, "fresh", ISSUER),
        };
        assert_eq!(registry.prove(&evidence, "fresh", ISSUER), Err(CardRefusal::Unknown));
    }
}
