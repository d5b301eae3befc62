//! A batch of one-time credentials: a key for each, asked for together, and checked one by one when they come (`OpenID4VCI` §8).

use std::fmt;

use formats::{
    JwkSet, json,
    qr::NotACertificate,
    sd_jwt::{BadCredential, Credential, Expected, Held, UnverifiedCredential},
};
use jiff::{SignedDuration, Timestamp};
use protocol::{
    issuance::{
        Configuration, MOST_AT_ONCE,
        code::{CodeCredential, HeldCode},
        documents,
    },
    oauth::issuer::Issuer,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{DeviceKey, KeyAway, Keys, signed::key_proof};

/// Longest answer read: fifty credentials of some three kilobytes.
const MAX_ANSWER: usize = 512 * 1024;

/// Seconds of a day, in which the days of a code are counted.
const DAY: i64 = 24 * 60 * 60;

/// Keys for which credentials of one form are asked.
#[derive(Debug)]
pub struct Batch<K> {
    form: Configuration,
    keys: Vec<K>,
}

/// A credential that is carried, with the key it is bound to. It is good for one use.
#[derive(Clone)]
pub struct Carried<K> {
    pub(crate) key: K,
    pub(crate) form: Configuration,
    /// As it was handed over: an SD-JWT, or the JSON of a certificate for codes.
    pub(crate) text: String,
    pub(crate) ends: Timestamp,
}

impl<K> fmt::Debug for Carried<K> {
    /// What is a person's is not printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Carried([secret])")
    }
}

/// The platform, as a wallet checks what comes from it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name.
    pub issuer: &'a Issuer,
    /// Its published keys, of every suite.
    pub keys: &'a JwkSet,
}

/// Why a batch is not taken. One bad credential is reason enough to take none.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadBatch {
    /// No answer of the form.
    #[error("not an answer with credentials")]
    Form,
    /// Fewer or more than were asked for.
    #[error("another number of credentials than was asked for")]
    Number,
    /// Signed with a key that the platform does not publish.
    #[error("signed with an unknown key")]
    Key,
    /// Bound to another key than the one that was proved for it.
    #[error("a credential for another key")]
    Holder,
    /// One is worth nothing.
    #[error(transparent)]
    Credential(#[from] BadCredential),
    /// One is worth nothing, and of those for codes.
    #[error(transparent)]
    Code(#[from] NotACertificate),
}

#[derive(Deserialize)]
struct Answer {
    credentials: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    credential: Value,
}

impl<K: DeviceKey> Batch<K> {
    /// Makes as many keys, or as many as are handed out at once.
    pub fn of(
        keys: &impl Keys<Key = K>,
        form: Configuration,
        count: usize,
    ) -> Result<Self, KeyAway> {
        let made = (0..count.clamp(1, MOST_AT_ONCE)).map(|_| keys.make(form.suite()));
        Ok(Self { form, keys: made.collect::<Result<_, _>>()? })
    }

    /// The body of the request, with the proof of every key over the platform's nonce.
    pub fn request(&self, issuer: &Issuer, nonce: &str, now: Timestamp) -> Result<Value, KeyAway> {
        let prove = |key| key_proof(key, issuer.as_str(), nonce, now);
        let proofs: Vec<_> = self.keys.iter().map(prove).collect::<Result<_, _>>()?;
        Ok(serde_json::json!({
            "credential_configuration_id": self.form.id(),
            "proofs": {"jwt": proofs},
        }))
    }

    /// Takes the answer, if every credential in it is the platform's, of this time, and bound to the key it was asked for.
    pub fn receive(
        self,
        answer: &[u8],
        from: Source<'_>,
        now: Timestamp,
    ) -> Result<Vec<Carried<K>>, BadBatch> {
        if answer.len() > MAX_ANSWER {
            return Err(BadBatch::Form);
        }
        let answer: Answer = json::read(answer).map_err(|_| BadBatch::Form)?;
        if answer.credentials.len() != self.keys.len() {
            return Err(BadBatch::Number);
        }
        let form = self.form;
        let pairs = self.keys.into_iter().zip(answer.credentials);
        pairs.map(|(key, one)| carry(form, key, one.credential, from, now)).collect()
    }
}

fn carry<K: DeviceKey>(
    form: Configuration,
    key: K,
    credential: Value,
    from: Source<'_>,
    now: Timestamp,
) -> Result<Carried<K>, BadBatch> {
    let text = match (form, credential) {
        (Configuration::NetCertificate, Value::String(text)) => text,
        (Configuration::Code(_), credential @ Value::Object(_)) => credential.to_string(),
        _ => return Err(BadBatch::Form),
    };
    let mut carried = Carried { key, form, text, ends: Timestamp::MAX };
    carried.ends = match form {
        Configuration::NetCertificate => carried.credential(from, now)?.0.expires_at,
        Configuration::Code(_) => {
            let last = i64::from(carried.code(from.keys)?.certificate.terms().days.until);
            let ends = Timestamp::from_second((last + 1) * DAY).map_err(|_| BadBatch::Form)?;
            // What is over on arrival serves nobody.
            if ends <= now {
                return Err(BadBatch::Credential(BadCredential::Time));
            }
            ends
        }
    };
    Ok(carried)
}

impl<K: DeviceKey> Carried<K> {
    /// Reads it as a credential, checking all of it again: what lay in a file may have been changed.
    pub(crate) fn credential(
        &self,
        from: Source<'_>,
        now: Timestamp,
    ) -> Result<(Credential, Held), BadBatch> {
        let unverified = UnverifiedCredential::parse(&self.text)?;
        let key = from.keys.find(unverified.unverified_kid()).ok_or(BadBatch::Key)?;
        let vct = documents::vct(from.issuer);
        let expected = Expected { issuer: from.issuer.as_str(), vct: &vct, now };
        let (credential, held) = unverified.receive(key.verifying_key(), &expected)?.into_inner();
        if credential.holder.verifying_key() != self.key.public().verifying_key() {
            return Err(BadBatch::Holder);
        }
        Ok((credential, held))
    }

    /// The same as a certificate for codes.
    pub(crate) fn code(&self, keys: &JwkSet) -> Result<HeldCode, BadBatch> {
        let code: CodeCredential = json::read(self.text.as_bytes()).map_err(|_| BadBatch::Form)?;
        let held = code.receive(keys.keys())?;
        if held.certificate.terms().holder != *self.key.public().verifying_key() {
            return Err(BadBatch::Holder);
        }
        Ok(held)
    }

    /// Is it good for some time yet? A credential that ends while it travels is shown in vain.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        const ON_THE_WAY: SignedDuration = SignedDuration::from_mins(1);
        self.ends > now + ON_THE_WAY
    }
}

