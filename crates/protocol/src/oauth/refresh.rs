//! Refresh tokens (RFC 6749 §6): what lets a client ask again without the person, as long as its access stands.

use std::{fmt, str::FromStr};

use formats::{Secret, base64url, mac::sha256};

use super::{
    client::Profile,
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
};
use crate::oidc::scope::Scope;

/// The name of the access it belongs to, and what only its client knows.
///
/// RFC 6749 §10.10: "The probability of an attacker guessing generated tokens (and other credentials not intended for
/// handling by end-users) MUST be less than or equal to 2^(-128) and SHOULD be less than or equal to 2^(-160)."
#[derive(Clone)]
pub struct RefreshToken {
    access: [u8; 16],
    secret: Secret<[u8; 32]>,
}

/// How many bytes one has.
const LENGTH: usize = 16 + 32;

/// The text is no refresh token of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a refresh token")]
pub struct NotARefreshToken;

impl RefreshToken {
    /// A token for this access; `secret` is fresh chance.
    pub fn new(access: [u8; 16], secret: [u8; 32]) -> Self {
        Self { access, secret: Secret::new(secret) }
    }

    /// The access it belongs to.
    pub fn access(&self) -> [u8; 16] {
        self.access
    }

    /// What is remembered of it. A plain hash will do: nobody guesses 256 bits.
    pub fn hash(&self) -> [u8; 32] {
        sha256(self.secret.expose())
    }

    /// As its client keeps it.
    pub fn to_text(&self) -> String {
        base64url::encode(&[self.access.as_slice(), self.secret.expose()].concat())
    }
}

impl FromStr for RefreshToken {
    type Err = NotARefreshToken;

    fn from_str(text: &str) -> Result<Self, NotARefreshToken> {
        let bytes = base64url::decode_array::<LENGTH>(text).map_err(|_| NotARefreshToken)?;
        let (access, secret) = bytes.split_at(16);
        match (access.try_into(), secret.try_into()) {
            (Ok(access), Ok(secret)) => Ok(Self::new(access, secret)),
            _ => Err(NotARefreshToken),
        }
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[refresh token]")
    }
}

/// What becomes of a refresh token that was used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rotation {
    /// Another takes its place, and it is worth nothing.
    Rotate,
    /// It stays.
    Keep,
}

impl Rotation {
    /// What the profile of a client wants.
    pub const fn of(profile: Profile) -> Self {
        match profile {
            // RFC 9700 §4.14.2: "Refresh token rotation: the authorization server issues a new refresh token with every
            // access token refresh response."
            Profile::OpenId => Self::Rotate,
            // FAPI 2.0 Security Profile §5.3.2.1: "shall not use refresh token rotation except in extraordinary
            // circumstances". Its tokens are bound to the client by its signature and by DPoP.
            Profile::Fapi2 => Self::Keep,
        }
    }
}

/// A refresh token as it was presented.
#[derive(Clone, Debug)]
pub struct PresentedRefresh {
    /// The token.
    pub token: RefreshToken,
    /// A part of what was granted, if no more is wanted.
    pub scope: Option<Scope>,
}

impl PresentedRefresh {
    pub(super) fn read(form: &Parameters<'_>) -> Result<Self, OAuthError> {
        Ok(Self {
            token: form.required("refresh_token")?.parse().map_err(|_| unknown_token())?,
            scope: form.value("scope").map(Scope::read).transpose()?,
        })
    }

    /// What is asked, of what was granted.
    ///
    /// RFC 6749 §6: "The requested scope MUST NOT include any scope not originally granted by the resource owner, and if
    /// omitted is treated as equal to the scope originally granted by the resource owner."
    pub fn narrowed(&self, granted: &Scope) -> Result<Scope, OAuthError> {
        match &self.scope {
            None => Ok(granted.clone()),
            Some(wanted) if wanted.is_within(granted) => Ok(wanted.clone()),
            Some(_) => Err(ErrorCode::InvalidScope
                .because("scope_beyond_grant", "scope has a word that was not granted")),
        }
    }
}

/// The refusal for a refresh token that is none of ours, of another client, or over; which, is not told.
pub const fn unknown_token() -> OAuthError {
    ErrorCode::InvalidGrant.because(
        "refresh_token_unknown",
        "the refresh token is unknown, of another client, or over",
    )
}

/// The refusal for a refresh token that another has taken the place of.
///
/// RFC 9700 §4.14.2: "If a refresh token is compromised and subsequently used by both the attacker and the legitimate
/// client, one of them will present an invalidated refresh token, which will inform the authorization server of the
/// breach. … it will revoke the active refresh token."
pub const fn reused_token() -> OAuthError {
    ErrorCode::InvalidGrant.because(
        "refresh_token_reused",
        "the refresh token was used before: all of its family are void, ask the person again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_from_text_and_does_not_print() {
        let token = RefreshToken::new([7; 16], [9; 32]);
        let text = token.to_text();
        let read: RefreshToken = text.parse().unwrap();
        assert_eq!((read.access(), read.hash()), ([7; 16], token.hash()));
        assert_eq!(format!("{read:?}"), "[refresh token]");
        for odd in ["", "A", &text[1..], &format!("{text}A"), &format!("{text}="), "网"] {
            assert!(odd.parse::<RefreshToken>().is_err(), "{odd}");
        }
    }

    #[test]
    fn asks_no_more_than_was_granted() {
        let granted = Scope::read("openid scene:insure age_over_18 offline_access").unwrap();
        let token = RefreshToken::new([0; 16], [0; 32]);
        let presented = |scope: Option<&str>| PresentedRefresh {
            token: token.clone(),
            scope: scope.map(|scope| Scope::read(scope).unwrap()),
        };
        assert_eq!(presented(None).narrowed(&granted), Ok(granted.clone()));
        let less = "openid scene:insure";
        assert_eq!(presented(Some(less)).narrowed(&granted).unwrap().to_string(), less);
        let more = presented(Some("openid scene:insure age_over_60")).narrowed(&granted);
        assert_eq!(more.unwrap_err().reason, "scope_beyond_grant");
    }

    #[test]
    fn rotation_is_the_profiles() {
        assert_eq!(Rotation::of(Profile::OpenId), Rotation::Rotate);
        assert_eq!(Rotation::of(Profile::Fapi2), Rotation::Keep);
    }
}
