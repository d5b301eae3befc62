//! The token request and its answer: RFC 6749 §4.1.3, §4.1.4 and §6, OpenID Connect Core §3.1.3 and §12.

use std::fmt;

use formats::Secret;
use serde::Serialize;

use super::{
    authorization_details::SceneDetails,
    backchannel,
    carried::Carried,
    client::Client,
    client_authentication::Credentials,
    client_metadata::GrantType,
    device,
    error::{ErrorCode, OAuthError},
    grant,
    own_token::{OwnRequest, OwnTokenResponse},
    parameters::Parameters,
    pkce::CodeVerifier,
    refresh::{PresentedRefresh, RefreshToken},
};
use crate::{issuance::pre_authorized::CredentialTokenResponse, native, oidc::scope::Scope};

/// How long a code may be: ours is a sealed [`super::Grant`].
const MAX_CODE: usize = 4 * 1024;

/// A client asks for tokens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenRequest {
    /// What the client presents to prove who it is.
    pub credentials: Credentials,
    /// What it wants tokens for.
    pub presents: Presents,
}

/// What tokens are asked for.
#[derive(Clone, Debug)]
pub enum Presents {
    /// A code, RFC 6749 §4.1.3.
    Code(PresentedCode),
    /// A refresh token, RFC 6749 §6.
    Refresh(PresentedRefresh),
    /// Nothing but who it is, RFC 6749 §4.4.
    Own(OwnRequest),
    /// A device code, RFC 8628 §3.4.
    DeviceCode(CodeVerifier),
    /// CIBA Core §10.1: "Value MUST be urn:openid:params:grant-type:ciba": a request of the client itself.
    AuthReqId(CodeVerifier),
}

/// A code with what goes with it.
#[derive(Clone, Debug)]
pub struct PresentedCode {
    /// The code the client received through the browser.
    pub code: Secret<String>,
    /// The redirect URI it says it used.
    pub redirect_uri: String,
    /// What only the one who began knows.
    pub code_verifier: CodeVerifier,
}

impl TokenRequest {
    /// Reads what the request carries, and its form.
    pub fn parse(carried: Carried<'_>, form: &str) -> Result<Self, OAuthError> {
        let form = Parameters::form(form)?;
        let credentials = Credentials::carried(carried, &form)?;
        let presents = match form.required("grant_type")? {
            "authorization_code" => Presents::Code(PresentedCode::read(&form)?),
            "refresh_token" => Presents::Refresh(PresentedRefresh::read(&form)?),
            "client_credentials" => Presents::Own(OwnRequest::read(&form)?),
            device::GRANT_TYPE => Presents::DeviceCode(device::presented(&form)?),
            backchannel::GRANT_TYPE => Presents::AuthReqId(backchannel::presented(&form)?),
            // RFC 9700 §2.4: "The resource owner password credentials grant [RFC6749] MUST NOT be used."
            _ => {
                return Err(ErrorCode::UnsupportedGrantType.because(
                    "grant_type_unknown",
                    "grant_type is none of those that discovery lists",
                ));
            }
        };
        Ok(Self { credentials, presents })
    }
}

impl Presents {
    /// May this client present it?
    pub fn may_come_from(&self, client: &Client) -> Result<(), OAuthError> {
        // CIBA Core §11: `unauthorized_client` for who is pushed and comes all the same.
        if matches!(self, Self::AuthReqId(_)) && client.metadata.is_pushed() {
            return Err(backchannel::pushed_only());
        }
        client.metadata.may_use(match self {
            Self::Code(_) => GrantType::AuthorizationCode,
            Self::Refresh(_) => GrantType::RefreshToken,
            Self::Own(_) => GrantType::ClientCredentials,
            Self::DeviceCode(_) => GrantType::DeviceCode,
            Self::AuthReqId(_) => GrantType::Ciba,
        })
    }
}

impl PresentedCode {
    fn read(form: &Parameters<'_>) -> Result<Self, OAuthError> {
        let code = form.required("code")?;
        if code.len() > MAX_CODE {
            return Err(
                ErrorCode::InvalidGrant.because("code_unknown", "the code is not one of ours")
            );
        }
        let code_verifier = verifier(form)?;
        // What the native interface is answered is forwarded to it alone: there the transaction is spent with it.
        if native::is_of_a_transaction(&code_verifier) {
            return Err(grant::unknown_code());
        }
        Ok(Self {
            code: Secret::new(code.to_owned()),
            redirect_uri: form.required("redirect_uri")?.to_owned(),
            code_verifier,
        })
    }
}

fn verifier(form: &Parameters<'_>) -> Result<CodeVerifier, OAuthError> {
    // RFC 9700 §2.1.1: "Authorization servers … MUST enforce the correct usage of code_verifier at
    // the token endpoint."
    form.required("code_verifier")?.parse().map_err(|_| {
        ErrorCode::InvalidGrant.because(
            "code_verifier_malformed",
            "code_verifier must be 43 to 128 unreserved characters",
        )
    })
}

/// What a redeemed code is exchanged for.
///
/// RFC 6749 §5.1: "The authorization server MUST include the HTTP "Cache-Control" response header
/// field with a value of "no-store" in any response containing tokens" — the HTTP door's to do.
#[derive(Clone, Serialize)]
pub struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    scope: Scope,
    id_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_details: Option<[SceneDetails; 1]>,
}

/// What a token request is answered.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum TokenAnswer {
    /// Tokens about a person.
    Person(Box<TokenResponse>),
    /// A token of the client's own.
    Own(OwnTokenResponse),
    /// A wallet's token for credentials.
    Credentials(CredentialTokenResponse),
}

/// How an access token must be shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenType {
    /// Whoever has it may show it (RFC 6750).
    Bearer,
    /// With a proof by the key it is bound to (RFC 9449 §5).
    Dpop,
}

