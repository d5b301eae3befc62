//! What a client says of itself beside what it must: names and shapes of RFC 7591 and of the profiles that add to it,
//! the same in an admission file, in a registration and in the store.

use formats::{
    EncryptionKeys,
    jwe::{ContentEncryption, KeyAlgorithm},
};
use serde::{Deserialize, Serialize};

use super::{
    authorization_details::DetailsType,
    encryption::SigningAlgorithm,
    error::{ErrorCode, OAuthError},
    logout_uri::LogoutUri,
    redirect_uri::RedirectUri,
};

/// Client metadata. What is not said has the standards' default; what is not known here is refused, so that nobody
/// believes in a setting that does nothing.
///
/// RFC 7591 §2: "Registered clients have a set of metadata values associated with their client identifier at an
/// authorization server".
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the standards' own members, and ours beside")]
pub struct ClientMetadata {
    /// Ours: a receipt goes with every result, in the token response.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub receipts: bool,
    /// Ours: the receipt names the person's application identifier, for who has to show *whose* result it was.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub receipts_name_the_person: bool,
    /// Ours: the client speaks the native interface as well (`docs/native.md`); its answers go to the first redirect URI.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub native: bool,
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
    /// RFC 9396 §10: the types of structured requests it makes, and is answered in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types: Vec<DetailsType>,
    /// Which grants it uses. Nothing said: those of a login, with and without the person; a token of its own it must name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant_types: Vec<GrantType>,
    /// RFC 8705 §3.4: its access tokens are bound to the certificate it shows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tls_client_certificate_bound_access_tokens: bool,
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
    /// How it hears what a person answered whom it asked by itself; CIBA Core §4: poll or ping, and it registered the grant; or push.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_token_delivery_mode: Option<DeliveryMode>,
    /// Where it is told, in the modes in which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_client_notification_endpoint: Option<RedirectUri>,
    /// That it signs what it asks by itself, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_authentication_request_signing_alg: Option<RequestSigning>,
}

/// How a client hears what a person answered: CIBA Core §5.
///
/// FAPI-CIBA §4.1.1: "shall support CIBA poll mode", "may support CIBA ping mode"; of push see
/// [`Client::may_be_pushed`](super::client::Client::may_be_pushed).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryMode {
    /// It asks.
    #[default]
    Poll,
    /// It is told that it may ask.
    Ping,
    /// It is told the answer itself.
    Push,
}

/// A client is to be told, and says not where.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a client that is pinged or pushed registers backchannel_client_notification_endpoint")]
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

    /// Every address at which the platform would call the client of its own accord. What is added to these is taken from
    /// nobody but an operator.
    pub fn called_at(&self) -> impl Iterator<Item = &url::Url> {
        let logout = self.backchannel_logout_uri.as_ref().map(LogoutUri::as_url);
        let answered = self.backchannel_client_notification_endpoint.as_ref();
        logout.into_iter().chain(answered.map(RedirectUri::as_url))
    }

    /// Has whoever is to be told an address at which it is?
    ///
    /// # Errors
    /// If it has none.
    pub fn can_be_told(&self) -> Result<(), NowhereToTell> {
        let told = matches!(
            self.backchannel_token_delivery_mode,
            Some(DeliveryMode::Ping | DeliveryMode::Push)
        );
        if told && self.backchannel_client_notification_endpoint.is_none() {
            return Err(NowhereToTell);
        }
        Ok(())
    }

    /// Are tokens posted to it, instead of fetched by it?
    pub fn is_pushed(&self) -> bool {
        self.backchannel_token_delivery_mode == Some(DeliveryMode::Push)
    }

    /// May it ask persons by itself?
    ///
    /// CIBA Core §4 has whoever fetches register the grant type; whoever is pushed never presents it.
    pub fn may_ask_persons(&self) -> Result<(), OAuthError> {
        if self.is_pushed() { Ok(()) } else { self.may_use(GrantType::Ciba) }
    }
}

/// A way to tokens, as RFC 7591 §2 names it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// A login.
    AuthorizationCode,
    /// Again without the person.
    RefreshToken,
    /// For the client itself.
    ClientCredentials,
    /// What a person answered to a device, RFC 8628 §3.4.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
    /// What a person answered whom the client asked by itself, CIBA Core §10.1.
    #[serde(rename = "urn:openid:params:grant-type:ciba")]
    Ciba,
}

impl ClientMetadata {
    /// May it use this grant?
    ///
    /// RFC 6749 §5.2, `unauthorized_client`: "The authenticated client is not authorized to use this authorization grant type."
    pub fn may_use(&self, grant: GrantType) -> Result<(), OAuthError> {
        let may = match self.grant_types.as_slice() {
            [] => matches!(grant, GrantType::AuthorizationCode | GrantType::RefreshToken),
            named => named.contains(&grant),
        };
        if may { Ok(()) } else { Err(grant_not_registered()) }
    }
}

/// The refusal for a grant that the client did not register.
pub const fn grant_not_registered() -> OAuthError {
    ErrorCode::UnauthorizedClient.because(
        "grant_type_not_registered",
        "the client did not register this grant type: have grant_types extended",
    )
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
    fn a_token_of_its_own_is_for_who_says_so() {
        let said = |text: &str| serde_json::from_str::<ClientMetadata>(text).unwrap();
        assert!(said("{}").may_use(GrantType::RefreshToken).is_ok());
        assert!(said("{}").may_use(GrantType::ClientCredentials).is_err());
        let own = said(r#"{"grant_types":["client_credentials"]}"#);
        assert!(own.may_use(GrantType::ClientCredentials).is_ok());
        assert!(own.may_use(GrantType::AuthorizationCode).is_err());
        assert!(serde_json::from_str::<ClientMetadata>(r#"{"grant_types":["password"]}"#).is_err());
    }

    #[test]
    fn there_are_three_modes() {
        let mode = |mode: &str| {
            let said = format!(r#"{{"backchannel_token_delivery_mode":"{mode}"}}"#);
            serde_json::from_str::<ClientMetadata>(&said).is_ok()
        };
        assert!(mode("poll") && mode("ping") && mode("push") && !mode("pull"));
    }

    #[test]
    fn who_is_told_says_where() {
        let told = |mode: &str, endpoint: &str| {
            let said = format!(r#"{{"backchannel_token_delivery_mode":"{mode}"{endpoint}}}"#);
            serde_json::from_str::<ClientMetadata>(&said).map(|said| said.can_be_told().is_ok())
        };
        let at =
            |address: &str| format!(r#","backchannel_client_notification_endpoint":"{address}""#);
        for mode in ["ping", "push"] {
            assert!(matches!(told(mode, ""), Ok(false)));
            assert!(matches!(told(mode, &at("https://air.example/told")), Ok(true)));
            for odd in ["http://air.example/told", "ftp://air.example/", "javascript:x", ""] {
                assert!(told(mode, &at(odd)).is_err(), "{odd}");
            }
        }
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        assert!(serde_json::from_str::<ClientMetadata>(r#"{"token_lifetime": 1}"#).is_err());
    }
}