#[cfg(test)]
mod tests {
    use formats::{Jwk, SigningKey, sd_jwt::StatusReference};
    use serde_json::{Map, json};

    use super::*;
    use crate::{SoftwareKey, SoftwareKeys};

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn issued(issuer: &Issuer, by: &SigningKey, holder: Jwk, ends: Timestamp) -> Value {
        let credential = Credential {
            issuer: issuer.as_str().to_owned(),
            vct: documents::vct(issuer),
            expires_at: ends,
            status: Some(StatusReference { index: 1, uri: issuer.at("/status/0") }),
            holder,
        };
        let public = by.public();
        let (mut number, hidden) = (0, [("age_over_18", json!(true))]);
        let mut chance = |bytes: &mut [u8]| {
            number += 1;
            bytes.fill(number);
        };
        let kid = public.kid().unwrap();
        let text = credential.issue((by, kid).into(), Map::new(), &hidden, 0, &mut chance).unwrap();
        json!({"credential": text})
    }

    #[test]
    fn one_bad_credential_and_none_is_taken() {
        let issuer: Issuer = "https://id.example".parse().unwrap();
        let [platform, stranger] = [(); 2].map(|()| SigningKey::generate());
        let keys = JwkSet::new([platform.public()]).unwrap();
        let from = Source { issuer: &issuer, keys: &keys };
        let end = NOW + SignedDuration::from_hours(24);
        let received = |answer: &dyn Fn(&[SoftwareKey]) -> Vec<Value>| {
            let batch = Batch::of(&SoftwareKeys, Configuration::NetCertificate, 2).unwrap();
            let answer = json!({"credentials": answer(&batch.keys)}).to_string();
            batch.receive(answer.as_bytes(), from, NOW).map(|carried| carried.len())
        };
        let good = |key: &SoftwareKey| issued(&issuer, &platform, key.public(), end);
        assert_eq!(received(&|keys| keys.iter().map(good).collect()), Ok(2));
        let other: Issuer = "https://other.example".parse().unwrap();
        let with = |second: &dyn Fn(&SoftwareKey) -> Value| {
            received(&|keys| vec![good(&keys[0]), second(&keys[1])])
        };
        let own = |key: &SoftwareKey| key.public();
        assert_eq!(with(&|key| issued(&issuer, &stranger, own(key), end)), Err(BadBatch::Key));
        let elsewhere = with(&|key| issued(&other, &platform, own(key), end));
        assert_eq!(elsewhere, Err(BadBatch::Credential(BadCredential::Issuer)));
        let over = with(&|key| issued(&issuer, &platform, own(key), NOW));
        assert_eq!(over, Err(BadBatch::Credential(BadCredential::Time)));
        let anothers = with(&|_| issued(&issuer, &platform, stranger.public(), end));
        assert_eq!(anothers, Err(BadBatch::Holder));
        assert_eq!(with(&|_| json!({"credential": {}})), Err(BadBatch::Form));
        assert_eq!(received(&|keys| vec![good(&keys[0])]), Err(BadBatch::Number));
        let swapped = received(&|keys| keys.iter().rev().map(good).collect());
        assert_eq!(swapped, Err(BadBatch::Holder), "each for its own key");
    }
}
