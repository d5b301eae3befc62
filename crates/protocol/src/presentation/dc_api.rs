//! The same question through a browser (`OpenID4VP` appendix A): the browser says where it comes from, and carries the answer back.
//!
//! Asked with a signature and the platform's word, answered encrypted (`dc_api.jwt`). The page that asks is bound by its origin, which the
//! browser vouches for: a question that another page took along is not answered, and an answer names the page it was made for.

use std::fmt;

use formats::{EncryptionKey, SigningKey, json, jws};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use super::{
    BadRequest, Query,
    asked::{CLOCK_SKEW, is_url_safe, parsed},
    attestation::{Attestation, Attestor, BadAttestation},
    request::{AUDIENCE, LIFETIME, Metadata, Recipient, TYP},
    response::{self, Presentations},
};
use crate::{oauth::redirect_uri::is_guarded, oidc::numeric_date};

/// What a page names to the browser (`OpenID4VP` §A.1): version 1, signed.
pub const PROTOCOL: &str = "openid4vp-v1-signed";

/// `OpenID4VP` §A.2: the answer comes through the browser, encrypted.
pub const RESPONSE_MODE: &str = "dc_api.jwt";

/// Most origins of one verifier.
const MOST_ORIGINS: usize = 16;

/// Longest error code read.
const LONGEST_CODE: usize = 64;

/// Where a page comes from: scheme, host and port, as a browser writes them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(String);

/// Not an origin that a browser would write, or of one from which no page may ask.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an origin of https, or of this machine, as a browser writes it")]
pub struct NotAnOrigin;

impl Origin {
    /// Reads one: of `https`, or of `http` on this machine, which browsers let ask, too.
    ///
    /// `OpenID4VP` §A.2: "Values using unsafe or unsupported URI schemes, including `ftp`, `javascript`, `data`, `ws`, and `wss`, MUST NOT
    /// be used."
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let url = Url::parse(text).map_err(|_| NotAnOrigin)?;
        let written = is_guarded(text) && url.origin().ascii_serialization() == text;
        written.then(|| Self(text.to_owned())).ok_or(NotAnOrigin)
    }

    /// As a browser writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whom the holder's proof names.
    ///
    /// `OpenID4VP` §A.4: "The audience for the response (for example, the `aud` value in a Key Binding JWT) MUST be the Origin, prefixed
    /// with `origin:`, for example `origin:https://verifier.example.com`. This is the case even for signed requests."
    pub fn audience(&self) -> String {
        format!("origin:{self}")
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a page asks, before the verifier signs it.
#[derive(Clone, Copy, Debug)]
pub struct PageQuestion<'a> {
    /// The verifier, with the prefix of its attestation.
    pub client_id: &'a str,
    /// Its pages; never empty.
    pub origins: &'a [Origin],
    /// Drawn for this question: at least 128 bits.
    pub nonce: &'a str,
    /// The query, which was parsed.
    pub query: &'a Value,
    /// What the answer is encrypted with: of P-256, made for this question.
    pub encrypt_to: &'a EncryptionKey,
    /// Transactions to agree to, in base64url.
    pub transaction_data: &'a [String],
    /// What the platform says of the verifier, whose key the question is signed with.
    pub attestation: &'a str,
}

/// What a page hands to `navigator.credentials.get`.
pub fn for_the_browser(data: &Data) -> Value {
    json!({"digital": {"requests": [{"protocol": PROTOCOL, "data": data}]}})
}

#[derive(Deserialize, Serialize)]
struct Claims {
    client_id: String,
    response_type: String,
    response_mode: String,
    expected_origins: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    nonce: String,
    dcql_query: Value,
    client_metadata: Metadata,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    transaction_data: Vec<String>,
    #[serde(with = "numeric_date")]
    iat: Timestamp,
    #[serde(with = "numeric_date")]
    exp: Timestamp,
}

/// `OpenID4VP` §A.3.2.1: what the page hands to the browser beside [`PROTOCOL`].
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Data {
    /// The signed question.
    pub request: String,
}

impl PageQuestion<'_> {
    /// Signs it for the browser.
    ///
    /// # Panics
    /// Never: what it holds can be written as JSON.
    pub fn sign(&self, key: &SigningKey, now: Timestamp) -> Data {
        let claims = Claims {
            client_id: self.client_id.to_owned(),
            response_type: "vp_token".to_owned(),
            response_mode: RESPONSE_MODE.to_owned(),
            expected_origins: self.origins.iter().map(Origin::to_string).collect(),
            aud: Some(AUDIENCE.to_owned()),
            nonce: self.nonce.to_owned(),
            dcql_query: self.query.clone(),
            client_metadata: Metadata::encrypting_to(self.encrypt_to),
            transaction_data: self.transaction_data.to_vec(),
            iat: now,
            exp: now + LIFETIME,
        };
        Data { request: jws::sign_beside(key, ("", TYP), self.attestation, &claims) }
    }
}

