//! A person who enrols with a passport, as a wallet does: `/enrolments` from the notices to the certificate.

use anyhow::{Context, Result, ensure};
use formats::{Salt, Stretched, base64url};
use icao::ChipQuestion;
use jiff::Timestamp;
use rules::Document;
use sandbox::{Person, Registry};
use serde_json::{Value, json};
use url::Url;
use wallet::{SoftwareKey, Wallet};

use crate::{http::Connection, story::text};

const PASSCODE: &[u8] = b"20481357";

/// Somebody whose device has stretched the passcode already: that is the device's work, and none of the platform's.
pub(crate) struct Prepared {
    person: Person,
    salt: Salt,
    stretched: Stretched,
}

impl Prepared {
    /// Prepares one of many, each with a salt of its own.
    pub(crate) fn new(person: Person, number: u128) -> Self {
        let salt = Salt::new(number.to_be_bytes());
        Self { person, salt, stretched: Stretched::of(PASSCODE, &salt) }
    }
}

/// What an applicant needs beside a passport.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) issuer: Url,
    pub(crate) inbox: Url,
    pub(crate) registry: Registry,
}

/// One wallet's connections.
pub(crate) struct Applicant {
    around: Surroundings,
    platform: Connection,
    inbox: Connection,
}

impl Applicant {
    pub(crate) async fn arrive(around: Surroundings) -> Result<Self> {
        let platform = Connection::open(around.issuer.authority()).await?;
        let inbox = Connection::open(around.inbox.authority()).await?;
        Ok(Self { around, platform, inbox })
    }

    /// Enrols a person from beginning to end; the net number.
    pub(crate) async fn enrol(&mut self, prepared: &Prepared) -> Result<String> {
        let person = &prepared.person;
        let document = person.documents().nth(1).context("a passport")?;
        let consents = json!({"consents": {"enrolment": 1, "sensitive": 1}});
        let begun = self.say("", "/enrolments", &consents).await?;
        let token = format!("Bearer {}", text(&begun, "token")?);
        let asked = self.step(&token, "document", &self.files(person, document)?).await?;
        let answer = self.answer(document, &asked)?;
        self.step(&token, "chip", &answer).await?;
        self.step(&token, "portrait", &json!({"way": "other"})).await?;
        let phone = person.phone.as_str();
        self.step(&token, "phone", &json!({"phone": phone})).await?;
        let code = self.code(phone).await?;
        let due = self.step(&token, "phone-code", &json!({"code": code})).await?;
        let issuer = self.around.issuer.as_str().trim_end_matches('/').parse();
        let wallet = Wallet::new(issuer.context("the issuer")?, SoftwareKey::generate());
        let proof = wallet.bind(text(&due, "challenge")?, Timestamp::now());
        let wanted = json!({
            "stretched": prepared.stretched.text().expose(),
            "salt": prepared.salt.to_string(),
            "device_proof": proof.context("the device's proof")?,
        });
        let received = self.step(&token, "certificate", &wanted).await?;
        Ok(text(&received, "net_number")?.to_owned())
    }

    fn files(&self, person: &Person, document: &Document) -> Result<Value> {
        let chip = self.around.registry.read_chip(person.index, document).context("a chip")?;
        Ok(json!({"chip": chip}))
    }

    fn answer(&self, document: &Document, asked: &Value) -> Result<Value> {
        let question: ChipQuestion =
            serde_json::from_value(asked.get("question").context("a question")?.clone())?;
        let answer = self.around.registry.ask_chip(document, &question).context("an answer")?;
        Ok(json!({"response": base64url::encode(&answer.response.0)}))
    }

    async fn code(&mut self, phone: &str) -> Result<String> {
        let letters = self.inbox.get(&format!("/api/inbox?phone={phone}"), &[]).await?;
        let letters: Value = serde_json::from_slice(&letters.body)?;
        let code = letters.pointer("/0/code").and_then(Value::as_str);
        Ok(code.context("a message with a code")?.to_owned())
    }

    async fn step(&mut self, token: &str, step: &str, body: &Value) -> Result<Value> {
        self.say(token, &format!("/enrolments/current/{step}"), body).await
    }

    async fn say(&mut self, token: &str, path: &str, body: &Value) -> Result<Value> {
        let headers = [("content-type", "application/json"), ("authorization", token)];
        let answer = self.platform.post(path, &headers, body.to_string()).await?;
        let status = answer.status;
        ensure!(status.is_success(), "{path}: {status} {:?}", answer.body);
        Ok(serde_json::from_slice(&answer.body)?)
    }
}
