//! Revocation (RFC 7009): a client says that it is done with a token.

use formats::Secret;

use super::{
    carried::Carried,
    client_authentication::Credentials,
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
};

/// How long a token that is revoked or asked about may be.
pub(super) const MAX_TOKEN: usize = 4 * 1024;

/// A client gives a token back.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RevocationRequest {
    /// What the client presents to prove who it is.
    ///
    /// RFC 7009 §2.1: "The client also includes its authentication credentials as described in Section 2.3. of
    /// [RFC6749]."
    pub credentials: Credentials,
    /// The token, of either kind. A longer one than any of ours is the empty one, which is none.
    pub token: Secret<String>,
}

impl RevocationRequest {
    /// Reads what the request carries, and its form.
    ///
    /// RFC 7009 §2.1: "An authorization server MAY ignore this parameter `token_type_hint`, particularly if it is able to
    /// detect the token type automatically." We are.
    pub fn parse(carried: Carried<'_>, form: &str) -> Result<Self, OAuthError> {
        let form = Parameters::form(form)?;
        let credentials = Credentials::carried(carried, &form)?;
        Ok(Self { credentials, token: token(&form)? })
    }
}

/// The token in a form; its length is bounded without an error, since RFC 7009 §2.2 wants none for a token that is not one.
pub(super) fn token(form: &Parameters<'_>) -> Result<Secret<String>, OAuthError> {
    let token = form.required("token")?;
    let token = if token.len() > MAX_TOKEN { "" } else { token };
    Ok(Secret::new(token.to_owned()))
}

/// The refusal for a token that was given to somebody else.
///
/// RFC 7009 §2.1: "verifies whether the token was issued to the client making the revocation request. If this validation
/// fails, the request is refused and the client is informed of the error".
pub const fn another_clients_token() -> OAuthError {
    ErrorCode::InvalidGrant
        .because("token_of_another_client", "the token was given to another client")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{SECRET, basic};

    #[test]
    fn reads_a_token_of_either_kind() {
        let header = basic("airline", SECRET);
        for hint in ["", "&token_type_hint=access_token", "&token_type_hint=nonsense"] {
            let form = format!("token=abc{hint}");
            let read = RevocationRequest::parse(Carried::with(Some(&header)), &form).unwrap();
            assert_eq!(read.token.expose(), "abc");
        }
        let long = format!("token={}", "a".repeat(MAX_TOKEN + 1));
        let read = RevocationRequest::parse(Carried::with(Some(&header)), &long).unwrap();
        assert_eq!(read.token.expose(), "");
    }

    #[test]
    fn wants_a_token_and_a_client() {
        let header = basic("airline", SECRET);
        let missing = RevocationRequest::parse(Carried::with(Some(&header)), "token_type_hint=x")
            .unwrap_err();
        assert_eq!(missing.reason, "parameter_missing");
        let anybody = RevocationRequest::parse(Carried::default(), "token=abc").unwrap_err();
        assert_eq!(anybody.reason, "client_not_authenticated");
    }
}
