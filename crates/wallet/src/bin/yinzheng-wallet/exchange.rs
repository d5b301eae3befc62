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
