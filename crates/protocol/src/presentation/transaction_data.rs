//! Transaction data (`OpenID4VP` §8.4, §B.3.3.1): what a person agrees to by presenting, bound into the holder's proof by its hash.
//!
//! One kind is ours, [`AGREEMENT`]: sentences that a wallet shows as they are, in one of the verifier's scenes. Whatever else a kind might
//! say a wallet could not show, and what is not shown is not agreed to.

use formats::{base64url, json, mac::sha256};
use serde::Deserialize;

use super::{Query, attestation::is_shown};

/// The kind whose content is sentences to agree to.
pub const AGREEMENT: &str = "urn:yinzheng:agreement:1";

/// Most languages of an agreement.
const MOST_LANGUAGES: usize = 8;

/// Longest of one, and most of them.
const MAX_LENGTH: usize = 8 * 1024;
const MOST: usize = 8;

/// One transaction, as it came: its hash is over the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TransactionData {
    text: String,
    /// What kind of transaction; the kind says what else is inside.
    pub kind: String,
    /// Which credentials of the query may agree to it.
    pub credentials: Vec<String>,
    /// What it says, if it is an [`AGREEMENT`].
    pub agreement: Option<Agreement>,
}

/// What is agreed to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Agreement {
    /// In which scene of the verifier's.
    pub scene: String,
    /// The sentence, in each language.
    pub sentences: Vec<Sentence>,
}

/// A sentence to agree to, in one language.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// Which language (BCP 47).
    pub locale: String,
    /// The sentence.
    pub text: String,
}

/// `OpenID4VP` §8.5: the code `invalid_transaction_data`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "transaction data that is malformed, of an unknown kind, or for no credential of the query"
)]
pub struct BadTransactionData;

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "type")]
    kind: String,
    credential_ids: Vec<String>,
    #[serde(default)]
    transaction_data_hashes_alg: Option<Vec<String>>,
}

/// An [`AGREEMENT`], whole: what a wallet would not show is not in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "members that are read elsewhere, named so that no other passes")]
struct RawAgreement {
    #[serde(rename = "type")]
    kind: String,
    credential_ids: Vec<String>,
    #[serde(default)]
    transaction_data_hashes_alg: Option<Vec<String>>,
    scene: String,
    sentences: Vec<Sentence>,
}

impl RawAgreement {
    fn read(self) -> Option<Agreement> {
        let shown = |one: &Sentence| is_shown(&one.locale) && is_shown(&one.text);
        let bounded = (1..=MOST_LANGUAGES).contains(&self.sentences.len())
            && is_shown(&self.scene)
            && self.sentences.iter().all(shown);
        bounded.then_some(Agreement { scene: self.scene, sentences: self.sentences })
    }
}

impl Agreement {
    /// The sentence in this language, or in the first there is.
    pub fn sentence(&self, language: &str) -> Option<&str> {
        let sentence = self.sentences.iter().find(|one| one.locale == language);
        sentence.or(self.sentences.first()).map(|one| one.text.as_str())
    }
}

impl TransactionData {
    /// Reads what a request carries, for its query, of these kinds and no other.
    ///
    /// `OpenID4VP` §5.1: "The Wallet MUST return an error if a request contains even one unrecognized transaction data type or
    /// transaction data not conforming to the respective type definition."
    pub fn read_all(
        texts: &[String],
        query: &Query,
        kinds: &[&str],
    ) -> Result<Vec<Self>, BadTransactionData> {
        if !(1..=MOST).contains(&texts.len()) {
            return Err(BadTransactionData);
        }
        texts.iter().map(|text| Self::read(text, query, kinds).ok_or(BadTransactionData)).collect()
    }

