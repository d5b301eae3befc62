//! `private_key_jwt`: the client's own signature instead of a shared secret (RFC 7523 §2.2, OpenID Connect Core §9).

use formats::{SigningKey, jws};
use jiff::Timestamp;
use serde::Serialize;

/// The one `client_assertion_type` there is.
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Seconds an assertion is good for: it is sent at once and used once.
const LIFETIME: i64 = 60;

#[derive(Serialize)]
struct AssertionClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: &'a str,
    iat: i64,
    exp: i64,
}

/// Says to `issuer` that we are `client_id`; `jti` is never used again.
pub(super) fn assertion(
    key: &SigningKey,
    client_id: &str,
    issuer: &str,
    jti: &str,
    now: Timestamp,
) -> String {
    // RFC 7523 §3: "For client authentication, the subject MUST be the "client_id" of the OAuth client."
    let claims = AssertionClaims {
        iss: client_id,
        sub: client_id,
        aud: issuer,
        jti,
        iat: now.as_second(),
        exp: now.as_second() + LIFETIME,
    };
    jws::sign(key, &key.public().thumbprint(), "JWT", &claims)
}
