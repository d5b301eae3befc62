//! A client's proof by signature: `private_key_jwt` (RFC 7521, RFC 7523, OpenID Connect Core §9).

use formats::{JwkSet, UnverifiedJws, Verified};
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
}

/// Who the assertion says it is from, to look the client up by.
pub(super) fn unverified_subject(assertion: &str) -> Result<ClientId, OAuthError> {
    let claims: AssertionClaims = parse(assertion)?
        .unverified_claims()
        .map_err(|_| MALFORMED)?;
    Ok(claims.sub)
}

/// Holds an assertion against the client's keys and our names.
///
/// `audiences` are the texts that mean us: the issuer and the token endpoint.
pub fn check(
    assertion: &str,
    keys: &JwkSet,
    client: &ClientId,
    audiences: &[&str],
    now: Timestamp,
) -> Result<Verified<AssertionClaims>, OAuthError> {
    let jws = parse(assertion)?;
    let key = keys
        .find(jws.unverified_header().kid.as_deref())
        .ok_or(refused(
            "assertion_key_unknown",
            "the assertion is signed by a key not registered",
        ))?;
    // RFC 7523 §3: "The JWT MUST be digitally signed or have a Message Authentication Code (MAC)
    // applied by the issuer. The authorization server MUST reject JWTs with an invalid signature
    // or MAC."
    let claims: Verified<AssertionClaims> = jws.verify(key.verifying_key()).map_err(|_| {
        refused(
            "assertion_signature_wrong",
            "the assertion's signature is wrong",
        )
    })?;
    claims.hold(client, audiences, now)?;
    Ok(claims)
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
        // has passed … Note that the authorization server may reject JWTs with an "exp" claim
        // value that is unreasonably far in the future."
        if self.exp <= now {
            return Err(refused("assertion_expired", "the assertion has expired"));
        }
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
            return Err(refused(
                "assertion_not_yet_valid",
                "the assertion is from the future",
            ));
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
        OnceOnly {
            jti: self.jti.clone(),
            until: self.exp,
        }
    }
}

fn parse(assertion: &str) -> Result<UnverifiedJws<'_>, OAuthError> {
    UnverifiedJws::parse(assertion, MAX_LENGTH).map_err(|_| MALFORMED)
}

const MALFORMED: OAuthError = refused(
    "assertion_malformed",
    "client_assertion must be an ES256 JWT with iss, sub, aud, exp and jti",
);

/// RFC 7523 §3.2: "If the client JWT is not valid, the authorization server constructs an error
/// response as defined in OAuth 2.0 [RFC6749]. The value of the "error" parameter MUST be the
/// "invalid_client" error code."
const fn refused(reason: &'static str, description: &'static str) -> OAuthError {
    ErrorCode::InvalidClient.because(reason, description)
}