    fn read(text: &str, query: &Query, kinds: &[&str]) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let plain = base64url::decode(text).ok()?;
        let raw: Raw = json::read(&plain).ok()?;
        let agreement = if raw.kind == AGREEMENT {
            let whole: RawAgreement = json::read(&plain).ok()?;
            Some(whole.read()?)
        } else {
            None
        };
        // Absent, it is SHA-256; present, SHA-256 must be among them, as we speak no other.
        let hashed = raw
            .transaction_data_hashes_alg
            .is_none_or(|all| all.iter().any(|alg| alg == "sha-256"));
        // `OpenID4VP` §B.3.3: requests with transaction data for credentials without holder binding are rejected.
        let bound = |id: &String| {
            query
                .credentials()
                .iter()
                .any(|asked| asked.id.to_string() == *id && asked.holder_binding)
        };
        let named = !raw.credential_ids.is_empty() && raw.credential_ids.iter().all(bound);
        (hashed && named && kinds.contains(&raw.kind.as_str())).then(|| Self {
            text: text.to_owned(),
            kind: raw.kind,
            credentials: raw.credential_ids,
            agreement,
        })
    }

    /// The text, as it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the holder's proof must carry: `OpenID4VP` §B.3.3.1: "base64url decoding is not performed before hashing".
    pub fn hash(&self) -> String {
        base64url::encode(&sha256(self.text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn query() -> Query {
        json!({"credentials": [
            {"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": ["t"]}},
            {"id": "loose", "format": "dc+sd-jwt", "meta": {"vct_values": ["t"]}, "require_cryptographic_holder_binding": false},
        ]})
        .to_string()
        .parse()
        .unwrap()
    }

    fn read(value: &Value) -> Result<Vec<TransactionData>, BadTransactionData> {
        let text = base64url::encode(value.to_string().as_bytes());
        TransactionData::read_all(&[text], &query(), &["pay"])
    }

    #[test]
    fn what_is_agreed_to_is_hashed_as_it_came() {
        let value = json!({"type": "pay", "credential_ids": ["card"], "amount": "5"});
        let read = read(&value).unwrap();
        let text = base64url::encode(value.to_string().as_bytes());
        assert_eq!(read[0].hash(), base64url::encode(&sha256(text.as_bytes())));
        assert_eq!((read[0].kind.as_str(), read[0].credentials.len()), ("pay", 1));
    }

    #[test]
    fn an_agreement_is_sentences_and_nothing_that_is_not_shown() {
        let read = |value: Value| {
            let text = base64url::encode(value.to_string().as_bytes());
            TransactionData::read_all(&[text], &query(), &[AGREEMENT])
        };
        let honest = json!({
            "type": AGREEMENT, "credential_ids": ["card"], "scene": "insure",
            "sentences": [{"locale": "zh-CN", "text": "同意"}, {"locale": "en", "text": "Agreed"}],
        });
        let one = read(honest.clone()).unwrap().remove(0).agreement.unwrap();
        assert_eq!((one.sentence("en"), one.sentence("fr")), (Some("Agreed"), Some("同意")));
        for (member, value) in [
            ("small_print", json!("and a horse")),
            ("sentences", json!([])),
            ("sentences", json!([{"locale": "en", "text": "a\u{202e}b"}])),
            ("sentences", json!([{"locale": "en", "text": "x".repeat(201)}])),
            ("sentences", json!([{"locale": "en", "text": "Agreed", "note": "not quite"}])),
            ("scene", json!("")),
        ] {
            let mut odd = honest.clone();
            odd[member] = value;
            assert_eq!(read(odd), Err(BadTransactionData), "{member}");
        }
    }

    #[test]
    fn other_transactions_are_refused() {
        for (what, value) in [
            ("an unknown kind", json!({"type": "sign", "credential_ids": ["card"]})),
            ("no credential", json!({"type": "pay", "credential_ids": []})),
            ("an unknown credential", json!({"type": "pay", "credential_ids": ["card", "other"]})),
            ("no holder binding", json!({"type": "pay", "credential_ids": ["loose"]})),
            (
                "another hash",
                json!({"type": "pay", "credential_ids": ["card"], "transaction_data_hashes_alg": ["sha-512"]}),
            ),
            ("no object", json!("pay")),
        ] {
            assert_eq!(read(&value), Err(BadTransactionData), "{what}");
        }
        assert_eq!(TransactionData::read_all(&[], &query(), &["pay"]), Err(BadTransactionData));
    }
}
