//! Proof Key for Code Exchange (RFC 7636): who began is who redeems. S256 only, always required.

use std::{fmt, str::FromStr};

use formats::{
    base64url,
    mac::{same, sha256},
};
use serde::{Deserialize, Serialize};

use super::{
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
};

/// What the client commits to when it begins: the hash of a verifier it keeps.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge(String);

/// The text is not 32 bytes in base64url.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not the base64url form of 32 bytes")]
pub struct NotAChallenge;

impl CodeChallenge {
    /// Takes challenge and method from an authorization request.
    pub(crate) fn take(parameters: &Parameters<'_>) -> Result<Self, OAuthError> {
        // RFC 7636 §4.4.1: "If the server requires Proof Key for Code Exchange (PKCE) by OAuth
        // public clients and the client does not send the "code_challenge" in the request, the
        // authorization endpoint MUST return the authorization error response with the "error"
        // value set to "invalid_request"."
        let challenge = parameters.value("code_challenge").ok_or(
            ErrorCode::InvalidRequest
                .because("code_challenge_missing", "code_challenge is required"),
        )?;
        // RFC 7636 §4.3: "code_challenge_method OPTIONAL, defaults to "plain" if not present in
        // the request." Plain is not spoken here:
        // FAPI 2.0 Security Profile §5.3.2.2: "shall require PKCE [RFC7636] with S256 as the code challenge method".
        // RFC 9700 §2.1.1: "clients SHOULD use PKCE code challenge methods that do not expose the
        // PKCE verifier in the authorization request. … Currently, S256 is the only such method."
        if parameters.value("code_challenge_method") != Some("S256") {
            return Err(ErrorCode::InvalidRequest
                .because("code_challenge_method_not_s256", "code_challenge_method must be S256"));
        }
        challenge.parse().map_err(|NotAChallenge| {
            ErrorCode::InvalidRequest.because(
                "code_challenge_malformed",
                "code_challenge must be the base64url form of a SHA-256 hash",
            )
        })
    }

    /// Is this the verifier the client committed to?
    pub fn admits(&self, verifier: &CodeVerifier) -> bool {
        same(self.0.as_bytes(), verifier.challenge().0.as_bytes())
    }
}

impl FromStr for CodeChallenge {
    type Err = NotAChallenge;

    fn from_str(text: &str) -> Result<Self, NotAChallenge> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = NotAChallenge;

    fn try_from(text: String) -> Result<Self, NotAChallenge> {
        match base64url::decode_array::<32>(&text) {
            Ok(_) => Ok(Self(text)),
            Err(_) => Err(NotAChallenge),
        }
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        challenge.0
    }
}

/// The secret the client kept, shown when it redeems the code.
#[derive(Clone)]
pub struct CodeVerifier(String);

/// The text is no code verifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not 43 to 128 unreserved characters")]
pub struct NotAVerifier;

impl CodeVerifier {
    /// What to commit to with this secret.
    pub fn challenge(&self) -> CodeChallenge {
        // RFC 7636 §4.2: "code_challenge = BASE64URL-ENCODE(SHA256(ASCII(code_verifier)))"
        CodeChallenge(base64url::encode(&sha256(self.0.as_bytes())))
    }

    /// The secret itself, for a client to send.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for CodeVerifier {
    type Err = NotAVerifier;

    fn from_str(text: &str) -> Result<Self, NotAVerifier> {
        // RFC 7636 §4.1: "code-verifier = 43*128unreserved"
        let unreserved =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if (43..=128).contains(&text.len()) && text.bytes().all(unreserved) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAVerifier)
        }
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_vector_of_appendix_b() {
        let verifier: CodeVerifier = VERIFIER.parse().unwrap();
        let challenge: CodeChallenge = CHALLENGE.parse().unwrap();
        assert_eq!(verifier.challenge(), challenge);
        assert!(challenge.admits(&verifier));
        assert!(!challenge.admits(&VERIFIER.replace('d', "e").parse().unwrap()));
        assert!(!challenge.admits(&CHALLENGE.parse().unwrap()));
        assert_eq!(format!("{verifier:?}"), "[secret]");
    }

    #[test]
    fn a_verifier_has_its_alphabet_and_length() {
        for fine in ["a".repeat(43), "~".repeat(128), format!("{}-._~", "Z9".repeat(20))] {
            assert!(fine.parse::<CodeVerifier>().is_ok(), "{fine}");
        }
        for odd in ["", "+", "/", "=", " ", "网", "\0"] {
            let text = format!("{}{odd}", "a".repeat(42));
            assert!(text.parse::<CodeVerifier>().is_err(), "{text}");
        }
        assert!("a".repeat(129).parse::<CodeVerifier>().is_err());
    }

    #[test]
    fn a_request_without_s256_is_refused() {
        for (query, reason) in [
            (String::new(), "code_challenge_missing"),
            ("code_challenge=&code_challenge_method=S256".into(), "code_challenge_missing"),
            (format!("code_challenge={CHALLENGE}"), "code_challenge_method_not_s256"),
            (
                format!("code_challenge={VERIFIER}&code_challenge_method=plain"),
                "code_challenge_method_not_s256",
            ),
            (
                format!("code_challenge={CHALLENGE}&code_challenge_method=s256"),
                "code_challenge_method_not_s256",
            ),
            (
                format!("code_challenge={CHALLENGE}%3D&code_challenge_method=S256"),
                "code_challenge_malformed",
            ),
            (
                format!("code_challenge={}&code_challenge_method=S256", &CHALLENGE[1..]),
                "code_challenge_malformed",
            ),
            // The last character carries two bits that must be zero.
            (
                format!("code_challenge={}N&code_challenge_method=S256", &CHALLENGE[..42]),
                "code_challenge_malformed",
            ),
            (
                format!("code_challenge={}&code_challenge_method=S256", "a".repeat(128)),
                "code_challenge_malformed",
            ),
        ] {
            let parameters = Parameters::query(&query).unwrap();
            assert_eq!(CodeChallenge::take(&parameters).unwrap_err().reason, reason, "{query}");
        }
    }
}
