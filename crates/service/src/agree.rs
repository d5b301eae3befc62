//! The person approves or declines.
//!
//! OpenID Connect Core §3.1.2.4: "Once the End-User is authenticated, the Authorization Server MUST obtain an authorization decision before
//! releasing information to the Relying Party."

use jiff::Timestamp;
use protocol::oauth::error::{ErrorCode, OAuthError};
use rules::{ConsentId, Purpose};
use store::{
    Authentication, Tx,
    authentication::{Certificate, ConsentRecord, Event, GivenBy, Kind as EventKind, Person},
};

use crate::{
    Authorize, Error, Platform, Refusal, Session,
    ask_guardian::declined_for,
    code::{Said, Subject},
    judge::Judged,
    references::Kind,
    session::usable_since,
};

/// The person's answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Decision {
    /// Tell what the page named.
    Approve,
    /// Tell nothing.
    Decline,
}

impl Platform {
    /// Answers the page a ticket belongs to; where to go next.
    ///
    /// Measures art. 7: declining costs nothing; the relying party learns "declined" and carries on another way.
    pub async fn agree(
        &self,
        session: &Session,
        ticket: &str,
        decision: Decision,
    ) -> Result<Authorize, Error> {
        self.agree_seeing(session, ticket, decision, None).await
    }

    /// The same of somebody who typed the number that another screen shows.
    pub async fn agree_seeing(
        &self,
        session: &Session,
        ticket: &str,
        decision: Decision,
        number: Option<&str>,
    ) -> Result<Authorize, Error> {
        let pending = self.unseal(Kind::Approval, &session.answering(), ticket).await?;
        let judged = pending.judged(self.offered()).map_err(|refused| refused.error)?;
        let judged = self.judged_for(session, judged).await?;
        if let Some(knock) = &judged.knock {
            self.may_answer(session, knock, decision, number).await?;
        }
        let agreed = match (decision, session.acting_for) {
            (Decision::Approve, Some(delegation)) => {
                Ok(self.approve_for(session, delegation, &judged).await?)
            }
            (Decision::Approve, None) => self.approve(session, &judged).await?,
            (Decision::Decline, _) => Err(self.decline(session, &judged).await?),
        };
        match agreed {
            Ok(subject) => self.settled(&judged, session, subject).await,
            Err(refused) => self.back(session, &judged, &Said::Refused(refused)).await,
        }
    }

    /// Back to whoever asked, with what is said.
    pub(crate) async fn back(
        &self,
        session: &Session,
        judged: &Judged,
        said: &Said,
    ) -> Result<Authorize, Error> {
        Ok(Authorize::Back(self.conclude(session, judged, said).await?))
    }

    /// What the person agreed to; or, of a child whose guardian took the word back, what is said instead.
    async fn approve(
        &self,
        session: &Session,
        judged: &Judged,
    ) -> Result<Result<Subject, OAuthError>, Error> {
        let now = self.now();
        let consent = ConsentRecord {
            id: ConsentId::make(now, &mut |bytes| self.world().fill(bytes)),
            person: session.person,
            purpose: Purpose::Release,
            client: judged.request.client_id.to_string(),
            scene: judged.scene.scene.as_str().to_owned(),
            attributes: judged.told(),
            notice: Purpose::Release.current(),
            given_at: now,
            withdrawn_at: None,
            given_by: GivenBy::Person,
        };
        judged.release(&consent)?;
        let given = consent.clone();
        let (platform, scene) = (self.clone(), judged.scene.scene);
        let signed_in = session.clone();
        let (keys, organisation, person_id) =
            (self.keys(), judged.by.organisation.clone(), session.person);
        let written = self
            .inner()
            .store
            .write("agree", async move |tx| {
                let certificate = hold(tx, &signed_in, now).await?;
                let person = tx.person(person_id).await?;
                let Some(Person::Enrolled { salt, sealed_birth, .. }) = &person else {
                    return Err(Error::from(Refusal::CertificateEnded));
                };
                platform.may_use_at(tx, person_id, sealed_birth, (&organisation, scene)).await?;
                let known = tx.app_identifier(person_id, &organisation).await?;
                let identifier =
                    known.unwrap_or_else(|| keys.app_identifier(salt, organisation.as_str()));
                tx.add_app_identifier(person_id, &organisation, &identifier).await?;
                tx.replace_consent(&consent).await?;
                Ok((identifier, person, certificate))
            })
            .await;
        let (identifier, person, certificate) = match written {
            // A guardian took the word back while the page lay open.
            Err(Error::Refused(Refusal::Rule(
                refusal
                @ (rules::Refusal::GuardianConsentMissing | rules::Refusal::GuardianRefused),
            ))) => return Ok(Err(declined_for(&refusal))),
            written => written?,
        };
        let holder = (session, &certificate);
        self.subject(holder, judged, &given, &identifier, person.as_ref()).map(Ok)
    }

    async fn decline(&self, session: &Session, judged: &Judged) -> Result<OAuthError, Error> {
        let now = self.now();
        let event = self.use_event(session, judged, EventKind::Declined, now);
        let signed_in = session.clone();
        self.inner()
            .store
            .write("decline", async move |tx| {
                hold(tx, &signed_in, now).await?;
                tx.add_event(&event).await?;
                Ok::<_, Error>(())
            })
            .await?;
        Ok(DECLINED)
    }

    pub(crate) fn use_event(
        &self,
        session: &Session,
        judged: &Judged,
        kind: EventKind,
        now: Timestamp,
    ) -> Event {
        Event {
            client: judged.request.client_id.to_string(),
            scene: judged.scene.scene.as_str().to_owned(),
            mode: session.mode().acr().to_owned(),
            passed: false,
            ..self.event(session.person, kind, now)
        }
    }
}

/// Answers of one person are written one after the other, and only while the certificate may be used.
pub(crate) async fn hold(
    tx: &Tx<Authentication>,
    session: &Session,
    now: Timestamp,
) -> Result<Certificate, Error> {
    let found = tx.certificate(session.certificate).await?.ok_or(Refusal::CertificateUnknown)?;
    if !tx.hold_person(found.person).await? {
        return Err(Refusal::CertificateEnded.into());
    }
    if tx.session_ended(&session.hash()).await? {
        return Err(Refusal::NotSignedIn.into());
    }
    usable_since(&found, session.signed_in_at, now)?;
    Ok(found)
}

pub(crate) const DECLINED: OAuthError =
    ErrorCode::AccessDenied.because("declined", "the person declined; offer another method");
