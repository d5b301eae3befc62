//! The userinfo answer (OpenID Connect Core §5.3.2): what the ID token said, for those who ask again.
//!
//! OpenID Connect Core §5.6: "Normal Claims MUST be supported." There are no others here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    id_token::Outcome, numeric_date, plain_identity::PlainIdentity, verified_claims::VerifiedClaims,
};
use crate::oauth::{client::ClientId, issuer::Issuer};

/// What the answer is called when it is a token, signed or encrypted.
///
/// OpenID Connect Core §5.3.2: "If the `UserInfo` Response is signed and/or encrypted, then the Claims are returned in a JWT
/// and the content-type MUST be application/jwt."
pub const SIGNED: &str = "application/jwt";

/// What the userinfo endpoint says; it says nothing else.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UserInfo {
    /// The person's application identifier at this relying party.
    // OpenID Connect Core §5.3.2: "The sub (subject) Claim MUST always be returned in the UserInfo
    // Response."
    pub sub: String,
    /// Passed or not.
    pub result: Outcome,
    /// For which scene, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// How the person authenticated.
    pub acr: String,
    /// When the person authenticated.
    #[serde(with = "numeric_date")]
    pub auth_time: Timestamp,
    /// How the identity behind claims was proved, where that was asked for and can be said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_claims: Vec<VerifiedClaims>,
    /// What became of plain identity, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain_identity: Option<PlainIdentity>,
    /// Yes or no for each attribute that was asked and agreed to, such as `age_over_18`.
    #[serde(flatten)]
    pub attributes: BTreeMap<String, bool>,
}

/// The same, signed.
///
/// OpenID Connect Core §5.3.2: "If signed, the `UserInfo` Response MUST contain the Claims iss (issuer) and aud (audience) as
/// members."
#[derive(Debug, Serialize)]
pub struct SignedUserInfo<'a> {
    /// Who says so.
    pub iss: &'a Issuer,
    /// To whom it is said.
    pub aud: &'a ClientId,
    /// What.
    #[serde(flatten)]
    pub said: &'a UserInfo,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::samples::now;

    #[test]
    fn says_what_it_must_and_nothing_else() {
        let said = UserInfo {
            sub: "mfrggzdfmztwq2lknnwg23tpobyxe43u".to_owned(),
            result: Outcome::Passed,
            scene: Some("log_in".to_owned()),
            acr: "urn:yinzheng:acr:certificate".to_owned(),
            auth_time: now(),
            verified_claims: Vec::new(),
            plain_identity: None,
            attributes: BTreeMap::new(),
        };
        assert_eq!(
            serde_json::to_value(said).unwrap(),
            json!({
                "sub": "mfrggzdfmztwq2lknnwg23tpobyxe43u",
                "result": "passed",
                "scene": "log_in",
                "acr": "urn:yinzheng:acr:certificate",
                "auth_time": 1_795_323_600,
            })
        );
    }
}
