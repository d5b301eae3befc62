//! The document's chip answers our challenge, and for a minor the guardian's as well.

use rules::{
    Guardian,
    capacity::may_apply,
    guardian::{self, Claimant},
};
use store::authentication::State;

use crate::{
    CardEvidence, EnrolmentToken, Error, Platform, Refusal, RegisteredPerson, RegistryError, Step,
    enrol::Stage,
    proved::{Proofing, Proved},
    vault,
};

/// Evidence tried at one step; a chip that was held badly is tried again, a forger is not helped.
const MOST_TRIES: i64 = 10;

impl Platform {
    /// The person's own document.
    ///
    /// Measures art. 4: "may voluntarily apply" whoever holds a valid document; from 14 to 18 under the guardian's
    /// supervision, under 14 by the guardian.
    pub async fn prove_document(
        &self,
        token: &EnrolmentToken,
        evidence: CardEvidence,
    ) -> Result<Step, Error> {
        let due = self.due(token).await?;
        let Stage::Document = due.enrolment.stage else { return Err(Refusal::StepNotDue.into()) };
        self.count_try(&due, MOST_TRIES).await?;
        let RegisteredPerson { identity, register, .. } =
            self.person_proved_by(&evidence, &due.enrolment.challenge).await?;
        let proved = Proved::new(&identity, Some(&register), Proofing::Card);
        let next = match may_apply(identity.born(), self.today(), Guardian::None) {
            Ok(_) => Stage::Portrait { proved },
            Err(rules::Refusal::GuardianMissing) => Stage::Guardian { proved },
            Err(refusal) => return Err(refusal.into()),
        };
        self.advance(due, next).await
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
        let claimant = self.person_proved_by(&evidence, &due.enrolment.challenge).await?;
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
        challenge: &str,
    ) -> Result<RegisteredPerson, Error> {
        let registered =
            self.inner().outside.registry.prove(evidence, challenge).await.map_err(refused)?;
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
