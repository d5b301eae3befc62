//! A call and its answer: JSON or why there is none, and calls that carry the proof of a key (RFC 9449).

use formats::{JwkSet, Suite};
use protocol::{oauth::issuer::Issuer, presentation::attestation};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    BadBatch, Call, Carrier, Incoming, KeyAway, Keys as _, Lost, NotATxCode, Outgoing, SoftwareKey,
    SoftwareKeys, call_proof,
};

/// Why an exchange came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// No answer, or none that is understood.
    #[error(transparent)]
    Lost(#[from] Lost),
    /// Refused, and why.
    #[error("refused: {code}")]
    Refused {
        /// The stable word.
        code: String,
        /// A sentence of whoever refused.
        title: String,
    },
    /// The transaction code is none.
    #[error(transparent)]
    TxCode(#[from] NotATxCode),
    /// What was asked for comes too late to be waited for.
    #[error("the platform has too much to do")]
    Late,
    /// What came is not taken.
    #[error(transparent)]
    Batch(#[from] BadBatch),
    /// The device did not sign.
    #[error(transparent)]
    Key(#[from] KeyAway),
}

/// A refusal: RFC 6749 §5.2 with the platform's stable word beside it as `reason`; or, of a protected resource, RFC 9457 with it as `code`.
#[derive(Deserialize)]
struct Problem {
    reason: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    title: Option<String>,
}

impl Problem {
    /// The finest word there is.
    fn word(&self) -> Option<&str> {
        self.reason.as_deref().or(self.code.as_deref()).or(self.error.as_deref())
    }

    /// RFC 9449 §8, and the same at a resource (§9), where the standard's own word is in a header.
    fn wants_nonce(&self) -> bool {
        self.error.as_deref() == Some("use_dpop_nonce") || self.word() == Some("dpop_nonce_wanted")
    }
}

impl Incoming {
    fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Reads JSON, or why there is none.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Failed> {
        serde_json::from_slice(self.accepted()?).map_err(|_| Lost::Odd.into())
    }

    /// The body of an answer that is no refusal.
    pub(crate) fn accepted(&self) -> Result<&[u8], Failed> {
        if self.is_good() {
            return Ok(&self.body);
        }
        let problem: Problem = serde_json::from_slice(&self.body).map_err(|_| Lost::Odd)?;
        Err(Failed::Refused {
            code: problem.word().ok_or(Lost::Odd)?.to_owned(),
            title: problem.error_description.or(problem.title).unwrap_or_default(),
        })
    }

    fn wants_nonce(&self) -> bool {
        let problem = serde_json::from_slice::<Problem>(&self.body);
        !self.is_good() && problem.is_ok_and(|problem| problem.wants_nonce())
    }
}

/// A key that tokens are bound to, and the nonce its next proof carries.
#[derive(Debug)]
pub(crate) struct Bound {
    key: SoftwareKey,
    nonce: Option<String>,
}

/// What is sent.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) kind: &'a str,
    pub(crate) body: &'a str,
}

impl Bound {
    /// With a new key.
    pub(crate) fn new() -> Result<Self, KeyAway> {
        Ok(Self { key: SoftwareKeys.make(Suite::International)?, nonce: None })
    }

    /// Posts with a proof. A server that wants its nonce in it says so once, and gives it along.
    pub(crate) async fn post(
        &mut self,
        carrier: &impl Carrier,
        address: &str,
        token: Option<&str>,
        sent: Sent<'_>,
    ) -> Result<Incoming, Failed> {
        let first = self.once(carrier, address, token, sent).await?;
        if first.wants_nonce() { self.once(carrier, address, token, sent).await } else { Ok(first) }
    }

    async fn once(
        &mut self,
        carrier: &impl Carrier,
        address: &str,
        token: Option<&str>,
        sent: Sent<'_>,
    ) -> Result<Incoming, Failed> {
        let mut drawn = [0; 16];
        carrier.fill(&mut drawn);
        let call = Call { method: "POST", address, token, nonce: self.nonce.as_deref() };
        let proof = call_proof(&self.key, call, drawn, carrier.now())?;
        let call = Outgoing::post(address.to_owned()).sending(sent.kind, sent.body);
        let call = call.with("dpop", proof);
        let call = match token {
            Some(token) => call.with("authorization", format!("DPoP {token}")),
            None => call,
        };
        let reply = carrier.carry(call).await?;
        if reply.nonce.is_some() {
            self.nonce.clone_from(&reply.nonce);
        }
        Ok(reply)
    }
}

/// The platform's keys that credentials are checked with, of every suite.
pub async fn published_keys(carrier: &impl Carrier, issuer: &Issuer) -> Result<JwkSet, Failed> {
    keys_at(carrier, &issuer.at("/jwks/certificates")).await
}

/// The platform's keys by which it says who asks: for [`Pocket::trust`](crate::Pocket::trust).
pub async fn attestor_keys(carrier: &impl Carrier, issuer: &Issuer) -> Result<JwkSet, Failed> {
    keys_at(carrier, &issuer.at(attestation::KEYS_PATH)).await
}

async fn keys_at(carrier: &impl Carrier, address: &str) -> Result<JwkSet, Failed> {
    let reply = carrier.carry(Outgoing::get(address.to_owned())).await?;
    let text = std::str::from_utf8(reply.accepted()?).map_err(|_| Lost::Odd)?;
    JwkSet::parse_every_suite(text).map_err(|_| Lost::Odd.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use jiff::Timestamp;
    use serde_json::Value;
    use zeroize::Zeroizing;

    use super::*;
    use crate::carrier::FORM;

    const WANTS: &str =
        r#"{"error":"use_dpop_nonce","error_description":"a nonce","reason":"dpop_nonce_wanted"}"#;

    /// Answers every call without a nonce by asking for one; what it was called with.
    struct Stranger(Mutex<Vec<Outgoing>>);

    impl Carrier for Stranger {
        async fn carry(&self, call: Outgoing) -> Result<Incoming, Lost> {
            let mut calls = self.0.lock().unwrap();
            calls.push(call);
            let good = calls.len() > 1;
            let body = if good { "{}" } else { WANTS };
            let body = Zeroizing::new(body.as_bytes().to_vec());
            let status = if good { 200 } else { 400 };
            Ok(Incoming { status, nonce: Some("drawn".to_owned()), body })
        }

        async fn wait(&self, _: std::time::Duration) {}

        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[tokio::test]
    async fn a_server_that_wants_its_nonce_gets_it() {
        let (address, stranger) = ("https://id.example/token", Stranger(Mutex::default()));
        let sent = Sent { kind: FORM, body: "a=b" };
        let reply = Bound::new().unwrap().post(&stranger, address, None, sent).await.unwrap();
        assert_eq!(reply.json::<Value>().unwrap(), serde_json::json!({}));
        let calls = stranger.0.into_inner().unwrap();
        let nonces: Vec<_> = calls
            .iter()
            .map(|call| {
                assert_eq!(call.body.as_ref().map(|body| body.as_str()), Some("a=b"));
                let proof = call.headers.iter().find(|(name, _)| *name == "dpop").unwrap();
                let claims = claims_of(&proof.1);
                assert_eq!(claims["htu"], address);
                claims["nonce"].clone()
            })
            .collect();
        assert_eq!(nonces, [Value::Null, Value::from("drawn")]);
    }

    fn claims_of(proof: &str) -> Value {
        let payload = proof.split('.').nth(1).unwrap();
        serde_json::from_slice(&formats::base64url::decode(payload).unwrap()).unwrap()
    }

    #[test]
    fn a_refusal_is_told_by_its_stable_word() {
        for (body, word, title) in [
            (
                r#"{"error":"invalid_grant","error_description":"no","reason":"tx_code_wrong"}"#,
                "tx_code_wrong",
                "no",
            ),
            (r#"{"error":"slow_down"}"#, "slow_down", ""),
            (
                r#"{"type":"urn:x","title":"it ended","status":401,"code":"token_revoked"}"#,
                "token_revoked",
                "it ended",
            ),
        ] {
            let refused = refusal(body).accepted().unwrap_err();
            let Failed::Refused { code, title: told } = refused else { panic!("{refused}") };
            assert_eq!((code.as_str(), told.as_str()), (word, title));
        }
        for odd in ["", "[]", "{}", r#"{"error":1}"#, "<html>"] {
            let refused = refusal(odd).accepted().unwrap_err();
            assert!(matches!(refused, Failed::Lost(Lost::Odd)), "{odd}: {refused}");
        }
    }

    #[test]
    fn a_nonce_is_wanted_in_either_form() {
        assert!(refusal(WANTS).wants_nonce());
        assert!(refusal(r#"{"title":"again","code":"dpop_nonce_wanted"}"#).wants_nonce());
        assert!(!refusal(r#"{"title":"no","code":"token_revoked"}"#).wants_nonce());
    }

    fn refusal(body: &str) -> Incoming {
        let body = Zeroizing::new(body.as_bytes().to_vec());
        Incoming { status: 400, nonce: None, body }
    }
}
