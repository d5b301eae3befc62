//! What the relying party's server forwards, and what it is answered.

use formats::{Secret, json, mac::same};
use serde::{Deserialize, Serialize};

use super::{BizSeq, ResultCode, biz_seq, check, redirect_uri, verifier};
use crate::oauth::{
    client::Client,
    client_authentication::Credentials,
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
    token::PresentedCode,
};

/// How long a code may be: ours is a sealed grant.
const MAX_CODE: usize = 4 * 1024;

/// What the relying party's server forwards, as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawForwarded {
    #[serde(rename = "orgID")]
    org_id: String,
    #[serde(rename = "appID")]
    app_id: String,
    #[serde(rename = "bizSeq")]
    biz_seq: String,
    #[serde(rename = "idCardAuthData")]
    id_card_auth_data: String,
    #[serde(default, rename = "certPwdData")]
    cert_pwd_data: String,
    #[serde(default)]
    client_assertion: Option<String>,
    #[serde(default)]
    client_assertion_type: Option<String>,
}

/// A forwarded answer, well formed; who forwards it is yet to be proved.
#[derive(Clone, Debug)]
pub struct Forwarded {
    /// Who says it forwards.
    pub credentials: Credentials,
    /// The organisation it says it is.
    pub organisation: String,
    /// The transaction.
    pub biz_seq: BizSeq,
    code: Secret<String>,
    cert_pwd_data: String,
}

impl Forwarded {
    /// Reads the `Authorization` header, if there was one, and the body.
    pub fn parse(authorization: Option<&str>, body: &[u8]) -> Result<Self, OAuthError> {
        let raw: RawForwarded = json::read(body).map_err(|_| {
            ErrorCode::InvalidRequest
                .because("body_unreadable", "the body is not the JSON object it should be")
        })?;
        let mut pairs = vec![("client_id".to_owned(), raw.app_id)];
        pairs.extend(raw.client_assertion.map(|text| ("client_assertion".to_owned(), text)));
        let kind = raw.client_assertion_type;
        pairs.extend(kind.map(|text| ("client_assertion_type".to_owned(), text)));
        let credentials = Credentials::read(authorization, &Parameters::of_pairs(&pairs)?)?;
        if raw.id_card_auth_data.len() > MAX_CODE {
            return Err(crate::oauth::grant::unknown_code());
        }
        Ok(Self {
            credentials,
            organisation: raw.org_id,
            biz_seq: biz_seq(&raw.biz_seq)?,
            code: Secret::new(raw.id_card_auth_data),
            cert_pwd_data: raw.cert_pwd_data,
        })
    }

    /// The code it is, as the client would have presented it.
    pub fn presented(&self, client: &Client) -> Result<PresentedCode, OAuthError> {
        let check = check(self.code.expose());
        if !self.cert_pwd_data.is_empty() && !same(check.as_bytes(), self.cert_pwd_data.as_bytes())
        {
            return Err(ErrorCode::InvalidGrant
                .because("cert_pwd_data_wrong", "certPwdData does not belong to idCardAuthData"));
        }
        Ok(PresentedCode {
            code: self.code.clone(),
            redirect_uri: redirect_uri(client)?.to_owned(),
            code_verifier: verifier(&self.biz_seq)?,
        })
    }
}

/// What the relying party's server is answered.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// `C0000000`.
    pub result_code: ResultCode,
    /// The same in a word.
    pub result_desc: &'static str,
    /// The transaction.
    pub biz_seq: String,
    /// `passed`, and nothing else by default.
    pub result: &'static str,
    /// The person's application identifier at the organisation.
    pub app_identifier: String,
    /// The mode whoever acted authenticated in.
    pub mode: String,
    /// Whether a delegate acted in the person's name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub delegated: bool,
    /// Why it was asked.
    pub scene: String,
    /// When, to the minute, as RFC 3339 writes it.
    pub time: String,
    /// The receipt, for who keeps receipts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::super::samples::{BIZ_SEQ, client};
    use super::*;
    use crate::samples::{self, REDIRECT_URI, SECRET};

    fn forwarded(change: impl Fn(&mut serde_json::Value)) -> Result<Forwarded, OAuthError> {
        let mut body = serde_json::json!({
            "orgID": "91", "appID": "airline", "bizSeq": BIZ_SEQ, "idCardAuthData": "c0de",
            "certPwdData": check("c0de"),
        });
        change(&mut body);
        let basic = samples::basic("airline", SECRET);
        Forwarded::parse(Some(&basic), body.to_string().as_bytes())
    }

    #[test]
    fn what_is_forwarded_is_a_presented_code() {
        let good = forwarded(|_| ()).unwrap();
        let presented = good.presented(&client()).unwrap();
        assert_eq!(presented.code.expose(), "c0de");
        assert_eq!(presented.redirect_uri, REDIRECT_URI);
        assert!(!format!("{good:?}").contains("c0de"));
        let without = forwarded(|body| drop(body.as_object_mut().unwrap().remove("certPwdData")));
        assert!(without.unwrap().presented(&client()).is_ok());
        let mixed_up = forwarded(|body| body["certPwdData"] = check("other").into()).unwrap();
        assert_eq!(mixed_up.presented(&client()).unwrap_err().reason, "cert_pwd_data_wrong");
    }

    #[test]
    fn a_hostile_body_is_refused() {
        for (member, value, reason) in [
            ("bizSeq", serde_json::json!("x"), "biz_seq_malformed"),
            ("bizSeq", serde_json::json!(7), "body_unreadable"),
            ("name", serde_json::json!("Li"), "body_unreadable"),
            ("appID", serde_json::json!("shop"), "client_id_differs"),
            ("idCardAuthData", serde_json::json!("c".repeat(4097)), "code_unknown"),
        ] {
            let refused = forwarded(|body| body[member] = value.clone()).unwrap_err();
            assert_eq!(refused.reason, reason, "{member}");
        }
        let nobody = Forwarded::parse(None, br#"{"orgID":"91"}"#).unwrap_err();
        assert_eq!(nobody.reason, "body_unreadable");
    }
}
