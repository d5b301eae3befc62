//! The ID token: what a relying party learns, signed (OpenID Connect Core §2), and the same token
//! coming back as a hint.

use std::collections::BTreeMap;

use formats::{UnverifiedJws, VerifyingKey, base64url, mac::sha256};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{numeric_date, plain_identity::PlainIdentity, verified_claims::VerifiedClaims};
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

impl Outcome {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotPassed => "not_passed",
        }
    }
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
    // OpenID Connect Core §15.1: told always, hence also when asked for.
    // OpenID Connect Core §3.1.2.1: "When max_age is used, the ID Token returned MUST include an
    // auth_time Claim Value."
    #[serde(with = "numeric_date")]
    pub auth_time: Timestamp,
    /// The request's nonce.
    // FAPI 2.0 Security Profile §5.3.2.3: who is to know the person's identifier is told it by OpenID Connect.
    // OpenID Connect Core §2: "If present in the Authentication Request, Authorization Servers MUST
    // include a nonce Claim in the ID Token with the Claim Value being the nonce value sent in the
    // Authentication Request."
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Echo>,
    /// How the person authenticated.
    // FAPI-CIBA §4.1.1: told where it was asked, hence always.
    pub acr: String,
    /// By which methods.
    // OpenID Connect Core §2: "JSON array of strings that are identifiers for authentication methods
    // used in the authentication."
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// Which session it was, as this client calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Ties the access token to this token: see [`at_hash`].
    pub at_hash: String,
    /// CIBA Core §10.3.1: of a pushed token, the request that it answers.
    #[serde(
        rename = "urn:openid:params:jwt:claim:auth_req_id",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub auth_req_id: Option<String>,
    /// CIBA Core §10.3.1: of a pushed token, what ties the refresh token beside it to it, as [`at_hash`] does an access token.
    #[serde(
        rename = "urn:openid:params:jwt:claim:rt_hash",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub rt_hash: Option<String>,
    /// Passed or not.
    pub result: Outcome,
    /// For which scene, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// How the identity behind claims was proved, where that was asked for and can be said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_claims: Vec<VerifiedClaims>,
    /// What became of plain identity, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain_identity: Option<PlainIdentity>,
    /// Yes or no for each attribute that was asked and agreed to, such as `age_over_18`.
    #[serde(flatten)]
    pub attributes: BTreeMap<String, bool>,
}

/// Ties an access token to an ID token.
/// Without it, a client could be handed another session's access token unnoticed.
pub fn at_hash(access_token: &str) -> String {
    // OpenID Connect Core §3.1.3.6: "Its value is the base64url encoding of the left-most half of
    // the hash of the octets of the ASCII representation of the access_token value"
    let hash = sha256(access_token.as_bytes());
    let (left, _) = hash.split_at(hash.len() / 2);
    base64url::encode(left)
}

/// An ID token of ours that a client sends back, to say whom it expects.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct IdTokenHint(String);

/// What of a hint is read; `auth_time` tells it from the other things we sign.
#[derive(Debug, Deserialize)]
pub struct Hinted {
    iss: Issuer,
    /// The person, as the client calls them.
    pub sub: String,
    /// To which client it was given.
    pub aud: ClientId,
    /// The session, as the client calls it.
    #[serde(default)]
    pub sid: Option<String>,
    #[serde(rename = "auth_time")]
    _auth_time: i64,
}

impl IdTokenHint {
    pub(crate) fn read(text: Option<&str>) -> Result<Option<Self>, OAuthError> {
        text.map(|text| match UnverifiedJws::parse(text, MAX_LENGTH) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) => Err(NOT_OURS),
        })
        .transpose()
    }

    /// The application identifier of the person this client expects.
    ///
    /// `key` finds the public key of a `kid` among ours, retired ones included. A hint names a
    /// person and lets nobody in, so that it has expired does not matter. Answering for another
    /// person would:
    ///
    /// OpenID Connect Core §3.1.2.2: "The Authorization Server MUST NOT reply with an ID Token or
    /// Access Token for a different user, even if they have an active session with the
    /// Authorization Server."
    pub fn subject<'k>(
        &self,
        issuer: &Issuer,
        client: &ClientId,
        key: impl FnOnce(&str) -> Option<&'k VerifyingKey>,
    ) -> Result<String, OAuthError> {
        let hinted = self.session(issuer, key)?;
        if hinted.aud == *client { Ok(hinted.sub) } else { Err(NOT_OURS) }
    }

    /// What it says of a session, to whichever client.
    pub fn session<'k>(
        &self,
        issuer: &Issuer,
        key: impl FnOnce(&str) -> Option<&'k VerifyingKey>,
    ) -> Result<Hinted, OAuthError> {
        let jws = UnverifiedJws::parse(&self.0, MAX_LENGTH).map_err(|_| NOT_OURS)?;
        let kid = jws.unverified_header().kid.as_deref();
        let key = kid.and_then(key).ok_or(NOT_OURS)?;
        let hinted = jws.verify::<Hinted>(key).map_err(|_| NOT_OURS)?.into_inner();
        if hinted.iss == *issuer { Ok(hinted) } else { Err(NOT_OURS) }
    }
}

const NOT_OURS: OAuthError = ErrorCode::InvalidRequest
    .because("id_token_hint_not_ours", "id_token_hint is not an ID token of ours for this client");

#[cfg(test)]
mod tests {
    use formats::{SigningKey, jws};
    use serde_json::json;

