//! Request objects (RFC 9101, "JAR"; OpenID Connect Core §6.1): a request by value, signed by its client.
//!
//! OpenID Connect Core §6.3.2: its signature is validated. OpenID Connect Core §6.3.3: then the whole request, as any other. OpenID Connect Core §6.1: what
//! stands inside goes before what stands beside: that does not count at all.

use formats::{JwkSet, UnverifiedJws};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    client::{Client, ClientAuthentication},
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::Parameters,
};
use crate::oidc::numeric_date;

/// How far ahead one may expire.
///
/// FAPI 2.0 Message Signing §5.3.1: "shall require the request object to contain an exp claim that has a lifetime of no
/// longer than 60 minutes after the nbf claim".
pub const MAX_LIFETIME: SignedDuration = SignedDuration::from_mins(60);

/// How far a client's clock may run ahead of ours.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(30);

/// How long one may be: it fits a query.
const MAX_LENGTH: usize = 6 * 1024;

/// The kinds of token one may say it is.
///
/// RFC 9101 §10.8: "Another way to prevent cross-JWT confusion is to use explicit typing": `oauth-authz-req+jwt`. Clients that
/// say nothing, or `JWT`, are told from their own assertions by the `sub` those have.
const TYPES: [Option<&str>; 3] = [None, Some("JWT"), Some("oauth-authz-req+jwt")];

/// What secures one. Every other member is a parameter of the request.
#[derive(Deserialize)]
struct Securing {
    iss: String,
    aud: Audience,
    #[serde(with = "numeric_date")]
    exp: Timestamp,
    #[serde(default, with = "numeric_date::optional")]
    nbf: Option<Timestamp>,
    #[serde(default, with = "numeric_date::optional")]
    iat: Option<Timestamp>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many([String; 1]),
}

/// Names that secure the object and ask for nothing.
const SECURING: [&str; 1] = ["jti"];

/// The parameters of a request object, its signature checked.
pub(super) fn open(
    text: &str,
    client: &Client,
    issuer: &Issuer,
    now: Timestamp,
) -> Result<Parameters<'static>, OAuthError> {
    let said = opened(text, client, issuer, now)?;
    // RFC 9101 §5: "the client_id … values in the request URI and in the Request Object MUST be identical".
    if said.client_id.is_none() {
        return Err(MALFORMED);
    }
    parameters(said)
}

/// The same of a request that a client's server makes by itself, which says who asks by `iss`.
///
/// CIBA Core §7.1.1: "The JWT MUST be secured with an asymmetric signature", "The Audience claim MUST contain the value of the
/// Issuer Identifier for the OP", "The Issuer claim MUST be the `client_id` of the OAuth Client."; `exp`, `iat`, `nbf` and `jti`
/// are there. FAPI-CIBA §4.1.1: "shall require the Signed Authentication Request to contain `nbf` and `exp` claims that limit
/// the lifetime of the request to no more than 60 minutes."
pub(super) fn open_backchannel(
    text: &str,
    client: &Client,
    issuer: &Issuer,
    now: Timestamp,
) -> Result<Parameters<'static>, OAuthError> {
    let said = opened(text, client, issuer, now)?;
    let nbf = said.nbf.ok_or(MALFORMED)?;
    if said.iat.is_none() || SECURING.iter().any(|name| !said.rest.contains_key(*name)) {
        return Err(MALFORMED);
    }
    if said.exp.duration_since(nbf) > MAX_LIFETIME {
        return Err(EXPIRED);
    }
    parameters(said)
}

