//! What a key on a device signs as JWS: the proof of its possession, for tokens (RFC 9449) and for credentials
//! (`OpenID4VCI` §8.2), and the holder's proof beside a credential.

use formats::{base64url, mac::sha256};
use jiff::Timestamp;
use protocol::{issuance::request::PROOF_TYPE, oauth::dpop};
use serde_json::{Map, Value, json};

use crate::{DeviceKey, KeyAway};

/// A call that a proof is made for (RFC 9449 §4.2).
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The method.
    pub method: &'a str,
    /// The address, without query.
    pub address: &'a str,
    /// The token that goes along, if one does.
    pub token: Option<&'a str>,
    /// What the server drew, if it did.
    pub nonce: Option<&'a str>,
}

/// The proof that goes with a call; `drawn` is chance, so that no two proofs are alike.
pub fn call_proof(
    key: &impl DeviceKey,
    call: Call<'_>,
    drawn: [u8; 16],
    now: Timestamp,
) -> Result<String, KeyAway> {
    let mut claims = Map::from_iter([
        ("jti".to_owned(), json!(base64url::encode(&drawn))),
        ("htm".to_owned(), json!(call.method)),
        ("htu".to_owned(), json!(call.address)),
        ("iat".to_owned(), json!(now.as_second())),
    ]);
    if let Some(nonce) = call.nonce {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    if let Some(token) = call.token {
        let hash = base64url::encode(&sha256(token.as_bytes()));
        claims.insert("ath".to_owned(), json!(hash));
    }
    possession(key, dpop::TYP, &claims)
}

/// The proof of a key that a credential is to be bound to.
pub(crate) fn key_proof(
    key: &impl DeviceKey,
    issuer: &str,
    nonce: &str,
    now: Timestamp,
) -> Result<String, KeyAway> {
    let claims = json!({"aud": issuer, "iat": now.as_second(), "nonce": nonce});
    possession(key, PROOF_TYPE, claims.as_object().unwrap_or(&Map::new()))
}

/// A JWS whose header carries the key.
fn possession(
    key: &impl DeviceKey,
    typ: &str,
    claims: &Map<String, Value>,
) -> Result<String, KeyAway> {
    let jwk = key.public().nameless();
    let alg = jwk.verifying_key().suite().algorithm();
    compact(key, &json!({"alg": alg, "typ": typ, "jwk": jwk}), claims)
}

/// A JWS whose reader knows the key.
pub(crate) fn named(
    key: &impl DeviceKey,
    typ: &str,
    claims: &Map<String, Value>,
) -> Result<String, KeyAway> {
    let alg = key.public().verifying_key().suite().algorithm();
    compact(key, &json!({"alg": alg, "typ": typ}), claims)
}

fn compact(
    key: &impl DeviceKey,
    header: &Value,
    claims: &Map<String, Value>,
) -> Result<String, KeyAway> {
    let claims = serde_json::to_vec(claims).map_err(|cause| KeyAway(cause.into()))?;
    let mut text = base64url::encode(header.to_string().as_bytes());
    text.push('.');
    base64url::append(&claims, &mut text);
    let signature = key.sign(text.as_bytes())?;
    text.push('.');
    base64url::append(&signature, &mut text);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use formats::{Suite, possession};

    use super::*;
    use crate::{Keys, SoftwareKeys};

    #[test]
    fn a_proof_is_read_as_any_other() {
        for suite in Suite::ALL {
            let key = SoftwareKeys.make(suite).unwrap();
            let proof = key_proof(&key, "https://id.example", "n", Timestamp::UNIX_EPOCH).unwrap();
            let read = possession::verify_in::<Value>(suite, PROOF_TYPE, &proof, 4096);
            let (claims, jwk) = read.unwrap();
            assert_eq!(*claims, json!({"aud": "https://id.example", "iat": 0, "nonce": "n"}));
            assert_eq!(jwk.thumbprint(), key.public().thumbprint());
        }
    }
}
