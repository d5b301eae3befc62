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
    Admission, Error, Platform, Refusal,
    assertion::{ASSERTION_REPLAYED, spend},
    code::Said,
    dpop::Possession,
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
            return self.not_heard(assertion, unknown(way)).await;
        };
        match knock.state {
            _ if now >= knock.expires_at => self.not_heard(assertion, device::expired()).await,
            KnockState::Waiting | KnockState::Opened { .. } => {
                self.note_poll(&knock, assertion, now).await
            }
            KnockState::Taken { .. } => self.not_heard(assertion, unknown(way)).await,
            KnockState::Answered { ref answer, .. } => {
                let presented = match self.answer_in(knock.id, answer)? {
                    Said::Refused(error) => {
                        self.take(&knock).await?;
                        return self.not_heard(assertion, error).await;
                    }
                    Said::Code(code) => PresentedCode {
                        code: Secret::new(code),
                        redirect_uri: self
                            .asked_in(&knock)?
                            .request
                            .redirect_uri
                            .as_str()
                            .to_owned(),
                        code_verifier: secret.clone(),
                    },
                };
                self.take(&knock).await?;
                let told =
                    self.redeem_code((by, client), &presented, (assertion, possession), now).await;
                if may_come_again(&told) {
                    let (id, answer) = (knock.id, answer.clone());
                    let back =
                        async move |tx: &Tx<Authentication>| tx.put_knock_back(id, &answer).await;
                    self.inner().store.write("put an answer back", back).await?;
                }
                told
            }
        }
    }

    /// Takes the answer away, so that nobody else is told it. CIBA Core §10.1.1: an `auth_req_id` is good once.
    async fn take(&self, knock: &Knock) -> Result<(), Error> {
        let id = knock.id;
        let take = async move |tx: &Tx<Authentication>| tx.take_knock(id).await;
        if self.inner().store.write("take an answer", take).await? {
            Ok(())
        } else {
            Err(unknown(knock.way).into())
        }
    }

    async fn not_heard(
        &self,
        assertion: Option<Spent>,
        error: OAuthError,
    ) -> Result<TokenResponse, Error> {
        self.spend_assertion(assertion).await?;
        Err(error.into())
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
const fn unknown(way: Way) -> OAuthError {
    match way {
        Way::Backchannel => backchannel::unknown(),
        Way::Device | Way::Screen => device::unknown(),
    }
}

/// What failed for want of a proof, or by our doing, may be tried again with the same secret.
fn may_come_again(told: &Result<TokenResponse, Error>) -> bool {
    match told {
        Err(Error::Faulted { .. }) => true,
        Err(Error::Refused(Refusal::OAuth(error))) => error.is_about_possession(),
        Ok(_) | Err(Error::Refused(_)) => false,
    }
}