fn opened(
    text: &str,
    client: &Client,
    issuer: &Issuer,
    now: Timestamp,
) -> Result<Securing, OAuthError> {
    let keys = keys_of(client)?;
    let jws = UnverifiedJws::parse(text, MAX_LENGTH).map_err(|_| MALFORMED)?;
    let header = jws.unverified_header();
    if !TYPES.contains(&header.typ.as_deref()) {
        return Err(MALFORMED);
    }
    // RFC 9101 §10.2: "The source of the authorization request MUST always be verified." RFC 9101 §5: "The Authorization Request
    // Object MUST be one of the following", signed, or signed and encrypted: never without a signature.
    // RFC 9101 §10.1: an algorithm that is good enough: ES256, whatever the header says, and by a registered key alone.
    // RFC 9101 §6.3: what comes out is checked as any request. RFC 9101 §6.2: "The authorization server MUST validate the signature of the JWS [RFC7515] Request Object."
    let key = keys.find(header.kid.as_deref()).ok_or(WRONGLY_SIGNED)?;
    let said = jws.verify::<Securing>(key.verifying_key()).map_err(|bad| match bad {
        formats::BadSignature::Wrong => WRONGLY_SIGNED,
        formats::BadSignature::Claims => MALFORMED,
    })?;
    said.hold(client, issuer, now)?;
    Ok(said.into_inner())
}

fn keys_of(client: &Client) -> Result<&JwkSet, OAuthError> {
    match &client.authentication {
        ClientAuthentication::PrivateKeyJwt { keys }
        | ClientAuthentication::SelfSignedTls { keys } => Ok(keys),
        ClientAuthentication::SecretBasic { .. } | ClientAuthentication::Tls { .. } => {
            Err(refused(
                "request_object_without_key",
                "the client registered no key to sign request objects with",
            ))
        }
    }
}

impl Securing {
    fn hold(&self, client: &Client, issuer: &Issuer, now: Timestamp) -> Result<(), OAuthError> {
        // RFC 9101 §5: "the client_id … values in the request URI and in the Request Object MUST be identical"; OpenID
        // Connect Core §6.1: "If signed, the Request Object SHOULD contain the Claims iss (issuer) and aud (audience)".
        let named = self.client_id.as_deref().unwrap_or(&self.iss);
        if named != client.id.as_str() || self.iss != client.id.as_str() {
            return Err(refused(
                "request_object_of_another",
                "iss and client_id of the request object must be the client's id",
            ));
        }
        let (Audience::One(audience) | Audience::Many([audience])) = &self.aud;
        if audience != issuer.as_str() {
            return Err(refused(
                "request_object_for_another",
                "aud must be this issuer, and no other",
            ));
        }
        // FAPI 2.0 Security Profile §5.3.2.1: "shall reject JWTs with an iat or nbf timestamp greater than 60 seconds in the future".
        let early =
            |at: Option<Timestamp>| at.is_some_and(|at| at.duration_since(now) > CLOCK_SKEW);
        if early(self.nbf)
            || early(self.iat)
            || self.exp <= now
            || self.exp.duration_since(now) > MAX_LIFETIME
        {
            return Err(EXPIRED);
        }
        // RFC 9101 §10.8: a client assertion is signed by the same key: "sub" tells it.
        if self.rest.contains_key("sub") {
            return Err(refused("request_object_is_an_assertion", "a request object has no sub"));
        }
        // RFC 9101 §4: "The request and request_uri parameters MUST NOT be included in Request Objects."
        if self.rest.contains_key("request") || self.rest.contains_key("request_uri") {
            return Err(refused(
                "request_object_nested",
                "a request object holds or names no other request",
            ));
        }
        Ok(())
    }
}

/// RFC 9101 §4: "Parameter names and string values are included as JSON strings. … Numerical values MUST be included as JSON
/// numbers." Objects are JSON-valued parameters such as `claims`.
fn parameters(said: Securing) -> Result<Parameters<'static>, OAuthError> {
    let mut pairs = vec![("client_id".to_owned(), said.client_id.unwrap_or(said.iss))];
    for (name, value) in said.rest {
        let text = match value {
            _ if SECURING.contains(&name.as_str()) => continue,
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Object(object) => Value::Object(object).to_string(),
            // RFC 9396 §5 has the one parameter that is a list.
            Value::Array(list) if name == "authorization_details" => Value::Array(list).to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) => return Err(MALFORMED),
        };
        pairs.push((name, text));
    }
    Parameters::of_pairs(&pairs)
}

const EXPIRED: OAuthError = refused(
    "request_object_expired",
    "the request object is not in force, or for more than an hour",
);
const MALFORMED: OAuthError =
    refused("request_object_malformed", "the request object is not a JWT of the expected form");
