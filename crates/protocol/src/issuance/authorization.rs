//! A wallet asks for credentials by the authorization code flow (`OpenID4VCI` §5): pushed, with PKCE, for forms that it names by
//! scope or by `authorization_details`; and what it redeems the code with (§6).

use formats::json;
use serde::{Deserialize, Serialize};

use super::{Configuration, wallet::KnownWallet};
use crate::oauth::{
    client::ClientId,
    echo::Echo,
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
    pkce::{CodeChallenge, CodeVerifier},
    redirect_uri::RedirectUri,
    response::ReturnTo,
    response_mode::ResponseMode,
};

/// The type of authorization details (`OpenID4VCI` §5.1.1).
pub const DETAILS_TYPE: &str = "openid_credential";

/// How long `authorization_details` may be.
const MAX_DETAILS: usize = 4 * 1024;

/// A wallet's request, complete and well formed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct WalletRequest {
    /// Which wallet.
    pub client_id: ClientId,
    /// Where the answer goes: one of the wallet's own.
    pub redirect_uri: RedirectUri,
    /// Given back with the answer.
    pub state: Option<Echo>,
    /// What the one who redeems must know.
    pub code_challenge: CodeChallenge,
    /// What is wanted, and how it was asked for.
    pub wanted: Wanted,
}

/// Forms of the certificate, and by which of the two ways they were asked for.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Wanted {
    /// Each once.
    pub forms: Vec<Configuration>,
    /// By `authorization_details`, so that the answer and what follows name them by identifiers.
    pub by_details: bool,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(rename = "type")]
    of_type: String,
    credential_configuration_id: Option<String>,
}

impl WalletRequest {
    /// Reads the form that was pushed by this wallet.
    pub fn read(form: &Parameters<'_>, wallet: &KnownWallet) -> Result<Self, OAuthError> {
        let redirect_uri = form
            .value("redirect_uri")
            .and_then(|text| wallet.redirect_uris.iter().find(|known| known.is(text)))
            .ok_or(REDIRECT_URI)?;
        if form.value("response_type") != Some("code") {
            return Err(RESPONSE_TYPE);
        }
        if form.value("response_mode").is_some_and(|mode| mode != "query") {
            return Err(RESPONSE_MODE);
        }
        let state = form.value("state").map(str::parse).transpose().map_err(|_| STATE)?;
        Ok(Self {
            client_id: wallet.id.clone(),
            redirect_uri: redirect_uri.clone(),
            state,
            code_challenge: CodeChallenge::take(form)?,
            wanted: Wanted::read(form)?,
        })
    }

    /// Where the answer goes.
    pub fn return_to(&self) -> ReturnTo<'_> {
        ReturnTo {
            client_id: &self.client_id,
            redirect_uri: &self.redirect_uri,
            state: self.state.as_ref(),
            mode: ResponseMode::default(),
        }
    }
}

impl Wanted {
    /// `OpenID4VCI` §5.1.2: "Credential Issuers MUST ignore unknown scope values in a request." §5.1.2 also: "However, if both
    /// request the same Credential type, then the Credential Issuer MUST follow the request as given by the authorization details
    /// object."
    fn read(form: &Parameters<'_>) -> Result<Self, OAuthError> {
        let scope = form.value("scope").unwrap_or_default().split(' ');
        let mut forms: Vec<_> = scope.filter_map(Configuration::of_id).collect();
        let details = form.value("authorization_details");
        if let Some(text) = details {
            if text.len() > MAX_DETAILS {
                return Err(DETAILS);
            }
            let details: Vec<Detail> = json::read(text.as_bytes()).map_err(|_| DETAILS)?;
            for detail in details {
                if detail.of_type != DETAILS_TYPE {
                    return Err(DETAILS);
                }
                let id = detail.credential_configuration_id.ok_or(DETAILS)?;
                forms.push(Configuration::of_id(&id).ok_or(DETAILS)?);
            }
        }
        let mut each_once = Vec::new();
        for form in forms {
            if !each_once.contains(&form) {
                each_once.push(form);
            }
        }
        if each_once.is_empty() {
            return Err(NOTHING_WANTED);
        }
        Ok(Self { forms: each_once, by_details: details.is_some() })
    }

    /// What the token response says of them; nothing, if they were asked for by scope.
    ///
    /// `OpenID4VCI` §6.2: "`credential_identifiers`: REQUIRED. A non-empty array of strings, each uniquely identifying a Credential
    /// Dataset". There is one dataset of each form: it has the form's name.
    pub fn granted(&self) -> Option<Vec<GrantedDetail>> {
        let granted = |form: &Configuration| GrantedDetail {
            of_type: DETAILS_TYPE,
            credential_configuration_id: form.id(),
            credential_identifiers: [form.id()],
        };
        self.by_details.then(|| self.forms.iter().map(granted).collect())
    }
}

