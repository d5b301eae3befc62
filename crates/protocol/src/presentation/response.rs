//! The answer (`OpenID4VP` §8): presentations by their names in the query, encrypted for the verifier alone.

use std::collections::BTreeMap;

use formats::{OpeningKey, UnopenedJwe, json, jwe::KeyAlgorithm, mac::same};
use serde::{Deserialize, Serialize};

use super::{Query, request::Recipient};

/// Longest answer read, encrypted: some presentations of some kilobytes.
pub const MAX_LENGTH: usize = 256 * 1024;

/// Most presentations under one name.
const MOST: usize = 16;

/// `OpenID4VP` §8.1: "an object containing entries where the key is the `id` value used for a Credential Query in the DCQL query".
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Presentations(BTreeMap<String, Vec<String>>);

impl Presentations {
    /// Each presentation with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(id, all)| all.iter().map(|one| (id.as_str(), one.as_str())))
    }
}

impl FromIterator<(String, Vec<String>)> for Presentations {
    fn from_iter<I: IntoIterator<Item = (String, Vec<String>)>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

/// Why an answer is not looked at further.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadResponse {
    /// Not encrypted for this key, or not in the way that was asked.
    #[error("not an answer encrypted for this question")]
    Sealed,
    /// What is inside is no answer.
    #[error("the answer is malformed")]
    Form,
    /// The answer to another question.
    #[error("the answer to another question")]
    State,
    /// No answer: its holder declined, or the wallet cannot.
    #[error("the wallet does not answer")]
    Declined,
    /// Presentations under names that nobody asked for, or none.
    #[error("presentations that were not asked for, or none")]
    Presentations,
}

#[derive(Deserialize, Serialize)]
struct Answer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vp_token: Option<Presentations>,
    /// `OpenID4VP` §8.5: why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

/// Opens what was posted as `response`; the presentations, none of them verified.
///
/// `OpenID4VP` §14.1.2: "The Verifier MUST validate every individual Verifiable Presentation in an Authorization Response and ensure
/// that it is linked to the values of the `client_id` and the `nonce` parameter it had used": that is the caller's next step, and
/// [`Query::check`] the last.
pub fn open(
    response: &str,
    key: &OpeningKey,
    state: Option<&str>,
    query: &Query,
) -> Result<Presentations, BadResponse> {
    let sealed = UnopenedJwe::parse(response, MAX_LENGTH).map_err(|_| BadResponse::Sealed)?;
    // `OpenID4VP` §8.3: "If the selected public key contains a `kid` parameter, the JWE MUST include the same value in the `kid` JWE
    // Header Parameter".
    let (algorithm, _) = sealed.algorithms();
    if sealed.kid() != key.public().kid() || algorithm != KeyAlgorithm::EcdhEs {
        return Err(BadResponse::Sealed);
    }
    let plain = sealed.open(key).map_err(|_| BadResponse::Sealed)?;
    let answer: Answer = json::read(plain.expose()).map_err(|_| BadResponse::Form)?;
    let said = answer.state.as_deref().unwrap_or_default();
    if !same(said.as_bytes(), state.unwrap_or_default().as_bytes()) {
        return Err(BadResponse::State);
    }
    // `OpenID4VP` §8.3.1: "If a Wallet is unable to generate an encrypted response, it MAY send an error response without
    // encryption": others encrypt it.
    let presentations = match (answer.vp_token, answer.error) {
        (Some(presentations), None) => presentations,
        (None, Some(_)) => return Err(BadResponse::Declined),
        _ => return Err(BadResponse::Form),
    };
    let asked_for =
        |(id, all): (&String, &Vec<String>)| query.names(id) && (1..=MOST).contains(&all.len());
    if presentations.0.is_empty() || !presentations.0.iter().all(asked_for) {
        return Err(BadResponse::Presentations);
    }
    Ok(presentations)
}

/// Seals an answer: the wallet's side. `draw` brings chance. Nothing, if the key is of another type.
pub fn seal(
    presentations: Presentations,
    state: &str,
    to: &Recipient,
    draw: impl FnMut(&mut [u8]),
) -> Option<String> {
    let said = Answer { vp_token: Some(presentations), error: None, state: Some(state.to_owned()) };
    said.seal(to, draw)
}

