//! An offer is taken, and batches of credentials come (`OpenID4VCI` §6, §7, §8): the token, a nonce, the credentials.

use std::time::Duration;

use formats::JwkSet;
use protocol::{
    issuance::{CREDENTIAL_PATH, Configuration, DEFERRED_PATH, NONCE_PATH},
    oauth::issuer::Issuer,
};
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    Batch, Carried, Carrier, Failed, Incoming, Keys, Offer, Outgoing, Source,
    carrier::{FORM, JSON},
    exchange::{Bound, Sent, attestor_keys, published_keys},
};

/// How many of each form a wallet takes at once: two a day for as long as they are good, and some more.
pub const MANY: usize = 30;

/// The longest that a wallet waits for what it asked for: its token is not good for longer.
const PATIENCE: Duration = Duration::from_mins(10);

/// An offer that was taken: the token for it, and the platform's keys.
#[derive(Debug)]
pub struct Receiving {
    issuer: Issuer,
    bound: Bound,
    token: Zeroizing<String>,
    keys: JwkSet,
    attestors: JwkSet,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

#[derive(Deserialize)]
struct Nonce {
    c_nonce: String,
}

/// What was asked for comes later.
#[derive(Deserialize)]
struct Later {
    transaction_id: String,
    interval: u64,
}

impl Later {
    /// Does an answer say so?
    fn of(reply: &Incoming) -> Result<Option<Self>, Failed> {
        /// RFC 9110 §15.3.3: accepted, and not done.
        const ACCEPTED: u16 = 202;
        if reply.status == ACCEPTED { reply.json().map(Some) } else { Ok(None) }
    }
}

impl Receiving {
    /// Takes an offer with the code that its person read beside it. Whoever calls this has seen that it is the right platform's.
    pub async fn begin(
        carrier: &impl Carrier,
        offer: &Offer,
        tx_code: &str,
    ) -> Result<Self, Failed> {
        let form = offer.token_form(tx_code)?;
        let (issuer, mut bound) = (offer.issuer().clone(), Bound::new()?);
        let sent = Sent { kind: FORM, body: form.expose() };
        let token = bound.post(carrier, &issuer.at("/token"), None, sent).await?;
        let token = Zeroizing::new(token.json::<Token>()?.access_token);
        let keys = published_keys(carrier, &issuer).await?;
        // Now, since whoever asks for them when a question has come says that somebody is about to answer.
        let attestors = attestor_keys(carrier, &issuer).await?;
        Ok(Self { issuer, bound, token, keys, attestors })
    }

    /// A batch of one form, each checked; its keys are made by `maker`.
    pub async fn batch<M: Keys>(
        &mut self,
        carrier: &impl Carrier,
        maker: &M,
        form: Configuration,
    ) -> Result<Vec<Carried<M::Key>>, Failed> {
        let nonce = carrier.carry(Outgoing::post(self.issuer.at(NONCE_PATH))).await?;
        let nonce: Nonce = nonce.json()?;
        let batch = Batch::of(maker, form, MANY)?;
        let body = batch.request(&self.issuer, &nonce.c_nonce, carrier.now())?.to_string();
        let sent = Sent { kind: JSON, body: &body };
        let address = self.issuer.at(CREDENTIAL_PATH);
        let reply = self.bound.post(carrier, &address, Some(&self.token), sent).await?;
        let reply = self.at_last(carrier, reply).await?;
        let from = Source { issuer: &self.issuer, keys: &self.keys };
        Ok(batch.receive(reply.accepted()?, from, carrier.now())?)
    }

    /// What comes at last, where the platform says that it comes later (`OpenID4VCI` §9): asked for after as long as it says, and again
    /// when it says so again.
    async fn at_last(
        &mut self,
        carrier: &impl Carrier,
        mut reply: Incoming,
    ) -> Result<Incoming, Failed> {
        let address = self.issuer.at(DEFERRED_PATH);
        let mut waited = Duration::ZERO;
        while let Some(later) = Later::of(&reply)? {
            let time = Duration::from_secs(later.interval.max(1));
            waited = waited.saturating_add(time);
            if waited > PATIENCE {
                return Err(Failed::Late);
            }
            carrier.wait(time).await;
            let body = json!({"transaction_id": later.transaction_id}).to_string();
            let sent = Sent { kind: JSON, body: &body };
            reply = self.bound.post(carrier, &address, Some(&self.token), sent).await?;
        }
        Ok(reply)
    }

    /// Who issues.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The keys by which the platform says who asks.
    pub fn attestors(&self) -> &JwkSet {
        &self.attestors
    }

    /// The keys that what came was checked with.
    pub fn keys(&self) -> &JwkSet {
        &self.keys
    }
}
