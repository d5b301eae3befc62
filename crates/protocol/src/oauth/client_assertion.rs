//! A client's proof by signature: `private_key_jwt` (RFC 7521, RFC 7523, OpenID Connect Core §9).

use formats::{JwkSet, UnverifiedClaims, UnverifiedJws, Verified};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{
    client::ClientId,
    error::{ErrorCode, OAuthError},
};
use crate::oidc::numeric_date;

/// The only `client_assertion_type` there is.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far ahead an assertion may expire: as long as its `jti` has to be remembered.
pub const MAX_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How far a client's clock may run ahead of ours.
pub const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(30);

/// How long an assertion may be: ten times what clients make.
const MAX_LENGTH: usize = 4 * 1024;

/// How long its `jti` may be, as it is stored.
const MAX_JTI: usize = 128;

/// What an assertion says. Claims we have no use for are passed over.
#[derive(Clone, Debug, Deserialize)]
pub struct AssertionClaims {
    iss: String,
    sub: ClientId,
    aud: Audience,
    #[serde(with = "numeric_date")]
    exp: Timestamp,
    #[serde(default, with = "numeric_date::optional")]
    nbf: Option<Timestamp>,
    #[serde(default, with = "numeric_date::optional")]
    iat: Option<Timestamp>,
    jti: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// The part of an assertion that must never be seen again: remember it until it expires.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OnceOnly {
    /// The client's name for the assertion, unique for this client.
    pub jti: String,
    /// Until when it must be remembered.
    pub until: Timestamp,
    /// When it was made, as far as it says so.
    pub made_at: Option<Timestamp>,
}

/// An assertion that may be anybody's.
#[derive(Clone, Debug)]
pub struct UnverifiedAssertion(UnverifiedClaims<AssertionClaims>);

impl UnverifiedAssertion {
    /// Reads it.
    pub fn parse(assertion: &str) -> Result<Self, OAuthError> {
        let jws = UnverifiedJws::parse(assertion, MAX_LENGTH).map_err(|_| MALFORMED)?;
        // RFC 8725 §3.12: "the validation rules for those JWTs MUST be written such that they are
        // mutually exclusive, rejecting JWTs of the wrong kind." A client signs other things, too.
        let typ = jws.unverified_header().typ.as_deref();
        let ours = typ.is_none_or(|typ| TYPES.iter().any(|known| known.eq_ignore_ascii_case(typ)));
        if !ours {
            return Err(MALFORMED);
        }
        jws.with_claims().map(Self).map_err(|_| MALFORMED)
    }

    /// Who it says it is from, to look the client up by.
    pub(super) fn subject(&self) -> &ClientId {
        &self.0.unverified().sub
    }

    /// Holds it against the client's keys and our names.
    ///
    /// `audiences` are the texts that mean us: the issuer and the token endpoint.
    pub fn check(
        &self,
        keys: &JwkSet,
        client: &ClientId,
        audiences: &[&str],
        now: Timestamp,
    ) -> Result<Verified<AssertionClaims>, OAuthError> {
        let key = keys.find(self.0.unverified_header().kid.as_deref()).ok_or(refused(
            "assertion_key_unknown",
            "the assertion is signed by a key not registered",
        ))?;
        // RFC 7523 §3: "The JWT MUST be digitally signed or have a Message Authentication Code (MAC)
        // applied by the issuer. The authorization server MUST reject JWTs with an invalid signature
        // or MAC."
        let claims = self.0.verify(key.verifying_key()).map_err(|_| {
            refused("assertion_signature_wrong", "the assertion's signature is wrong")
        })?;
        claims.hold(client, audiences, now)?;
        Ok(claims)
    }
}

