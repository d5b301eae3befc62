//! The native interface: the messages of integrations made for `orgID`, `appID`, `bizSeq` and `type`, over the same code
//! flow as every other client's.
//!
//! A façade and no second protocol: a call becomes an authorization request, `idCardAuthData` is its code, `bizSeq` stands
//! where `state` and the code verifier stand. What that costs is in `docs/native.md`.

use std::str::FromStr;

use data_encoding::HEXLOWER;
use formats::{Secret, json, mac::same, mac::sha256};
use serde::{Deserialize, Serialize};

use crate::oauth::{
    authorize::{AuthorizationRequest, AuthorizeError},
    client::{Client, ClientId, Profile},
    client_authentication::Credentials,
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::Parameters,
    pkce::CodeVerifier,
    redirect_uri::RedirectUri,
    response::{Answer, ReturnTo},
    response_mode::{Carrier, ResponseMode, Wrapping},
    token::PresentedCode,
};

/// Where a browser is sent in place of an app that is called.
pub const AUTHENTICATE_PATH: &str = "/native/authenticate";
/// Where a relying party's server forwards what came back.
pub const VERIFY_PATH: &str = "/native/verify";

/// The codes integrators know.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum ResultCode {
    /// It went well.
    #[serde(rename = "C0000000")]
    Success,
    /// Something in the call is missing or wrong.
    #[serde(rename = "C0401001")]
    BadParameter,
    /// It could not be done.
    #[serde(rename = "C0405001")]
    Processing,
    /// The person said no.
    #[serde(rename = "C0412003")]
    Cancelled,
}

impl ResultCode {
    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "C0000000",
            Self::BadParameter => "C0401001",
            Self::Processing => "C0405001",
            Self::Cancelled => "C0412003",
        }
    }

    /// What an error of OAuth's is here.
    pub const fn of(error: ErrorCode) -> Self {
        match error {
            ErrorCode::AccessDenied => Self::Cancelled,
            ErrorCode::InvalidClient
            | ErrorCode::InvalidGrant
            | ErrorCode::InvalidRequest
            | ErrorCode::InvalidScope
            | ErrorCode::UnauthorizedClient => Self::BadParameter,
            _ => Self::Processing,
        }
    }
}

/// A transaction, named by the relying party: 32 letters and digits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BizSeq(String);

/// The text is no `bizSeq`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not 32 letters and digits")]
pub struct NotABizSeq;

impl BizSeq {
    /// As it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes it once-only: bound to the client that made it.
    pub fn once(&self, client: &ClientId) -> [u8; 32] {
        sha256(format!("{client}\0{}", self.0).as_bytes())
    }

    /// Where the code flow has a verifier, this interface has the number of the transaction, which everybody sees who sees
    /// the call. A code is bound to it and to the client's own authentication, and to nothing more.
    fn verifier(&self) -> String {
        format!("native.transaction.{}", self.0)
    }
}

impl FromStr for BizSeq {
    type Err = NotABizSeq;

    fn from_str(text: &str) -> Result<Self, NotABizSeq> {
        if text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotABizSeq)
        }
    }
}

/// Which mode is wanted. The first two are the ones integrators know; the others are ours, in the same order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CallType {
    /// `0`: certificate.
    Certificate,
    /// `1`: certificate and passcode.
    CertificatePasscode,
    /// `2`: certificate and portrait.
    CertificatePortrait,
    /// `3`: certificate, passcode and portrait.
    CertificatePasscodePortrait,
}

impl CallType {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "0" => Self::Certificate,
            "1" => Self::CertificatePasscode,
            "2" => Self::CertificatePortrait,
            "3" => Self::CertificatePasscodePortrait,
            _ => return None,
        })
    }

    const fn with_passcode(self) -> bool {
        matches!(self, Self::CertificatePasscode | Self::CertificatePasscodePortrait)
    }
}

/// A call of the page, as it came.
pub struct NativeCall<'a> {
    client_id: ClientId,
    parameters: Parameters<'a>,
}

/// A call whose every parameter is well formed, of a client that may speak this interface.
#[derive(Clone, Debug)]
pub struct Called {
    /// The organisation it says it is.
    pub organisation: String,
    /// The transaction.
    pub biz_seq: BizSeq,
    /// The wanted mode.
    pub call_type: CallType,
}

impl<'a> NativeCall<'a> {
    /// Reads the query of [`AUTHENTICATE_PATH`].
    pub fn parse(query: &'a str) -> Result<Self, OAuthError> {
        let parameters = Parameters::query(query)?;
        let client_id = parameters.value("appID").and_then(|id| id.parse().ok());
        Ok(Self { client_id: client_id.ok_or(unknown_app())?, parameters })
    }

    /// Which application it says it is, to look the client up by.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// The rest of it.
    pub fn called(&self) -> Result<Called, OAuthError> {
        let call_type = CallType::read(self.parameters.required("type")?).ok_or(
            ErrorCode::InvalidRequest.because("type_unknown", "type must be 0, 1, 2 or 3"),
        )?;
        Ok(Called {
            organisation: self.parameters.required("orgID")?.to_owned(),
            biz_seq: biz_seq(self.parameters.required("bizSeq")?)?,
            call_type,
        })
    }
}