const WRONGLY_SIGNED: OAuthError = refused(
    "request_object_signature_wrong",
    "the request object is not signed by a key the client registered",
);

const fn refused(reason: &'static str, description: &'static str) -> OAuthError {
    ErrorCode::InvalidRequestObject.because(reason, description)
}

#[cfg(test)]
mod tests {
    use formats::{SigningKey, jws};
    use serde_json::json;

    use super::*;
    use crate::samples::{client, client_by_key, issuer, now, sign};

    fn claims() -> Value {
        json!({
            "iss": "airline", "aud": "https://id.example", "client_id": "airline",
            "exp": now().as_second() + 60, "iat": now().as_second(), "jti": "x",
            "response_type": "code", "scope": "openid", "max_age": 60, "claims": {"id_token": {}},
        })
    }

    fn changed(changes: &Value) -> Value {
        let mut claims = claims();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    fn opened(key: &SigningKey, text: &str) -> Result<Parameters<'static>, OAuthError> {
        open(text, &client_by_key("airline", key), &issuer(), now())
    }

    #[test]
    fn its_members_are_the_parameters() {
        let key = SigningKey::generate();
        let read = opened(&key, &sign(&key, &claims())).unwrap();
        for (name, value) in [
            ("client_id", Some("airline")),
            ("response_type", Some("code")),
            ("max_age", Some("60")),
            ("claims", Some(r#"{"id_token":{}}"#)),
            ("iss", None),
            ("aud", None),
            ("jti", None),
        ] {
            assert_eq!(read.value(name), value, "{name}");
        }
    }

    #[test]
    fn what_is_not_the_clients_word_to_us_now_is_refused() {
        let key = SigningKey::generate();
        let soon = now().as_second();
        for (changes, reason) in [
            (json!({"iss": "shop"}), "request_object_of_another"),
            (json!({"client_id": "shop"}), "request_object_of_another"),
            (json!({"aud": "https://evil.example"}), "request_object_for_another"),
            (
                json!({"aud": ["https://id.example", "https://evil.example"]}),
                "request_object_malformed",
            ),
            (json!({"exp": soon}), "request_object_expired"),
            (json!({"exp": soon + 3601}), "request_object_expired"),
            (json!({"nbf": soon + 31}), "request_object_expired"),
            (json!({"iat": soon + 31}), "request_object_expired"),
            (json!({"sub": "airline"}), "request_object_is_an_assertion"),
            (json!({"request": "e30"}), "request_object_nested"),
            (json!({"request_uri": "urn:x"}), "request_object_nested"),
            (json!({"scope": ["openid"]}), "request_object_malformed"),
            (json!({"state": "a\u{0}b"}), "control_character"),
        ] {
            let error = opened(&key, &sign(&key, &changed(&changes))).map(drop).unwrap_err();
            assert_eq!(error.reason, reason, "{changes}");
        }
    }

    #[test]
    fn only_the_clients_own_signature_counts() {
        let (key, thief) = (SigningKey::generate(), SigningKey::generate());
        let kid = key.public().kid().unwrap().to_owned();
        let unsigned = format!(
            "{}.{}.",
            formats::base64url::encode(br#"{"alg":"none"}"#),
            formats::base64url::encode(claims().to_string().as_bytes())
        );
        for (text, reason) in [
            (jws::sign(&thief, &kid, "JWT", &claims()), "request_object_signature_wrong"),
            (sign(&thief, &claims()), "request_object_signature_wrong"),
            (jws::sign(&key, &kid, "at+jwt", &claims()), "request_object_malformed"),
            (unsigned, "request_object_malformed"),
            ("e30.e30.e30".to_owned(), "request_object_malformed"),
        ] {
            assert_eq!(opened(&key, &text).map(drop).unwrap_err().reason, reason);
        }
        let secret = client("airline", ClientAuthentication::by_secret("s"));
        let error = open(&sign(&key, &claims()), &secret, &issuer(), now()).map(drop).unwrap_err();
        assert_eq!(error.reason, "request_object_without_key");
    }
}
