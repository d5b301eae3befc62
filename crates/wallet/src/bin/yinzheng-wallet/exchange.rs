//! Calls that carry proofs of a key (RFC 9449), and calls to whoever asks: an address, a body, what came back.

use formats::Suite;
use protocol::oauth::issuer::Issuer;
use reqwest::{Method, RequestBuilder};
use serde::{Deserialize, de::DeserializeOwned};
use yinzheng_wallet::{Call, Keys as _, SoftwareKey, SoftwareKeys, call_proof};
use zeroize::Zeroizing;

use crate::{failure::Failure, platform::Platform, world};

/// What is sent.
pub(crate) struct Sent<'a> {
    pub(crate) kind: &'a str,
    pub(crate) body: &'a str,
}

/// A form, as OAuth sends it.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// What came back.
pub(crate) struct Reply {
    pub(crate) good: bool,
    pub(crate) nonce: Option<String>,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// RFC 6749 §5.2, and the stable word of ours beside it.
#[derive(Deserialize)]
struct OAuthProblem {
    error: String,
    error_description: Option<String>,
    reason: Option<String>,
}

impl Reply {
    /// Reads JSON, or why there is none.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(self.good()?).map_err(|_| Failure::Odd)
    }

    /// The body of an answer that is no refusal.
    pub(crate) fn good(&self) -> Result<&[u8], Failure> {
        if self.good {
            return Ok(&self.body);
        }
        let problem: OAuthProblem = serde_json::from_slice(&self.body).map_err(|_| Failure::Odd)?;
        Err(Failure::Refused {
            code: problem.reason.unwrap_or(problem.error),
            title: problem.error_description.unwrap_or_default(),
            reference: None,
        })
    }

    fn wants_nonce(&self) -> bool {
        let problem = serde_json::from_slice::<OAuthProblem>(&self.body);
        !self.good && problem.is_ok_and(|problem| problem.error == "use_dpop_nonce")
    }
}

/// A key that tokens are bound to, and the nonce its next proof carries.
pub(crate) struct Bound {
    key: SoftwareKey,
    nonce: Option<String>,
}

impl Bound {
    /// With a new key.
    pub(crate) fn new() -> Result<Self, Failure> {
        Ok(Self { key: SoftwareKeys.make(Suite::International)?, nonce: None })
    }

    /// Posts with a proof. A server that wants its nonce in it says so once, and gives it along.
    pub(crate) fn post(
        &mut self,
        platform: &Platform,
        path: &str,
        token: Option<&str>,
        sent: &Sent<'_>,
    ) -> Result<Reply, Failure> {
        let first = self.once(platform, path, token, sent)?;
        if first.wants_nonce() { self.once(platform, path, token, sent) } else { Ok(first) }
    }

    fn once(
        &mut self,
        platform: &Platform,
        path: &str,
        token: Option<&str>,
        sent: &Sent<'_>,
    ) -> Result<Reply, Failure> {
        let address = platform.issuer().at(path);
        let nonce = self.nonce.as_deref();
        let call = Call { method: "POST", address: &address, token, nonce };
        let proof = call_proof(&self.key, call, world::drawn(), world::now())?;
        let request = platform.to(Method::POST, &address).header("dpop", proof);
        let request = match token {
            Some(token) => request.header("authorization", format!("DPoP {token}")),
            None => request,
        };
        let reply = platform.exchange(with(request, sent))?;
        if reply.nonce.is_some() {
            self.nonce.clone_from(&reply.nonce);
        }
        Ok(reply)
    }
}

/// Adds what is sent.
pub(crate) fn with(request: RequestBuilder, sent: &Sent<'_>) -> RequestBuilder {
    request.header("content-type", sent.kind).body(sent.body.to_owned())
}

/// The platform's keys, of every suite.
pub(crate) fn keys(platform: &Platform, issuer: &Issuer) -> Result<formats::JwkSet, Failure> {
    let request = platform.to(Method::GET, &issuer.at("/jwks/certificates"));
    let reply = platform.exchange(request)?;
    let text = std::str::from_utf8(reply.good()?).map_err(|_| Failure::Odd)?;
    formats::JwkSet::parse_every_suite(text).map_err(|_| Failure::Odd)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead as _, BufReader, Read as _, Write as _},
        net::{TcpListener, TcpStream},
        thread,
    };

    use serde_json::Value;

    use super::*;

    /// Answers two calls, the first by asking for a nonce; the proofs that came.
    fn stranger(listener: TcpListener) -> thread::JoinHandle<Vec<String>> {
        let wants = r#"{"error":"use_dpop_nonce","error_description":"a nonce","reason":"dpop_nonce_wanted"}"#;
        thread::spawn(move || {
            let serve = |(status, body): (&str, &str)| {
                let (mut stream, _) = listener.accept().unwrap();
                let proof = heard(&stream);
                let length = body.len();
                let head = "dpop-nonce: drawn\r\nconnection: close\r\n";
                write!(stream, "HTTP/1.1 {status}\r\n{head}content-length: {length}\r\n\r\n{body}")
                    .unwrap();
                proof
            };
            [("400 Bad Request", wants), ("200 OK", "{}")].map(serve).to_vec()
        })
    }

    fn heard(stream: &TcpStream) -> String {
        let mut reader = BufReader::new(stream);
        let (mut proof, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            match line.trim().split_once(": ") {
                Some(("dpop", value)) => value.clone_into(&mut proof),
                Some(("content-length", value)) => length = value.parse().unwrap(),
                None if line.trim().is_empty() => break,
                _ => {}
            }
        }
        reader.read_exact(&mut vec![0; length]).unwrap();
        proof
    }

    #[test]
    fn a_server_that_wants_its_nonce_gets_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serving = stranger(listener);
        let platform = Platform::at(&address).unwrap();
        let sent = Sent { kind: FORM, body: "a=b" };
        let reply = Bound::new().unwrap().post(&platform, "/token", None, &sent).unwrap();
        assert_eq!(reply.json::<Value>().unwrap(), serde_json::json!({}));
        let nonces: Vec<_> = serving
            .join()
            .unwrap()
            .iter()
            .map(|proof| {
                let claims: Value = claims_of(proof);
                assert_eq!(claims["htu"], format!("{address}/token"));
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
        let body =
            br#"{"error":"invalid_grant","error_description":"no","reason":"tx_code_wrong"}"#;
        let reply = Reply { good: false, nonce: None, body: Zeroizing::new(body.to_vec()) };
        assert!(reply.good().unwrap_err().is("tx_code_wrong"));
    }
}
