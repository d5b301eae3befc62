//! The document's chip answers our challenge, and for a minor the guardian's as well.

use icao::ChipFiles;
use jiff::civil::Date;
use rules::{
    Guardian,
    capacity::may_apply,
    guardian::{self, Claimant},
};
use store::authentication::State;

use crate::{
    CardEvidence, EnrolmentToken, Error, Platform, Refusal, RegisteredPerson, RegistryError, Step,
    enrol::{Due, Stage},
    proved::{Proofing, Proved},
    vault,
};

/// Evidence tried at one step; a chip that was held badly is tried again, a forger is not helped.
pub(crate) const MOST_TRIES: i64 = 10;

/// What a reader took from a document.
pub enum Evidence {
    /// A card whose content only the registry's verifier reads.
    Card(CardEvidence),
    /// The files of an ICAO 9303 chip.
    Chip(ChipFiles),
}

impl From<CardEvidence> for Evidence {
    fn from(card: CardEvidence) -> Self {
        Self::Card(card)
    }
}

impl From<ChipFiles> for Evidence {
    fn from(files: ChipFiles) -> Self {
        Self::Chip(files)
    }
}

impl Platform {
    /// The person's own document.
    ///
    /// Measures art. 4: "may voluntarily apply" whoever holds a valid document; from 14 to 18 under the guardian's
    /// supervision, under 14 by the guardian.
    pub async fn prove_document(
        &self,
        token: &EnrolmentToken,
        evidence: impl Into<Evidence>,
    ) -> Result<Step, Error> {
        let due = self.due(token).await?;
        let Stage::Document = due.enrolment.stage else { return Err(Refusal::StepNotDue.into()) };
        self.count_try(&due, MOST_TRIES).await?;
        let card = match evidence.into() {
            Evidence::Card(card) => card,
            Evidence::Chip(files) => return self.read_chip(due, files).await,
        };
        let RegisteredPerson { identity, register, .. } =
            self.person_proved_by(&card, &due).await?;
        let proved = Proved::new(&identity, Some(&register), Proofing::Card);
        let next = self.after_document(proved, identity.born())?;
        self.advance(due, next).await
    }

    /// Whose turn it is once the document is proved.
    pub(crate) fn after_document(&self, proved: Proved, born: Date) -> Result<Stage, Error> {
        match may_apply(born, self.today(), Guardian::None) {
            Ok(_) => Ok(Stage::Portrait { proved }),
            Err(rules::Refusal::GuardianMissing) => Ok(Stage::Guardian { proved }),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// The guardian's document, beside the minor who applies.
    ///
    /// Measures art. 4: a guardian "must already hold" a net certificate.
    pub async fn prove_guardian(
        &self,
        token: &EnrolmentToken,
        evidence: CardEvidence,
    ) -> Result<Step, Error> {
        let due = self.due(token).await?;
        let Stage::Guardian { proved } = due.enrolment.stage.clone() else {
            return Err(Refusal::StepNotDue.into());
        };
        self.count_try(&due, MOST_TRIES).await?;
        let claimant = self.person_proved_by(&evidence, &due).await?;
        let minor = proved.identity()?;
        let approval = guardian::approve(
            Claimant {
                born: claimant.identity.born(),
                certificate: self.certificate_of(&claimant).await?,
                wards: &claimant.wards,
            },
            minor.document().number(),
            self.today(),
        )?;
        may_apply(minor.born(), self.today(), approval)?;
        self.advance(due, Stage::Portrait { proved }).await
    }

    async fn person_proved_by(
        &self,
        evidence: &CardEvidence,
        due: &Due,
    ) -> Result<RegisteredPerson, Error> {
        let registered =
            match self.inner().outside.registry.prove(evidence, &due.enrolment.challenge).await {
                Ok(registered) => registered,
                Err(error) => {
                    if let RegistryError::Away(_) = error {
                        self.forgive_try(due).await?;
                    }
                    return Err(refused(error));
                }
            };
        registered.identity.document().valid_on(self.today())?;
        Ok(registered)
    }

    /// Whether a person holds a certificate that can be used now.
    async fn certificate_of(
        &self,
        claimant: &RegisteredPerson,
    ) -> Result<guardian::Certificate, Error> {
        let (keys, document) = (self.keys(), claimant.identity.document().number());
        let find = async |tx: &store::Tx<store::Vault>| {
            vault::find(tx, &keys, document, Some(&claimant.register)).await
        };
        let Some(person) = self.inner().vault.read(find).await? else {
            return Ok(guardian::Certificate::Missing);
        };
        let certificates =
            self.inner().store.read(async move |tx| tx.certificates_of(person).await).await?;
        let now = self.now();
        let held =
            certificates.iter().any(|one| one.state == State::Active && now < one.expires_at);
        Ok(if held { guardian::Certificate::Held } else { guardian::Certificate::Missing })
    }
}

/// The registry's answer, to the person.
pub(crate) fn refused(error: RegistryError) -> Error {
    match error {
        RegistryError::Unknown => Refusal::DocumentUnknown.into(),
        RegistryError::NotGenuine => Refusal::DocumentNotGenuine.into(),
        RegistryError::Expired => rules::Refusal::DocumentExpired.into(),
        RegistryError::Differs => rules::Refusal::RegistryDiffers.into(),
        RegistryError::ReportedLost => Refusal::DocumentReportedLost.into(),
        RegistryError::Away(cause) => {
            tracing::warn!(
                error = &cause as &dyn std::error::Error,
                "the population registry does not answer"
            );
            Refusal::OutsideAway { party: "the population registry" }.into()
        }
    }
}
