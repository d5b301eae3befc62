//! A verifier's question before it is answered: who asks, what for, what would be shown. Nothing happens until its holder agrees.

use std::fmt;

use formats::sd_jwt::Disclosure;
use jiff::Timestamp;
use protocol::{
    issuance::Configuration,
    presentation::{
        Asked, BadRequest, Held, Selected,
        attestation::{Attestor, BadAttestation, HASH_PREFIX},
        query::Format,
        transaction_data::TransactionData,
    },
};
use serde_json::Value;

use crate::{BadBatch, DeviceKey, Pocket};

/// A question as it came.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The request object.
    pub text: &'a str,
    /// Who asks, as the link said.
    pub client_id: &'a str,
    /// What the wallet sent along when it fetched the question.
    pub wallet_nonce: Option<&'a str>,
    /// The kinds of transactions that can be shown to the holder.
    pub kinds: &'a [&'a str],
}

/// What would be shown, and to whom.
#[derive(Debug)]
pub struct Plan {
    pub(crate) asked: Asked,
    pub(crate) shown: Vec<Shown>,
    pub(crate) transactions: Vec<TransactionData>,
    /// The credentials for it, by the thumbprints of their keys: one for each part of the question.
    pub(crate) with: Vec<String>,
}

/// A plan its holder agreed to.
#[derive(Debug)]
pub struct Agreed(pub(crate) Plan);

/// A claim that would be shown.
#[derive(Clone, Eq, PartialEq)]
pub struct Shown {
    /// In which part of the question it is asked for.
    pub(crate) part: usize,
    /// What the answer calls that part.
    pub(crate) id: String,
    /// Its name; nothing where only that somebody is there would be shown.
    pub claim: Option<String>,
    /// Its value.
    pub value: Value,
}

impl fmt::Debug for Shown {
    /// What is a person's is not printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown([secret])")
    }
}

/// Why a question is not answered. Nothing is sent.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// No question of somebody whom the platform attests; or more is asked than that one may ask.
    #[error(transparent)]
    Request(#[from] BadRequest),
    /// What is asked is not in the pocket, or there are not enough unused credentials for it.
    #[error("there is nothing that answers this")]
    Nothing,
    /// A transaction is to be agreed to, of a kind that this wallet cannot show its holder.
    #[error("a transaction that cannot be shown is to be agreed to")]
    Transaction,
    /// What is in the pocket is worth nothing.
    #[error(transparent)]
    Bad(#[from] BadBatch),
}

impl Refusal {
    /// Was the question attested with a key that the platform published since? Its keys are asked for only then, as whoever
    /// asks for keys says that somebody is about to answer.
    pub fn wants_newer_keys(&self) -> bool {
        matches!(self, Self::Request(BadRequest::Attestation(BadAttestation::Signature)))
    }

    /// The claim that may not be asked, if it is that.
    pub fn over_asked(&self) -> Option<&str> {
        match self {
            Self::Request(BadRequest::OverAsking(claim)) => Some(claim),
            _ => None,
        }
    }

    /// Is the question, or this machine's clock, of another time?
    pub fn is_late(&self) -> bool {
        matches!(self, Self::Request(BadRequest::Time))
    }
}

impl<K: DeviceKey> Pocket<K> {
    /// What would answer a question, with the least. The platform must attest who asks, and that they may ask it.
    pub fn plan(&self, question: Question<'_>, now: Timestamp) -> Result<Plan, Refusal> {
        let by = Attestor { issuer: self.issuer.as_str(), keys: self.attestors.keys() };
        let Question { text, client_id, wallet_nonce, kinds } = question;
        let asked = if client_id.starts_with(HASH_PREFIX) {
            Asked::read_certified(text, client_id, wallet_nonce, (by, &self.authorities), now)?
        } else {
            Asked::read_attested(text, client_id, wallet_nonce, by, now)?
        };
        let transactions = match asked.transaction_data.as_slice() {
            [] => Vec::new(),
            texts => TransactionData::read_all(texts, &asked.query, kinds)
                .map_err(|_| Refusal::Transaction)?,
        };
        // What is agreed to is of the scene that the platform attests.
        let scene = asked.attested.as_ref().map(|attested| attested.scene.as_str());
        let elsewhere = |one: &TransactionData| {
            one.agreement.as_ref().is_some_and(|it| Some(it.scene.as_str()) != scene)
        };
        if transactions.iter().any(elsewhere) {
            return Err(Refusal::Transaction);
        }
        // The first that answers says which parts of the question there are; each part has a credential of its own, so that
        // the parts of one answer have no more in common than two answers.
        let mut good = self.good(Configuration::NetCertificate, now);
        let (mut shown, mut with) = (Vec::new(), Vec::new());
        let mut parts = 1;
        while with.len() < parts {
            let carried = good.next().ok_or(Refusal::Nothing)?;
            let (credential, held) = carried.credential(self.source(), now)?;
            let claims = Value::Object(held.claims().clone());
            let as_asked = Held {
                format: Format::SdJwtVc,
                credential_type: &credential.vct,
                claims: &claims,
                bound: true,
            };
            let selected = asked.query.select(&[as_asked]).ok_or(Refusal::Nothing)?;
            parts = selected.len();
            let part = with.len();
            let one = selected.get(part).ok_or(Refusal::Nothing)?;
            shown.extend(shown_of(part, one, held.disclosures()));
            with.push(carried.key.public().thumbprint());
        }
        Ok(Plan { asked, shown, transactions, with })
    }
}

/// What a selection discloses: the claims at the top in which the paths lie, whole.
fn shown_of<'d>(
    part: usize,
    selected: &'d Selected,
    disclosures: &'d [Disclosure],
) -> impl Iterator<Item = Shown> {
    let wanted = |one: &Disclosure| selected.claims.iter().any(|path| path.top() == one.name());
    let id = selected.id.to_string();
    let claims: Vec<_> = disclosures.iter().filter(|one| wanted(one)).collect();
    let nothing =
        claims.is_empty().then(|| Shown { part, id: id.clone(), claim: None, value: Value::Null });
    let shown = claims.into_iter().map(move |one| Shown {
        part,
        id: id.clone(),
        claim: one.name().map(str::to_owned),
        value: one.value().clone(),
    });
    shown.chain(nothing)
}

impl Plan {
    /// Who asks, as the platform says.
    pub fn client_id(&self) -> &str {
        &self.asked.client_id
    }

    /// What the verifier and its organisation are called and why it asks, in this language or the first there is.
    pub fn who(&self, language: &str) -> Option<&protocol::presentation::attestation::Shown> {
        let shown = &self.asked.attested.as_ref()?.shown;
        shown.iter().find(|one| one.locale == language).or(shown.first())
    }

    /// What would be shown.
    pub fn shown(&self) -> &[Shown] {
        &self.shown
    }

    /// The transactions that would be agreed to.
    pub fn transactions(&self) -> &[TransactionData] {
        &self.transactions
    }

    /// Its holder saw it and agrees.
    pub fn agree(self) -> Agreed {
        Agreed(self)
    }
}
