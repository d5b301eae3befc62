//! A guardian applies on behalf of a child under fourteen (Measures art. 4, PIPL 31), and may go on with it on the
//! child's own device.

use formats::mac::sha256;
use jiff::SignedDuration;
use rules::retention;
use serde::{Deserialize, Serialize};
use store::{Authentication, Tx, authentication::Spent};

use crate::{
    ConsentsGiven, EnrolmentToken, Error, Platform, Refusal, Session, Step,
    enrol::instant,
    guardians::with_passcode,
    prove_guardian::{Act, Behind},
    references::Kind,
};

/// An enrolment on its way to another device.
#[derive(Deserialize, Serialize)]
struct Carried {
    token: String,
    expires_at: i64,
}

impl Platform {
    /// Begins an enrolment for a child, with the guardian's consents: everything of a child under fourteen is
    /// sensitive (PIPL 28), and the guardian consents to it (PIPL 31). The child's document comes first, then the
    /// guardian's own card, with which the registry confirms the guardianship.
    pub async fn begin_enrolment_for_child(
        &self,
        session: &Session,
        consents: ConsentsGiven,
    ) -> Result<(EnrolmentToken, Step), Error> {
        with_passcode(session)?;
        self.usable_certificate(session).await?;
        self.begin(consents, Some(Behind::new(session.person, Act::Applies))).await
    }

    /// Does a guardian apply here for a child? Then it may go on on the child's device.
    pub async fn is_for_child(&self, token: &EnrolmentToken) -> Result<bool, Error> {
        let behind = self.due(token).await?.enrolment.guardian;
        Ok(behind.is_some_and(|behind| behind.act == Act::Applies))
    }

    /// A link that carries an enrolment in flight to another device: for ten minutes, once.
    pub async fn carry_enrolment(&self, token: &EnrolmentToken) -> Result<String, Error> {
        if !self.is_for_child(token).await? {
            return Err(Refusal::StepNotDue.into());
        }
        let lifetime = SignedDuration::try_from(retention::HAND_OVER)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let expires_at = (self.now() + lifetime).as_second();
        self.seal(Kind::HandOver, b"", &Carried { token: token.as_str().to_owned(), expires_at })
    }

    /// Takes an enrolment over from the device that showed the link.
    pub async fn take_over_enrolment(&self, link: &str) -> Result<(EnrolmentToken, Step), Error> {
        let carried: Carried = self.open(Kind::HandOver, b"", link)?;
        let expires_at = instant(carried.expires_at)?;
        if self.now() >= expires_at {
            return Err(Refusal::TicketInvalid.into());
        }
        let token = EnrolmentToken::from(carried.token);
        let step = self.enrolment(&token).await?;
        let spent = Spent::new(expires_at, &sha256(link.as_bytes()));
        let once = async move |tx: &Tx<Authentication>| tx.spend(&spent).await;
        if self.inner().store.write("take an enrolment over", once).await? {
            Ok((token, step))
        } else {
            Err(Refusal::TicketInvalid.into())
        }
    }
}
