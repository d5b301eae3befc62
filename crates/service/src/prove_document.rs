//! The document's chip answers our challenge, and for a minor the guardian's as well.

use rules::{
    Guardian, PlainIdentity,
    capacity::may_apply,
    guardian::{self, Claimant},
};
use store::authentication::State;

use crate::{
    CardEvidence, EnrolmentToken, Error, Platform, Refusal, RegisteredPerson, RegistryError, Step,
    enrol::Stage, identity_record::IdentityRecord,
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
        let RegisteredPerson { identity, .. } =
            self.person_proved_by(&evidence, &due.enrolment.challenge).await?;
        let proved = IdentityRecord::from(&identity);
        let next = match may_apply(identity.born(), self.today(), Guardian::None) {
            Ok(_) => Stage::Portrait { identity: proved },
            Err(rules::Refusal::GuardianMissing) => Stage::Guardian { identity: proved },
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
        let Stage::Guardian { identity } = due.enrolment.stage.clone() else {
            return Err(Refusal::StepNotDue.into());
        };
        self.count_try(&due, MOST_TRIES).await?;
        let claimant = self.person_proved_by(&evidence, &due.enrolment.challenge).await?;
        let minor = identity
            .identity()
            .ok_or_else(|| Error::fault("enrolling", "a damaged identity record"))?;
        let approval = guardian::approve(
            Claimant {
                born: claimant.identity.born(),
                certificate: self.certificate_of(&claimant.identity).await?,
                wards: &claimant.wards,
            },
            minor.document().number(),
            self.today(),
        )?;
        may_apply(minor.born(), self.today(), approval)?;
        self.advance(due, Stage::Portrait { identity }).await
    }

    async fn person_proved_by(
        &self,
        evidence: &CardEvidence,
        challenge: &str,
    ) -> Result<RegisteredPerson, Error> {
        let registered =
            self.inner().outside.registry.prove(evidence, challenge).await.map_err(|error| {
                match error {
                    RegistryError::Unknown => Refusal::DocumentUnknown.into(),
                    RegistryError::NotGenuine => Refusal::DocumentNotGenuine.into(),
                    RegistryError::Expired => rules::Refusal::DocumentExpired.into(),
                    RegistryError::ReportedLost => Refusal::DocumentReportedLost.into(),
                    RegistryError::Away(cause) => {
                        tracing::warn!(
                            error = &cause as &dyn std::error::Error,
                            "the population registry does not answer"
                        );
                        Error::from(Refusal::OutsideAway { party: "the population registry" })
                    }
                }
            })?;
        registered.identity.document().valid_on(self.today())?;
        Ok(registered)
    }

    /// Whether a person holds a certificate that can be used now.
    async fn certificate_of(
        &self,
        identity: &PlainIdentity,
    ) -> Result<guardian::Certificate, Error> {
        let index = self.keys().blind_index(identity.document().number());
        let Some(person) =
            self.inner().vault.read(async move |tx| tx.owner_of(&index).await).await?
        else {
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