impl AssertionClaims {
    fn hold(
        &self,
        client: &ClientId,
        audiences: &[&str],
        now: Timestamp,
    ) -> Result<(), OAuthError> {
        // RFC 7523 §3: "For client authentication, the subject MUST be the "client_id" of the
        // OAuth client." OpenID Connect Core §9: "iss REQUIRED. Issuer. This MUST contain the
        // client_id of the OAuth Client."
        if self.sub != *client || self.iss != client.as_str() {
            return Err(refused(
                "assertion_not_by_the_client",
                "iss and sub must both be the client's id",
            ));
        }
        // RFC 7523 §3: "The authorization server MUST reject any JWT that does not contain its own
        // identity as the intended audience." Another audience beside ours is refused as well:
        // whoever that is could use the assertion here.
        let ours = |audience: &String| audiences.contains(&audience.as_str());
        let meant_for_us = match &self.aud {
            Audience::One(audience) => ours(audience),
            Audience::Many(list) => !list.is_empty() && list.iter().all(ours),
        };
        if !meant_for_us {
            return Err(refused(
                "assertion_for_another",
                "aud must be this issuer or its token endpoint, and no other",
            ));
        }
        // RFC 7523 §3: "The authorization server MUST reject any JWT with an expiration time that
        // has passed, subject to allowable clock skew between systems." We allow none here, as
        // clients choose how far ahead exp is.
        if self.exp <= now {
            return Err(refused("assertion_expired", "the assertion has expired"));
        }
        // RFC 7523 §3: "Note that the authorization server may reject JWTs with an "exp" claim
        // value that is unreasonably far in the future."
        if self.exp.duration_since(now) > MAX_LIFETIME {
            return Err(refused(
                "assertion_too_long_lived",
                "exp must be at most five minutes ahead",
            ));
        }
        // RFC 7523 §3: "The JWT MAY contain an "nbf" (not before) claim that identifies the time
        // before which the token MUST NOT be accepted for processing."
        let ahead =
            |at: Option<Timestamp>| at.is_some_and(|at| at.duration_since(now) > CLOCK_SKEW);
        if ahead(self.nbf) || ahead(self.iat) {
            return Err(refused("assertion_not_yet_valid", "the assertion is from the future"));
        }
        // OpenID Connect Core §9: "jti REQUIRED. JWT ID. A unique identifier for the token, which
        // can be used to prevent reuse of the token."
        if self.jti.is_empty() || self.jti.len() > MAX_JTI || self.jti.chars().any(char::is_control)
        {
            return Err(refused(
                "assertion_jti_malformed",
                "jti must be 1 to 128 visible characters",
            ));
        }
        Ok(())
    }

    /// What must be remembered, so that it is not accepted twice.
    ///
    /// OpenID Connect Core §9: "These tokens MUST only be used once, unless conditions for reuse
    /// were negotiated between the parties"
    pub fn once_only(&self) -> OnceOnly {
        OnceOnly { jti: self.jti.clone(), until: self.exp, made_at: self.iat }
    }
}

/// What an assertion may call itself, if it calls itself anything.
const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];

const MALFORMED: OAuthError = refused(
    "assertion_malformed",
    "client_assertion must be an ES256 JWT with iss, sub, aud, exp and jti",
);

