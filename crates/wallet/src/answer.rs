//! The answer to a verifier's question: each part by a credential of its own, signed for this question and encrypted for whoever
//! asked (`OpenID4VP` §8.3).

use formats::sd_jwt::Binding;
use jiff::Timestamp;
use protocol::presentation::{
    response::{self, Presentations},
    transaction_data::TransactionData,
};
use serde_json::{Map, Value, json};

use crate::{Agreed, AskedBy, Carried, DeviceKey, Entry, NotShown, Plan, Pocket, signed};

/// What is posted, and where to.
#[derive(Debug)]
pub struct Answer {
    /// The address, the verifier's own.
    pub address: String,
    /// The form, `response` in it.
    pub form: String,
}

impl Plan {
    /// Its holder saw it and says no. Only that is told (`OpenID4VP` §8.5), to whoever asked; nothing of it is kept.
    pub fn decline(self) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("error", "access_denied").append_pair("state", &self.asked.state);
        Answer { address: self.asked.response_uri, form: form.finish() }
    }
}

impl<K: DeviceKey> Pocket<K> {
    /// Answers as was agreed. `keep` keeps the pocket: what is shown is out of it by then, and its keys.
    ///
    /// `language` is that of the names in the holder's own record, `draw` brings chance.
    pub fn answer<E>(
        &mut self,
        agreed: Agreed,
        language: &str,
        draw: impl FnMut(&mut [u8]),
        now: Timestamp,
        keep: impl FnOnce(&Self) -> Result<(), E>,
    ) -> Result<Answer, NotShown<E>> {
        let Agreed(plan) = agreed;
        let mut presented: Vec<(String, Vec<String>)> = Vec::new();
        for (part, key) in plan.with.iter().enumerate() {
            let is_it = |one: &Carried<K>| one.key.public().thumbprint() == *key;
            let place = self.carried.iter().position(is_it).ok_or(NotShown::Empty)?;
            let carried = self.carried.remove(place);
            presented.push(self.present(&plan, part, &carried, now)?);
        }
        let presentations: Presentations = presented.into_iter().collect();
        let sealed = response::seal(presentations, &plan.asked.state, &plan.asked.encrypt_to, draw);
        let sealed = sealed.ok_or(NotShown::Unsayable)?;
        self.history.note(entry(&plan, language, now));
        keep(self).map_err(NotShown::Kept)?;
        let mut form = form_urlencoded::Serializer::new(String::new());
        let form = form.append_pair("response", &sealed).finish();
        Ok(Answer { address: plan.asked.response_uri, form })
    }

    fn present<E>(
        &self,
        plan: &Plan,
        part: usize,
        carried: &Carried<K>,
        now: Timestamp,
    ) -> Result<(String, Vec<String>), NotShown<E>> {
        let (_, held) = carried.credential(self.source(), now)?;
        let mine = || plan.shown.iter().filter(move |one| one.part == part);
        let id = mine().next().map(|one| one.id.clone()).ok_or(NotShown::Empty)?;
        let wanted =
            |name: Option<&str>| name.is_some() && mine().any(|one| one.claim.as_deref() == name);
        let shown = held.show(|disclosure| wanted(disclosure.name()));
        let binding = Binding {
            audience: &plan.asked.client_id,
            nonce: &plan.asked.nonce,
            now,
            others: agreed_to(plan, &id),
        };
        let text =
            shown.bind_by(binding, |typ, claims| signed::named(&carried.key, typ, claims))?;
        Ok((id, vec![text]))
    }
}

/// The hashes of the transactions that this part of the answer agrees to (`OpenID4VP` §B.3.3.1).
fn agreed_to(plan: &Plan, id: &str) -> Map<String, Value> {
    let hashes: Vec<_> = plan
        .transactions
        .iter()
        .filter(|one| one.credentials.iter().any(|named| named == id))
        .map(TransactionData::hash)
        .collect();
    if hashes.is_empty() {
        return Map::new();
    }
    Map::from_iter([
        ("transaction_data_hashes".to_owned(), json!(hashes)),
        ("transaction_data_hashes_alg".to_owned(), json!("sha-256")),
    ])
}

fn entry(plan: &Plan, language: &str, now: Timestamp) -> Entry {
    let who = plan.who(language);
    let asked_by = AskedBy {
        client_id: plan.asked.client_id.clone(),
        name: who.map(|who| who.client_name.clone()).unwrap_or_default(),
        purpose: who.map(|who| who.purpose.clone()).unwrap_or_default(),
    };
    let shown = plan.shown.iter().filter_map(|one| one.claim.clone()).collect();
    Entry { at: now, asked_by: Some(asked_by), shown }
}
