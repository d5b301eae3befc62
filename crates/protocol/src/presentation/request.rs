//! The question (`OpenID4VP` §5): a request object that the verifier signs and the wallet reads.
//!
//! Of the client identifiers of `OpenID4VP` §5.9 the pre-registered one is spoken: the wallet knows the verifier and its keys from
//! the platform's register. Answers are asked for by `direct_post.jwt`, so that they are encrypted and pass through no browser.

use formats::{EncryptionKey, Jwk, SigningKey, UnverifiedJws, jws};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use super::Query;
use crate::oidc::numeric_date;

/// `OpenID4VP` §5.8: the audience where the wallet's own identifier is not known.
const AUDIENCE: &str = "https://self-issued.me/v2";

/// `OpenID4VP` §5: "Verifiers MUST include the `typ` Header Parameter in Request Objects with the value `oauth-authz-req+jwt`".
const TYP: &str = "oauth-authz-req+jwt";

/// How long a question stands: a person looks at it and agrees.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// How far the clocks of wallet and verifier may differ.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Longest request object read.
const MAX_LENGTH: usize = 64 * 1024;

/// Characters of 128 bits in base64url, and the most that are read.
const FEWEST: usize = 22;
const MOST: usize = 128;

/// `OpenID4VP` §5.9.3: what before a colon would not be a pre-registered identifier.
const PREFIXES: [&str; 7] = [
    "redirect_uri",
    "openid_federation",
    "decentralized_identifier",
    "verifier_attestation",
    "x509_san_dns",
    "x509_hash",
    "origin",
];

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
}

/// A question whose signature holds, as a wallet acts on it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who asks; the holder's proof names it as its audience.
    pub client_id: String,
    /// Where the answer goes.
    pub response_uri: String,
    /// What the holder's proof carries.
    pub nonce: String,
    /// What the answer carries.
    pub state: String,
    /// What is asked for.
    pub query: Query,
    /// What the answer is encrypted with.
    pub encrypt_to: EncryptionKey,
    /// Transactions to agree to, not yet read.
    pub transaction_data: Vec<String>,
}

/// Why a wallet does not answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadRequest {
    /// No request object, or of another type.
    #[error("not a request object")]
    Form,
    /// Not signed by a key of the verifier it names.
    #[error("the verifier did not sign this")]
    Signature,
    /// Another verifier than the one expected, or a way to name one that is not spoken.
    #[error("another verifier")]
    Client,
    /// Something is missing, contradicts another thing, or is not spoken.
    #[error("the request is not one that is answered")]
    Parameter,
    /// The query is none.
    #[error("the query is malformed")]
    Query,
    /// Not of this time.
    #[error("the request is not of this time")]
    Time,
}

#[derive(Deserialize, Serialize)]
struct Claims {
    client_id: String,
    response_type: String,
    response_mode: String,
    response_uri: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<String>,
    aud: String,
    nonce: String,
    state: String,
    dcql_query: Value,
    client_metadata: Metadata,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    transaction_data: Vec<String>,
    #[serde(with = "numeric_date")]
    iat: Timestamp,
    #[serde(with = "numeric_date")]
    exp: Timestamp,
}

#[derive(Deserialize, Serialize)]
struct Metadata {
    jwks: Keys,
    vp_formats_supported: Value,
}

#[derive(Deserialize, Serialize)]
struct Keys {
    keys: Vec<Value>,
}

impl Question<'_> {
    /// The request object.
    ///
    /// # Panics
    /// Never: what it holds can be written as JSON.
    pub fn sign(&self, key: &SigningKey, kid: &str, now: Timestamp) -> String {
        let mut encrypt_to = json!(self.encrypt_to);
        // `OpenID4VP` §8.3: "The `alg` parameter MUST be present in the JWKs."
        if let Some(members) = encrypt_to.as_object_mut() {
            members.insert("alg".to_owned(), Value::from("ECDH-ES"));
        }
        let claims = Claims {
            client_id: self.client_id.to_owned(),
            response_type: "vp_token".to_owned(),
            response_mode: "direct_post.jwt".to_owned(),
            response_uri: self.response_uri.to_owned(),
            redirect_uri: None,
            aud: AUDIENCE.to_owned(),
            nonce: self.nonce.to_owned(),
            state: self.state.to_owned(),
            dcql_query: self.query.clone(),
            client_metadata: Metadata {
                jwks: Keys { keys: vec![encrypt_to] },
                vp_formats_supported: json!({"dc+sd-jwt": {
                    "sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"],
                }}),
            },
            transaction_data: self.transaction_data.to_vec(),
            iat: now,
            exp: now + LIFETIME,
        };
        jws::sign(key, kid, TYP, &claims)
    }
}

impl Asked {
    /// Reads a request object of the verifier `client_id`, whose keys the register gives.
    pub fn read(
        text: &str,
        client_id: &str,
        keys: &[Jwk],
        now: Timestamp,
    ) -> Result<Self, BadRequest> {
        let jws = UnverifiedJws::parse(text, MAX_LENGTH).map_err(|_| BadRequest::Form)?;
        let jws = jws.expect_typ(TYP).map_err(|_| BadRequest::Form)?;
        let kid = jws.unverified_header().kid.clone();
        let key = keys.iter().find(|key| kid.is_some() && key.kid() == kid.as_deref());
        let key = key.ok_or(BadRequest::Signature)?.verifying_key();
        let claims = jws.verify::<Claims>(key).map_err(|_| BadRequest::Signature)?.into_inner();
        if claims.client_id != client_id || has_prefix(client_id) {
            return Err(BadRequest::Client);
        }
        if claims.iat > now + CLOCK_SKEW || claims.exp <= now || claims.exp > claims.iat + LIFETIME
        {
            return Err(BadRequest::Time);
        }
        claims.answerable()
    }
}

impl Claims {
    fn answerable(self) -> Result<Asked, BadRequest> {
        // `OpenID4VP` §8.2: "When the `response_uri` parameter is present, the `redirect_uri` Authorization Request parameter MUST
        // NOT be present."
        let spoken = self.response_type == "vp_token"
            && self.response_mode == "direct_post.jwt"
            && self.redirect_uri.is_none()
            && self.aud == AUDIENCE
            && is_url_safe(&self.nonce)
            && is_url_safe(&self.state)
            && Url::parse(&self.response_uri).is_ok_and(|uri| uri.scheme() == "https");
        let [key] = self.client_metadata.jwks.keys.as_slice() else {
            return Err(BadRequest::Parameter);
        };
        let encrypt_to: EncryptionKey =
            serde_json::from_value(key.clone()).map_err(|_| BadRequest::Parameter)?;
        if !spoken || !encrypt_to.suits(formats::jwe::KeyAlgorithm::EcdhEs) {
            return Err(BadRequest::Parameter);
        }
        Ok(Asked {
            query: self.dcql_query.to_string().parse().map_err(|_| BadRequest::Query)?,
            client_id: self.client_id,
            response_uri: self.response_uri,
            nonce: self.nonce,
            state: self.state,
            encrypt_to,
            transaction_data: self.transaction_data,
        })
    }
}

fn has_prefix(client_id: &str) -> bool {
    client_id.split_once(':').is_some_and(|(prefix, _)| PREFIXES.contains(&prefix))
}

/// `OpenID4VP` §5.2, of `nonce`: "Values MUST only contain ASCII URL safe characters".
fn is_url_safe(text: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (FEWEST..=MOST).contains(&text.len()) && text.bytes().all(safe)
}
