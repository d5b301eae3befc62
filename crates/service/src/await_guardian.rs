//! From fourteen to eighteen: the application waits until the guardian answers from afar, or lapses by itself.

use std::collections::BTreeSet;

use formats::{base64url, mac::sha256};
use jiff::{SignedDuration, Timestamp};
use rules::{Name, PersonId, retention};
use serde::{Deserialize, Serialize};
use store::{Tx, Vault, authentication::TidingAbout};

use crate::{
    CardEvidence, EnrolmentToken, Error, Platform, Refusal, Session, Step,
    enrol::{Due, Stage, instant},
    guardians::with_passcode,
    prove_guardian::{Act, Behind},
    proved::Proved,
    references::Kind,
    tidings::guardians_but,
};

/// Applications of one document within the hour of which guardians are told: nobody beats a drum on them.
const TOLD_AN_HOUR: u32 = 2;

/// An application as a guardian sees it, after the registry has confirmed the guardianship.
pub struct ApplicationSeen {
    /// Who applies.
    pub name: Name,
    /// For the form that answers.
    pub ticket: String,
}

/// A guardian's answer to an application.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ApplicationAnswer {
    /// The young person may go on.
    Approve,
    /// The application ends, and what it had proved is gone.
    Decline,
}

/// What a guardian was shown, sealed into the page that asks for the answer.
#[derive(Deserialize, Serialize)]
struct Seen {
    #[serde(with = "formats::base64url::text")]
    enrolment: [u8; 32],
    step: i64,
    #[serde(with = "formats::base64url::text")]
    guardian: [u8; 16],
    expires_at: i64,
}

impl Platform {
    /// Asks the guardian from afar: the enrolment waits for a day behind a link that the young person gives them.
    ///
    /// The link holds 128 bits of chance and opens nothing by itself: behind it, the guardian signs in and shows a
    /// card, and the registry says whose guardian that is.
    pub async fn await_guardian(&self, token: &EnrolmentToken) -> Result<Step, Error> {
        let Due { row, mut enrolment } = self.due(token).await?;
        let Stage::Guardian { proved } = enrolment.stage else {
            return Err(Refusal::StepNotDue.into());
        };
        if enrolment.guardian.is_some() {
            // Who applies on a child's behalf is here, and shows the card.
            return Err(Refusal::StepNotDue.into());
        }
        let lifetime = SignedDuration::try_from(retention::GUARDIAN_ANSWER)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let until = self.now() + lifetime;
        let link = base64url::encode(&self.world().draw::<16>());
        let link_hash = sha256(link.as_bytes());
        self.tell_guardians_of(&row.id, &proved).await?;
        enrolment.challenge = self.draw_challenge();
        enrolment.stage = Stage::Waiting { proved, link, until: until.as_second() };
        let sealed = self.seal_bytes(Kind::Enrolment, &row.id, &enrolment)?;
        let wait = async move |tx: &Tx<Vault>| {
            if !tx.advance_enrolment_until(&row.id, row.step, &sealed, until).await? {
                return Err(Error::from(Refusal::StepNotDue));
            }
            tx.add_waiting(&link_hash, &row.id, until).await?;
            Ok(())
        };
        self.inner().vault.write("await a guardian", wait).await?;
        Ok(enrolment.step())
    }

    /// Tells whoever is known as a guardian of this applicant, on this platform or by the registry, and holds a net
    /// certificate: a message that something waits, without a name and without the link, which the young person gives.
    ///
    /// Told before the application waits: a kill in between tells of one that does not, and none waits untold.
    async fn tell_guardians_of(&self, occasion: &[u8; 32], proved: &Proved) -> Result<(), Error> {
        let identity = proved.identity()?;
        let document = identity.document();
        let applicant = self.person_with(document.number()).await?;
        let counter =
            self.keys().sending_counter(b"applies", document.number().as_str().as_bytes());
        match self.count_sending(counter, TOLD_AN_HOUR).await {
            Err(Error::Refused(_)) => return Ok(()),
            outcome => outcome?,
        }
        let mut guardians = BTreeSet::new();
        // The registry may be away: the link is on the page all the same.
        if let Ok(known) = self.inner().outside.registry.look_up(document).await {
            for guardian in known.guardians {
                guardians.extend(self.person_with(&guardian).await?);
            }
        }
        let (platform, now, occasion) = (self.clone(), self.now(), *occasion);
        self.inner()
            .store
            .write("tell guardians of an application", async move |tx| {
                let mut told = guardians.clone();
                if let Some(applicant) = applicant {
                    let known = tx.guardianships_of_child(applicant).await?;
                    told.extend(guardians_but(&known, None));
                }
                let about = TidingAbout::WardApplies;
                platform.tell_once(tx, &occasion, told, about, now).await
            })
            .await
    }

