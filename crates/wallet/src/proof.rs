//! A device's proof of its key: a compact JWS over the platform's challenge.

use formats::{Jwk, base64url};
use jiff::Timestamp;
use protocol::oauth::issuer::Issuer;
use serde::Serialize;

use crate::{DeviceKey, KeyAway};

/// What a device proof is, so that nothing else a device signs can be taken for one.
///
/// RFC 8725 §3.11: "Use Explicit Typing".
const HEADER: &[u8] = br#"{"alg":"ES256","typ":"device-proof+jwt"}"#;

/// What a device signs.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a Issuer,
    nonce: &'a str,
    #[serde(with = "protocol::oidc::numeric_date")]
    iat: Timestamp,
    #[serde(flatten)]
    whose: Whose<'a>,
}

/// Whose key is proved.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Whose<'a> {
    /// That of a certificate, by its id.
    Certificate(&'a str),
    /// That of a certificate still to be issued. RFC 7800 §3.2: the `jwk` member of `cnf`.
    Cnf {
        /// The key itself.
        jwk: Jwk,
    },
}

/// Answers `challenge`, for the platform at `audience` and nobody else.
pub(crate) fn answer(
    key: &dyn DeviceKey,
    audience: &Issuer,
    challenge: &str,
    now: Timestamp,
    whose: Whose<'_>,
) -> Result<String, KeyAway> {
    let claims = Claims { aud: audience, nonce: challenge, iat: now, whose };
    let claims = serde_json::to_vec(&claims).map_err(|cause| KeyAway(cause.into()))?;
    let mut proof = base64url::encode(HEADER);
    proof.push('.');
    base64url::append(&claims, &mut proof);
    let signature = key.sign(proof.as_bytes())?;
    proof.push('.');
    base64url::append(&signature, &mut proof);
    Ok(proof)
}

#[cfg(test)]
mod tests {
    use formats::UnverifiedJws;
    use serde_json::{Value, json};

    use super::*;
    use crate::SoftwareKey;

    fn claims_of(proof: &str, key: &SoftwareKey) -> Value {
        let jws = UnverifiedJws::parse(proof, 2048).unwrap();
        let jws = jws.expect_typ("device-proof+jwt").unwrap();
        assert_eq!(jws.unverified_header().kid, None);
        jws.verify::<Value>(key.public().verifying_key()).unwrap().into_inner()
    }

    #[test]
    fn says_whom_it_is_for_what_it_answers_and_whose_it_is() {
        let (key, issuer) = (SoftwareKey::generate(), "https://id.example".parse().unwrap());
        let now = Timestamp::constant(1_800_000_000, 5);
        let signing_in = answer(&key, &issuer, "fresh", now, Whose::Certificate("0a1b")).unwrap();
        assert_eq!(
            claims_of(&signing_in, &key),
            json!({"aud": "https://id.example", "nonce": "fresh", "iat": 1_800_000_000, "certificate": "0a1b"})
        );
        let binding = Whose::Cnf { jwk: key.public() };
        let binding = answer(&key, &issuer, "fresh", now, binding).unwrap();
        assert_eq!(claims_of(&binding, &key)["cnf"], json!({"jwk": key.public()}));
    }
}