// RFC 7523 §3.2: "If the client JWT is not valid, the authorization server constructs an error
// response as defined in OAuth 2.0 [RFC6749]. The value of the "error" parameter MUST be the
// "invalid_client" error code."
const fn refused(reason: &'static str, description: &'static str) -> OAuthError {
    ErrorCode::InvalidClient.because(reason, description)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::hmac;
    use formats::{SigningKey, base64url, jws};
    use serde_json::{Value, json};

    use super::*;
    use crate::samples::{assertion_claims, now, sign};

    const AUDIENCES: [&str; 2] = ["https://id.example", "https://id.example/token"];

    fn try_it(assertion: &str, keys: &JwkSet) -> Result<Verified<AssertionClaims>, OAuthError> {
        let client = "airline".parse().unwrap();
        UnverifiedAssertion::parse(assertion)?.check(keys, &client, &AUDIENCES, now())
    }

    fn keys(key: &SigningKey) -> JwkSet {
        JwkSet::new([key.public()]).unwrap()
    }

    /// Good claims with one changed; `null` takes it away.
    fn with(name: &str, value: &Value) -> Value {
        let mut claims = assertion_claims();
        let members = claims.as_object_mut().unwrap();
        members.insert(name.to_owned(), value.clone());
        members.retain(|_, value| !value.is_null());
        claims
    }

    #[test]
    fn a_good_assertion_is_for_once_only() {
        let key = SigningKey::generate();
        let at = |seconds| now().as_second() + seconds;
        for (name, value) in [
            ("aud", json!("https://id.example")),
            ("aud", json!("https://id.example/token")),
            ("aud", json!(["https://id.example"])),
            ("aud", json!(["https://id.example", "https://id.example/token"])),
            ("exp", json!(at(1))),
            ("exp", json!(at(300))),
            ("nbf", json!(at(30))),
            ("iat", json!(at(30))),
            ("iat", Value::Null),
            ("jti", json!("j".repeat(128))),
            ("something", json!({"else": true})),
        ] {
            let claims = with(name, &value);
            let checked = try_it(&sign(&key, &claims), &keys(&key)).expect(name);
            assert_eq!(json!(checked.once_only().jti), claims["jti"]);
            assert_eq!(json!(checked.once_only().until.as_second()), claims["exp"]);
        }
    }

    #[test]
    fn claims_under_attack() {
        let key = SigningKey::generate();
        let at = |seconds| now().as_second() + seconds;
        for (name, value, reason) in [
            ("iss", json!("shop"), "assertion_not_by_the_client"),
            ("sub", json!("shop"), "assertion_not_by_the_client"),
            ("iss", Value::Null, "assertion_malformed"),
            ("aud", json!("https://evil.example"), "assertion_for_another"),
            ("aud", json!("https://id.example/"), "assertion_for_another"),
            ("aud", json!("https://ID.example"), "assertion_for_another"),
            ("aud", json!("https://id.example/userinfo"), "assertion_for_another"),
            ("aud", json!(["https://id.example", "https://evil.example"]), "assertion_for_another"),
            ("aud", json!([]), "assertion_for_another"),
            ("exp", json!(at(0)), "assertion_expired"),
            ("exp", json!(at(-1)), "assertion_expired"),
            ("exp", json!(-1), "assertion_expired"),
            ("exp", json!(at(301)), "assertion_too_long_lived"),
            ("exp", json!(at(86_400)), "assertion_too_long_lived"),
            ("nbf", json!(at(31)), "assertion_not_yet_valid"),
            ("iat", json!(at(31)), "assertion_not_yet_valid"),
            ("jti", json!(""), "assertion_jti_malformed"),
            ("jti", json!("j".repeat(129)), "assertion_jti_malformed"),
            ("jti", json!("a\u{0}b"), "assertion_jti_malformed"),
        ] {
            let error = try_it(&sign(&key, &with(name, &value)), &keys(&key)).unwrap_err();
            assert_eq!(
                (error.code, error.reason),
                (ErrorCode::InvalidClient, reason),
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn claims_missing_or_malformed() {
        for (name, value) in [
            ("iss", Value::Null),
            ("sub", Value::Null),
            ("aud", Value::Null),
            ("exp", Value::Null),
            ("jti", Value::Null),
            ("jti", json!(7)),
            ("exp", json!("soon")),
            ("exp", json!(1e300)),
            ("sub", json!("air line")),
        ] {
            let assertion = sign(&SigningKey::generate(), &with(name, &value));
            let error = UnverifiedAssertion::parse(&assertion).unwrap_err();
            assert_eq!(error.reason, "assertion_malformed", "{name}: {value}");
        }
    }

    #[test]
    fn signatures_under_attack() {
        let (key, other) = (SigningKey::generate(), SigningKey::generate());
        let public = key.public();
        let kid = public.kid().unwrap();
        let claims = assertion_claims();
        let good = sign(&key, &claims);
        let (head, signature) = good.rsplit_once('.').unwrap();
        let unsigned = |header: &Value| {
            let part = |value: &Value| base64url::encode(value.to_string().as_bytes());
            format!("{}.{}", part(header), part(&claims))
        };
        let none = unsigned(&json!({"alg": "none"}));
        let symmetric = unsigned(&json!({"alg": "HS256", "kid": kid}));
        let (x, y) = public.verifying_key().coordinates();
        let public_bytes = hmac::Key::new(hmac::HMAC_SHA256, &[&[4], x, y].concat());
        let tag = base64url::encode(hmac::sign(&public_bytes, symmetric.as_bytes()).as_ref());
        let embedded = unsigned(&json!({"alg": "ES256", "kid": kid, "jwk": other.public()}));
        let embedded_signature = base64url::encode(&other.sign(embedded.as_bytes()));
        for (attack, assertion, reason) in [
            ("alg none", format!("{none}."), "assertion_malformed"),
            ("alg none with a signature", format!("{none}.{signature}"), "assertion_malformed"),
            ("HS256 with the public key", format!("{symmetric}.{tag}"), "assertion_malformed"),
            ("HS256, long signature", format!("{symmetric}.{signature}"), "assertion_malformed"),
            (
                "key brought along",
                format!("{embedded}.{embedded_signature}"),
                "assertion_malformed",
            ),
            ("another's key", sign(&other, &claims), "assertion_key_unknown"),
            (
                "another's key, our kid",
                jws::sign(&other, kid, "JWT", &claims),
                "assertion_signature_wrong",
            ),
            (
                "no kid, another's key",
                jws::sign(&other, "", "JWT", &claims),
                "assertion_signature_wrong",
            ),
            ("unknown kid", jws::sign(&key, "old", "JWT", &claims), "assertion_key_unknown"),
            (
                "another kind of token",
                jws::sign(&key, kid, "dpop+jwt", &claims),
                "assertion_malformed",
            ),
            ("no signature", format!("{head}."), "assertion_malformed"),
            ("cut short", good[..good.len() - 2].to_owned(), "assertion_malformed"),
            (
                "signature of zeros",
                format!("{head}.{}", base64url::encode(&[0; 64])),
                "assertion_signature_wrong",
            ),
            ("padded", format!("{good}=="), "assertion_malformed"),
            ("too long", sign(&key, &with("pad", &json!("x".repeat(4096)))), "assertion_malformed"),
            ("nothing", String::new(), "assertion_malformed"),
        ] {
            let error = try_it(&assertion, &keys(&key)).unwrap_err();
            assert_eq!((error.code, error.reason), (ErrorCode::InvalidClient, reason), "{attack}");
        }
        assert!(try_it(&jws::sign(&key, "", "JWT", &claims), &keys(&key)).is_ok());
    }
}
