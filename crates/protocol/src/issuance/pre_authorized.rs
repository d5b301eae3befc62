//! The pre-authorized code at the token endpoint (`OpenID4VCI` §6): a wallet without registration, a person who typed the
//! transaction code, and a key that the token is bound to.

use formats::Secret;
use serde::Serialize;

use super::{authorization::GrantedDetail, offer::TX_CODE_LENGTH};
use crate::oauth::{
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
    token::TokenType,
};

/// The grant type.
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// How long a code may be: ours are sealed.
const MAX_CODE: usize = 2 * 1024;

/// What a wallet presents.
#[derive(Debug)]
pub struct PresentedOffer {
    /// The code out of the offer.
    pub code: Secret<String>,
    /// What the person read elsewhere and typed.
    pub tx_code: Secret<String>,
}

impl PresentedOffer {
    /// Reads the form of a token request, if it is one of this grant.
    pub fn of_form(form: &str) -> Result<Option<Self>, OAuthError> {
        let form = Parameters::form(form)?;
        if form.value("grant_type") != Some(GRANT_TYPE) {
            return Ok(None);
        }
        let code = form.required("pre-authorized_code")?;
        if code.len() > MAX_CODE {
            return Err(unknown_offer());
        }
        // OpenID4VCI §6.3: invalid_request if "The Authorization Server expects a Transaction Code in the Pre-Authorized Code Flow
        // but the Client does not provide a Transaction Code."
        let tx_code = form.required("tx_code")?;
        let digits = tx_code.len() == TX_CODE_LENGTH && tx_code.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            return Err(wrong_tx_code());
        }
        let [code, tx_code] = [code, tx_code].map(|text| Secret::new(text.to_owned()));
        Ok(Some(Self { code, tx_code }))
    }
}

/// The code is unknown, was used, or is too old.
pub const fn unknown_offer() -> OAuthError {
    ErrorCode::InvalidGrant.because("offer_unknown", "the pre-authorized code is not one of ours")
}

/// The transaction code is wrong.
pub const fn wrong_tx_code() -> OAuthError {
    ErrorCode::InvalidGrant.because("tx_code_wrong", "the transaction code is wrong")
}

/// Wrong too often: the offer is over.
pub const fn tries_exhausted() -> OAuthError {
    ErrorCode::InvalidGrant
        .because("tx_code_tries_exhausted", "the transaction code was wrong too often")
}

/// The answer: an access token for the credential endpoint and nothing else.
#[derive(Clone, Serialize)]
pub struct CredentialTokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_details: Option<Vec<GrantedDetail>>,
}

impl CredentialTokenResponse {
    /// The answer with this token, bound to a key.
    pub fn new(access_token: String, expires_in: u32) -> Self {
        let token_type = TokenType::Dpop.as_str();
        Self { access_token, token_type, expires_in, authorization_details: None }
    }

    /// The same with what was asked for by `authorization_details`.
    #[must_use]
    pub fn with_details(self, authorization_details: Option<Vec<GrantedDetail>>) -> Self {
        Self { authorization_details, ..self }
    }

    /// The token.
    pub fn access_token(&self) -> &str {
        &self.access_token
    }
}

impl std::fmt::Debug for CredentialTokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CredentialTokenResponse([secret])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_this_grant_is_read_and_no_other() {
        let form = |code: &str, tx_code: &str| {
            let grant = GRANT_TYPE.replace(':', "%3A");
            PresentedOffer::of_form(&format!(
                "grant_type={grant}&pre-authorized_code={code}&tx_code={tx_code}"
            ))
        };
        let read = form("abc", "123456").unwrap().unwrap();
        assert_eq!(
            (read.code.expose().as_str(), read.tx_code.expose().as_str()),
            ("abc", "123456")
        );
        for tx_code in ["12345", "1234567", "12345a", "１２"] {
            assert!(form("abc", tx_code).is_err(), "{tx_code}");
        }
        assert_eq!(form(&"a".repeat(MAX_CODE + 1), "123456").unwrap_err().reason, "offer_unknown");
        assert!(PresentedOffer::of_form("grant_type=authorization_code&code=a").unwrap().is_none());
        assert!(PresentedOffer::of_form("").unwrap().is_none());
    }
}
