//! What a client says of itself beside what it must: names and shapes of RFC 7591 and of the profiles that add to it,
//! the same in an admission file, in a registration and in the store.

use serde::{Deserialize, Serialize};

use super::{logout_uri::LogoutUri, redirect_uri::RedirectUri};

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
    /// What it presents at the token endpoint; none said: codes and refresh tokens.
    ///
    /// RFC 7591 §2: "Array of OAuth 2.0 grant type strings that the client can use at the token endpoint."
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant_types: Vec<GrantType>,
    /// How it hears what a person answered whom it asked by itself (CIBA Core §4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_token_delivery_mode: Option<DeliveryMode>,
    /// Where it is told, in the modes in which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_client_notification_endpoint: Option<RedirectUri>,
    /// That it signs what it asks by itself, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_authentication_request_signing_alg: Option<RequestSigning>,
}

/// What may be presented at the token endpoint.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum GrantType {
    /// A code, RFC 6749 §4.1.
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
    /// A refresh token, RFC 6749 §6.
    #[serde(rename = "refresh_token")]
    RefreshToken,
    /// A device code, RFC 8628 §3.4.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
    /// What a person answered whom the client asked by itself, CIBA Core §10.1.
    #[serde(rename = "urn:openid:params:grant-type:ciba")]
    Ciba,
}

/// How a client hears what a person answered. Tokens are not pushed: a client fetches them, and proves itself.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryMode {
    /// It asks.
    #[default]
    Poll,
    /// It is told that it may ask.
    Ping,
}

/// A client is to be told, and says not where.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a client that is pinged registers backchannel_client_notification_endpoint")]
pub struct NowhereToTell;

/// How a client signs what it asks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum RequestSigning {
    /// ECDSA on P-256.
    #[serde(rename = "ES256")]
    Es256,
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

    /// Has whoever is to be told an address at which it is?
    ///
    /// # Errors
    /// If it has none.
    pub fn can_be_told(&self) -> Result<(), NowhereToTell> {
        let pinged = self.backchannel_token_delivery_mode == Some(DeliveryMode::Ping);
        if pinged && self.backchannel_client_notification_endpoint.is_none() {
            return Err(NowhereToTell);
        }
        Ok(())
    }

    /// Did the client register this beside what every client may?
    pub fn registered(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
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