/// One of `authorization_details` in a token response.
#[derive(Clone, Debug, Serialize)]
pub struct GrantedDetail {
    #[serde(rename = "type")]
    of_type: &'static str,
    credential_configuration_id: &'static str,
    credential_identifiers: [&'static str; 1],
}

/// What a wallet redeems its code with.
#[derive(Debug)]
pub struct PresentedCode {
    /// The code.
    pub code: formats::Secret<String>,
    /// What it kept.
    pub verifier: CodeVerifier,
    /// Where the code came, again.
    pub redirect_uri: String,
}

impl PresentedCode {
    /// Reads the form of a wallet's token request.
    pub fn read(form: &Parameters<'_>) -> Result<Self, OAuthError> {
        if form.required("grant_type")? != "authorization_code" {
            return Err(GRANT_TYPE);
        }
        let verifier = form.required("code_verifier")?.parse().map_err(|_| bad_code())?;
        Ok(Self {
            code: formats::Secret::new(form.required("code")?.to_owned()),
            verifier,
            redirect_uri: form.required("redirect_uri")?.to_owned(),
        })
    }
}

/// The code is unknown, used, too old, another wallet's, or whoever shows it did not begin.
pub const fn bad_code() -> OAuthError {
    ErrorCode::InvalidGrant.because("wallet_code_unknown", "the code is not one of this wallet's")
}

/// The request has to be pushed and was not.
pub const NOT_PUSHED: OAuthError =
    ErrorCode::InvalidRequest.because("request_not_pushed", "this client must push its requests");
const REDIRECT_URI: OAuthError = ErrorCode::InvalidRequest
    .because("redirect_uri_unknown", "redirect_uri is not one of this client's");
const RESPONSE_TYPE: OAuthError = ErrorCode::UnsupportedResponseType
    .because("response_type_not_code", "response_type must be code");
const RESPONSE_MODE: OAuthError = ErrorCode::InvalidRequest
    .because("wallet_response_mode", "a wallet is answered by the query of its redirect_uri");
const STATE: OAuthError = ErrorCode::InvalidRequest
    .because("state_malformed", "state must be printable ASCII, at most 512");
const DETAILS: OAuthError = ErrorCode::InvalidAuthorizationDetails.because(
    "credential_details_unknown",
    "authorization_details must be openid_credential of a configuration of the issuer's metadata",
);
const NOTHING_WANTED: OAuthError = ErrorCode::InvalidScope
    .because("credential_scope_missing", "ask by a scope of the issuer's metadata");
const GRANT_TYPE: OAuthError = ErrorCode::UnsupportedGrantType
    .because("wallet_grant_type", "a wallet redeems codes and takes offers, nothing else");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::CHALLENGE;

    const BACK: &str = "https://pocket.example/back";

    fn read(change: impl FnOnce(&mut Vec<(&str, String)>)) -> Result<WalletRequest, &'static str> {
        let wallet = KnownWallet {
            id: "pocket".parse().unwrap(),
            name: "Pocket".to_owned(),
            redirect_uris: vec![BACK.parse().unwrap()],
            provider: None,
        };
        let mut pairs: Vec<(&str, String)> = [
            ("client_id", "pocket"),
            ("response_type", "code"),
            ("redirect_uri", BACK),
            ("scope", "net-certificate openid"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into();
        change(&mut pairs);
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        WalletRequest::read(&Parameters::form(&text).unwrap(), &wallet)
            .map_err(|error| error.reason)
    }

    fn with(name: &'static str, value: &str) -> Result<WalletRequest, &'static str> {
        read(|pairs| {
            pairs.retain(|(known, _)| *known != name);
            pairs.push((name, value.to_owned()));
        })
    }

    #[test]
    fn forms_are_asked_for_in_two_ways() {
        let by_scope = read(|_| {}).unwrap().wanted;
        assert_eq!(by_scope.forms, [Configuration::NetCertificate]);
        assert!(by_scope.granted().is_none());
        let details = r#"[{"type":"openid_credential","credential_configuration_id":"net-certificate-code","more":1}]"#;
        let both = with("authorization_details", details).unwrap().wanted;
        assert_eq!(both.forms.len(), 2);
        let granted = serde_json::to_value(both.granted()).unwrap();
        assert_eq!(granted[1]["credential_identifiers"][0], "net-certificate-code");
        let kept: Wanted = serde_json::from_value(serde_json::to_value(&both).unwrap()).unwrap();
        assert_eq!(kept.forms, both.forms);
    }

    #[test]
    fn what_is_missing_or_unknown_is_refused() {
        for (name, value, reason) in [
            ("scope", "openid", "credential_scope_missing"),
            ("redirect_uri", "https://evil.example/", "redirect_uri_unknown"),
            ("response_type", "token", "response_type_not_code"),
            ("response_mode", "fragment", "wallet_response_mode"),
            ("code_challenge_method", "plain", "code_challenge_method_not_s256"),
            ("authorization_details", "[{\"type\":\"other\"}]", "credential_details_unknown"),
            ("authorization_details", "{", "credential_details_unknown"),
            (
                "authorization_details",
                "[{\"type\":\"openid_credential\",\"credential_configuration_id\":\"mdl\"}]",
                "credential_details_unknown",
            ),
        ] {
            assert_eq!(with(name, value).unwrap_err(), reason, "{name}={value}");
        }
    }
}
