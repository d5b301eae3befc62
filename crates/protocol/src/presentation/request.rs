//! The question (`OpenID4VP` §5): a request object that the verifier signs. [`super::asked`] is how a wallet reads it.
//!
//! Answers are asked for by `direct_post.jwt`, so that they are encrypted and pass through no browser.

use formats::{
    EncryptionKey, Signer, SigningKey,
    jwe::{self, ContentEncryption, Form, KeyAlgorithm},
    jws,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::oidc::numeric_date;

/// `OpenID4VP` §5.8: the audience where the wallet's own identifier is not known.
pub(super) const AUDIENCE: &str = "https://self-issued.me/v2";

/// `OpenID4VP` §5: "Verifiers MUST include the `typ` Header Parameter in Request Objects with the value `oauth-authz-req+jwt`".
pub(super) const TYP: &str = "oauth-authz-req+jwt";

/// How long a question stands: a person looks at it and agrees.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// What a verifier asks, before it signs it.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The verifier, as the wallet knows it.
    pub client_id: &'a str,
    /// Where the answer is posted.
    pub response_uri: &'a str,
    /// Drawn for this question: at least 128 bits.
    pub nonce: &'a str,
    /// Drawn likewise, to find the question again by.
    pub state: &'a str,
    /// The query, which was parsed.
    pub query: &'a Value,
    /// What the answer is encrypted with: of P-256, made for this question.
    pub encrypt_to: &'a EncryptionKey,
    /// Transactions to agree to, in base64url.
    pub transaction_data: &'a [String],
    /// What the platform says of the verifier, whose key the question is then signed with.
    pub attestation: Option<&'a str>,
    /// What the wallet drew when it fetched the question.
    pub wallet_nonce: Option<&'a str>,
    /// When it is over; at most [`LIFETIME`] from when it is signed, or no wallet answers it.
    pub expires_at: Timestamp,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Claims {
    pub(super) client_id: String,
    pub(super) response_type: String,
    pub(super) response_mode: String,
    pub(super) response_uri: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) redirect_uri: Option<String>,
    pub(super) aud: String,
    pub(super) nonce: String,
    pub(super) state: String,
    pub(super) dcql_query: Value,
    pub(super) client_metadata: Metadata,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) transaction_data: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) wallet_nonce: Option<String>,
    #[serde(with = "numeric_date")]
    pub(super) iat: Timestamp,
    #[serde(with = "numeric_date")]
    pub(super) exp: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) verifier_info: Vec<Word>,
}

/// What somebody says of the verifier (`OpenID4VP` §5.1, `verifier_info`).
#[derive(Deserialize, Serialize)]
pub(super) struct Word {
    pub(super) format: String,
    pub(super) data: Value,
}

/// The format of a word that is a JWT.
pub(super) const WORD: &str = "jwt";

#[derive(Deserialize, Serialize)]
pub(super) struct Metadata {
    pub(super) jwks: Keys,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) encrypted_response_enc_values_supported: Vec<String>,
    pub(super) vp_formats_supported: Value,
}

/// For whom an answer is encrypted, and with what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recipient {
    /// The verifier's key, of a type that ECDH-ES agrees with.
    pub key: EncryptionKey,
    /// The cipher: the strongest that the verifier lists.
    pub enc: ContentEncryption,
}

impl Recipient {
    /// Encrypts an answer. Nothing, if the key is of another type.
    pub(super) fn seal(&self, plain: &[u8], draw: impl FnMut(&mut [u8])) -> Option<String> {
        let form = Form { alg: KeyAlgorithm::EcdhEs, enc: self.enc, typ: "", cty: "" };
        jwe::encrypt(&self.key, &form, draw, plain).ok()
    }
}

#[derive(Deserialize, Serialize)]
pub(super) struct Keys {
    pub(super) keys: Vec<Value>,
}

impl Question<'_> {
    /// The request object.
    ///
    /// # Panics
    /// Never: what it holds can be written as JSON.
    pub fn sign(&self, key: &SigningKey, kid: &str, now: Timestamp) -> String {
        let claims = self.claims(now);
        match self.attestation {
            None => jws::sign(key, kid, TYP, &claims),
            // `OpenID4VP` §5.9.3: "The Verifier attestation JWT MUST be added to the `jwt` JOSE Header of the request object".
            Some(attestation) => jws::sign_beside(key, (kid, TYP), attestation, &claims),
        }
    }

    /// The same where certificates say who asks: they stand in the header, and the attestation among the claims, for a wallet that wants
    /// to know what may be asked.
    ///
    /// # Panics
    /// Never: what it holds can be written as JSON.
    pub fn sign_certified(&self, signer: Signer<'_>, now: Timestamp) -> String {
        let word = |attestation: &str| Word { format: WORD.to_owned(), data: attestation.into() };
        let verifier_info = self.attestation.into_iter().map(word).collect();
        jws::sign_as(signer, TYP, &Claims { verifier_info, ..self.claims(now) })
    }

    fn claims(&self, now: Timestamp) -> Claims {
        Claims {
            client_id: self.client_id.to_owned(),
            response_type: "vp_token".to_owned(),
            response_mode: "direct_post.jwt".to_owned(),
            response_uri: self.response_uri.to_owned(),
            redirect_uri: None,
            aud: AUDIENCE.to_owned(),
            nonce: self.nonce.to_owned(),
            state: self.state.to_owned(),
            dcql_query: self.query.clone(),
            client_metadata: Metadata::encrypting_to(self.encrypt_to),
            transaction_data: self.transaction_data.to_vec(),
            wallet_nonce: self.wallet_nonce.map(str::to_owned),
            iat: now,
            exp: self.expires_at,
            verifier_info: Vec::new(),
        }
    }
}

impl Metadata {
    /// How a verifier wants to be answered.
    pub(super) fn encrypting_to(key: &EncryptionKey) -> Self {
        let mut key = json!(key);
        // `OpenID4VP` §8.3: "The `alg` parameter MUST be present in the JWKs."
        if let Some(members) = key.as_object_mut() {
            members.insert("alg".to_owned(), Value::from("ECDH-ES"));
        }
        Self {
            jwks: Keys { keys: vec![key] },
            // HAIP 1.0 §5: "Verifiers MUST list both `A128GCM` and `A256GCM` in `encrypted_response_enc_values_supported` in their
            // client metadata."
            encrypted_response_enc_values_supported: ContentEncryption::NAMES
                .map(str::to_owned)
                .to_vec(),
            vp_formats_supported: json!({"dc+sd-jwt": {
                "sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"],
            }}),
        }
    }

    /// How answers are encrypted, if there is one key for it and a cipher that is spoken.
    pub(super) fn recipient(&self) -> Option<Recipient> {
        let [key] = self.jwks.keys.as_slice() else { return None };
        let key: EncryptionKey = serde_json::from_value(key.clone()).ok()?;
        let listed = &self.encrypted_response_enc_values_supported;
        let lists = |enc: &ContentEncryption| listed.iter().any(|name| name == enc.as_str());
        let enc = match listed.as_slice() {
            // `OpenID4VP` §8.3: "allowing for the default value of `A128GCM` when not explicitly set".
            [] => Some(ContentEncryption::A128Gcm),
            // HAIP 1.0 §5: wallets that speak both, take `A256GCM` wherever the verifier does.
            _ => [ContentEncryption::A256Gcm, ContentEncryption::A128Gcm].into_iter().find(lists),
        };
        key.suits(KeyAlgorithm::EcdhEs).then_some(Recipient { key, enc: enc? })
    }
}
