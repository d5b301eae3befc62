//! Whoever knocked comes for the answer: not yet, not so often, too late, no; or, once, tokens.

use formats::{Secret, mac::sha256};
use jiff::Timestamp;
use protocol::oauth::{
    CodeVerifier, backchannel,
    client_authentication::AuthenticatedClient,
    device::{self, INTERVAL},
    error::OAuthError,
    token::{PresentedCode, TokenResponse},
};
use store::{
    Authentication, Tx,
    authentication::{Knock, KnockState, Spent, Way},
};

use crate::{
    Admission, Error, Platform,
    assertion::{ASSERTION_REPLAYED, spend},
    code::Said,
    dpop::Possession,
    redeem::Completes,
};

impl Platform {
    /// RFC 8628 §3.5 and CIBA Core §11: they answer alike. CIBA Core §10: a result is told here, to a client that proved who it
    /// is, and nowhere else.
    pub(crate) async fn hear_answer(
        &self,
        (by, client): (&Admission, &AuthenticatedClient<'_>),
        (way, secret): (Way, &CodeVerifier),
        (assertion, possession): (Option<Spent>, Option<Possession>),
        now: Timestamp,
    ) -> Result<TokenResponse, Error> {
        let hash = sha256(secret.expose().as_bytes());
        let find = async move |tx: &Tx<Authentication>| tx.knock_by_secret(&hash).await;
        let found = self.inner().store.read(find).await?;
        // RFC 8628 §3.4 has device codes belong to the client they were issued to; CIBA Core §10.1: so does an `auth_req_id`.
        let theirs =
            |knock: &Knock| knock.way == way && knock.client == client.client().id.as_str();
        let Some(knock) = found.filter(theirs) else {
            return self.unredeemed(assertion, None, unknown(way)).await;
        };
        match knock.state {
            _ if now >= knock.expires_at => {
                self.unredeemed(assertion, None, device::expired()).await
            }
            KnockState::Waiting | KnockState::Opened { .. } => {
                self.note_poll(&knock, assertion, now).await
            }
            KnockState::Taken { .. } => self.unredeemed(assertion, None, unknown(way)).await,
            KnockState::Answered { ref answer, .. } => {
                // With the redemption the answer is taken. CIBA Core §10.1.1: an `auth_req_id` is good once.
                let completes = Some(Completes::Knock(knock.id, way));
                let presented = match self.answer_in(knock.id, answer)? {
                    Said::Refused(error) => {
                        return self.unredeemed(assertion, completes, error).await;
                    }
                    Said::Code(code) => self.code_in(&knock, code, secret)?,
                };
                let proofs = (assertion, possession);
                self.redeem_code((by, client), &presented, proofs, completes, now).await
            }
        }
    }

    /// The code that was the answer, as whoever has the secret presents it.
    pub(crate) fn code_in(
        &self,
        knock: &Knock,
        code: String,
        secret: &CodeVerifier,
    ) -> Result<PresentedCode, Error> {
        Ok(PresentedCode {
            code: Secret::new(code),
            redirect_uri: self.asked_in(knock)?.request.redirect_uri.as_str().to_owned(),
            code_verifier: secret.clone(),
        })
    }

    async fn note_poll(
        &self,
        knock: &Knock,
        assertion: Option<Spent>,
        now: Timestamp,
    ) -> Result<TokenResponse, Error> {
        let since = knock.polled_at.map(|at| now.duration_since(at).as_secs());
        let early = since.is_some_and(|seconds| seconds < knock.pause);
        // CIBA Core §11: whoever is too early waits five seconds longer from then on.
        let (pause, refusal) = if early {
            (knock.pause + INTERVAL.as_secs(), device::too_often())
        } else {
            (knock.pause, device::pending())
        };
        let id = knock.id;
        let poll = async move |tx: &Tx<Authentication>| {
            if !spend(tx, assertion.as_ref()).await? {
                return Err(Error::from(ASSERTION_REPLAYED));
            }
            tx.poll_knock(id, pause, now).await?;
            Ok(())
        };
        self.inner().store.write("note a poll", poll).await?;
        Err(refusal.into())
    }
}

/// The refusal for a secret that is none of ours, or has been told.
pub(crate) const fn unknown(way: Way) -> OAuthError {
    match way {
        Way::Backchannel => backchannel::unknown(),
        Way::Device | Way::Screen => device::unknown(),
    }
}
