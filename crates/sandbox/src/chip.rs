//! Simulated chips: every card has a key of its own that answers a fresh challenge, and the registry vouches for it.
//!
//! Keys follow from the seed, so none is made before it is needed and none is kept.

use formats::{Jwk, SigningKey, jws};
use serde::{Deserialize, Serialize};

use crate::dice::Seed;
use crate::people::{Person, PersonIndex};

/// `typ` of what the registry signs.
pub const CARD_TYPE: &str = "card+jwt";
/// `typ` of what a card answers.
pub const ANSWER_TYPE: &str = "card-answer+jwt";

/// What a card shows a reader, in the form the registry asks for it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CardEvidence {
    /// What the registry once signed.
    pub card: String,
    /// What the chip signed just now.
    pub answer: String,
}

/// What the registry vouches for.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct CardClaims {
    pub(crate) name: String,
    pub(crate) document_class: String,
    pub(crate) number: String,
    pub(crate) born: String,
    pub(crate) valid_until: Option<String>,
    /// RFC 7800 §3.2: the key the holder proves possession of.
    pub(crate) cnf: Confirmation,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Confirmation {
    pub(crate) jwk: Jwk,
}

/// What a chip says when challenged.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct AnswerClaims {
    pub(crate) nonce: String,
    pub(crate) aud: String,
}

/// A card: the person's claims under the registry's signature.
pub(crate) fn card(person: &Person, key: &SigningKey, issuer: &SigningKey, kid: &str) -> String {
    let document = person.identity.document();
    let claims = CardClaims {
        name: person.name.written.clone(),
        document_class: document.class().as_str().to_owned(),
        number: document.number().as_str().to_owned(),
        born: person.identity.born().to_string(),
        valid_until: document.valid_until().map(|day| day.to_string()),
        cnf: Confirmation { jwk: key.public() },
    };
    jws::sign(issuer, kid, CARD_TYPE, &claims)
}

/// A chip's answer to a challenge from `audience`.
pub(crate) fn answer(key: &SigningKey, challenge: &str, audience: &str) -> String {
    let claims = AnswerClaims { nonce: challenge.to_owned(), aud: audience.to_owned() };
    jws::sign(key, "", ANSWER_TYPE, &claims)
}

/// The key in a person's card.
pub(crate) fn card_key(seed: Seed, person: PersonIndex) -> SigningKey {
    derived_key(seed, "card", u64::from(person.number()))
}

/// The key the registry signs cards with.
pub(crate) fn registry_key(seed: Seed) -> SigningKey {
    derived_key(seed, "registry", 0)
}

/// The first candidate that is a scalar of the curve; all but one in 2³² are.
fn derived_key(seed: Seed, label: &str, index: u64) -> SigningKey {
    (0_u32..8)
        .map(|attempt| seed.bytes(&format!("{label} key {attempt}"), index))
        .find_map(|scalar| SigningKey::from_pkcs8(&[PKCS8_BEFORE_SCALAR, &scalar].concat()).ok())
        .unwrap_or_else(SigningKey::generate)
}

/// RFC 5958 §2 around RFC 5915 §3, without the optional public key: the scalar follows.
#[rustfmt::skip]
const PKCS8_BEFORE_SCALAR: &[u8] = &[
    0x30, 0x41, 0x02, 0x01, 0x00,                                     // OneAsymmetricKey, version 0
    0x30, 0x13,                                                       // its algorithm:
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,             //   id-ecPublicKey
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,       //   prime256v1
    0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20,             // ECPrivateKey, version 1
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_from_the_seed_and_differ() {
        let seed = Seed::from_words("keys");
        let key = card_key(seed, 7.into());
        assert_eq!(key.public(), card_key(seed, 7.into()).public());
        assert_ne!(key.public(), card_key(seed, 8.into()).public());
        assert_ne!(key.public(), registry_key(seed).public());
        assert_eq!(key.verifying_key().verify(b"a", &key.sign(b"a")), Ok(()));
    }
}
