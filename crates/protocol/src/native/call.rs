//! The call of the page: what would be asked of an app, read into an authorization request.

use super::{BizSeq, biz_seq, challenge, native, not_registered, redirect_uri, unknown_app};
use crate::oauth::{
    authorize::{AuthorizationRequest, AuthorizeError},
    client::{Client, ClientId},
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::Parameters,
    response::{Answer, ReturnTo},
};

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
    /// Reads the query of [`super::AUTHENTICATE_PATH`].
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

#[cfg(test)]
mod tests {
    use super::super::{
        may_speak,
        samples::{BIZ_SEQ, client},
        verifier,
    };
    use super::*;
    use crate::{
        oauth::client::Profile,
        samples::{self, REDIRECT_URI, issuer, now},
    };

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
}