/// A page's question whose signature holds, as a wallet acts on it.
#[derive(Clone, Debug)]
pub struct PageAsked {
    /// Who asks, as the platform says.
    pub attested: Attestation,
    /// The page it came from, which the holder's proof names by its [`Origin::audience`].
    pub origin: Origin,
    /// What the holder's proof carries.
    pub nonce: String,
    /// What is asked for.
    pub query: Query,
    /// What the answer is encrypted with.
    pub encrypt_to: Recipient,
    /// Transactions to agree to, not yet read.
    pub transaction_data: Vec<String>,
}

impl PageAsked {
    /// Reads what a browser brought from a page; `origin` is what the browser says of the page, not what the page says.
    pub fn read(
        data: &Data,
        origin: &Origin,
        by: Attestor<'_>,
        now: Timestamp,
    ) -> Result<Self, BadRequest> {
        let (jws, attestation) = parsed(&data.request)?;
        let attestation = attestation.ok_or(BadRequest::Attestation(BadAttestation::Form))?;
        let attested = Attestation::read(&attestation, by, now).map_err(BadRequest::Attestation)?;
        let key = attested.key.verifying_key();
        let claims = jws.verify::<Claims>(key).map_err(|_| BadRequest::Signature)?.into_inner();
        if claims.client_id != attested.prefixed() {
            return Err(BadRequest::Client);
        }
        let asked = claims.answerable(attested, origin, now)?;
        match asked.attested.beyond(&asked.query) {
            Some(beyond) => Err(BadRequest::OverAsking(beyond)),
            None => Ok(asked),
        }
    }

    /// Seals an answer for the page: what goes back to the browser. `draw` brings chance. Nothing, if the key is of another type.
    ///
    /// `OpenID4VP` §A.2: "since the `state` parameter is not defined for the DC API, the Verifier cannot expect it to be included in the
    /// response": none is.
    pub fn seal(
        &self,
        presentations: Presentations,
        draw: impl FnMut(&mut [u8]),
    ) -> Option<Answered> {
        let plain = serde_json::to_vec(&Inside { vp_token: presentations }).ok()?;
        self.encrypt_to.seal(&plain, draw).map(Answered::Response)
    }
}

#[derive(Serialize)]
struct Inside {
    vp_token: Presentations,
}

impl Claims {
    fn answerable(
        self,
        attested: Attestation,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<PageAsked, BadRequest> {
        if self.iat > now + CLOCK_SKEW || self.exp <= now || self.exp > self.iat + LIFETIME {
            return Err(BadRequest::Time);
        }
        // `OpenID4VP` §A.2: "The Wallet MUST compare values in this parameter to the provided Origin, treated as a string, using simple
        // string comparison".
        let expected = (1..=MOST_ORIGINS).contains(&self.expected_origins.len())
            && self.expected_origins.contains(&origin.0);
        if !expected {
            return Err(BadRequest::Client);
        }
        let spoken = self.response_type == "vp_token"
            && self.response_mode == RESPONSE_MODE
            && self.aud.is_none_or(|audience| audience == AUDIENCE)
            && is_url_safe(&self.nonce);
        let encrypt_to = self.client_metadata.recipient().filter(|_| spoken);
        Ok(PageAsked {
            encrypt_to: encrypt_to.ok_or(BadRequest::Parameter)?,
            query: self.dcql_query.to_string().parse().map_err(|_| BadRequest::Query)?,
            attested,
            origin: origin.clone(),
            nonce: self.nonce,
            transaction_data: self.transaction_data,
        })
    }
}

/// What comes back through the browser, from bytes that nobody vouches for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answered {
    /// An answer, encrypted: for [`super::verify`], without a state.
    Response(String),
    /// `OpenID4VP` §A.4: "This object has a single property with the name `error`".
    Error(String),
}

/// What came back is no answer of either form.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("neither an answer nor an error")]
pub struct NotAnswered;

impl Answered {
    /// Reads the data that the page sent on.
    pub fn read(text: &[u8]) -> Result<Self, NotAnswered> {
        if text.len() > response::MAX_LENGTH + LONGEST_CODE {
            return Err(NotAnswered);
        }
        let answered = json::read(text).map_err(|_| NotAnswered)?;
        let plain = |code: &String| {
            let letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            (1..=LONGEST_CODE).contains(&code.len()) && code.bytes().all(letter)
        };
        match &answered {
            Self::Error(code) if !plain(code) => Err(NotAnswered),
            _ => Ok(answered),
        }
    }
}

#[cfg(test)]
mod tests;
