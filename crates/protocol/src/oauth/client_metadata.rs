//! What a client says of itself beside what it must: names and shapes of RFC 7591 and of the profiles that add to it,
//! the same in an admission file, in a registration and in the store.

use formats::{
    EncryptionKeys,
    jwe::{ContentEncryption, KeyAlgorithm},
};
use serde::{Deserialize, Serialize};

use super::{encryption::SigningAlgorithm, logout_uri::LogoutUri, redirect_uri::RedirectUri};

/// Client metadata. What is not said has the standards' default; what is not known here is refused, so that nobody
/// believes in a setting that does nothing.
///
/// RFC 7591 §2: "Registered clients have a set of metadata values associated with their client identifier at an
/// authorization server".
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientMetadata {
    /// Where a browser may be sent after a logout (RP-Initiated Logout 1.0 §3.1).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where its servers are told of a logout (Back-Channel Logout 1.0 §2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<LogoutUri>,
    /// Whether it has to be told which session (Back-Channel Logout 1.0 §2.2).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub backchannel_logout_session_required: bool,
    /// What a browser loads at a logout (Front-Channel Logout 1.0 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<LogoutUri>,
    /// Whether it has to be told which session (Front-Channel Logout 1.0 §2).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub frontchannel_logout_session_required: bool,
    /// Keys of its own to encrypt to: of the set it gives, those with `"use": "enc"`.
    #[serde(skip_serializing_if = "EncryptionKeys::is_empty")]
    pub jwks: EncryptionKeys,
    /// Whether the userinfo answer is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// How the key to the ID token comes to the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_alg: Option<KeyAlgorithm>,
    /// How the ID token is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_enc: Option<ContentEncryption>,
    /// How the key to the userinfo answer comes to the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_alg: Option<KeyAlgorithm>,
    /// How the userinfo answer is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encrypted_response_enc: Option<ContentEncryption>,
    /// How the key to the signed answer to an authorization request (JARM §3) comes to the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_encrypted_response_alg: Option<KeyAlgorithm>,
    /// How the signed answer to an authorization request (JARM §3) is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_encrypted_response_enc: Option<ContentEncryption>,
    /// How the key to the signed answer to an introspection (RFC 9701 §6) comes to the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_alg: Option<KeyAlgorithm>,
    /// How the signed answer to an introspection (RFC 9701 §6) is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_encrypted_response_enc: Option<ContentEncryption>,
    /// How the key to plain identity, where a law allows to ask for it comes to the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain_identity_encrypted_response_alg: Option<KeyAlgorithm>,
    /// How plain identity, where a law allows to ask for it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain_identity_encrypted_response_enc: Option<ContentEncryption>,
}

impl ClientMetadata {
    /// Is it told when a session ends?
    pub fn hears_of_logouts(&self) -> bool {
        self.backchannel_logout_uri.is_some() || self.frontchannel_logout_uri.is_some()
    }

    /// Has it a use for knowing which session it was?
    pub fn names_sessions(&self) -> bool {
        self.hears_of_logouts() || !self.post_logout_redirect_uris.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_nothing_written() {
        assert_eq!(serde_json::to_string(&ClientMetadata::default()).unwrap(), "{}");
        assert_eq!(
            serde_json::from_str::<ClientMetadata>("{}").unwrap(),
            ClientMetadata::default()
        );
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        assert!(serde_json::from_str::<ClientMetadata>(r#"{"token_lifetime": 1}"#).is_err());
    }
}
