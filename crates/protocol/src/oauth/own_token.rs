//! Tokens for a client itself (RFC 6749 §4.4): about its organisation, never about a person.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    client::{Client, ClientId},
    client_metadata::GrantType,
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::Parameters,
    sender::Sender,
    token::TokenType,
};
use crate::oidc::numeric_date;

/// What a client may ask for itself.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub enum OwnScope {
    /// What persons reported about the client: counts and kinds.
    #[serde(rename = "organisation:reports")]
    Reports,
}

impl OwnScope {
    /// Every one.
    pub const ALL: [Self; 1] = [Self::Reports];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reports => "organisation:reports",
        }
    }
}

/// A client asks for a token of its own.
#[derive(Clone, Debug)]
pub struct OwnRequest {
    scopes: BTreeSet<OwnScope>,
}

impl OwnRequest {
    /// RFC 6749 §4.4.2: `scope` is optional. What is not known is refused: a client that asks for a person's attributes here
    /// has mistaken the grant.
    pub(super) fn read(form: &Parameters<'_>) -> Result<Self, OAuthError> {
        let known = |word: &str| OwnScope::ALL.into_iter().find(|scope| scope.as_str() == word);
        let asked = form.value("scope").unwrap_or_default();
        let words = asked.split(' ').filter(|word| !word.is_empty());
        let scopes = words.map(|word| known(word).ok_or(NOT_ONES_OWN)).collect::<Result<_, _>>()?;
        Ok(Self { scopes })
    }

    /// What the client is given; all it may have where it names nothing.
    ///
    /// RFC 6749 §4.4: "The client credentials grant type MUST only be used by confidential clients." Here every client is one;
    /// which use the grant, they register.
    pub fn granted(&self, client: &Client) -> Result<BTreeSet<OwnScope>, OAuthError> {
        client.metadata.may_use(GrantType::ClientCredentials)?;
        let all = self.scopes.is_empty().then(|| OwnScope::ALL.into_iter().collect());
        Ok(all.unwrap_or_else(|| self.scopes.clone()))
    }
}

/// The words of a set.
pub fn words(scopes: &BTreeSet<OwnScope>) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

/// The answer.
///
/// RFC 6749 §4.4.3 wants no refresh token in it: whoever proves itself can ask again.
#[derive(Clone, Serialize)]
pub struct OwnTokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    scope: String,
}

impl OwnTokenResponse {
    /// The answer with this token; `expires_in` is its life in seconds.
    pub fn new(
        access_token: String,
        token_type: TokenType,
        expires_in: u32,
        scopes: &BTreeSet<OwnScope>,
    ) -> Self {
        Self { access_token, token_type: token_type.as_str(), expires_in, scope: words(scopes) }
    }

    /// The token.
    pub fn access_token(&self) -> &str {
        &self.access_token
    }
}

impl std::fmt::Debug for OwnTokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnTokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Such a token in force, as introspection tells it: it has no `sub`, for it is about nobody.
#[derive(Clone, Debug, Serialize)]
pub struct ActiveOwnToken {
    /// Always so.
    pub active: bool,
    /// What it is for.
    pub scope: String,
    /// Whose it is.
    pub client_id: ClientId,
    /// How it is shown.
    pub token_type: &'static str,
    /// Until when it is good.
    #[serde(with = "numeric_date")]
    pub exp: Timestamp,
    /// Who gave it.
    pub iss: Issuer,
    /// What it is bound to.
    #[serde(skip_serializing_if = "Sender::is_nobody")]
    pub cnf: Sender,
}

const NOT_ONES_OWN: OAuthError = ErrorCode::InvalidScope
    .because("scope_not_ones_own", "a client asks for itself organisation:reports only");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oauth::client::ClientAuthentication, samples};

    fn granted(form: &str, registered: bool) -> Result<String, &'static str> {
        let mut client = samples::client("insurer", ClientAuthentication::by_secret("s"));
        if registered {
            client.metadata.grant_types =
                vec![GrantType::AuthorizationCode, GrantType::ClientCredentials];
        }
        let request = OwnRequest::read(&Parameters::form(form).unwrap());
        let granted = request.and_then(|request| request.granted(&client));
        granted.map(|scopes| words(&scopes)).map_err(|error| error.reason)
    }

    #[test]
    fn a_client_asks_about_itself() {
        assert_eq!(granted("", true).unwrap(), "organisation:reports");
        assert_eq!(granted("scope=organisation:reports", true).unwrap(), "organisation:reports");
        assert_eq!(granted("", false), Err("grant_type_not_registered"));
        for odd in ["openid", "scene:log_in", "age_over_18", "organisation:reports+openid", "x"] {
            assert_eq!(granted(&format!("scope={odd}"), true), Err("scope_not_ones_own"), "{odd}");
        }
    }
}
