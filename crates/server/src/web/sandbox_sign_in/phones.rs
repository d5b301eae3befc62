//! Pretended phones: the device of an invented person, held by the server in memory.
//!
//! A phone does what a person's own device does, by the same use-cases: it enrols with the card, proves its key, types
//! the passcode. As with any new device, an older certificate of that person ends when this one is issued.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use formats::{SigningKey, jws};
use rules::passcode::NotAPasscode;
use rules::{CertificateId, PhoneNumber, Purpose};
use serde_json::{Value, json};
use service::{ConsentsGiven, EnrolmentToken, Error, PortraitChoice, Refusal, Session, Step};
use tokio::sync::Mutex;

use super::neighbours::{Invented, Neighbours};
use crate::App;

/// The passcode of every pretended phone; in no sense a secret.
const PASSCODE: &str = "20250715";

/// Steps of the longest enrolment: card, guardian, portrait, phone, code; one more would be a circle.
const MOST_STEPS: usize = 6;

/// The phones, one a person. Cloning shares them.
#[derive(Clone, Default)]
pub(super) struct Phones {
    neighbours: Neighbours,
    held: Arc<Mutex<HashMap<u32, Phone>>>,
}

#[derive(Clone)]
struct Phone {
    key: Arc<SigningKey>,
    certificate: CertificateId,
}

impl Phones {
    /// Signs in as the person whose card has this number.
    pub(super) async fn sign_in(&self, app: &App, card: &str) -> Result<Session, Error> {
        let index = card.trim().parse().map_err(|_| Refusal::DocumentUnknown)?;
        let person = self.neighbours.person(app, index).await?;
        self.sign_in_as(app, &person).await
    }

    async fn sign_in_as(&self, app: &App, person: &Invented) -> Result<Session, Error> {
        let Some(phone) = self.held.lock().await.get(&person.index).cloned() else {
            return self.enrol(app, person).await;
        };
        let challenge = app.platform().challenge()?;
        let proof =
            phone.proof(app, &challenge, &json!({ "certificate": phone.certificate.to_string() }));
        match app.platform().sign_in(&proof, Some(passcode()?)).await {
            Err(Error::Refused(Refusal::CertificateUnknown | Refusal::CertificateEnded)) => {
                self.enrol(app, person).await
            }
            outcome => outcome,
        }
    }

    async fn enrol(&self, app: &App, person: &Invented) -> Result<Session, Error> {
        let consents = ConsentsGiven {
            enrolment: Purpose::Enrolment.current(),
            sensitive: Purpose::SensitiveInformation.current(),
        };
        let (token, mut step) = app.platform().begin_enrolment(consents).await?;
        for _ in 0..MOST_STEPS {
            if let Step::Device { challenge } = &step {
                return self.bind(app, person, &token, challenge).await;
            }
            step = self.take(app, person, &token, step).await?;
        }
        Err(Refusal::StepNotDue.into())
    }

    async fn take(
        &self,
        app: &App,
        person: &Invented,
        token: &EnrolmentToken,
        step: Step,
    ) -> Result<Step, Error> {
        let platform = app.platform();
        match step {
            Step::Document { challenge } => {
                let evidence = self.neighbours.answer(app, person.index, &challenge).await?;
                platform.prove_document(token, evidence).await
            }
            Step::Guardian { challenge } | Step::OwnCard { challenge } => {
                let guardian = *person.guardians.first().ok_or(rules::Refusal::GuardianMissing)?;
                let holder = self.neighbours.person(app, guardian).await?;
                // Guardians are of age, so this goes one deep.
                Box::pin(self.sign_in_as(app, &holder)).await?;
                let evidence = self.neighbours.answer(app, guardian, &challenge).await?;
                platform.prove_guardian(token, evidence).await
            }
            Step::Portrait => platform.prove_portrait(token, PortraitChoice::OtherWay).await,
            Step::Phone => {
                let number = person.phone.parse::<PhoneNumber>().map_err(rules::Refusal::from)?;
                platform.send_phone_code(token, number).await
            }
            Step::PhoneCode { .. } => {
                let code = self.neighbours.code(app, &person.phone).await?;
                platform.prove_phone(token, &code).await
            }
            // Cards are held here, and no card leads to a chip; nothing is added to a record.
            Step::Chip { .. }
            | Step::Waiting { .. }
            | Step::Declined
            | Step::Device { .. }
            | Step::Holder { .. }
            | Step::Added => Err(Refusal::StepNotDue.into()),
        }
    }

    async fn bind(
        &self,
        app: &App,
        person: &Invented,
        token: &EnrolmentToken,
        challenge: &str,
    ) -> Result<Session, Error> {
        let key = Arc::new(SigningKey::generate());
        let proof = proof(&key, app, challenge, &json!({ "cnf": { "jwk": key.public() } }));
        let issued = app.platform().issue(token, passcode()?, &proof).await?;
        let phone = Phone { key, certificate: issued.certificate_id };
        self.held.lock().await.insert(person.index, phone);
        Ok(issued.session)
    }
}

impl Phone {
    fn proof(&self, app: &App, challenge: &str, claims: &Value) -> String {
        proof(&self.key, app, challenge, claims)
    }
}

/// What a device signs: our challenge, and what it is about.
fn proof(key: &SigningKey, app: &App, challenge: &str, about: &Value) -> String {
    let mut claims = json!({
        "aud": app.issuer().as_str(),
        "nonce": challenge,
        "iat": app.world().now().as_second(),
    });
    if let (Some(claims), Some(about)) = (claims.as_object_mut(), about.as_object()) {
        claims.extend(about.clone());
    }
    jws::sign(key, "", "device-proof+jwt", &claims)
}

fn passcode<P: FromStr<Err = NotAPasscode>>() -> Result<P, Error> {
    PASSCODE.parse().map_err(|slip| rules::Refusal::from(slip).into())
}
