//! The guardian's own card, beside the minor's: in one sitting, or by the guardian who applies on the child's behalf.

use jiff::Timestamp;
use rules::{
    Guardian, PersonId,
    capacity::{may_apply, may_apply_for},
    guardian::{self, Claimant},
};
use serde::{Deserialize, Serialize};
use store::{Authentication, Tx};

use crate::{
    EnrolmentToken, Error, Evidence, Platform, Refusal, RegisteredPerson, Step,
    enrol::{Due, Stage},
    guardians::{Ground, hold_all},
    proved::Proved,
    recognise,
};

/// The guardian behind an enrolment.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub(crate) struct Behind {
    #[serde(with = "formats::base64url::text")]
    guardian: [u8; 16],
    pub(crate) act: Act,
}

/// What the guardian does.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    /// Applies, and consents, for a child under fourteen.
    Applies,
    /// Approved what somebody from fourteen to eighteen applies for.
    Approves,
}

impl Behind {
    pub(crate) fn new(guardian: PersonId, act: Act) -> Self {
        Self { guardian: *guardian.bytes(), act }
    }

    pub(crate) fn guardian(&self) -> PersonId {
        PersonId::from_bytes(self.guardian)
    }
}

/// Cards tried at this step.
const MOST_TRIES: i64 = 10;

impl Platform {
    /// The guardian's document, beside the minor who applies or for whom the guardian does.
    ///
    /// Measures art. 4: a guardian "must already hold" a net certificate.
    pub async fn prove_guardian(
        &self,
        token: &EnrolmentToken,
        evidence: impl Into<Evidence>,
    ) -> Result<Step, Error> {
        let due = self.due(token).await?;
        // Who waits for the guardian's answer from afar may still go on together with the guardian; a guardian whose chip does
        // not answer may show another document.
        let (Stage::Guardian { proved }
        | Stage::GuardianChip { proved, .. }
        | Stage::Waiting { proved, .. }) = due.enrolment.stage.clone()
        else {
            return Err(Refusal::StepNotDue.into());
        };
        self.count_try(&due, MOST_TRIES).await?;
        match evidence.into() {
            Evidence::Card(card) => {
                let claimant = self.person_proved_by(&card, &due).await?;
                self.guardian_proved(due, proved, &claimant).await
            }
            Evidence::Chip(files) => {
                let record = self.ask_chip(files).await?;
                self.advance(due, Stage::GuardianChip { proved, record }).await
            }
        }
    }

    /// Goes on with this person behind the minor, if the registry and the law let them.
    pub(crate) async fn guardian_proved(
        &self,
        mut due: Due,
        proved: Proved,
        claimant: &RegisteredPerson,
    ) -> Result<Step, Error> {
        let guardian = self.guardian_of(&proved, claimant).await?;
        due.enrolment.guardian = match due.enrolment.guardian {
            Some(behind) if behind.guardian() != guardian => {
                return Err(Refusal::CardOfAnother.into());
            }
            Some(behind) => Some(behind),
            None => Some(Behind::new(guardian, Act::Approves)),
        };
        self.advance(due, Stage::Portrait { proved }).await
    }

    /// What comes after the applicant's document: a guardian's act where the law wants one.
    ///
    /// Measures art. 4: from 14 to 18 under the guardian's supervision, under 14 by the guardian.
    pub(crate) fn after_document(&self, due: &Due, proved: Proved) -> Result<Stage, Error> {
        let (born, today) = (proved.identity()?.born(), self.today());
        if due.enrolment.guardian.is_some() {
            // The guardian's own card comes next; here it is only asked whether anybody may apply for this person.
            may_apply_for(born, today, Guardian::Approved)?;
            return Ok(Stage::Guardian { proved });
        }
        match may_apply(born, today, Guardian::None) {
            Ok(_) => Ok(Stage::Portrait { proved }),
            Err(rules::Refusal::GuardianMissing) => Ok(Stage::Guardian { proved }),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// The guardian, if the registry and the law let this claimant stand behind this minor.
    pub(crate) async fn guardian_of(
        &self,
        minor: &Proved,
        claimant: &RegisteredPerson,
    ) -> Result<PersonId, Error> {
        let minor = minor.identity()?;
        let person = self.person_registered(claimant).await?;
        let facts = Claimant {
            born: claimant.identity.born(),
            certificate: self.certificate_of(person).await?,
            wards: &claimant.wards,
        };
        guardian::approve(facts, minor.document().number(), self.today())?;
        Ok(person.ok_or(rules::Refusal::GuardianUncertified)?)
    }

    /// Records who stands behind the person to whom a certificate is issued, in that transaction. The guardian's
    /// certificate is looked at again: since the card was read, it may have been locked.
    pub(crate) async fn record_guardian(
        &self,
        tx: &Tx<Authentication>,
        behind: &Behind,
        child: PersonId,
        ground: &Ground,
        now: Timestamp,
    ) -> Result<(), Error> {
        let guardian = behind.guardian();
        hold_all(tx, [guardian, child]).await?;
        self.certificate_held(tx, guardian).await?.held()?;
        self.stand_behind(tx, (guardian, child), ground, now).await
    }

    /// Whether a person holds a certificate that can be used now.
    async fn certificate_of(
        &self,
        person: Option<PersonId>,
    ) -> Result<guardian::Certificate, Error> {
        let Some(person) = person else { return Ok(guardian::Certificate::Missing) };
        self.inner().store.read(async |tx| self.certificate_held(tx, person).await).await
    }

    /// The person the registry vouches for, if they are enrolled here.
    pub(crate) async fn person_registered(
        &self,
        registered: &RegisteredPerson,
    ) -> Result<Option<PersonId>, Error> {
        let (keys, document) = (self.keys(), registered.identity.document().number());
        let find = async |tx: &Tx<store::Vault>| {
            recognise::find(tx, &keys, document, Some(&registered.register)).await
        };
        self.inner().vault.read(find).await
    }
}
