//! The document's chip answers our challenge.

use icao::ChipFiles;
use jiff::civil::Date;
use rules::document_class::Chip;

use crate::{
    CardEvidence, EnrolmentToken, Error, Platform, Refusal, RegisteredPerson, RegistryError, Step,
    enrol::{Due, Stage},
    proved::{Proofing, Proved},
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
        let card = match evidence.into() {
            Evidence::Card(card) => card,
            Evidence::Chip(files) => return self.read_chip(due, files).await,
        };
        self.count_try(&due, MOST_TRIES).await?;
        let RegisteredPerson { identity, register, .. } =
            self.person_proved_by(&card, &due).await?;
        let proved = Proved::new(&identity, Some(&register), Proofing::Card);
        self.proved_document(due, proved).await
    }

    /// What follows a document that was proved: the next step of an enrolment, or the record it is added to.
    pub(crate) async fn proved_document(&self, due: Due, proved: Proved) -> Result<Step, Error> {
        if let Some(adding) = due.enrolment.adding {
            // Boxed: it is long, and every enrolment would carry it.
            return Box::pin(self.add_document(due, adding, proved)).await;
        }
        let next = self.after_document(&due, proved)?;
        self.advance(due, next).await
    }

    pub(crate) async fn person_proved_by(
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
        vouched(registered, self.today())
    }

    /// Who a card proves that answered a challenge of no enrolment.
    pub(crate) async fn person_shown_by(
        &self,
        evidence: &CardEvidence,
        challenge: &str,
    ) -> Result<RegisteredPerson, Error> {
        let proved = self.inner().outside.registry.prove(evidence, challenge).await;
        vouched(proved.map_err(refused)?, self.today())
    }
}

/// What the card interface says, if it is about a card that is in force: a document whose chip anybody can verify is proved by
/// its chip, or by officers at a counter.
fn vouched(registered: RegisteredPerson, today: Date) -> Result<RegisteredPerson, Error> {
    let document = registered.identity.document();
    if document.class().chip() == Chip::Icao {
        return Err(Refusal::ChipNeeded.into());
    }
    document.valid_on(today)?;
    Ok(registered)
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
