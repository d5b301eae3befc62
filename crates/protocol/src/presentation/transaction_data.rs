//! Transaction data (`OpenID4VP` §8.4, §B.3.3.1): what a person agrees to by presenting, bound into the holder's proof by its hash.

use formats::{base64url, json, mac::sha256};
use serde::Deserialize;

use super::Query;

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
        let raw: Raw = json::read(&base64url::decode(text).ok()?).ok()?;
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
        })
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
