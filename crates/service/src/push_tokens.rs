//! A client that registered so is posted its tokens, or why there are none (CIBA Core §10.3, §12).
//!
//! Tokens are made when they are sent and stand nowhere. The durable redemption comes first, the post after it; until a post was
//! taken the answer stays in its knock, and the next attempt redeems it again, with new tokens. A refresh token of a post that
//! nobody took is ended. docs/decisions/0042-tokens-pushed.md

use protocol::oauth::{
    CodeVerifier,
    backchannel::{NotificationToken, PushedAnswer},
    device,
    error::{ErrorCode, OAuthError},
};
use rules::{GrantId, KnockId};
use store::{
    Authentication, Tx,
    authentication::{Knock, KnockState},
};

use crate::{Admission, Error, Heard, Platform, Refusal, code::Said, ping::notification};

/// What is posted, and what rests on its being taken.
struct Push {
    text: String,
    grant: Option<GrantId>,
}

impl Platform {
    /// Posts what became of a request, as it stands now.
    ///
    /// CIBA Core §10.3: to the address that the client registered, with the token that it gave as a bearer token.
    pub(crate) async fn push_tokens(
        &self,
        by: &Admission,
        id: KnockId,
        (auth_req_id, token): (&str, &NotificationToken),
    ) -> Result<Heard, Error> {
        // CIBA Core §5: by the mode that is registered and by no other; by now it may be another.
        if !by.client.metadata.is_pushed() {
            return Ok(Heard::Refused);
        }
        let push = self.push_of(by, id, auth_req_id).await?;
        let heard = self.hand_letter(notification(by, token, push.text)).await;
        self.note_push(id, push.grant, heard.as_ref().ok().copied()).await?;
        heard
    }

    async fn push_of(&self, by: &Admission, id: KnockId, auth_req_id: &str) -> Result<Push, Error> {
        let now = self.now();
        // What is told to be over is over: nobody answers it while that is on its way.
        let find = async move |tx: &Tx<Authentication>| {
            tx.lapse_knock(id, now).await?;
            tx.knock(id).await
        };
        let found = self.inner().store.write("an answer is pushed", find).await?;
        // Nobody answered, or the client did not listen for as long as the answer was good, or the person has left since.
        let Some(knock) = found else { return Ok(Push::failure(auth_req_id, &device::expired())) };
        match self.redeem_in(by, &knock, auth_req_id).await {
            Ok(push) => Ok(push),
            Err(Error::Refused(Refusal::OAuth(error))) => Ok(Push::failure(auth_req_id, &error)),
            Err(Error::Refused(_)) => Ok(Push::failure(auth_req_id, &FAILED)),
            Err(fault) => Err(fault),
        }
    }

    async fn redeem_in(
        &self,
        by: &Admission,
        knock: &Knock,
        auth_req_id: &str,
    ) -> Result<Push, Error> {
        let KnockState::Answered { answer, .. } = &knock.state else {
            return Err(Error::fault("pushing an answer", "there is none yet"));
        };
        let code = match self.answer_in(knock.id, answer)? {
            Said::Code(code) => code,
            Said::Refused(error) => return Err(error.into()),
        };
        let secret: CodeVerifier = auth_req_id
            .parse()
            .map_err(|cause| Error::fault("reading a request's name", format!("{cause}")))?;
        let presented = self.code_in(knock, code, &secret)?;
        let (tokens, grant) = self.redeem_pushed(by, &presented, self.now()).await?;
        let details = by.details(tokens.scope());
        let tokens = &tokens.with_details(details);
        Ok(Push { text: PushedAnswer::Tokens { auth_req_id, tokens }.text(), grant: Some(grant) })
    }

    /// What was heard of a push: taken, it was the answer; refused, nobody has it; unheard, it is sent again.
    async fn note_push(
        &self,
        id: KnockId,
        grant: Option<GrantId>,
        heard: Option<Heard>,
    ) -> Result<(), Error> {
        let now = self.now();
        let note = async move |tx: &Tx<Authentication>| {
            if heard.is_some() {
                tx.take_knock(id).await?;
                tx.delete_delivery(id.bytes()).await?;
            }
            if let (Some(grant), true) = (grant, heard != Some(Heard::Taken)) {
                tx.end_standing_access_of_grant(grant).await?;
            }
            if let (Some(grant), Some(Heard::Refused)) = (grant, heard) {
                tx.revoke_grant(grant, now).await?;
            }
            Ok::<_, store::Error>(())
        };
        Ok(self.inner().store.write("a push was sent", note).await?)
    }
}

impl Push {
    fn failure(auth_req_id: &str, why: &OAuthError) -> Self {
        Self { text: PushedAnswer::failure(auth_req_id, why).text(), grant: None }
    }
}

const FAILED: OAuthError = ErrorCode::TransactionFailed
    .because("transaction_failed", "what was agreed to is not in force any more; ask again");
