//! Enrolment: a person proves a legal identity, one step at a time, each step taken once.
//!
//! The browser holds an opaque token. What was proved so far lies sealed in the vault and lapses in half an hour; every
//! step is a guarded update on the number of steps taken, so that a step sent twice is refused and loses nothing.

use formats::{base64url, mac::sha256};
use jiff::Timestamp;
use rules::{
    Consent, NoticeVersion, PhoneNumber, Purpose,
    consent::{given, require},
    retention,
};
use serde::{Deserialize, Serialize};
use store::vault::EnrolmentRow;

use crate::{
    Error, Platform, Refusal, Step, add_document::Adding, portrait_reference::ReferenceRecord,
    prove_chip::ChipRecord, prove_guardian::Behind, proved::Proved, references::Kind,
};

/// Names an enrolment in flight; only the browser that began it has it.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentToken(String);

impl EnrolmentToken {
    /// The token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn id(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }
}

impl From<String> for EnrolmentToken {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Which notices the person agreed to, each by an act of its own.
#[derive(Clone, Copy, Debug)]
pub struct ConsentsGiven {
    /// The notice of enrolment.
    pub enrolment: NoticeVersion,
    /// The notice of sensitive information, PIPL 29.
    pub sensitive: NoticeVersion,
}

/// An enrolment in flight, as it is sealed.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Enrolment {
    /// Purposes and versions of the notices agreed to.
    pub(crate) consents: Vec<(String, u32)>,
    /// Fresh for every step.
    pub(crate) challenge: String,
    pub(crate) stage: Stage,
    /// The guardian who applies for the child, or who approved.
    pub(crate) guardian: Option<Behind>,
    /// Whose record the document joins, instead of a certificate being issued.
    #[serde(default)]
    pub(crate) adding: Option<Adding>,
}

/// How far it has come, with what was proved.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) enum Stage {
    Holder,
    Document,
    Chip {
        record: Box<ChipRecord>,
    },
    Guardian {
        proved: Proved,
    },
    /// The guardian's document has a chip that is asked.
    GuardianChip {
        proved: Proved,
        record: Box<ChipRecord>,
    },
    Waiting {
        proved: Proved,
        link: String,
        until: i64,
    },
    Declined,
    Portrait {
        proved: Proved,
    },
    Phone {
        proved: Proved,
        portrait: Option<ReferenceRecord>,
    },
    PhoneCode {
        proved: Proved,
        portrait: Option<ReferenceRecord>,
        phone: String,
        code: String,
        sent: u8,
        expires_at: i64,
    },
    Device {
        proved: Proved,
        portrait: Option<ReferenceRecord>,
        phone: String,
    },
}

/// An enrolment read from the vault, with the guard of its present step.
pub(crate) struct Due {
    pub(crate) row: EnrolmentRow,
    pub(crate) enrolment: Enrolment,
}

impl Platform {
    /// Begins: the person was told and agreed, separately for sensitive information.
    ///
    /// Measures art. 10–11 and PIPL 14, 17, 29: notice and consent come before anything is processed.
    pub async fn begin_enrolment(
        &self,
        consents: ConsentsGiven,
    ) -> Result<(EnrolmentToken, Step), Error> {
        self.begin(consents, None).await
    }

    /// Begins, for oneself or as a guardian for a child.
    pub(crate) async fn begin(
        &self,
        consents: ConsentsGiven,
        guardian: Option<Behind>,
    ) -> Result<(EnrolmentToken, Step), Error> {
        let consents = [
            given(Purpose::Enrolment, consents.enrolment)?,
            given(Purpose::SensitiveInformation, consents.sensitive)?,
        ];
        for purpose in [Purpose::Enrolment, Purpose::SensitiveInformation] {
            require(&consents, purpose)?;
        }
        self.put_enrolment(&consents, Stage::Document, guardian, None).await
    }

