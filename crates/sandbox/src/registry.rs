//! The sandbox population registry: it issues cards, knows which were lost, and says whose a card is.

use std::sync::Arc;

use formats::base64url;
use formats::jws::UnverifiedJws;
use formats::mac::same;
use formats::{Secret, SigningKey, Verified, VerifyingKey};
use icao::{ChipAnswer, ChipQuestion};
use jiff::civil::Date;
use rules::document_class::Chip;
use rules::{Document, DocumentClass};
use url::Url;

use crate::chip::{self, ANSWER_TYPE, AnswerClaims, CARD_TYPE, CardClaims, CardEvidence};
use crate::clock::Clock;
use crate::dice::Seed;
use crate::people::{Person, PersonIndex, Population};
use crate::portrait::FaceVerifier;
use crate::registration::{CardRefusal, RegisteredDocument, RegisteredPerson, Registration};
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

    /// Holds a person's card to a reader that asks with `challenge` for `audience`; none if what they have is no card but a
    /// document with a chip of ICAO 9303.
    pub fn hold_card(
        &self,
        person: PersonIndex,
        challenge: &str,
        audience: &str,
    ) -> Option<CardEvidence> {
        let person = self.population().person(person)?;
        if person.identity.document().class().chip() == Chip::Icao {
            return None;
        }
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
        let guardians = self.population().guardians(person, self.today());
        Ok(Registration {
            register: self.register_number(person),
            wards: self.wards(person),
            guardians: guardians.flat_map(Person::documents).map(RegisteredDocument::of).collect(),
        })
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

    /// Every document of every minor the person is guardian of, for a child may have been enrolled with any of them.
    fn wards(&self, person: &Person) -> Vec<RegisteredDocument> {
        let wards = self.population().wards(person, self.today());
        wards.flat_map(Person::documents).map(RegisteredDocument::of).collect()
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
        // A passport proves itself; no card of one was ever issued.
        if class.chip() == Chip::Icao {
            return Err(CardRefusal::Unknown);
        }
        self.population().holder(class, &card.number).ok_or(CardRefusal::Unknown)
    }

    fn registered(&self, person: &Person) -> RegisteredPerson {
        let RegisteredDocument { document_class, number } =
            RegisteredDocument::of(person.identity.document());
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

fn check_answer(answer: &str, card: &VerifyingKey) -> Result<Verified<AnswerClaims>, CardRefusal> {
    UnverifiedJws::parse(answer, LONGEST_TOKEN)
        .and_then(|answer| answer.expect_typ(ANSWER_TYPE))
        .map_err(|_| CardRefusal::NotGenuine)?
        .verify(card)
        .map_err(|_| CardRefusal::NotGenuine)
}

#[cfg(test)]
pub(crate) mod tests;
