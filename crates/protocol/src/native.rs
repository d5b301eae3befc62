//! The native interface: the messages of integrations made for `orgID`, `appID`, `bizSeq` and `type`, over the same code
//! flow as every other client's.
//!
//! A façade and no second protocol: a call becomes an authorization request, `idCardAuthData` is its code, `bizSeq` stands
//! where `state` and the code verifier stand. What that costs is in `docs/native.md`.

mod answered;
mod call;
mod forwarded;

use std::str::FromStr;

use data_encoding::HEXLOWER;
use formats::mac::sha256;
use serde::{Deserialize, Serialize};

use crate::oauth::{
    client::{Client, ClientId, Profile},
    error::{ErrorCode, OAuthError},
    pkce::CodeVerifier,
    redirect_uri::RedirectUri,
    response_mode::{Carrier, ResponseMode, Wrapping},
};

pub(crate) use answered::answered;
pub use call::{CallType, Called, NativeCall, refused};
pub use forwarded::{Forwarded, Verified};

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

/// What a verifier of this interface begins with. Nobody presents such a one at the token endpoint, where no transaction
/// would be completed with it.
const TRANSACTION: &str = "native.transaction.";

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
        format!("{TRANSACTION}{}", self.0)
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

/// May this client speak the native interface?
///
/// Not one that keeps to FAPI 2.0: its requests are pushed and its codes bound to a key, which this interface cannot say.
pub fn may_speak(client: &Client) -> Result<(), OAuthError> {
    match (client.metadata.native, client.profile) {
        (true, Profile::OpenId) => Ok(()),
        _ => Err(not_registered()),
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

/// Does this verifier belong to a transaction of this interface, whose codes are forwarded and never redeemed otherwise?
pub(crate) fn is_of_a_transaction(verifier: &CodeVerifier) -> bool {
    verifier.expose().starts_with(TRANSACTION)
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
mod samples {
    use super::Client;
    use crate::{oauth::client::ClientAuthentication, samples};

    pub(super) const BIZ_SEQ: &str = "0123456789abcdefABCDEF0123456789";

    pub(super) fn client() -> Client {
        let mut client =
            samples::client("airline", ClientAuthentication::by_secret(samples::SECRET));
        client.metadata.native = true;
        client
    }
}