    /// Puts an enrolment at its first step.
    pub(crate) async fn put_enrolment(
        &self,
        consents: &[Consent],
        stage: Stage,
        guardian: Option<Behind>,
        adding: Option<Adding>,
    ) -> Result<(EnrolmentToken, Step), Error> {
        let enrolment = Enrolment {
            consents: consents
                .iter()
                .map(|c| (c.purpose().as_str().to_owned(), c.version().0))
                .collect(),
            challenge: self.draw_challenge(),
            stage,
            guardian,
            adding,
        };
        let token = EnrolmentToken(base64url::encode(&self.world().draw::<32>()));
        let id = token.id();
        let lifetime = jiff::SignedDuration::try_from(retention::ENROLMENT)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let row = EnrolmentRow {
            id,
            step: 0,
            tries: 0,
            sealed: self.seal_bytes(Kind::Enrolment, &id, &enrolment)?,
            expires_at: self.now() + lifetime,
        };
        self.inner()
            .vault
            .write("begin enrolment", async move |tx| tx.add_enrolment(&row).await)
            .await?;
        let step = enrolment.step();
        Ok((token, step))
    }

    /// What comes next, for a page that is loaded again.
    pub async fn enrolment(&self, token: &EnrolmentToken) -> Result<Step, Error> {
        Ok(self.due(token).await?.enrolment.step())
    }

    pub(crate) async fn due(&self, token: &EnrolmentToken) -> Result<Due, Error> {
        self.due_with(token.id()).await
    }

    /// The same by the id, for a guardian who was given a link.
    pub(crate) async fn due_with(&self, id: [u8; 32]) -> Result<Due, Error> {
        let row = self.inner().vault.read(async move |tx| tx.enrolment(&id).await).await?;
        let row = row.filter(|row| self.now() < row.expires_at).ok_or(Refusal::EnrolmentUnknown)?;
        let enrolment =
            self.open_bytes(Kind::Enrolment, &id, &row.sealed).ok_or(Refusal::EnrolmentUnknown)?;
        Ok(Due { row, enrolment })
    }

    /// Takes the step: the stage becomes `next`, under a fresh challenge.
    pub(crate) async fn advance(&self, due: Due, next: Stage) -> Result<Step, Error> {
        let Due { row, mut enrolment } = due;
        enrolment.challenge = self.draw_challenge();
        enrolment.stage = next;
        let sealed = self.seal_bytes(Kind::Enrolment, &row.id, &enrolment)?;
        let advance = async move |tx: &store::Tx<store::Vault>| {
            tx.advance_enrolment(&row.id, row.step, &sealed).await
        };
        if !self.inner().vault.write("advance enrolment", advance).await? {
            return Err(Refusal::StepNotDue.into());
        }
        Ok(enrolment.step())
    }

    pub(crate) fn draw_challenge(&self) -> String {
        base64url::encode(&self.world().draw::<32>())
    }
}

impl Enrolment {
    pub(crate) fn step(&self) -> Step {
        let challenge = self.challenge.clone();
        match &self.stage {
            Stage::Holder => Step::Holder { challenge },
            Stage::Document => Step::Document { challenge },
            Stage::Chip { record } | Stage::GuardianChip { record, .. } => {
                Step::Chip { question: record.question.clone() }
            }
            Stage::Guardian { .. } if self.guardian.is_some() => Step::OwnCard { challenge },
            Stage::Guardian { .. } => Step::Guardian { challenge },
            Stage::Waiting { link, until, .. } => Step::Waiting {
                challenge,
                link: link.clone(),
                until: Timestamp::from_second(*until).unwrap_or_default(),
            },
            Stage::Declined => Step::Declined,
            Stage::Portrait { .. } => Step::Portrait,
            Stage::Phone { .. } => Step::Phone,
            Stage::PhoneCode { phone, .. } => Step::PhoneCode { phone_masked: masked(phone) },
            Stage::Device { .. } => Step::Device { challenge },
        }
    }
}

fn masked(phone: &str) -> String {
    phone.parse::<PhoneNumber>().map(|phone| phone.masked()).unwrap_or_default()
}

/// A time as it is sealed.
pub(crate) fn instant(seconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_second(seconds).map_err(|cause| Error::fault("reading a time", cause))
}
