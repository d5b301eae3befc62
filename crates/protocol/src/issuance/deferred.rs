//! Credentials that come later: what a wallet is told when they cannot be issued at once, and how it fetches them (`OpenID4VCI` §8.3, §9).

use formats::json;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{
    encryption::{IN_CLEAR, Recipient},
    request::CredentialResponse,
};
use crate::oauth::error::{ErrorCode, OAuthError};

/// What a wallet is told that asked for credentials.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum CredentialAnswer {
    /// Here they are.
    Issued(CredentialResponse),
    /// They come later.
    Deferred(Deferral),
}

impl CredentialAnswer {
    /// The HTTP status.
    ///
    /// `OpenID4VCI` §8.3: "the Credential Issuer MUST return a response with a `transaction_id` parameter. In this case, the Credential
    /// Issuer MUST also use the HTTP status code 202 for the response."
    pub const fn status(&self) -> u16 {
        match self {
            Self::Issued(_) => 200,
            Self::Deferred(_) => 202,
        }
    }
}

/// When to come again, and by what name.
#[derive(Clone, Debug, Serialize)]
pub struct Deferral {
    transaction_id: String,
    interval: i64,
}

impl Deferral {
    /// The name under which they are fetched, after `wait` at the earliest.
    ///
    /// `OpenID4VCI` §8.3, of `interval`: "Contains a positive number that represents the minimum amount of time in seconds that the Wallet
    /// SHOULD wait".
    pub fn new(transaction_id: String, wait: SignedDuration) -> Self {
        let begun = i64::from(wait.subsec_nanos() > 0);
        Self { transaction_id, interval: (wait.as_secs() + begun).max(1) }
    }

    /// The name under which they are fetched.
    pub fn transaction_id(&self) -> &str {
        &self.transaction_id
    }

    /// Seconds to wait.
    pub fn interval(&self) -> i64 {
        self.interval
    }
}

/// A wallet comes for what it was told to wait for. Whether the name is one of ours was not looked at.
#[derive(Debug)]
pub struct DeferredRequest {
    /// The name.
    pub transaction_id: String,
    /// For whom the answer is to be encrypted, if for anybody.
    ///
    /// `OpenID4VCI` §9.1: "Note that this object will be used for encrypting the response, regardless of what was sent in the initial
    /// Credential Request."
    pub recipient: Option<Recipient>,
}

#[derive(Deserialize)]
struct Raw {
    transaction_id: String,
    credential_response_encryption: Option<serde_json::Value>,
}

impl DeferredRequest {
    /// Reads a request's body, which came in clear.
    pub fn read(body: &str) -> Result<Self, OAuthError> {
        let request = Self::opened(body.as_bytes())?;
        if request.recipient.is_some() { Err(IN_CLEAR) } else { Ok(request) }
    }

    /// Reads a request that was encrypted; it may ask for an encrypted answer.
    pub fn opened(body: &[u8]) -> Result<Self, OAuthError> {
        let raw: Raw = json::read(body).map_err(|_| MALFORMED)?;
        let recipient = raw.credential_response_encryption.map(Recipient::read).transpose()?;
        Ok(Self { transaction_id: raw.transaction_id, recipient })
    }
}

const MALFORMED: OAuthError = ErrorCode::InvalidCredentialRequest
    .because("deferred_request_malformed", "a deferred request has transaction_id, in JSON");

/// The name is none of ours, of another wallet's credentials, or was used.
///
/// `OpenID4VCI` §9.3: "This error occurs when the `transaction_id` was not issued by the respective Credential Issuer or it was already
/// used to obtain a Credential."
pub const UNKNOWN: OAuthError = ErrorCode::InvalidTransactionId.because(
    "transaction_unknown",
    "transaction_id is not of credentials that were asked for by this token, or they were fetched",
);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_seconds_are_waited_and_one_at_least() {
        for (wait, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (59_999, 60), (-5_000, 1)] {
            let deferral = Deferral::new("t".to_owned(), SignedDuration::from_millis(wait));
            assert_eq!(deferral.interval(), seconds, "{wait} ms");
            let told = serde_json::to_value(CredentialAnswer::Deferred(deferral)).unwrap();
            assert_eq!(told, json!({"transaction_id": "t", "interval": seconds}));
        }
    }

    /// `OpenID4VCI` §8.3's and §9.1's own.
    #[test]
    fn the_standards_examples_are_written_and_read() {
        let hour = Deferral::new("8xLOxBtZp8".to_owned(), SignedDuration::from_hours(1));
        let told = serde_json::to_value(&hour).unwrap();
        assert_eq!(told, json!({"transaction_id": "8xLOxBtZp8", "interval": 3600}));
        let asked = DeferredRequest::read(r#"{"transaction_id":"8xLOxBtZp8"}"#).unwrap();
        assert_eq!(
            (asked.transaction_id.as_str(), asked.recipient.is_none()),
            ("8xLOxBtZp8", true)
        );
    }

    #[test]
    fn a_request_names_what_it_is_for() {
        let more = json!({"transaction_id": "t", "more": [1]}).to_string();
        assert_eq!(DeferredRequest::read(&more).unwrap().transaction_id, "t");
        for (body, why) in [
            (json!({}), "deferred_request_malformed"),
            (json!([]), "deferred_request_malformed"),
            (json!({"transaction_id": 7}), "deferred_request_malformed"),
            (json!({"transaction_id": null}), "deferred_request_malformed"),
            (
                json!({"transaction_id": "t", "credential_response_encryption": {}}),
                "credential_encryption_unsupported",
            ),
        ] {
            assert_eq!(DeferredRequest::read(&body.to_string()).unwrap_err().reason, why, "{body}");
        }
        assert_eq!(
            DeferredRequest::read(r#"{"transaction_id":"t","transaction_id":"u"}"#)
                .unwrap_err()
                .reason,
            "deferred_request_malformed"
        );
    }
}
