//! A person types the code that another device shows, and sees who asks.

use formats::mac::same;
use protocol::oauth::{
    UserCode,
    authorize::unknown_client,
    user_code::{CodeLetters, TypedCode},
};
use store::{
    Authentication, Tx,
    authentication::{Knock, KnockState, Way},
};

use crate::{
    Error, Platform, Refusal, Session,
    authorize::{Arrival, Pending},
    knocks::{AskedElsewhere, Knocked},
    references::Kind,
};

/// Codes a person types within the hour: more than a family of televisions needs, and a guess in three million.
const TYPED_AN_HOUR: u32 = 20;

impl Platform {
    /// The ticket of the request behind a code, for [`Platform::resume`]. It lies before this person from then on, and
    /// before nobody else.
    ///
    /// Every code typed is counted: RFC 8628 §5.1 has codes as short as theirs guessed at a bounded rate. Whoever guesses
    /// has to hold a certificate, and is let guess so often with it.
    pub async fn open_by_code(&self, session: &Session, typed: &str) -> Result<String, Error> {
        self.usable_certificate(session).await?;
        let counter = self.keys().sending_counter(b"user codes", session.person.bytes());
        match self.count_sending(counter, TYPED_AN_HOUR).await {
            Err(Error::Refused(_)) => return Err(Refusal::TriesExhausted.into()),
            outcome => outcome?,
        }
        let typed: TypedCode = typed.parse().map_err(|_| Refusal::KnockUnknown)?;
        let (letters, whole) = match typed {
            TypedCode::Whole(code) => (code.letters(), Some(code)),
            TypedCode::Letters(letters) => (letters, None),
        };
        let (knock, asked) = self.knock_behind(&letters).await?;
        if let Some(code) = &whole {
            self.count_number_try(knock.id).await?;
            if !shows(code, &asked) {
                return Err(Refusal::KnockUnknown.into());
            }
        }
        self.lay_before(session, &knock).await?;
        let knocked = Knocked::new(&knock, &asked, whole.is_none());
        self.ticket_of(&knock, asked, knocked).await
    }

    async fn knock_behind(&self, letters: &CodeLetters) -> Result<(Knock, AskedElsewhere), Error> {
        let tag = self.keys().code_tag(letters.as_str());
        let find = async move |tx: &Tx<Authentication>| tx.knock_by_code(&tag).await;
        let found = self.inner().store.read(find).await?;
        let typed = |knock: &Knock| matches!(knock.way, Way::Device | Way::Screen);
        let open = found.filter(|knock| self.now() < knock.expires_at && typed(knock));
        let knock = open.ok_or(Refusal::KnockUnknown)?;
        let asked = self.asked_in(&knock)?;
        Ok((knock, asked))
    }

    /// Once: the same person may come back to the page, nobody else opens it.
    async fn lay_before(&self, session: &Session, knock: &Knock) -> Result<(), Error> {
        let (id, person, now) = (knock.id, session.person, self.now());
        match &knock.state {
            KnockState::Opened { person: Some(whose) } if *whose == person => return Ok(()),
            KnockState::Waiting => {}
            _ => return Err(Refusal::KnockUnknown.into()),
        }
        let open = async move |tx: &Tx<Authentication>| tx.open_knock(id, Some(person), now).await;
        if self.inner().store.write("open a knock", open).await? {
            Ok(())
        } else {
            Err(Refusal::KnockUnknown.into())
        }
    }

    /// The request of a knock as it travels with pages.
    pub(crate) async fn ticket_of(
        &self,
        knock: &Knock,
        asked: AskedElsewhere,
        knocked: Knocked,
    ) -> Result<String, Error> {
        let by = self.registered(&knock.client).await?.ok_or(unknown_client())?;
        // Asked on another device: no session of this browser came with it.
        let arrival = Arrival { at: knock.asked_at, found: None };
        let pending = Pending { by, request: asked.request, arrival, knock: Some(knocked) };
        let judged = pending.judged(self.offered()).map_err(|refused| refused.error)?;
        Ok(self.page(Kind::SignIn, b"", &judged)?.ticket)
    }
}

/// Is it the number that the other screen shows?
fn shows(code: &UserCode, asked: &AskedElsewhere) -> bool {
    let number = asked.number.as_deref().unwrap_or_default();
    same(number.as_bytes(), code.number().as_bytes())
}
