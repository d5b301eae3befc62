//! Access tokens in the `Authorization` header (RFC 6750, RFC 9449 §7.1), and what to say when they
//! are missing or wrong.
//!
//! OpenID Connect Core §5.3: userinfo takes tokens as any resource does. OpenID Connect Core §5.3.3: its errors are those of RFC 6750.

use super::{
    error::{ErrorCode, OAuthError},
    token::TokenType,
};

/// How long an access token may be.
const MAX_TOKEN: usize = 4 * 1024;

/// Why a request for a protected resource is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BearerError {
    /// It came without any access token.
    #[error("no access token")]
    Missing,
    /// It came with one that will not do.
    #[error(transparent)]
    Refused(#[from] OAuthError),
}

/// An access token as it was shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Presented<'a> {
    /// The token.
    pub token: &'a str,
    /// Under which scheme.
    pub token_type: TokenType,
}

/// The access token in the text of an `Authorization` header.
///
/// FAPI 2.0 Security Profile §5.3.4: "shall not accept access tokens in the query parameters". The form and the query are not
/// looked into: RFC 9700 §4.3.2: "Clients MUST NOT pass access
/// tokens in a URI query parameter".
pub fn token(authorization: Option<&str>) -> Result<Presented<'_>, BearerError> {
    let header = authorization.ok_or(BearerError::Missing)?;
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    // RFC 9110 §11.1: "a case-insensitive token to identify the authentication scheme".
    let schemes = [("Bearer", TokenType::Bearer), ("DPoP", TokenType::Dpop)];
    let known = schemes.into_iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name));
    let (_, token_type) = known.ok_or(BearerError::Missing)?;
    // RFC 6750 §2.1: "b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=""
    let body = token.trim_end_matches('=');
    let allowed = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    };
    if body.is_empty() || token.len() > MAX_TOKEN || !body.bytes().all(allowed) {
        return Err(ErrorCode::InvalidRequest
            .because(
                "bearer_malformed",
                "the Authorization header is not a well-formed bearer token",
            )
            .into());
    }
    Ok(Presented { token, token_type })
}

/// The refusal for an access token that does not open, has expired or was revoked.
pub const fn invalid_token(reason: &'static str) -> BearerError {
    BearerError::Refused(
        ErrorCode::InvalidToken.because(reason, "the access token is unknown, expired or revoked"),
    )
}

impl BearerError {
    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Missing => 401,
            // RFC 9449 §7.1: "the protected resource … responds with the 401 (Unauthorized) status
            // code".
            Self::Refused(error) if error.is_about_possession() => 401,
            Self::Refused(error) => error.code.status(),
        }
    }

    /// The text of the `WWW-Authenticate` header.
    ///
    /// RFC 6750 §3: "If the protected resource request does not include authentication credentials
    /// or does not contain an access token that enables access to the protected resource, the
    /// resource server MUST include the HTTP "WWW-Authenticate" response header field".
    pub fn challenge(&self) -> String {
        match self {
            // RFC 6750 §3.1: "If the request lacks any authentication information …, the resource
            // server SHOULD NOT include an error code or other error information."
            Self::Missing => {
                "Bearer realm=\"userinfo\", DPoP realm=\"userinfo\", algs=\"ES256\"".to_owned()
            }
            // RFC 9449 §7.1: "error" and "error_description" as in RFC 6750, and "algs".
            Self::Refused(error) => {
                let (code, said) = (error.code.as_str(), error.description);
                if error.is_about_possession() {
                    format!("DPoP algs=\"ES256\", error=\"{code}\", error_description=\"{said}\"")
                } else {
                    format!(
                        "Bearer realm=\"userinfo\", error=\"{code}\", error_description=\"{said}\""
                    )
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_token() {
        for (header, text, token_type) in [
            ("Bearer abc-._~+/12==", "abc-._~+/12==", TokenType::Bearer),
            ("bearer x", "x", TokenType::Bearer),
            ("DPoP x", "x", TokenType::Dpop),
            ("dpop x", "x", TokenType::Dpop),
        ] {
            assert_eq!(token(Some(header)), Ok(Presented { token: text, token_type }));
        }
    }

    #[test]
    fn a_missing_token_is_asked_for_without_an_error() {
        for header in [None, Some("Basic eDp5"), Some("x")] {
            let error = token(header).unwrap_err();
            assert_eq!(error.status(), 401);
            assert_eq!(
                error.challenge(),
                "Bearer realm=\"userinfo\", DPoP realm=\"userinfo\", algs=\"ES256\""
            );
        }
    }

    #[test]
    fn a_malformed_token_is_refused() {
        for header in
            ["Bearer", "Bearer ", "Bearer  a", "Bearer a b", "Bearer =", "Bearer a=b", "Bearer 网"]
        {
            let error = token(Some(header)).unwrap_err();
            assert_eq!(error.status(), 400, "{header:?}");
            assert!(error.challenge().contains("error=\"invalid_request\""));
        }
        assert!(token(Some(&format!("Bearer {}", "a".repeat(MAX_TOKEN + 1)))).is_err());
    }

    #[test]
    fn a_wrong_token_is_named_so() {
        let error = invalid_token("token_expired");
        assert_eq!(error.status(), 401);
        assert_eq!(
            error.challenge(),
            "Bearer realm=\"userinfo\", error=\"invalid_token\", \
             error_description=\"the access token is unknown, expired or revoked\""
        );
    }
}
