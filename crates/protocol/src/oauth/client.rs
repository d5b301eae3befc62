//! A client: one application of a relying party, as registered.

use std::{fmt, str::FromStr};

use formats::{JwkSet, mac::sha256};
use serde::{Deserialize, Serialize};

use super::{
    client_certificate::CertificateName, client_metadata::ClientMetadata, redirect_uri::RedirectUri,
};

/// The name we gave a client.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

/// How long a client's name may be.
const MAX_ID: usize = 64;

/// The text is no client id of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not 1 to {MAX_ID} letters, digits, '-', '.', '_' or '~'")]
pub struct NotAClientId;

impl ClientId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ClientId {
    type Error = NotAClientId;

    fn try_from(text: String) -> Result<Self, NotAClientId> {
        // Narrower than RFC 6749 appendix A.1 (VSCHAR): these need no escape in URLs, forms and
        // Basic credentials, so no two readers can disagree about them.
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if (1..=MAX_ID).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text))
        } else {
            Err(NotAClientId)
        }
    }
}

impl FromStr for ClientId {
    type Err = NotAClientId;

    fn from_str(text: &str) -> Result<Self, NotAClientId> {
        text.to_owned().try_into()
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A registered client, as far as the protocol needs to know it.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its name.
    pub id: ClientId,
    /// Where it may have browsers sent back.
    pub redirect_uris: Vec<RedirectUri>,
    /// How it proves who it is: one way, chosen when it registered.
    pub authentication: ClientAuthentication,
    /// What else it keeps to.
    pub profile: Profile,
    /// What else it says of itself.
    pub metadata: ClientMetadata,
}

/// The rules a client registered to keep, and has us hold it to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Profile {
    /// OpenID Connect with PKCE.
    #[default]
    OpenId,
    /// The FAPI 2.0 Security Profile: requests are pushed, tokens bound to the client's key or certificate, by
    /// which it authenticates, too.
    Fapi2,
}

/// No profile has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a profile: openid or fapi2")]
pub struct NotAProfile;

impl Profile {
    /// Its name in registrations.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Fapi2 => "fapi2",
        }
    }
}

impl FromStr for Profile {
    type Err = NotAProfile;

    fn from_str(name: &str) -> Result<Self, NotAProfile> {
        [Self::OpenId, Self::Fapi2]
            .into_iter()
            .find(|profile| profile.as_str() == name)
            .ok_or(NotAProfile)
    }
}

/// How a client proves who it is.
#[derive(Clone, Debug)]
pub enum ClientAuthentication {
    /// `client_secret_basic`: a secret we drew, of which we keep the SHA-256.
    SecretBasic {
        /// SHA-256 of the secret.
        secret_hash: [u8; 32],
    },
    /// `private_key_jwt`: an assertion signed by one of these keys.
    PrivateKeyJwt {
        /// The client's public keys.
        keys: JwkSet,
    },
    /// `tls_client_auth`: a certificate of an authority the operator named (RFC 8705 §2.1).
    Tls {
        /// The one name it must be for.
        name: CertificateName,
    },
    /// `self_signed_tls_client_auth`: a certificate with one of these keys (RFC 8705 §2.2).
    SelfSignedTls {
        /// The client's public keys.
        keys: JwkSet,
    },
}

impl ClientAuthentication {
    /// The registration of a client that was given this secret.
    ///
    /// A plain hash will do: we draw secrets with 256 bits of chance, which nobody can guess.
    pub fn by_secret(secret: &str) -> Self {
        Self::SecretBasic { secret_hash: sha256(secret.as_bytes()) }
    }

    /// Its name, as `token_endpoint_auth_method` of RFC 7591.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::SecretBasic { .. } => "client_secret_basic",
            Self::PrivateKeyJwt { .. } => "private_key_jwt",
            Self::Tls { .. } => "tls_client_auth",
            Self::SelfSignedTls { .. } => "self_signed_tls_client_auth",
        }
    }

    /// Is it by a certificate on the connection?
    pub const fn is_by_certificate(&self) -> bool {
        matches!(self, Self::Tls { .. } | Self::SelfSignedTls { .. })
    }
}

/// A client's registration does not fit its profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a client that keeps to FAPI 2.0 authenticates by private_key_jwt or by its certificate")]
pub struct ProfileNotKept;

/// A client wants tokens posted to it that must be bound to what it holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "tokens that are bound to a client are not pushed: it fetches them, and shows what it holds"
)]
pub struct NotToBePushed;

impl Client {
    /// May it register to be pushed its tokens? A token that is posted is a bearer's: nobody proves anything beside.
    ///
    /// FAPI-CIBA §4.1.1: "shall not support CIBA push mode".
    pub fn may_be_pushed(&self) -> Result<(), NotToBePushed> {
        let bound = self.profile == Profile::Fapi2
            || self.metadata.tls_client_certificate_bound_access_tokens;
        if bound && self.metadata.is_pushed() { Err(NotToBePushed) } else { Ok(()) }
    }

    /// Does the registration fit the profile?
    ///
    /// FAPI 2.0 Security Profile §5.3.2.1: "shall authenticate clients using one of the following
    /// methods: MTLS …, or `private_key_jwt`".
    pub fn keeps_its_profile(&self) -> Result<(), ProfileNotKept> {
        match (self.profile, &self.authentication) {
            (Profile::Fapi2, ClientAuthentication::SecretBasic { .. }) => Err(ProfileNotKept),
            _ => Ok(()),
        }
    }

    /// Is what a browser loads at a logout on a host that it is sent back to?
    ///
    /// Front-Channel Logout 1.0 §2: "The domain, port, and scheme of this URL MUST be the same as that of a registered
    /// Redirection URI value."
    pub fn frames_its_own(&self) -> bool {
        let Some(frame) = &self.metadata.frontchannel_logout_uri else { return true };
        let origin = frame.as_url().origin();
        self.redirect_uris.iter().any(|uri| uri.as_url().origin() == origin)
    }

    /// The registered redirect URI that is exactly `text`.
    pub fn redirect_uri(&self, text: &str) -> Option<&RedirectUri> {
        self.redirect_uris.iter().find(|registered| registered.is(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oauth::client_metadata::DeliveryMode, samples};

    #[test]
    fn bound_tokens_are_not_pushed() {
        let may = |profile, bound, mode| {
            let mut client = samples::client("airline", ClientAuthentication::by_secret("s"));
            client.profile = profile;
            client.metadata.tls_client_certificate_bound_access_tokens = bound;
            client.metadata.backchannel_token_delivery_mode = Some(mode);
            client.may_be_pushed().is_ok()
        };
        assert!(may(Profile::OpenId, false, DeliveryMode::Push));
        assert!(!may(Profile::OpenId, true, DeliveryMode::Push));
        assert!(!may(Profile::Fapi2, false, DeliveryMode::Push));
        for (profile, mode) in [Profile::OpenId, Profile::Fapi2]
            .into_iter()
            .zip([DeliveryMode::Poll, DeliveryMode::Ping])
        {
            assert!(may(profile, true, mode));
        }
    }

    #[test]
    fn an_id_needs_no_escape() {
        assert!("airline-1.web_~".parse::<ClientId>().is_ok());
        for odd in ["", "a b", "a:b", "a%20", "https://a", "a\0", "网"] {
            assert_eq!(odd.parse::<ClientId>(), Err(NotAClientId), "{odd:?}");
        }
        assert!("a".repeat(65).parse::<ClientId>().is_err());
    }
}