impl TokenType {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

impl TokenResponse {
    /// The answer with both tokens; `expires_in` is the access token's, in seconds.
    pub fn new(
        access_token: String,
        token_type: TokenType,
        expires_in: u32,
        scope: Scope,
        id_token: String,
    ) -> Self {
        // OpenID Connect Core §3.1.3.3: "The OAuth 2.0 token_type response parameter value MUST be
        // Bearer, … unless another Token Type has been negotiated with the Client."
        let token_type = token_type.as_str();
        let (refresh_token, receipt, authorization_details) = (None, None, None);
        Self {
            access_token,
            token_type,
            expires_in,
            scope,
            id_token,
            refresh_token,
            receipt,
            authorization_details,
        }
    }

    /// The same with a receipt, for who asked for receipts when it registered.
    #[must_use]
    pub fn with_receipt(self, receipt: Option<String>) -> Self {
        Self { receipt, ..self }
    }

    /// The receipt, if the client keeps receipts.
    pub fn receipt(&self) -> Option<&str> {
        self.receipt.as_deref()
    }

    /// The same with what was granted in the form a client asked it in.
    #[must_use]
    pub fn with_details(self, details: Option<[SceneDetails; 1]>) -> Self {
        Self { authorization_details: details, ..self }
    }

    /// What was granted.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The same with a refresh token.
    #[must_use]
    pub fn with_refresh_token(self, token: &RefreshToken) -> Self {
        Self { refresh_token: Some(token.to_text()), ..self }
    }

    /// The refresh token, if access stands.
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh_token.as_deref()
    }

    /// The access token, for userinfo.
    pub fn access_token(&self) -> &str {
        &self.access_token
    }

    /// The signed ID token.
    pub fn id_token(&self) -> &str {
        &self.id_token
    }
}

impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{self, REDIRECT_URI, SECRET, VERIFIER};

    const GOOD: [(&str, &str); 4] = [
        ("grant_type", "authorization_code"),
        ("code", "SplxlOBeZQQYbYS6WxSbIA"),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];

    fn parse(changes: &[(&str, Option<&str>)]) -> Result<TokenRequest, OAuthError> {
        let basic = samples::basic("airline", SECRET);
        TokenRequest::parse(Carried::with(Some(&basic)), &samples::form(&GOOD, changes))
    }

    #[test]
    fn a_complete_request_is_read() {
        let request = parse(&[("something_else", Some("ignored"))]).unwrap();
        assert_eq!(request.credentials.client_id().as_str(), "airline");
        let Presents::Code(presented) = &request.presents else { panic!("a code") };
        assert_eq!(presented.code.expose(), "SplxlOBeZQQYbYS6WxSbIA");
        assert_eq!(presented.redirect_uri, REDIRECT_URI);
        assert_eq!(presented.code_verifier.expose(), VERIFIER);
        let shown = format!("{request:?}");
        for secret in [SECRET, VERIFIER, "SplxlOBe"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    /// FAPI 2.0 Security Profile §5.3.2.1: "shall reject requests using the resource owner password credentials grant".
    #[test]
    fn an_incomplete_request_is_refused() {
        let (long, short) = ("c".repeat(4097), &VERIFIER[1..]);
        for (name, value, code, reason) in [
            ("grant_type", None, ErrorCode::InvalidRequest, "parameter_missing"),
            ("grant_type", Some("implicit"), ErrorCode::UnsupportedGrantType, "grant_type_unknown"),
            ("grant_type", Some("password"), ErrorCode::UnsupportedGrantType, "grant_type_unknown"),
            ("grant_type", Some("refresh_token"), ErrorCode::InvalidRequest, "parameter_missing"),
            ("code", None, ErrorCode::InvalidRequest, "parameter_missing"),
            ("code", Some(&long), ErrorCode::InvalidGrant, "code_unknown"),
            ("redirect_uri", None, ErrorCode::InvalidRequest, "parameter_missing"),
            ("code_verifier", None, ErrorCode::InvalidRequest, "parameter_missing"),
            ("code_verifier", Some(""), ErrorCode::InvalidRequest, "parameter_missing"),
            ("code_verifier", Some(short), ErrorCode::InvalidGrant, "code_verifier_malformed"),
        ] {
            let error = parse(&[(name, value)]).unwrap_err();
            assert_eq!((error.code, error.reason), (code, reason), "{name}={value:?}");
        }
    }

    #[test]
    fn a_hostile_form_is_refused() {
        let basic = samples::basic("airline", SECRET);
        let good = samples::form(&GOOD, &[]);
        for (form, reason) in [
            (format!("{good}&code=other"), "parameter_doubled"),
            (format!("{good}&c%6fde=other"), "parameter_doubled"),
            (format!("{good}&x=%00"), "control_character"),
            (format!("{good}&x=%f0%28"), "parameter_misencoded"),
            (format!("{good}&x={}", "y".repeat(64 * 1024)), "request_too_long"),
        ] {
            assert_eq!(
                TokenRequest::parse(Carried::with(Some(&basic)), &form).unwrap_err().reason,
                reason
            );
        }
    }

    #[test]
    fn the_answer_has_the_members_of_rfc_6749() {
        let scope = Scope::read("openid scene:log_in").unwrap();
        let answer = TokenResponse::new("at".into(), TokenType::Bearer, 300, scope, "idt".into());
        assert_eq!(
            serde_json::to_value(&answer).unwrap(),
            serde_json::json!({
                "access_token": "at",
                "token_type": "Bearer",
                "expires_in": 300,
                "scope": "openid scene:log_in",
                "id_token": "idt",
            })
        );
        assert!(!format!("{answer:?}").contains("idt"));
    }
}
