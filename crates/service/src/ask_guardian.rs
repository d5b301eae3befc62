//! A child asks its guardians whether it may use its certificate somewhere. Asked once while the question is open.

use jiff::Timestamp;
use protocol::oauth::{
    error::{ErrorCode, OAuthError},
    response::Delivery,
};
use rules::{GuardianRequestId, OrganisationCode, PersonId, Scene};
use store::{
    Authentication, Tx,
    authentication::{Event, GuardianRequest, Kind, TidingAbout},
};

use crate::{
    Asked, Error, Platform, Refusal, Session, code::Said, guardians::carrying,
    references::Kind as Reference, session::may_give, tidings::guardians_but,
};

/// A request of a relying party that waits for a guardian's word.
#[derive(Debug)]
pub struct GuardianNeeded {
    /// Who asks, why, and the ticket of the page's form.
    pub asked: Asked,
    /// How it stands.
    pub standing: Standing,
    /// Back to the relying party, which learns "declined" and the reason.
    pub back: Delivery,
}

/// How a child's question stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// Nobody was asked, or the answer of then does not reach this far.
    NotAsked,
    /// The guardians were asked and have not answered.
    Waiting {
        /// When.
        since: Timestamp,
    },
    /// A guardian said no.
    Refused,
    /// There is no guardian who could answer.
    Nobody,
}

/// Questions a child may have open: a guardian is not buried under them.
const MOST_OPEN: usize = 20;

impl Platform {
    /// Asks the guardians what the page named.
    pub async fn ask_guardian(&self, session: &Session, ticket: &str) -> Result<Delivery, Error> {
        let pending = self.unseal(Reference::GuardianNeeded, session.id(), ticket).await?;
        let judged = pending.judged(self.offered()).map_err(|refused| refused.error)?;
        let now = self.now();
        let question = GuardianRequest {
            id: GuardianRequestId::make(now, &mut |bytes| self.world().fill(bytes)),
            child: session.person,
            organisation: judged.by.organisation.clone(),
            client: judged.request.client_id.to_string(),
            scene: judged.scene.scene,
            asked_at: now,
            answered_at: None,
        };
        let event = Event {
            client: question.client.clone(),
            scene: question.scene.as_str().to_owned(),
            ..self.event(session.person, Kind::GuardianAsked, now)
        };
        let (platform, asking) = (self.clone(), session.clone());
        self.inner()
            .store
            .write("ask the guardians", async move |tx| {
                may_give(tx, &asking, now).await?;
                if !tx.hold_person(asking.person).await? {
                    return Err(Error::from(Refusal::CertificateEnded));
                }
                let asked = tx.guardian_requests_of(asking.person).await?;
                let open = asked.iter().filter(|request| request.answered_at.is_none());
                let same = |request: &GuardianRequest| {
                    request.organisation == question.organisation && request.scene == question.scene
                };
                if open.clone().any(same) {
                    return Ok(());
                }
                if open.count() >= MOST_OPEN {
                    return Err(Refusal::AskedTooOften.into());
                }
                if tx.add_guardian_request(&question).await? {
                    tx.add_event(&event).await?;
                    let known = tx.guardianships_of_child(asking.person).await?;
                    let guardians = guardians_but(&known, None);
                    platform.tell(tx, guardians, TidingAbout::WardAsks, now).await?;
                }
                Ok(())
            })
            .await?;
        let said = Said::Refused(declined_for(&rules::Refusal::GuardianConsentMissing));
        self.conclude(session, &judged, &said).await
    }

    /// How a child's question stands that was refused with `refusal`.
    pub(crate) async fn standing(
        &self,
        tx: &Tx<Authentication>,
        child: PersonId,
        (organisation, scene): (&OrganisationCode, Scene),
        refusal: &rules::Refusal,
    ) -> Result<Standing, Error> {
        if *refusal == rules::Refusal::GuardianRefused {
            return Ok(Standing::Refused);
        }
        let (guardianships, requests) =
            tokio::try_join!(tx.guardianships_of_child(child), tx.guardian_requests_of(child))?;
        if carrying(&guardianships, self.now()).is_empty() {
            return Ok(Standing::Nobody);
        }
        let open = requests.into_iter().find(|request| {
            request.answered_at.is_none()
                && request.organisation == *organisation
                && request.scene == scene
        });
        Ok(open.map_or(Standing::NotAsked, |request| Standing::Waiting { since: request.asked_at }))
    }
}

/// What a relying party is told of a child whose guardians have not said yes.
pub(crate) fn declined_for(refusal: &rules::Refusal) -> OAuthError {
    match refusal {
        rules::Refusal::GuardianRefused => GUARDIAN_REFUSED,
        _ => GUARDIAN_CONSENT_MISSING,
    }
}

pub(crate) const GUARDIAN_CONSENT_MISSING: OAuthError = ErrorCode::AccessDenied.because(
    "guardian_consent_missing",
    "guardian_consent_missing: a guardian has to agree first; offer another method",
);
pub(crate) const GUARDIAN_REFUSED: OAuthError = ErrorCode::AccessDenied
    .because("guardian_refused", "guardian_refused: a guardian said no; offer another method");
