//! Proofs that a client holds the key its tokens are bound to (RFC 9449, "`DPoP`").
//!
//! A proof is read ([`Proof::read`]: it is signed by the key it carries), its nonce judged by whoever gave the nonce out,
//! then held against the request it came with ([`Proof::hold`]), and remembered until it is worthless
//! ([`Proof::once_only`]).

use std::str::FromStr;

use formats::{
    Verified, base64url,
    mac::{same, sha256},
    possession,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    client_assertion::OnceOnly,
    error::{ErrorCode, OAuthError},
};
use crate::oidc::numeric_date;

/// The `typ` of a proof, RFC 9449 §4.2.
pub const TYP: &str = "dpop+jwt";

/// How old a proof may be by its own clock. The nonce says when it was made; `iat` only bounds our memory.
pub const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// How far ahead of ours a proof's clock may be.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);

/// How long a proof may be: four times what clients make.
const MAX_LENGTH: usize = 4 * 1024;

/// How long its `jti` may be.
const MAX_JTI: usize = 128;

/// The key a token is bound to: its SHA-256 thumbprint (RFC 7638), base64url.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbprint(String);

/// The text is no SHA-256 thumbprint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not 32 bytes in base64url")]
pub struct NotAThumbprint;

impl Thumbprint {
    /// The thumbprint as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Thumbprint {
    type Error = NotAThumbprint;

    fn try_from(text: String) -> Result<Self, NotAThumbprint> {
        base64url::decode_array::<32>(&text).map_err(|_| NotAThumbprint)?;
        Ok(Self(text))
    }
}

impl FromStr for Thumbprint {
    type Err = NotAThumbprint;

    fn from_str(text: &str) -> Result<Self, NotAThumbprint> {
        text.to_owned().try_into()
    }
}

impl From<Thumbprint> for String {
    fn from(thumbprint: Thumbprint) -> Self {
        thumbprint.0
    }
}

#[derive(Debug, Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    #[serde(with = "numeric_date")]
    iat: Timestamp,
    ath: Option<String>,
    nonce: Option<String>,
}

/// A proof signed by the key it carries. What it is for is not known before [`Proof::hold`].
#[derive(Debug)]
pub struct Proof {
    claims: Verified<Claims>,
    key: Thumbprint,
}

/// The request a proof has to be made for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its address, without query.
    pub uri: &'a str,
    /// The access token that comes with it.
    pub access_token: Option<&'a str>,
}

impl Proof {
    /// Reads the value of a `DPoP` header.
    pub fn read(text: &str) -> Result<Self, OAuthError> {
        // RFC 9449 §4.3: "The JWT signature verifies with the public key contained in the jwk JOSE Header Parameter. The
        // jwk JOSE Header Parameter does not contain a private key."
        let (claims, key) = possession::verify::<Claims>(TYP, text, MAX_LENGTH).map_err(|_| {
            refused("dpop_malformed", "the DPoP proof is malformed or not signed by its key")
        })?;
        if claims.jti.is_empty() || claims.jti.len() > MAX_JTI {
            return Err(refused(
                "dpop_jti_malformed",
                "jti of the DPoP proof must be 1 to 128 bytes",
            ));
        }
        Ok(Self { claims, key: Thumbprint(key.thumbprint()) })
    }

    /// The key it proves.
    pub fn key(&self) -> &Thumbprint {
        &self.key
    }

    /// The nonce it answers.
    pub fn nonce(&self) -> Option<&str> {
        self.claims.nonce.as_deref()
    }

    /// Holds it against the request it came with.
    pub fn hold(&self, target: Target<'_>, now: Timestamp) -> Result<(), OAuthError> {
        // RFC 9449 §4.3: "The htm claim matches the HTTP method of the current request. The htu claim matches the HTTP URI
        // value for the HTTP request in which the JWT was received, ignoring any query and fragment parts."
        if self.claims.htm != target.method || !is_address(&self.claims.htu, target.uri) {
            return Err(refused(
                "dpop_for_another_request",
                "htm and htu must be this request's method and address",
            ));
        }
        // RFC 9449 §4.3: "The creation time of the JWT, as determined by either the iat claim or a server managed
        // timestamp via the nonce claim, is within an acceptable window". RFC 9449 §11.1: "servers MUST only accept DPoP proofs
        // for a limited time after their creation". FAPI 2.0 Security Profile §5.3.2.1: "shall accept JWTs with an iat or nbf
        // timestamp between 0 and 10 seconds in the future but shall reject JWTs with an iat or nbf timestamp greater than 60
        // seconds in the future."
        let ahead = self.claims.iat.duration_since(now);
        if ahead > AHEAD || -ahead > CLOCK_SKEW {
            return Err(refused(
                "dpop_clock",
                "iat of the DPoP proof is a minute ahead or more than five minutes past",
            ));
        }
        // RFC 9449 §4.3: "If presented to a protected resource in conjunction with an access token: ensure that the value
        // of the ath claim equals the hash of that access token"
        let hashed = |token: &str| base64url::encode(&sha256(token.as_bytes()));
        match (target.access_token.map(hashed), &self.claims.ath) {
            (None, _) => Ok(()),
            (Some(wanted), Some(given)) if same(wanted.as_bytes(), given.as_bytes()) => Ok(()),
            _ => Err(refused("dpop_for_another_token", "ath must be the hash of the access token")),
        }
    }

