//! The person's word on plain identity: after the ordinary approval, on a page of its own, each time anew.

use jiff::{SignedDuration, Timestamp};
use rules::{DisclosureId, NoticeVersion, Purpose, consent, plain};
use store::authentication::{Kind as EventKind, PlainDisclosure};

use crate::{
    Authorize, Error, PasscodeTold, Platform, Refusal, Session,
    agree::hold,
    authorize::{Before, CONSENT_REQUIRED},
    code::{PlainWord, Subject},
    judge::Judged,
    references::Kind,
};

/// The person's word.
#[derive(Debug)]
pub enum PlainDecision<'a> {
    /// Tell it, this once; device and passcode are shown for this and nothing else.
    Tell {
        /// The device's proof over a fresh challenge.
        device_proof: &'a str,
        /// The passcode.
        passcode: PasscodeTold,
        /// The notice that was read.
        notice: NoticeVersion,
    },
    /// Tell the result without it.
    Decline,
}

impl Platform {
    /// What comes once the ordinary approval stands: a word on plain identity where it is asked for, else the code.
    ///
    /// Measures art. 8: the second tier needs separate consent; it is never remembered, so the page comes each time.
    pub(crate) async fn settled(
        &self,
        judged: &Judged,
        session: &Session,
        subject: Subject,
    ) -> Result<Authorize, Error> {
        let answering = match &subject {
            Subject { by: Some(_), .. } => plain::Answering::Delegate,
            Subject { represented: true, .. } => plain::Answering::Child,
            _ => plain::Answering::Person,
        };
        if judged.plain.is_empty() {
            let said = self.code(judged, session, &subject)?;
            return self.back(session, judged, &said).await;
        }
        if !plain::may_be_asked(answering) {
            let subject = Subject { plain: Some(PlainWord::Declined), ..subject };
            let said = self.code(judged, session, &subject)?;
            return self.back(session, judged, &said).await;
        }
        if !judged.request.prompt.allows_pages() {
            let refused = judged.request.refused(self.issuer(), CONSENT_REQUIRED);
            return self.outcome(Some(&judged.by.client), refused);
        }
        let page = self.page(Kind::PlainIdentity, session.id(), judged)?;
        Ok(Authorize::PlainIdentity(Box::new(page)))
    }

    /// Answers the page a ticket belongs to; where to go next.
    ///
    /// Measures art. 7: who declines is served all the same: the relying party gets its result, and learns "declined".
    pub async fn answer_plain(
        &self,
        session: &Session,
        ticket: &str,
        decision: PlainDecision<'_>,
    ) -> Result<Authorize, Error> {
        let pending = self.unseal(Kind::PlainIdentity, session.id(), ticket).await?;
        let judged = pending.judged(self.offered()).map_err(|refused| refused.error)?;
        let judged = self.judged_for(session, judged).await?;
        // Whatever the person agreed to on the page before must still stand.
        let Before::Agreed(subject) = self.agreed_before(session, &judged).await? else {
            return Err(Refusal::TicketInvalid.into());
        };
        let word = match decision {
            PlainDecision::Decline => self.decline_plain(session, &judged).await?,
            PlainDecision::Tell { device_proof, passcode, notice } => {
                let fresh = self.sign_in(device_proof, Some(passcode)).await?;
                if fresh.certificate != session.certificate {
                    return Err(Refusal::DeviceProofInvalid.into());
                }
                self.agree_to_plain(&fresh, &judged, notice).await?
            }
        };
        let subject = Subject { plain: Some(word), ..*subject };
        let said = self.code(&judged, session, &subject)?;
        self.back(session, &judged, &said).await
    }

    /// The page again, after something was wrong on it.
    pub async fn asked_plain(
        &self,
        session: &Session,
        ticket: &str,
    ) -> Result<Box<crate::Asked>, Error> {
        let pending = self.unseal(Kind::PlainIdentity, session.id(), ticket).await?;
        let judged = pending.judged(self.offered()).map_err(|refused| refused.error)?;
        Ok(Box::new(self.page(Kind::PlainIdentity, session.id(), &judged)?))
    }

    async fn agree_to_plain(
        &self,
        session: &Session,
        judged: &Judged,
        notice: NoticeVersion,
    ) -> Result<PlainWord, Error> {
        let now = self.now();
        let terms = judged.scene.plain.as_ref();
        let given = consent::given(Purpose::PlainIdentity, notice)?;
        plain::may_tell(terms, &judged.plain, given)?;
        let law = terms.ok_or(rules::Refusal::PlainLawMissing)?.law();
        // Not in the cool-down after a certificate was issued anew: a thief would ask just then.
        let may = self.may_disclose(session).await?;
        let disclosure = PlainDisclosure {
            id: DisclosureId::make(now, &mut |bytes| self.world().fill(bytes)),
            person: may.person(),
            certificate: session.certificate,
            organisation: judged.by.organisation.clone(),
            client: judged.request.client_id.to_string(),
            scene: judged.scene.scene.as_str().to_owned(),
            law: law.as_str().to_owned(),
            kinds: judged.plain.clone(),
            notice,
            agreed_at: now,
            fetchable_until: now + fetchable()?,
            told_at: None,
        };
        let id = *disclosure.id.bytes();
        self.record_plain(session, judged, Some(disclosure), now).await?;
        Ok(PlainWord::Agreed(id))
    }

    async fn decline_plain(&self, session: &Session, judged: &Judged) -> Result<PlainWord, Error> {
        self.record_plain(session, judged, None, self.now()).await?;
        Ok(PlainWord::Declined)
    }

    /// The person's own record comes first: nothing is told that does not stand there.
    async fn record_plain(
        &self,
        session: &Session,
        judged: &Judged,
        disclosure: Option<PlainDisclosure>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let kind = match disclosure {
            Some(_) => EventKind::PlainAgreed,
            None => EventKind::PlainDeclined,
        };
        let mut event = self.use_event(session, judged, kind, now);
        event.passed = disclosure.is_some();
        let session = session.clone();
        self.inner()
            .store
            .write("answer plain identity", async move |tx| {
                hold(tx, &session, now).await?;
                if let Some(disclosure) = &disclosure {
                    tx.add_plain_disclosure(disclosure).await?;
                }
                tx.add_event(&event).await?;
                Ok::<_, Error>(())
            })
            .await
    }
}

fn fetchable() -> Result<SignedDuration, Error> {
    SignedDuration::try_from(plain::FETCHABLE)
        .map_err(|cause| Error::fault("reckoning a lifetime", cause))
}
