//! Introspection (RFC 7662): a relying party's own servers ask what a token is worth; signed, if they want (RFC 9701).

use formats::Secret;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    authorization_details::SceneDetails, carried::Carried, client::ClientId,
    client_authentication::Credentials, error::OAuthError, issuer::Issuer,
    own_token::ActiveOwnToken, parameters::Parameters, revocation, sender::Sender,
};
use crate::oidc::{numeric_date, scope::Scope};

/// The media type of a signed answer, RFC 9701 §5.
pub const SIGNED: &str = "application/token-introspection+jwt";

/// The `typ` of a signed answer.
///
/// RFC 9701 §5: "The typ header parameter value MUST be set to token-introspection+jwt."
pub const TYP: &str = "token-introspection+jwt";

/// A client asks about a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IntrospectionRequest {
    /// What the client presents to prove who it is.
    ///
    /// RFC 7662 §2.1: "To prevent token scanning attacks, the endpoint MUST also require some form of authorization to
    /// access this endpoint".
    pub credentials: Credentials,
    /// The token, of either kind.
    pub token: Secret<String>,
}

impl IntrospectionRequest {
    /// Reads what the request carries, and its form.
    pub fn parse(carried: Carried<'_>, form: &str) -> Result<Self, OAuthError> {
        let form = Parameters::form(form)?;
        let credentials = Credentials::carried(carried, &form)?;
        Ok(Self { credentials, token: revocation::token(&form)? })
    }
}

/// What a token is worth.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Introspection {
    /// Something.
    Active(Box<ActiveToken>),
    /// Something, about the client itself.
    Own(Box<ActiveOwnToken>),
    /// Nothing, to this asker.
    Inactive(Inactive),
}

/// RFC 7662 §2.2: "the authorization server SHOULD NOT include any additional information about an inactive token,
/// including why the token is inactive."
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Inactive {
    active: bool,
}

/// A token in force.
#[derive(Clone, Debug, Serialize)]
pub struct ActiveToken {
    /// Always so.
    pub active: bool,
    /// What was granted.
    pub scope: Scope,
    /// To whom it was given.
    pub client_id: ClientId,
    /// How it is shown; nothing for a refresh token, which is shown to us alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// Until when it is good.
    #[serde(with = "numeric_date")]
    pub exp: Timestamp,
    /// The person's application identifier at the organisation.
    pub sub: String,
    /// What was granted, for a client that asks in this form (RFC 9396 §9.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<[SceneDetails; 1]>,
    /// Who gave it.
    pub iss: Issuer,
    /// How the person authenticated.
    pub acr: String,
    /// When the person authenticated.
    #[serde(with = "numeric_date")]
    pub auth_time: Timestamp,
    /// What it is bound to, RFC 9449 §6.2.
    ///
    /// RFC 8705 §3.2: "For a mutual-TLS client certificate-bound access token, the hash of the certificate to which the token
    /// is bound is conveyed to the protected resource as metainformation in a token introspection response."
    #[serde(skip_serializing_if = "Sender::is_nobody")]
    pub cnf: Sender,
}

impl Introspection {
    /// The answer for a token that is worth nothing, or nothing to the asker.
    ///
    /// RFC 7662 §2.2: "If the introspection call is properly authorized but the token is not active, does not exist on
    /// this server, or the protected resource is not allowed to introspect this particular token, then the authorization
    /// server MUST return an introspection response with the "active" field set to "false"."
    pub const fn inactive() -> Self {
        Self::Inactive(Inactive { active: false })
    }

    /// The claims of a signed answer to `asker`.
    ///
    /// RFC 9701 §5: "The JWT MUST include the following top-level claims": `iss`, `aud`, `iat`, `token_introspection`;
    /// and "it is RECOMMENDED to not use the sub and exp claims as top-level claims", since nobody shall take it for an
    /// access token.
    pub fn signed_claims<'a>(
        &'a self,
        issuer: &'a Issuer,
        asker: &'a ClientId,
        now: Timestamp,
    ) -> SignedIntrospection<'a> {
        SignedIntrospection { iss: issuer, aud: asker, iat: now, token_introspection: self }
    }
}

/// The claims of a signed answer.
#[derive(Debug, Serialize)]
pub struct SignedIntrospection<'a> {
    iss: &'a Issuer,
    aud: &'a ClientId,
    #[serde(with = "numeric_date")]
    iat: Timestamp,
    token_introspection: &'a Introspection,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::samples::{issuer, now};

    #[test]
    fn a_token_that_is_worth_nothing_says_so_and_nothing_else() {
        let said = serde_json::to_value(Introspection::inactive()).unwrap();
        assert_eq!(said, json!({ "active": false }));
    }

    #[test]
    fn what_is_signed_is_no_access_token() {
        let active = Introspection::Active(Box::new(ActiveToken {
            active: true,
            scope: Scope::read("openid scene:log_in").unwrap(),
            client_id: "airline".parse().unwrap(),
            token_type: Some("DPoP"),
            exp: now(),
            sub: "mfrggzdf".to_owned(),
            authorization_details: None,
            iss: issuer(),
            acr: "urn:yinzheng:acr:certificate".to_owned(),
            auth_time: now(),
            cnf: Sender { key: Some("A".repeat(43).parse().unwrap()), certificate: None },
        }));
        let asker = "airline-api".parse().unwrap();
        let said = serde_json::to_value(active.signed_claims(&issuer(), &asker, now())).unwrap();
        assert_eq!(
            said,
            json!({
                "iss": "https://id.example",
                "aud": "airline-api",
                "iat": 1_795_323_600,
                "token_introspection": {
                    "active": true,
                    "scope": "openid scene:log_in",
                    "client_id": "airline",
                    "token_type": "DPoP",
                    "exp": 1_795_323_600,
                    "sub": "mfrggzdf",
                    "iss": "https://id.example",
                    "acr": "urn:yinzheng:acr:certificate",
                    "auth_time": 1_795_323_600,
                    "cnf": { "jkt": "A".repeat(43) },
                },
            })
        );
    }
}
