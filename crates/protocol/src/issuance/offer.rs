//! The offer a person takes to a wallet (`OpenID4VCI` §4.1).

use serde::Serialize;
use serde_json::json;

use super::{Configuration, pre_authorized::GRANT_TYPE};
use crate::oauth::issuer::Issuer;

/// Digits of a transaction code.
pub const TX_CODE_LENGTH: usize = 6;

/// An offer by pre-authorized code, with a transaction code beside it.
#[derive(Clone, Debug, Serialize)]
pub struct CredentialOffer {
    credential_issuer: Issuer,
    credential_configuration_ids: [&'static str; Configuration::ALL.len()],
    grants: serde_json::Value,
}

impl CredentialOffer {
    /// The offer of this issuer by this code.
    pub fn new(credential_issuer: Issuer, code: &str) -> Self {
        let tx_code = json!({"input_mode": "numeric", "length": TX_CODE_LENGTH});
        Self {
            credential_issuer,
            credential_configuration_ids: Configuration::ALL.map(Configuration::id),
            grants: json!({GRANT_TYPE: {"pre-authorized_code": code, "tx_code": tx_code}}),
        }
    }

    /// The link that starts a wallet.
    ///
    /// `OpenID4VCI` §4.1.2: by value, in `credential_offer`.
    pub fn link(&self) -> String {
        let offer = serde_json::to_string(self).unwrap_or_default();
        let query: String = form_urlencoded::byte_serialize(offer.as_bytes()).collect();
        format!("openid-credential-offer://?credential_offer={query}")
    }
}