impl Called {
    /// The authorization request it means; `acr` is the wanted mode in the platform's words.
    pub fn request(
        &self,
        client: &Client,
        issuer: &Issuer,
        acr: &str,
        now: jiff::Timestamp,
    ) -> Result<AuthorizationRequest, AuthorizeError> {
        let redirect_uri = redirect_uri(client).map_err(AuthorizeError::Page)?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", client.id.as_str())
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", "openid")
            .append_pair("state", self.biz_seq.as_str())
            .append_pair("acr_values", acr)
            .append_pair("code_challenge", &challenge(&self.biz_seq))
            .append_pair("code_challenge_method", "S256")
            .finish();
        let mut request = AuthorizationRequest::parse(&query)?.check(client, issuer, now)?;
        request.response_mode = native(self.call_type.with_passcode());
        Ok(request)
    }
}

/// The answer to a call that was refused before it became a request.
pub fn refused(
    client: &Client,
    issuer: &Issuer,
    biz_seq: Option<&BizSeq>,
    error: &OAuthError,
) -> Result<Answer, OAuthError> {
    let text = redirect_uri(client)?;
    let redirect_uri = client.redirect_uri(text).ok_or(not_registered())?;
    let state = biz_seq.and_then(|biz_seq| biz_seq.as_str().parse().ok());
    let mode = native(false);
    let to = ReturnTo { client_id: &client.id, redirect_uri, state: state.as_ref(), mode };
    Ok(to.with_error(issuer, error))
}

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
    /// The mode the person authenticated in.
    pub mode: String,
    /// Why it was asked.
    pub scene: String,
    /// When, to the minute, as RFC 3339 writes it.
    pub time: String,
    /// The receipt, for who keeps receipts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// How long a code may be: ours is a sealed grant.
const MAX_CODE: usize = 4 * 1024;

/// May this client speak the native interface?
///
/// Not one that keeps to FAPI 2.0: its requests are pushed and its codes bound to a key, which this interface cannot say.
pub fn may_speak(client: &Client) -> Result<(), OAuthError> {
    match (client.metadata.native, client.profile) {
        (true, Profile::OpenId) => Ok(()),
        _ => Err(not_registered()),
    }
}

