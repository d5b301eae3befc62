//! Requests and answers that only issuer and wallet read, beneath what carries them (`OpenID4VCI` §10).
//!
//! A key of P-256 is agreed upon, the content is AES-GCM: what HAIP 1.0 asks for, and nothing else.

use formats::{
    EncryptionKey, OpeningKey, Secret, UnopenedJwe,
    jwe::{self, ContentEncryption, Form, KeyAlgorithm},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::oauth::error::{ErrorCode, OAuthError};

/// The one way to the content's key.
const ALGORITHM: KeyAlgorithm = KeyAlgorithm::EcdhEs;

/// The longest request: as many proofs as there may be.
const MAX_LENGTH: usize = 64 * 1024;

/// For whom an answer is encrypted, and how.
#[derive(Clone, Debug)]
pub struct Recipient {
    key: EncryptionKey,
    content: ContentEncryption,
}

/// `OpenID4VCI` §8.2, `credential_response_encryption`.
#[derive(Deserialize)]
struct Raw {
    jwk: serde_json::Map<String, Value>,
    enc: ContentEncryption,
    zip: Option<Value>,
}

impl Recipient {
    /// Whom a request names.
    pub fn read(wanted: Value) -> Result<Self, OAuthError> {
        let Raw { mut jwk, enc, zip } = serde_json::from_value(wanted).map_err(|_| UNUSABLE)?;
        // OpenID4VCI §10: "The `alg` parameter MUST be present."
        if zip.is_some() || jwk.get("alg").and_then(Value::as_str) != Some(ALGORITHM.as_str()) {
            return Err(UNUSABLE);
        }
        // It stands where a key to encrypt with belongs, and need not say so again.
        jwk.entry("use").or_insert_with(|| "enc".into());
        let key: EncryptionKey = serde_json::from_value(jwk.into()).map_err(|_| UNUSABLE)?;
        if key.suits(ALGORITHM) { Ok(Self { key, content: enc }) } else { Err(UNUSABLE) }
    }

    /// Encrypts an answer; nothing, if the key turns out to be of no use.
    pub fn seal(&self, answer: &[u8], draw: impl FnMut(&mut [u8])) -> Result<String, OAuthError> {
        let form = Form { alg: ALGORITHM, enc: self.content, typ: "", cty: "" };
        jwe::encrypt(&self.key, &form, draw, answer).map_err(|_| UNUSABLE)
    }
}

/// Opens a request that was encrypted for one of these keys.
pub fn open<'k>(
    text: &str,
    find: impl FnOnce(&str) -> Option<&'k OpeningKey>,
) -> Result<Secret<Vec<u8>>, OAuthError> {
    let sealed = UnopenedJwe::parse(text, MAX_LENGTH).map_err(|_| UNOPENED)?;
    // OpenID4VCI §10: "If the selected public key contains a `kid` parameter, the JWE MUST include the same value in the `kid`
    // JWE Header Parameter".
    let key = sealed.kid().and_then(find).ok_or(UNOPENED)?;
    if sealed.algorithms().0 != ALGORITHM {
        return Err(UNOPENED);
    }
    sealed.open(key).map_err(|_| UNOPENED)
}

/// What the issuer says of encrypted requests, in its metadata.
pub fn of_requests(keys: &[EncryptionKey]) -> Value {
    let keys: Vec<_> = keys.iter().map(described).collect();
    json!({
        "jwks": {"keys": keys},
        "enc_values_supported": ContentEncryption::NAMES,
        "encryption_required": false,
    })
}

fn described(key: &EncryptionKey) -> Value {
    let mut key = serde_json::to_value(key).unwrap_or_default();
    if let Value::Object(members) = &mut key {
        members.insert("alg".to_owned(), ALGORITHM.as_str().into());
    }
    key
}

/// What the issuer says of encrypted answers.
pub fn of_answers() -> Value {
    json!({
        "alg_values_supported": [ALGORITHM.as_str()],
        "enc_values_supported": ContentEncryption::NAMES,
        "encryption_required": false,
    })
}