    use super::*;
    use crate::samples::{issuer, now};

    fn token() -> IdToken {
        IdToken {
            iss: issuer(),
            sub: "mfrggzdfmztwq2lknnwg23tpobyxe43u".to_owned(),
            aud: "shop".parse().unwrap(),
            exp: now() + LIFETIME,
            iat: now(),
            auth_time: now() - SignedDuration::from_secs(42),
            nonce: Some("n-0S6_WzA2Mj".parse().unwrap()),
            acr: "urn:yinzheng:acr:certificate".to_owned(),
            amr: vec!["pop".to_owned()],
            sid: Some("08a5019c".to_owned()),
            // The example of OpenID Connect Core, appendix A.3.
            at_hash: at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            auth_req_id: None,
            rt_hash: None,
            result: Outcome::NotPassed,
            scene: Some("check_age".to_owned()),
            verified_claims: Vec::new(),
            plain_identity: None,
            attributes: BTreeMap::from([("age_over_18".to_owned(), false)]),
        }
    }

    #[test]
    fn says_what_it_must_and_nothing_else() {
        let said = serde_json::to_value(token()).unwrap();
        assert_eq!(
            said,
            json!({
                "iss": "https://id.example",
                "sub": "mfrggzdfmztwq2lknnwg23tpobyxe43u",
                "aud": "shop",
                "exp": 1_795_323_900,
                "iat": 1_795_323_600,
                "auth_time": 1_795_323_558,
                "nonce": "n-0S6_WzA2Mj",
                "acr": "urn:yinzheng:acr:certificate",
                "amr": ["pop"],
                "sid": "08a5019c",
                "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
                "result": "not_passed",
                "scene": "check_age",
                "age_over_18": false,
            })
        );
        assert_eq!(serde_json::from_value::<IdToken>(said).unwrap(), token());
    }

    #[test]
    fn a_pushed_token_names_its_request_and_ties_what_comes_with_it() {
        // The example of CIBA Core §10.3.1.
        let pushed = IdToken {
            at_hash: at_hash("G5kXH2wHvUra0sHlDy1iTkDJgsgUO1bN"),
            auth_req_id: Some("1c266114-a1be-4252-8ad1-04986c5b9ac1".to_owned()),
            rt_hash: Some(at_hash("4bwc0ESC_IAhflf-ACC_vjD_ltc11ne-8gFPfA2Kx16")),
            ..token()
        };
        let said = serde_json::to_value(&pushed).unwrap();
        assert_eq!(said["at_hash"], "Wt0kVFXMacqvnHeyU0001w");
        assert_eq!(said["urn:openid:params:jwt:claim:rt_hash"], "sHahCuSpXCRg5mkDDvvr4w");
        let request = &said["urn:openid:params:jwt:claim:auth_req_id"];
        assert_eq!(request, "1c266114-a1be-4252-8ad1-04986c5b9ac1");
        assert_eq!(serde_json::from_value::<IdToken>(said).unwrap(), pushed);
    }

    #[test]
    fn what_was_not_asked_is_not_there() {
        let bare =
            IdToken { nonce: None, sid: None, scene: None, attributes: BTreeMap::new(), ..token() };
        let said = serde_json::to_value(&bare).unwrap();
        for name in ["nonce", "sid", "scene", "age_over_18"] {
            assert_eq!(said.get(name), None);
        }
        assert_eq!(serde_json::from_value::<IdToken>(said).unwrap(), bare);
    }

    #[test]
    fn a_hint_names_the_person_the_client_knows() {
        let key = SigningKey::generate();
        let text = jws::sign(&key, key.public().kid().unwrap(), "JWT", &token());
        let hint = IdTokenHint::read(Some(&text)).unwrap().unwrap();
        let find = |kid: &str| (key.public().kid() == Some(kid)).then(|| key.verifying_key());
        let shop = "shop".parse().unwrap();
        assert_eq!(hint.subject(&issuer(), &shop, find).unwrap(), token().sub);
    }

    #[test]
    fn a_hint_that_is_not_ours_is_refused() {
        let (key, other) = (SigningKey::generate(), SigningKey::generate());
        let public = key.public();
        let kid = public.kid().unwrap();
        let find = |asked: &str| (asked == kid).then(|| key.verifying_key());
        let shop = "shop".parse().unwrap();
        let good = token();
        let elsewhere = IdToken { iss: "https://evil.example".parse().unwrap(), ..token() };
        let airline = IdToken { aud: "airline".parse().unwrap(), ..token() };
        for (attack, text) in [
            ("another's key", jws::sign(&other, kid, "JWT", &good)),
            ("unknown key", jws::sign(&other, "other", "JWT", &good)),
            ("no kid", jws::sign(&key, "", "JWT", &good)),
            ("another issuer", jws::sign(&key, kid, "JWT", &elsewhere)),
            ("another client", jws::sign(&key, kid, "JWT", &airline)),
            ("no ID token", jws::sign(&key, kid, "JWT", &json!({"sub": "someone"}))),
            (
                "a logout token",
                jws::sign(
                    &key,
                    kid,
                    "logout+jwt",
                    &json!({"iss": issuer(), "sub": "x", "aud": "shop"}),
                ),
            ),
        ] {
            let hint = IdTokenHint::read(Some(&text)).unwrap().unwrap();
            let error = hint.subject(&issuer(), &shop, find).unwrap_err();
            assert_eq!(error.reason, "id_token_hint_not_ours", "{attack}");
        }
    }
}
