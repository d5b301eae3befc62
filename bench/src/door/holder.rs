//! Who holds a key that tokens are bound to, and shows it: `DPoP` (RFC 9449).

use formats::{SigningKey, base64url, mac::sha256, possession};
use serde_json::json;

use crate::{http::Answer, story::unique};

/// A key and the server's latest nonce.
#[derive(Clone)]
pub(crate) struct Holder {
    key: SigningKey,
    nonce: Option<String>,
}

impl Holder {
    pub(crate) fn new() -> Self {
        Self { key: SigningKey::generate(), nonce: None }
    }

    /// A proof for one request.
    pub(crate) fn proof(&self, method: &str, uri: &str, access_token: Option<&str>) -> String {
        let mut claims = json!({
            "jti": unique(), "htm": method, "htu": uri,
            "iat": jiff::Timestamp::now().as_second(),
        });
        if let Some(members) = claims.as_object_mut() {
            if let Some(nonce) = &self.nonce {
                members.insert("nonce".into(), nonce.as_str().into());
            }
            if let Some(token) = access_token {
                let hash = base64url::encode(&sha256(token.as_bytes()));
                members.insert("ath".into(), hash.into());
            }
        }
        possession::sign(&self.key, "dpop+jwt", &claims)
    }

    /// Keeps the nonce of an answer; whether the request is to be made again with it.
    pub(crate) fn learn(&mut self, answer: &Answer) -> bool {
        if let Some(nonce) = answer.headers.get("dpop-nonce").and_then(|value| value.to_str().ok())
        {
            self.nonce = Some(nonce.to_owned());
        }
        let challenge =
            answer.headers.get("www-authenticate").and_then(|value| value.to_str().ok());
        let said = String::from_utf8_lossy(&answer.body);
        !answer.status.is_success()
            && (said.contains("use_dpop_nonce")
                || challenge.is_some_and(|challenge| challenge.contains("use_dpop_nonce")))
    }
}
