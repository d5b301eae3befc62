//! Somebody who lives in town, with a card and a phone, enrolled or not.

use std::pin::Pin;

use formats::jws;
use formats::{Secret, SigningKey};
use icao::{ChipAnswer, ChipFiles, ChipQuestion};
use rules::{Document, NoticeVersion, PhoneNumber};
use sandbox::{ANSWER_TYPE, CARD_TYPE, Match, Person};
use serde_json::json;
use service::{CardEvidence, ConsentsGiven, Error, PortraitChoice, PortraitTaken};

use crate::{Enrolment, Holder, ISSUER, Town, has_card};

/// The notices everybody has read.
pub(crate) const READ: ConsentsGiven =
    ConsentsGiven { enrolment: NoticeVersion(1), sensitive: NoticeVersion(1) };

/// An invented person.
#[derive(Clone)]
pub struct Resident {
    pub(crate) town: Town,
    /// Who it is.
    pub person: Person,
}

impl Resident {
    pub(crate) fn new(town: Town, person: Person) -> Self {
        Self { town, person }
    }

    /// The phone number.
    pub fn phone(&self) -> &PhoneNumber {
        &self.person.phone
    }

    /// The same person, reached at another number: of nobody else in town.
    #[must_use]
    pub fn with_another_phone(&self) -> Self {
        let number = u32::from_be_bytes((&*self.town.world as &dyn service::World).draw());
        self.with_phone(format!("199{:08}", number % 100_000_000).parse().expect("a number"))
    }

    /// The same person, reached at this number.
    #[must_use]
    pub fn with_phone(&self, number: PhoneNumber) -> Self {
        let mut other = self.clone();
        other.person.phone = number;
        other
    }

    /// A guardian.
    #[must_use]
    #[track_caller]
    pub fn guardian(&self) -> Self {
        let today = self.town.today();
        let mut guardians = self.town.registry.population().guardians(&self.person, today);
        let sound = guardians
            .find(|p| !p.lost && p.identity.document().valid_on(today).is_ok() && has_card(p));
        let guardian = sound.expect("a guardian with a card in force");
        // Met now: nobody else in the story is this person by chance.
        self.town.met.lock().unwrap().insert(guardian.index);
        Self::new(self.town.clone(), guardian.clone())
    }

    /// Every guardian with a card in force.
    pub fn guardians(&self) -> Vec<Self> {
        let today = self.town.today();
        let guardians = self.town.registry.population().guardians(&self.person, today);
        let sound = guardians
            .filter(|p| !p.lost && p.identity.document().valid_on(today).is_ok() && has_card(p));
        sound.map(|p| Self::new(self.town.clone(), p.clone())).collect()
    }

    /// Holds the card to a reader that asks with `challenge`.
    pub fn card(&self, challenge: &str) -> CardEvidence {
        let read = self.town.registry.hold_card(self.person.index, challenge, ISSUER);
        let sandbox::CardEvidence { card, answer } = read.expect("somebody with a card");
        CardEvidence { card, answer }
    }

    /// A document of theirs that has a chip.
    #[track_caller]
    pub fn chip_document(&self) -> &Document {
        let chips = |document: &&Document| {
            self.town.registry.read_chip(self.person.index, document).is_some()
        };
        self.person.documents().find(chips).expect("a document with a chip")
    }

    /// Reads the chip of a document of theirs.
    #[track_caller]
    pub fn files(&self, document: &Document) -> ChipFiles {
        let read = self.town.registry.read_chip(self.person.index, document).expect("a chip");
        let groups = read.groups.into_iter().map(|(number, file)| (number, file.0)).collect();
        ChipFiles::new(read.sod.0, groups).expect("small files")
    }

    /// The data groups on the chip of a document of theirs, by number, as they are.
    #[track_caller]
    pub fn chip_groups(&self, document: &Document) -> Vec<(u8, Vec<u8>)> {
        let read = self.town.registry.read_chip(self.person.index, document).expect("a chip");
        read.groups.into_iter().map(|(number, file)| (number, file.0)).collect()
    }

    /// Has the chip of a document answer.
    #[track_caller]
    pub fn chip_answer(&self, document: &Document, question: &ChipQuestion) -> ChipAnswer {
        self.town.registry.ask_chip(document, question).expect("an answer")
    }

    /// A card that says all the same, made by a forger.
    pub fn forged_card(&self, challenge: &str) -> CardEvidence {
        let (forger, document) = (SigningKey::generate(), self.person.identity.document());
        let claims = json!({
            "name": self.person.name.written, "document_class": document.class().as_str(),
            "number": document.number().as_str(), "born": self.person.identity.born().to_string(),
            "valid_until": null, "cnf": {"jwk": forger.public()},
        });
        let kid = self.town.registry.verifying_key();
        let kid = formats::Jwk::named_by_thumbprint(kid.clone()).thumbprint();
        CardEvidence {
            card: jws::sign(&forger, &kid, CARD_TYPE, &claims),
            answer: jws::sign(
                &forger,
                "",
                ANSWER_TYPE,
                &json!({"nonce": challenge, "aud": ISSUER}),
            ),
        }
    }

    /// Sits before the camera: the right face, or another.
    pub fn portrait(&self, seen: Match) -> PortraitChoice {
        PortraitChoice::Taken(self.portrait_taken(seen))
    }

    /// The same, as it is sent.
    pub fn portrait_taken(&self, seen: Match) -> PortraitTaken {
        let live = Secret::new(self.sample(seen));
        PortraitTaken { consent: NoticeVersion(1), live, dg2: None }
    }

    /// The image itself.
    pub fn sample(&self, seen: Match) -> Vec<u8> {
        self.town.faces.sandbox_portrait(&self.person, seen)
    }

    /// Begins to enrol, having read the notices.
    pub async fn begin(&self) -> Enrolment {
        self.begin_with(READ).await.expect("the notices are today's")
    }

    /// Begins to enrol, having agreed to these.
    pub async fn begin_with(&self, consents: ConsentsGiven) -> Result<Enrolment, Error> {
        let (token, step) = self.town.platform.begin_enrolment(consents).await?;
        Ok(Enrolment::new(self.clone(), token, step))
    }

    /// Enrols from beginning to end; a minor's guardian enrols first.
    pub fn enrol(&self) -> impl Future<Output = Holder> {
        // Boxed: it calls itself, and stories are full of it.
        let boxed: Pin<Box<dyn Future<Output = Holder>>> = Box::pin(self.clone().enrol_all());
        boxed
    }

    async fn enrol_all(self) -> Holder {
        if self.person.minor(self.town.today()) {
            let guardian = self.guardian().enrol().await;
            if self.person.age(self.town.today()) < 14 {
                return guardian.enrol_child(&self).await.expect("nothing stands against it");
            }
        }
        self.begin().await.finish().await.expect("nothing stands against it")
    }
}
