//! The ID token: what a relying party learns, signed (OpenID Connect Core §2), and the same token
//! coming back as a hint.

use std::collections::BTreeMap;

use formats::{SigningKey, UnverifiedJws, VerifyingKey, base64url, jws, mac::sha256};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::numeric_date;
use crate::oauth::{
    client::ClientId,
    echo::Echo,
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
};

/// How long an ID token may be believed: it is read at once, by the client that redeemed.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How long an ID token coming back may be.
const MAX_LENGTH: usize = 4 * 1024;

/// Passed or not, and nothing else by default (Measures art. 8).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The person holds a valid net certificate and authenticated as asked.
    Passed,
    /// The person is who they were, but a condition that was asked does not hold.
    NotPassed,
}

/// The claims of an ID token; there are no others.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct IdToken {
    /// Who says so.
    pub iss: Issuer,
    /// The person's application identifier at this relying party.
    pub sub: String,
    /// To whom it is said.
    pub aud: ClientId,
    /// Until when it may be believed.
    #[serde(with = "numeric_date")]
    pub exp: Timestamp,
    /// When it was said.
    #[serde(with = "numeric_date")]
    pub iat: Timestamp,
    /// When the person authenticated.
    #[serde(with = "numeric_date")]
    pub auth_time: Timestamp,
    /// The request's nonce.
    ///
    /// OpenID Connect Core §3.1.2.1: "If present in the Authentication Request, Authorization
    /// Servers MUST include a nonce Claim in the ID Token with the Claim Value being the nonce
    /// value sent in the Authentication Request."
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Echo>,
    /// How the person authenticated.
    pub acr: String,
    /// Ties the access token to this token: see [`at_hash`].
    pub at_hash: String,
    /// Passed or not.
    pub result: Outcome,
    /// For which scene, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// Yes or no for each attribute that was asked and agreed to, such as `age_over_18`.
    #[serde(flatten)]
    pub attributes: BTreeMap<String, bool>,
}

impl IdToken {
    /// The token as it travels.
    pub fn sign(&self, key: &SigningKey, kid: &str) -> String {
        jws::sign(key, kid, "JWT", self)
    }
}

/// Ties an access token to an ID token.
///
/// OpenID Connect Core §3.1.3.6: "Its value is the base64url encoding of the left-most half of the
/// hash of the octets of the ASCII representation of the access_token value"
pub fn at_hash(access_token: &str) -> String {
    let hash = sha256(access_token.as_bytes());
    let (left, _) = hash.split_at(hash.len() / 2);
    base64url::encode(left)
}

/// An ID token of ours that a client sends back, to say whom it expects.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct IdTokenHint(String);

/// What of a hint is read.
#[derive(Deserialize)]
struct Hinted {
    iss: Issuer,
    sub: String,
}

impl IdTokenHint {
    pub(crate) fn read(text: Option<&str>) -> Result<Option<Self>, OAuthError> {
        text.map(|text| match UnverifiedJws::parse(text, MAX_LENGTH) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) => Err(MALFORMED),
        })
        .transpose()
    }

    /// The application identifier of the person the client expects.
    ///
    /// `key` finds the public key of a `kid` among ours, retired ones included. That the token has
    /// expired does not matter:
    /// OpenID Connect Core §3.1.2.1: "the OP … need not be listed as an audience of the ID Token
    /// when it is used as an id_token_hint value."
    pub fn subject<'k>(
        &self,
        issuer: &Issuer,
        key: impl FnOnce(&str) -> Option<&'k VerifyingKey>,
    ) -> Result<String, OAuthError> {
        let jws = UnverifiedJws::parse(&self.0, MAX_LENGTH).map_err(|_| MALFORMED)?;
        let key = jws
            .unverified_header()
            .kid
            .as_deref()
            .and_then(key)
            .ok_or(MALFORMED)?;
        let hinted = jws
            .verify::<Hinted>(key)
            .map_err(|_| MALFORMED)?
            .into_inner();
        if hinted.iss == *issuer {
            Ok(hinted.sub)
        } else {
            Err(MALFORMED)
        }
    }
}

const MALFORMED: OAuthError = ErrorCode::InvalidRequest.because(
    "id_token_hint_not_ours",
    "id_token_hint is not an ID token of ours",
);
