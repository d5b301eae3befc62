//! An offer is taken, and batches of credentials come (`OpenID4VCI` §6, §7, §8): the token, a nonce, the credentials.

use formats::JwkSet;
use protocol::{
    issuance::{CREDENTIAL_PATH, Configuration, NONCE_PATH},
    oauth::issuer::Issuer,
};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    Batch, Carried, Carrier, Failed, Keys, Offer, Outgoing, Source,
    carrier::{FORM, JSON},
    exchange::{Bound, Sent, attestor_keys, published_keys},
};

/// How many of each form a wallet takes at once: two a day for as long as they are good, and some more.
pub const MANY: usize = 30;

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
        let from = Source { issuer: &self.issuer, keys: &self.keys };
        Ok(batch.receive(reply.accepted()?, from, carrier.now())?)
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