/// Seals that the holder declined.
///
/// `OpenID4VP` §8.5, `access_denied`: "The End-User did not give consent to share the requested Credentials with the Verifier.".
pub fn decline(state: &str, to: &Recipient, draw: impl FnMut(&mut [u8])) -> Option<String> {
    let error = Some("access_denied".to_owned());
    Answer { vp_token: None, error, state: Some(state.to_owned()) }.seal(to, draw)
}

impl Answer {
    fn seal(&self, to: &Recipient, draw: impl FnMut(&mut [u8])) -> Option<String> {
        to.seal(&serde_json::to_vec(self).ok()?, draw)
    }
}

#[cfg(test)]
mod tests {
    use formats::{
        SigningKey, base64url,
        jwe::{self, ContentEncryption, Form},
    };
    use jiff::{SignedDuration, Timestamp};
    use serde_json::{Value, json};

    use super::*;
    use crate::presentation::{
        Asked, BadRequest,
        request::{Metadata, Question},
    };

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
    const NONCE: &str = "n-0S6_WzA2Mj~n-0S6_WzA2Mj";
    const STATE: &str = "af0ifjsldkj.af0ifjsldkj.af";
    const GATE: &str = "gate.example";

    struct Verifier {
        signing: SigningKey,
        opening: OpeningKey,
        query: Value,
    }

    impl Verifier {
        fn new() -> Self {
            let query = json!({"credentials": [
                {"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": ["t"]}, "claims": [{"path": ["age_over_18"]}]},
            ]});
            Self { signing: SigningKey::generate(), opening: OpeningKey::generate("one"), query }
        }

        fn ask<'a>(&'a self, change: impl FnOnce(&mut Question<'a>)) -> String {
            let mut question = Question {
                client_id: GATE,
                response_uri: "https://gate.example/answer",
                nonce: NONCE,
                state: STATE,
                query: &self.query,
                encrypt_to: self.opening.public(),
                transaction_data: &[],
                attestation: None,
                wallet_nonce: None,
                expires_at: NOW + crate::presentation::request::LIFETIME,
            };
            change(&mut question);
            question.sign(&self.signing, self.signing.public().kid().unwrap(), NOW)
        }

        fn read(&self, text: &str, now: Timestamp) -> Result<Asked, BadRequest> {
            Asked::read(text, GATE, &[self.signing.public()], now)
        }

