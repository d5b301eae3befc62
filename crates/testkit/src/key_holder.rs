//! A key that tokens are bound to, and the proofs its holder makes (RFC 9449).

use formats::{Jwk, SigningKey, base64url, jws, mac::sha256, possession};
use protocol::oauth::dpop::TYP;
use serde_json::{Map, Value, json};

use crate::{ISSUER, Town};

/// Whoever holds the key.
#[derive(Clone)]
pub struct KeyHolder(SigningKey);

impl KeyHolder {
    /// With a new key.
    pub fn new() -> Self {
        Self(SigningKey::generate())
    }

    /// The key's public half.
    pub fn public(&self) -> Jwk {
        self.0.public()
    }

    /// Signs what only the holder says.
    pub fn signs(&self, typ: &str, claims: &Value) -> String {
        jws::sign(&self.0, "", typ, claims)
    }

    /// The key's thumbprint.
    pub fn thumbprint(&self) -> String {
        self.0.public().thumbprint()
    }

    /// An honest proof for a call to this path, with a fresh nonce of the platform.
    pub fn proof(&self, town: &Town, method: &str, path: &str, token: Option<&str>) -> String {
        self.proof_with(town, method, path, token, &json!({}))
    }

    /// The same with some claims changed; `null` takes one away.
    pub fn proof_with(
        &self,
        town: &Town,
        method: &str,
        path: &str,
        token: Option<&str>,
        changes: &Value,
    ) -> String {
        let nonce = town.platform.dpop_nonce().expect("a nonce");
        let mut claims: Map<String, Value> = Map::from_iter([
            ("jti".to_owned(), json!(town.chance())),
            ("htm".to_owned(), json!(method)),
            ("htu".to_owned(), json!(format!("{ISSUER}{path}"))),
            ("iat".to_owned(), json!(town.platform.now().as_second())),
            ("nonce".to_owned(), json!(nonce)),
        ]);
        if let Some(token) = token {
            claims.insert("ath".to_owned(), json!(base64url::encode(&sha256(token.as_bytes()))));
        }
        claims.extend(changes.as_object().expect("claims").clone());
        claims.retain(|_, value| !value.is_null());
        possession::sign(&self.0, TYP, &claims)
    }
}

impl Default for KeyHolder {
    fn default() -> Self {
        Self::new()
    }
}