/// `OpenID4VCI` §8.2: "Credential Request encryption MUST be used if the `credential_response_encryption` parameter is included, to
/// prevent it being substituted by an attacker."
pub const IN_CLEAR: OAuthError = ErrorCode::InvalidEncryptionParameters.because(
    "credential_request_not_encrypted",
    "whoever wants an encrypted answer encrypts the request; the issuer's metadata has the key",
);
const UNUSABLE: OAuthError = ErrorCode::InvalidEncryptionParameters.because(
    "credential_encryption_unsupported",
    "answers are encrypted with ECDH-ES for a jwk of P-256 that names its alg, and A128GCM or A256GCM",
);
const UNOPENED: OAuthError = ErrorCode::InvalidEncryptionParameters.because(
    "credential_request_unopened",
    "the request is not encrypted for a key of the issuer's metadata, named by kid",
);

#[cfg(test)]
mod tests {
    use super::*;

    fn recipient(
        key: &OpeningKey,
        change: impl FnOnce(&mut Value),
    ) -> Result<Recipient, &'static str> {
        let mut wanted = json!({"jwk": described(key.public()), "enc": "A256GCM"});
        change(&mut wanted);
        Recipient::read(wanted).map_err(|error| error.reason)
    }

    #[test]
    fn an_answer_is_for_whoever_asked() {
        let (own, other) = (OpeningKey::generate("own"), OpeningKey::generate("own"));
        for enc in ContentEncryption::NAMES {
            let asked = recipient(&own, |wanted| wanted["enc"] = enc.into()).unwrap();
            let sealed = asked.seal(b"answer", |bytes| bytes.fill(7)).unwrap();
            let opened = UnopenedJwe::parse(&sealed, MAX_LENGTH).unwrap();
            assert_eq!(opened.algorithms().1.as_str(), enc);
            assert_eq!(opened.kid(), Some("own"));
            assert_eq!(opened.open(&own).unwrap().expose().as_slice(), b"answer");
            assert!(opened.open(&other).is_err());
        }
        assert!(
            recipient(&own, |wanted| _ = wanted["jwk"].as_object_mut().unwrap().remove("use"))
                .is_ok()
        );
    }

    #[test]
    fn other_ways_are_refused() {
        let own = OpeningKey::generate("own");
        let others: [(&str, Value); 6] = [
            ("enc", json!("A128CBC-HS256")),
            ("zip", json!("DEF")),
            ("alg", json!("ECDH-ES+A256KW")),
            ("alg", Value::Null),
            ("use", json!("sig")),
            ("y", json!("AAAA")),
        ];
        for (name, value) in others {
            let changed = recipient(&own, |wanted| match name {
                "enc" | "zip" => wanted[name] = value.clone(),
                _ => wanted["jwk"][name] = value.clone(),
            });
            assert_eq!(
                changed.unwrap_err(),
                "credential_encryption_unsupported",
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn a_request_is_opened_by_the_key_it_names() {
        let own = OpeningKey::generate("own");
        let seal = |enc, alg| {
            let form = Form { alg, enc, typ: "", cty: "" };
            jwe::encrypt(own.public(), &form, |bytes| bytes.fill(7), b"request").unwrap()
        };
        let opened = |text: &str, key: &OpeningKey| {
            open(text, |kid| (kid == "own").then_some(key)).map_err(|error| error.reason).map(drop)
        };
        let sealed = seal(ContentEncryption::A256Gcm, KeyAlgorithm::EcdhEs);
        assert_eq!(opened(&sealed, &own), Ok(()));
        assert_eq!(
            opened(&sealed, &OpeningKey::generate("own")),
            Err("credential_request_unopened")
        );
        assert!(open(&sealed, |_| None).is_err());
        let wrapped = seal(ContentEncryption::A256Gcm, KeyAlgorithm::EcdhEsA256Kw);
        assert_eq!(opened(&wrapped, &own), Err("credential_request_unopened"));
        assert_eq!(opened("a.b.c", &own), Err("credential_request_unopened"));
    }
}
