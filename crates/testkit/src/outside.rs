//! The parties outside: the sandbox's registry in process.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use rules::{Document, DocumentNumber, PlainIdentity};
use serde::Deserialize;
use service::{
    BoxFuture, CardEvidence, OutsideError, PopulationRegistry, RegisteredPerson, Registration,
    RegistryError,
};

/// Cuts an outside party off, and connects it again.
#[derive(Clone, Debug, Default)]
pub struct Switch(Arc<AtomicBool>);

impl Switch {
    /// From now on it does not answer.
    pub fn cut(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// It answers again.
    pub fn mend(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Does it answer?
    pub(crate) fn is_whole(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn answer(&self) -> Result<(), OutsideError> {
        if self.is_whole() { Ok(()) } else { Err(OutsideError("cut off".into())) }
    }
}

/// What the register learned since the town began.
#[derive(Clone, Default)]
pub(crate) struct News {
    /// Documents reported lost.
    pub(crate) lost: Arc<Mutex<Vec<Document>>>,
    /// Documents issued in place of others: the new one, and the old one.
    pub(crate) renewed: Arc<Mutex<Vec<(Document, Document)>>>,
    /// Whether it believes whatever a card says, and vouches for it.
    pub(crate) credulous: Arc<AtomicBool>,
}

impl News {
    /// The register names every document of a ward.
    fn extend(&self, wards: &mut Vec<DocumentNumber>) {
        for (new, old) in self.renewed.lock().unwrap().iter() {
            if wards.contains(old.number()) {
                wards.push(new.number().clone());
            }
        }
    }

    /// The document that the sandbox knows: this one, or the one in whose place it was issued.
    fn first(&self, document: &Document) -> Document {
        let renewed = self.renewed.lock().unwrap();
        let of = |(new, _): &&(Document, Document)| new.number() == document.number();
        renewed.iter().find(of).map_or_else(|| document.clone(), |(_, old)| old.clone())
    }
}

/// The sandbox's registry, spoken to in its own words.
pub(crate) struct Registry {
    pub(crate) sandbox: sandbox::Registry,
    pub(crate) news: News,
    pub(crate) line: Switch,
}

impl PopulationRegistry for Registry {
    fn prove<'a>(
        &'a self,
        evidence: &'a CardEvidence,
        challenge: &'a str,
    ) -> BoxFuture<'a, Result<RegisteredPerson, RegistryError>> {
        BoxFuture::new(async move {
            self.line.answer()?;
            let evidence = sandbox::CardEvidence {
                card: evidence.card.clone(),
                answer: evidence.answer.clone(),
            };
            if self.news.credulous.load(Ordering::Relaxed) {
                return Ok(believed(&evidence.card));
            }
            let proved = self.sandbox.prove(&evidence, challenge, self.sandbox.audience());
            let mut proved = registered(&proved.map_err(refused)?);
            self.news.extend(&mut proved.wards);
            Ok(proved)
        })
    }

    fn look_up<'a>(
        &'a self,
        document: &'a Document,
    ) -> BoxFuture<'a, Result<Registration, RegistryError>> {
        BoxFuture::new(async move {
            self.line.answer()?;
            let lost = |known: &Document| known.number() == document.number();
            if self.news.lost.lock().unwrap().iter().any(lost) {
                return Err(RegistryError::ReportedLost);
            }
            let known = self.news.first(document);
            let found = self.sandbox.look_up(known.class(), known.number().as_str());
            let answer = serde_json::to_value(found.map_err(refused)?);
            let answer: Looked = answer.and_then(serde_json::from_value).expect("its own form");
            let mut wards = answer.wards.into_iter().map(DocumentNumber::from).collect();
            self.news.extend(&mut wards);
            let register = answer.register.parse().unwrap();
            let guardians = answer.guardians.into_iter().map(DocumentNumber::from).collect();
            Ok(Registration { register, wards, guardians })
        })
    }

    fn vouch<'a>(
        &'a self,
        identity: &'a PlainIdentity,
    ) -> BoxFuture<'a, Result<Registration, RegistryError>> {
        BoxFuture::new(async move {
            self.line.answer()?;
            let number = identity.document().number();
            let found = self.sandbox.vouch(
                number.class(),
                number.as_str(),
                identity.name().as_str(),
                identity.born(),
            );
            let answer = serde_json::to_value(found.map_err(refused)?);
            let answer: Looked = answer.and_then(serde_json::from_value).expect("its own form");
            Ok(Registration {
                register: answer.register.parse().unwrap(),
                wards: answer.wards.into_iter().map(DocumentNumber::from).collect(),
                guardians: answer.guardians.into_iter().map(DocumentNumber::from).collect(),
            })
        })
    }
}

fn refused(refusal: sandbox::CardRefusal) -> RegistryError {
    match refusal {
        sandbox::CardRefusal::Unknown => RegistryError::Unknown,
        sandbox::CardRefusal::Differs => RegistryError::Differs,
        sandbox::CardRefusal::Expired => RegistryError::Expired,
        sandbox::CardRefusal::ReportedLost => RegistryError::ReportedLost,
        sandbox::CardRefusal::NotGenuine | sandbox::CardRefusal::ChallengeWrong => {
            RegistryError::NotGenuine
        }
    }
}

/// What a card says, believed.
fn believed(card: &str) -> RegisteredPerson {
    let claims = card.split('.').nth(1).expect("a JWS");
    let claims = formats::base64url::decode(claims).expect("base64url");
    let said: Said = serde_json::from_slice(&claims).expect("a card");
    let class = said.document_class.parse().unwrap();
    let document = Document::new(class, &said.number, None).unwrap();
    let born = said.born.parse().unwrap();
    RegisteredPerson {
        identity: PlainIdentity::new(said.name.parse().unwrap(), document, born).unwrap(),
        register: "whoever".parse().unwrap(),
        wards: Vec::new(),
    }
}

#[derive(Deserialize)]
struct Said {
    name: String,
    document_class: String,
    number: String,
    born: String,
}

/// The registry's answer, as it travels.
#[derive(Deserialize)]
struct Answer {
    name: String,
    document_class: String,
    number: String,
    born: String,
    valid_until: Option<String>,
    register: String,
    wards: Vec<Ward>,
}

#[derive(Deserialize)]
struct Looked {
    register: String,
    wards: Vec<Ward>,
    guardians: Vec<Ward>,
}

#[derive(Deserialize)]
struct Ward {
    document_class: String,
    number: String,
}

impl From<Ward> for DocumentNumber {
    fn from(ward: Ward) -> Self {
        Self::new(ward.document_class.parse().unwrap(), &ward.number).unwrap()
    }
}

fn registered(person: &sandbox::RegisteredPerson) -> RegisteredPerson {
    let answer = serde_json::to_value(person).and_then(serde_json::from_value);
    let answer: Answer = answer.expect("the registry's own form");
    let valid_until = answer.valid_until.map(|day| day.parse().unwrap());
    let class = answer.document_class.parse().unwrap();
    let document = Document::new(class, &answer.number, valid_until).unwrap();
    let born = answer.born.parse().unwrap();
    RegisteredPerson {
        identity: PlainIdentity::new(answer.name.parse().unwrap(), document, born).unwrap(),
        register: answer.register.parse().unwrap(),
        wards: answer.wards.into_iter().map(DocumentNumber::from).collect(),
    }
}