    /// What must be remembered, so that the proof is not accepted twice.
    ///
    /// RFC 9449 §11.1: "servers can store, in the context of the target URI, the jti value of each `DPoP` proof for the time
    /// window in which the respective `DPoP` proof JWT would be accepted".
    pub fn once_only(&self) -> OnceOnly {
        let last = self.claims.iat.saturating_add(CLOCK_SKEW + SignedDuration::from_secs(1));
        OnceOnly {
            jti: format!("{} {}", self.key.as_str(), self.claims.jti),
            until: last.unwrap_or(Timestamp::MAX),
            made_at: Some(self.claims.iat),
        }
    }
}

fn is_address(claimed: &str, ours: &str) -> bool {
    if claimed == ours {
        return true;
    }
    let bare = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    bare(claimed).is_some_and(|claimed| bare(ours) == Some(claimed))
}

/// The refusal for a proof without a nonce of ours that is still good.
///
/// RFC 9449 §8: "the authorization server responds with an error … "`use_dpop_nonce`"" and a `DPoP-Nonce` header.
pub const fn use_nonce() -> OAuthError {
    ErrorCode::UseDpopNonce
        .because("dpop_nonce_wanted", "make the DPoP proof again with the nonce of this answer")
}

/// The refusal for a proof that was seen before.
pub const fn replayed() -> OAuthError {
    refused("dpop_replayed", "the DPoP proof was used before")
}

/// The refusal for a proof by another key than the one things are bound to.
pub const fn another_key() -> OAuthError {
    refused("dpop_another_key", "the DPoP proof is by another key than the one this is bound to")
}

/// The refusal for a request that came without a proof.
///
/// RFC 9449 §5.2: "the authorization server MUST reject token requests from the client that do not contain the `DPoP`
/// header."
pub const fn missing() -> OAuthError {
    refused("dpop_missing", "a DPoP proof is required")
}

// RFC 9449 §5: "If the DPoP proof is invalid, the authorization server issues an error response per Section 5.2 of
// [RFC6749] with invalid_dpop_proof as the value of the error parameter."
const fn refused(reason: &'static str, description: &'static str) -> OAuthError {
    ErrorCode::InvalidDpopProof.because(reason, description)
}

#[cfg(test)]
mod tests {
    use formats::SigningKey;
    use serde_json::{Value, json};

    use super::*;
    use crate::samples::now;

    const TARGET: Target<'_> =
        Target { method: "POST", uri: "https://id.example/token", access_token: None };

    fn claims() -> Value {
        json!({"jti": "j", "htm": "POST", "htu": TARGET.uri, "iat": now().as_second(), "nonce": "n"})
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[name] = value;
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }

    fn read(claims: &Value) -> Result<Proof, OAuthError> {
        Proof::read(&possession::sign(&SigningKey::generate(), TYP, claims))
    }

    fn held(claims: &Value, target: Target<'_>) -> Result<(), &'static str> {
        read(claims).and_then(|proof| proof.hold(target, now())).map_err(|error| error.reason)
    }

    #[test]
    fn a_proof_is_for_one_request() {
        let proof = read(&claims()).unwrap();
        assert_eq!(proof.hold(TARGET, now()), Ok(()));
        assert_eq!(proof.nonce(), Some("n"));
        assert_eq!(proof.once_only().until, now() + CLOCK_SKEW + SignedDuration::from_secs(1));
        for (name, value) in [
            ("htu", json!("https://ID.example:443/token?x=1#y")),
            ("iat", json!(now().as_second() - 300)),
            ("iat", json!(now().as_second() + 60)),
            ("ath", json!("of no matter here")),
        ] {
            assert_eq!(held(&with(name, value), TARGET), Ok(()), "{name}");
        }
    }

    #[test]
    fn and_for_no_other() {
        for (name, value, reason) in [
            ("htm", json!("GET"), "dpop_for_another_request"),
            ("htm", json!("post"), "dpop_for_another_request"),
            ("htu", json!("https://id.example/userinfo"), "dpop_for_another_request"),
            ("htu", json!("http://id.example/token"), "dpop_for_another_request"),
            ("htu", json!("https://id.example/token/"), "dpop_for_another_request"),
            ("htu", json!("/token"), "dpop_for_another_request"),
            ("iat", json!(now().as_second() - 301), "dpop_clock"),
            ("iat", json!(now().as_second() + 61), "dpop_clock"),
            ("iat", Value::Null, "dpop_malformed"),
            ("jti", Value::Null, "dpop_malformed"),
            ("jti", json!(""), "dpop_jti_malformed"),
            ("jti", json!("j".repeat(129)), "dpop_jti_malformed"),
            ("htm", Value::Null, "dpop_malformed"),
        ] {
            assert_eq!(held(&with(name, value.clone()), TARGET), Err(reason), "{name}: {value}");
        }
    }

    /// RFC 9449 §7.1, figure 13: token and hash.
    #[test]
    fn a_clock_may_be_a_little_ahead() {
        for ahead in [10, 60] {
            let claims = with("iat", json!(now().as_second() + ahead));
            let proof = possession::sign(&SigningKey::generate(), TYP, &claims);
            Proof::read(&proof).unwrap().hold(TARGET, now()).unwrap();
        }
    }

    #[test]
    fn a_proof_names_its_token() {
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        let target = Target { access_token: Some(token), ..TARGET };
        let right = with("ath", json!("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"));
        assert_eq!(held(&right, target), Ok(()));
        for wrong in [json!("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQE0"), json!(""), Value::Null]
        {
            assert_eq!(held(&with("ath", wrong), target), Err("dpop_for_another_token"));
        }
    }

    #[test]
    fn a_thumbprint_is_of_sha_256() {
        assert!("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".parse::<Thumbprint>().is_ok());
        for odd in ["", "0ZcOCORZNYy", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I=", "网"] {
            assert_eq!(odd.parse::<Thumbprint>(), Err(NotAThumbprint), "{odd}");
        }
    }
}