/// The parameters of an answer, in this interface's names.
pub(crate) fn answered(
    parameters: &[(&'static str, String)],
    with_passcode: bool,
) -> Vec<(&'static str, String)> {
    let value = |name| parameters.iter().find(|(known, _)| *known == name).map(|(_, v)| v.as_str());
    let code = value("code");
    let result = match (code, value("error")) {
        (Some(_), _) => ResultCode::Success,
        (None, Some("access_denied")) => ResultCode::Cancelled,
        (None, Some(error)) => bad_parameter(error),
        (None, None) => ResultCode::Processing,
    };
    let description = value("error_description").unwrap_or("success");
    let mut fields =
        vec![("resultCode", result.as_str().to_owned()), ("resultDesc", description.to_owned())];
    fields.extend(value("state").map(|biz_seq| ("bizSeq", biz_seq.to_owned())));
    if let Some(code) = code {
        fields.push(("idCardAuthData", code.to_owned()));
        if with_passcode {
            fields.push(("certPwdData", check(code)));
        }
    }
    fields
}

fn bad_parameter(error: &str) -> ResultCode {
    let bad = [
        ErrorCode::InvalidRequest,
        ErrorCode::InvalidScope,
        ErrorCode::UnauthorizedClient,
        ErrorCode::InvalidClient,
    ];
    if bad.iter().any(|code| code.as_str() == error) {
        ResultCode::BadParameter
    } else {
        ResultCode::Processing
    }
}

/// Ours has nothing of a passcode in it: the platform itself checked that. It is what the other field hashes to, so that
/// a server which forwards both notices when they were mixed up.
fn check(code: &str) -> String {
    HEXLOWER.encode(&sha256(format!("certPwdData\0{code}").as_bytes()))
}

fn native(with_passcode: bool) -> ResponseMode {
    let wrapping = if with_passcode { Wrapping::NativeWithPasscode } else { Wrapping::Native };
    ResponseMode { carrier: Carrier::FormPost, wrapping }
}

fn redirect_uri(client: &Client) -> Result<&str, OAuthError> {
    may_speak(client)?;
    client.redirect_uris.first().map(RedirectUri::as_str).ok_or(not_registered())
}

fn biz_seq(text: &str) -> Result<BizSeq, OAuthError> {
    text.parse().map_err(|_| {
        ErrorCode::InvalidRequest
            .because("biz_seq_malformed", "bizSeq must be 32 letters and digits")
    })
}

fn verifier(biz_seq: &BizSeq) -> Result<CodeVerifier, OAuthError> {
    biz_seq.verifier().parse().map_err(|_| crate::oauth::grant::unknown_code())
}

fn challenge(biz_seq: &BizSeq) -> String {
    formats::base64url::encode(&sha256(biz_seq.verifier().as_bytes()))
}

/// The refusal for an application nobody registered: a page, for there is nowhere to answer.
pub const fn unknown_app() -> OAuthError {
    ErrorCode::InvalidRequest.because("client_unknown", "appID is missing or names no application")
}

/// The refusal for a client that did not register to speak this interface.
pub const fn not_registered() -> OAuthError {
    ErrorCode::UnauthorizedClient.because(
        "native_not_registered",
        "this application did not register for the native interface; use OpenID Connect, or have it registered",
    )
}

/// The refusal for an organisation whose application this is not.
pub const fn another_organisation() -> OAuthError {
    ErrorCode::InvalidRequest
        .because("org_id_differs", "orgID is not the organisation this application belongs to")
}

/// The refusal for a transaction that was completed before.
pub const fn used_before() -> OAuthError {
    ErrorCode::InvalidRequest
        .because("biz_seq_used", "bizSeq was used before; make a new one for each transaction")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::client::ClientAuthentication;
    use crate::samples::{self, REDIRECT_URI, SECRET, issuer, now};

    const BIZ_SEQ: &str = "0123456789abcdefABCDEF0123456789";

    fn client() -> Client {
        let mut client = samples::client("airline", ClientAuthentication::by_secret(SECRET));
        client.metadata.native = true;
        client
    }

    fn call(changes: &[(&str, Option<&str>)]) -> Result<Called, OAuthError> {
        let good = [("orgID", "91"), ("appID", "airline"), ("bizSeq", BIZ_SEQ), ("type", "1")];
        let query = samples::form(&good, changes);
        NativeCall::parse(&query)?.called()
    }

    #[test]
    fn a_call_becomes_an_ordinary_request() {
        let called = call(&[]).unwrap();
        let request = called.request(&client(), &issuer(), "a-mode", now()).unwrap();
        assert_eq!(request.redirect_uri.as_str(), REDIRECT_URI);
        assert_eq!(request.state.as_ref().unwrap().as_str(), BIZ_SEQ);
        assert_eq!(request.acr_values, ["a-mode"]);
        assert!(request.code_challenge.admits(&verifier(&called.biz_seq).unwrap()));
        assert_eq!(request.response_mode, native(true));
    }

    #[test]
    fn what_is_wrong_with_a_call_is_named() {
        let long = "0".repeat(33);
        for (name, value, reason) in [
            ("appID", None, "client_unknown"),
            ("appID", Some("a b"), "client_unknown"),
            ("orgID", None, "parameter_missing"),
            ("type", None, "parameter_missing"),
            ("type", Some("4"), "type_unknown"),
            ("type", Some("01"), "type_unknown"),
            ("bizSeq", None, "parameter_missing"),
            ("bizSeq", Some("short"), "biz_seq_malformed"),
            ("bizSeq", Some(long.as_str()), "biz_seq_malformed"),
            ("bizSeq", Some("0123456789abcdefABCDEF012345678-"), "biz_seq_malformed"),
        ] {
            assert_eq!(call(&[(name, value)]).unwrap_err().reason, reason, "{name}={value:?}");
        }
        assert_eq!(NativeCall::parse("appID=a&appID=b").err().unwrap().reason, "parameter_doubled");
    }

    #[test]
    fn who_did_not_register_for_it_does_not_speak_it() {
        let mut other = client();
        other.metadata.native = false;
        assert_eq!(may_speak(&other), Err(not_registered()));
        assert!(call(&[]).unwrap().request(&other, &issuer(), "m", now()).is_err());
        let fapi = Client { profile: Profile::Fapi2, ..client() };
        assert_eq!(may_speak(&fapi), Err(not_registered()));
    }

    #[test]
    fn an_answer_has_the_names_integrators_know() {
        let said = |parameters: &[(&'static str, &str)], with_passcode| {
            let parameters: Vec<_> =
                parameters.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            answered(&parameters, with_passcode)
        };
        let good = said(&[("code", "c0de"), ("state", BIZ_SEQ)], true);
        let names: Vec<_> = good.iter().map(|(name, _)| *name).collect();
        let all = ["resultCode", "resultDesc", "bizSeq", "idCardAuthData", "certPwdData"];
        assert_eq!(names, all);
        assert_eq!(good[0].1, "C0000000");
        assert_eq!(said(&[("code", "c0de")], false).len(), 3);
        for (error, code) in [
            ("access_denied", "C0412003"),
            ("invalid_scope", "C0401001"),
            ("unmet_authentication_requirements", "C0405001"),
            ("server_error", "C0405001"),
        ] {
            let bad = said(&[("error", error), ("error_description", "why")], true);
            assert_eq!(bad, [("resultCode", code.to_owned()), ("resultDesc", "why".to_owned())]);
        }
    }

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