        fn parsed(&self) -> Query {
            self.query.to_string().parse().unwrap()
        }
    }

    fn answer(id: &str) -> Presentations {
        [(id.to_owned(), vec!["a~b~c".to_owned()])].into_iter().collect()
    }

    #[test]
    fn a_question_is_answered_for_whoever_asked() {
        let gate = Verifier::new();
        let asked = gate.read(&gate.ask(|_| {}), NOW).unwrap();
        assert_eq!((asked.client_id.as_str(), asked.nonce.as_str()), (GATE, NONCE));
        assert_eq!(asked.query, gate.parsed());
        let sealed =
            seal(answer("card"), &asked.state, &asked.encrypt_to, |bytes| bytes.fill(7)).unwrap();
        let open = |key: &OpeningKey, state| open(&sealed, key, Some(state), &gate.parsed());
        assert_eq!(open(&gate.opening, STATE), Ok(answer("card")));
        assert_eq!(open(&gate.opening, NONCE), Err(BadResponse::State));
        assert_eq!(open(&OpeningKey::generate("one"), STATE), Err(BadResponse::Sealed));
        assert_eq!(open(&OpeningKey::generate("two"), STATE), Err(BadResponse::Sealed));
    }

    #[test]
    fn either_cipher_is_read_and_a_refusal_inside_is_one() {
        let gate = Verifier::new();
        let read = |enc, answer: Value| {
            let form = Form { alg: KeyAlgorithm::EcdhEs, enc, typ: "", cty: "" };
            let plain = answer.to_string();
            let chance = |bytes: &mut [u8]| bytes.fill(7);
            let sealed = jwe::encrypt(gate.opening.public(), &form, chance, plain.as_bytes());
            open(&sealed.unwrap(), &gate.opening, Some(STATE), &gate.parsed())
        };
        let token = json!({"card": ["a~b~c"]});
        for enc in [ContentEncryption::A128Gcm, ContentEncryption::A256Gcm] {
            let said = json!({"vp_token": token, "state": STATE});
            assert_eq!(read(enc, said), Ok(answer("card")));
            let said = json!({"error": "access_denied", "state": STATE});
            assert_eq!(read(enc, said), Err(BadResponse::Declined));
            let said = json!({"error": "access_denied", "state": NONCE});
            assert_eq!(read(enc, said), Err(BadResponse::State));
            for said in [
                json!({"state": STATE}),
                json!({"vp_token": token, "error": "access_denied", "state": STATE}),
            ] {
                assert_eq!(read(enc, said), Err(BadResponse::Form));
            }
        }
    }

    /// HAIP 1.0 §5, and `OpenID4VP` §8.3 for whoever lists nothing.
    #[test]
    fn the_strongest_cipher_that_is_listed_is_taken() {
        let gate = Verifier::new();
        let metadata = |listed: &[&str]| Metadata {
            encrypted_response_enc_values_supported: listed.iter().map(|&n| n.to_owned()).collect(),
            ..Metadata::encrypting_to(gate.opening.public())
        };
        let taken = |listed: &[&str]| metadata(listed).recipient().map(|to| to.enc.as_str());
        assert_eq!(taken(&[]), Some("A128GCM"));
        assert_eq!(taken(&["A128GCM"]), Some("A128GCM"));
        assert_eq!(taken(&["A128GCM", "A256GCM"]), Some("A256GCM"));
        assert_eq!(taken(&["A128CBC-HS256", "A256GCM"]), Some("A256GCM"));
        assert_eq!(taken(&["A128CBC-HS256", "a256gcm"]), None);

        let asked = gate.read(&gate.ask(|_| {}), NOW).unwrap();
        let sealed = seal(answer("card"), STATE, &asked.encrypt_to, |b| b.fill(7)).unwrap();
        let header = base64url::decode(sealed.split('.').next().unwrap()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&header).unwrap()["enc"], "A256GCM");
    }

    #[test]
    fn answers_nobody_asked_for_are_refused() {
        let gate = Verifier::new();
        let open = |presentations| {
            let to =
                Recipient { key: gate.opening.public().clone(), enc: ContentEncryption::A256Gcm };
            let sealed = seal(presentations, STATE, &to, |b| b.fill(7)).unwrap();
            open(&sealed, &gate.opening, Some(STATE), &gate.parsed())
        };
        assert_eq!(open(answer("other")), Err(BadResponse::Presentations));
        assert_eq!(open(Presentations::default()), Err(BadResponse::Presentations));
        let none = [("card".to_owned(), Vec::new())].into_iter().collect();
        assert_eq!(open(none), Err(BadResponse::Presentations));
        let clear = base64url::encode(br#"{"vp_token":{}}"#);
        let refused = super::open(&clear, &gate.opening, Some(STATE), &gate.parsed());
        assert_eq!(refused, Err(BadResponse::Sealed));
    }

    #[test]
    fn questions_that_are_not_answered() {
        let gate = Verifier::new();
        let refused = |text: &str| gate.read(text, NOW).unwrap_err();
        let plain = gate.ask(|question| question.response_uri = "http://gate.example/answer");
        assert_eq!(refused(&plain), BadRequest::Parameter);
        assert_eq!(refused(&gate.ask(|question| question.nonce = "short")), BadRequest::Parameter);
        let spaced = "n-0S6 WzA2Mj n-0S6 WzA2Mj";
        assert_eq!(refused(&gate.ask(|question| question.state = spaced)), BadRequest::Parameter);
        assert_eq!(refused(&gate.ask(|question| question.client_id = "b")), BadRequest::Client);
        let empty = json!({"credentials": []});
        assert_eq!(refused(&gate.ask(|question| question.query = &empty)), BadRequest::Query);
        let other = Verifier::new().ask(|_| {});
        assert_eq!(refused(&other), BadRequest::Signature);
        let text = gate.ask(|_| {});
        let late = NOW + SignedDuration::from_mins(10);
        assert_eq!(gate.read(&text, late).unwrap_err(), BadRequest::Time);
        let early = NOW - SignedDuration::from_mins(2);
        assert_eq!(gate.read(&text, early).unwrap_err(), BadRequest::Time);
        let prefixed = "x509_hash:abc";
        let text = gate.ask(|question| question.client_id = prefixed);
        let read = Asked::read(&text, prefixed, &[gate.signing.public()], NOW);
        assert_eq!(read.unwrap_err(), BadRequest::Client);
    }
}