    /// Until when the application behind a link waits; the guardian has signed in, and is told nothing else yet.
    pub async fn waiting_application(
        &self,
        session: &Session,
        link: &str,
    ) -> Result<Timestamp, Error> {
        with_passcode(session)?;
        self.usable_certificate(session).await?;
        let (_, _, until) = self.waiting_behind(link).await?;
        Ok(until)
    }

    /// The guardian's own card was read; what is asked, if the registry says this is the guardian.
    pub async fn see_application(
        &self,
        session: &Session,
        link: &str,
        challenge: &str,
        evidence: CardEvidence,
    ) -> Result<ApplicationSeen, Error> {
        let (due, proved, until) = self.waiting_behind(link).await?;
        let claimant = self.own_card(session, challenge, &evidence).await?;
        let guardian = self.guardian_of(&proved, &claimant).await?;
        let soon = SignedDuration::try_from(retention::ENROLMENT)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let seen = Seen {
            enrolment: due.row.id,
            step: due.row.step,
            guardian: *guardian.bytes(),
            expires_at: until.min(self.now() + soon).as_second(),
        };
        Ok(ApplicationSeen {
            name: proved.identity()?.name().clone(),
            ticket: self.seal(Kind::GuardianRequest, session.id(), &seen)?,
        })
    }

    /// The guardian's answer. The first one counts: the enrolment's step is the guard.
    pub async fn answer_application(
        &self,
        session: &Session,
        ticket: &str,
        answer: ApplicationAnswer,
    ) -> Result<(), Error> {
        with_passcode(session)?;
        self.usable_certificate(session).await?;
        let seen: Seen = self.open(Kind::GuardianRequest, session.id(), ticket)?;
        if self.now() >= instant(seen.expires_at)? {
            return Err(Refusal::TicketInvalid.into());
        }
        let mut due = self.due_with(seen.enrolment).await.map_err(answered)?;
        let Stage::Waiting { proved, .. } = due.enrolment.stage.clone() else {
            return Err(Refusal::GuardianRequestUnknown.into());
        };
        // Not a later step than the one that was looked at.
        due.row.step = seen.step;
        let next = match answer {
            ApplicationAnswer::Approve => {
                let guardian = PersonId::from_bytes(seen.guardian);
                due.enrolment.guardian = Some(Behind::new(guardian, Act::Approves));
                Stage::Portrait { proved }
            }
            ApplicationAnswer::Decline => Stage::Declined,
        };
        match self.advance(due, next).await {
            Err(Error::Refused(Refusal::StepNotDue)) => Err(Refusal::GuardianRequestUnknown.into()),
            outcome => outcome.map(drop),
        }
    }

    /// The enrolment that waits behind a link.
    async fn waiting_behind(&self, link: &str) -> Result<(Due, Proved, Timestamp), Error> {
        let (hash, now) = (sha256(link.as_bytes()), self.now());
        let find = async move |tx: &Tx<Vault>| tx.waiting_enrolment(&hash, now).await;
        let id = self.inner().vault.read(find).await?.ok_or(Refusal::GuardianRequestUnknown)?;
        let due = self.due_with(id).await.map_err(answered)?;
        match due.enrolment.stage.clone() {
            Stage::Waiting { proved, until, .. } => Ok((due, proved, instant(until)?)),
            _ => Err(Refusal::GuardianRequestUnknown.into()),
        }
    }
}

/// Whatever the reason, nothing waits there any more.
fn answered(error: Error) -> Error {
    match error {
        Error::Refused(_) => Refusal::GuardianRequestUnknown.into(),
        fault @ Error::Faulted { .. } => fault,
    }
}
