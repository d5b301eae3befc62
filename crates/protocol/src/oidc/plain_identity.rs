//! Plain identity, for a relying party that a law obliges to keep it: asked for once, told once, to nobody else.
//!
//! Ours, and no standard's: OpenID Connect tells such claims in ID tokens and userinfo, again and again, to whoever holds a
//! token. Here a client proves who it is and shows the access token of a grant in which the person agreed.

use std::collections::BTreeMap;

use formats::Secret;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::numeric_date;
use crate::oauth::{
    carried::Carried,
    client::ClientId,
    client_authentication::Credentials,
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::Parameters,
};

/// The `typ` of what is signed inside.
pub const TYP: &str = "plain-identity+jwt";

/// The media type of the answer: a JWE that holds a JWS.
pub const MEDIA_TYPE: &str = "application/jwt";

/// The longest access token looked at.
const MAX_TOKEN: usize = 4 * 1024;

/// What a relying party that asked is told in ID token and userinfo.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlainIdentity {
    /// It may be fetched, once and soon.
    Available,
    /// The person would not, or may not be asked: the result stands without.
    Declined,
}

/// A client comes to fetch.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlainIdentityRequest {
    /// What the client presents to prove who it is.
    pub credentials: Credentials,
    /// The access token of the grant.
    pub access_token: Secret<String>,
}

impl PlainIdentityRequest {
    /// Reads what came with the form, and the form.
    ///
    /// The token stands in the form, as RFC 6750 §2.2 allows, for the header is the client's own.
    pub fn parse(carried: Carried<'_>, form: &str) -> Result<Self, OAuthError> {
        let form = Parameters::form(form)?;
        let credentials = Credentials::carried(carried, &form)?;
        let token = form.required("access_token")?;
        if token.len() > MAX_TOKEN {
            return Err(ErrorCode::InvalidGrant.because("token_unknown", "no token of ours"));
        }
        Ok(Self { credentials, access_token: Secret::new(token.to_owned()) })
    }
}

/// What is told, signed and then encrypted.
#[derive(Serialize)]
pub struct ToldIdentity<'a> {
    /// Who says so.
    pub iss: &'a Issuer,
    /// To whom.
    pub aud: &'a ClientId,
    /// The person's application identifier.
    pub sub: &'a str,
    /// When it is said.
    #[serde(with = "numeric_date")]
    pub iat: Timestamp,
    /// This telling, as the person's own list names it.
    pub jti: String,
    /// In which scene.
    pub scene: &'a str,
    /// On which law.
    pub law: &'a str,
    /// When the person agreed.
    #[serde(with = "numeric_date")]
    pub agreed_at: Timestamp,
    /// What the person agreed to, by kind.
    pub plain_identity: BTreeMap<&'static str, &'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{SECRET, basic};

    #[test]
    fn the_client_and_the_token_both_come() {
        let header = basic("airline", SECRET);
        let request =
            PlainIdentityRequest::parse(Carried::with(Some(&header)), "access_token=abc").unwrap();
        assert_eq!(request.access_token.expose(), "abc");
        for (authorization, form, why) in [
            (None, "access_token=abc", "client_not_authenticated"),
            (Some("Bearer abc"), "access_token=abc", "basic_malformed"),
        ] {
            assert_eq!(
                PlainIdentityRequest::parse(Carried::with(authorization), form).unwrap_err().reason,
                why
            );
        }
        assert!(PlainIdentityRequest::parse(Carried::with(Some(&header)), "token=abc").is_err());
        let long = format!("access_token={}", "a".repeat(MAX_TOKEN + 1));
        let refused = PlainIdentityRequest::parse(Carried::with(Some(&header)), &long).unwrap_err();
        assert_eq!(refused.reason, "token_unknown");
    }
}
