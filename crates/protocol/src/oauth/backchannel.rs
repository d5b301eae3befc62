//! Client-initiated backchannel authentication (CIBA Core 1.0, FAPI-CIBA): a relying party's server asks a person it
//! knows, who answers on their own device.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    authorize::{AuthorizationRequest, KeptAnswer, UnverifiedRequest},
    carried::Carried,
    client::{Client, Profile},
    client_authentication::{AuthenticatedClient, Credentials},
    client_metadata::DeliveryMode,
    device::INTERVAL,
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::Parameters,
    pkce::CodeVerifier,
    request_object,
    token::TokenResponse,
    user_code::ReachCode,
};
use crate::oidc::id_token::IdTokenHint;

/// What a token request says it presents.
pub const GRANT_TYPE: &str = "urn:openid:params:grant-type:ciba";

/// How long a request may wait: as long as it takes to fetch the phone.
pub const LONGEST: SignedDuration = SignedDuration::from_mins(5);

/// The shortest a client may wish for: nobody reads a page in less.
const SHORTEST: SignedDuration = SignedDuration::from_secs(30);

/// How long a message to compare may be: one line on the smallest phone.
const MESSAGE_MAX: usize = 64;

/// How long a token for our notifications may be.
const TOKEN_MAX: usize = 1024;

/// What may stand beside a signed request: who asks, and nothing of what is asked.
const BESIDE_SIGNED: [&str; 4] =
    ["request", "client_id", "client_assertion", "client_assertion_type"];

/// A relying party asks.
pub struct BackchannelRequest<'a> {
    /// What the client presents to prove who it is.
    pub credentials: Credentials,
    parameters: Parameters<'a>,
}

/// Whom it asks.
#[derive(Clone, Debug)]
pub enum Hint {
    /// Somebody whose ID token it has.
    Known(IdTokenHint),
    /// Somebody who read a code out.
    ReadOut(ReachCode),
}

/// What a relying party's server asks, whole and well formed.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The request itself.
    pub request: AuthorizationRequest,
    /// Of whom.
    pub hint: Hint,
    /// What stands on both screens.
    pub message: Option<String>,
    /// How long it waits.
    pub waits: SignedDuration,
    /// What our notification is to show, where one is wanted.
    pub notification_token: Option<NotificationToken>,
}

/// A bearer token by which a client knows our notifications.
#[derive(Clone, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct NotificationToken(String);

impl<'a> BackchannelRequest<'a> {
    /// Reads what came with the form, and the form.
    pub fn parse(carried: Carried<'_>, form: &'a str) -> Result<Self, OAuthError> {
        let parameters = Parameters::form(form)?;
        Ok(Self { credentials: Credentials::carried(carried, &parameters)?, parameters })
    }

    /// What is asked, held against the client that asks.
    pub fn check(
        &self,
        client: &AuthenticatedClient<'_>,
        issuer: &Issuer,
        kept: &KeptAnswer,
        now: Timestamp,
    ) -> Result<Asking, OAuthError> {
        let client = client.client();
        client.metadata.may_ask_persons()?;
        match self.parameters.value("request") {
            None if must_sign(client) => Err(UNSIGNED),
            None => asking(&self.parameters, client, kept),
            Some(object) => {
                // CIBA Core §7.1.1: "Authentication request parameters MUST NOT be present outside of the JWT, in
                // particular they MUST NOT appear as HTTP request parameters."
                if self.parameters.names().any(|name| !BESIDE_SIGNED.contains(&name)) {
                    return Err(BESIDE);
                }
                let signed = request_object::open_backchannel(object, client, issuer, now)?;
                asking(&signed, client, kept)
            }
        }
    }
}

/// FAPI-CIBA has been published with and without this; we take the stricter, as of every request of such a client.
fn must_sign(client: &Client) -> bool {
    client.profile == Profile::Fapi2
        || client.metadata.backchannel_authentication_request_signing_alg.is_some()
}

/// CIBA Core §7.2: "The OpenID Provider MUST verify that all the REQUIRED parameters are present and their usage conforms to
/// this specification."
fn asking(said: &Parameters<'_>, client: &Client, kept: &KeptAnswer) -> Result<Asking, OAuthError> {
    let message = message(said)?;
    // FAPI-CIBA §4.1.1: "shall ensure unique authorization context exists in the authentication request or require a
    // binding_message in the authentication request"
    if message.is_none() && client.profile == Profile::Fapi2 {
        return Err(MESSAGE_MISSING);
    }
    // CIBA Core §5: it is told in the way it registered and in no other; CIBA Core §7.1: a client that is pinged or pushed says by what.
    let mode = client.metadata.backchannel_token_delivery_mode.unwrap_or_default();
    let notification_token = match (mode, said.value("client_notification_token")) {
        (DeliveryMode::Poll, _) => None,
        (_, None) => return Err(TOKEN_MISSING),
        (_, Some(text)) => Some(text.to_owned().try_into().map_err(|NotAToken| TOKEN_MALFORMED)?),
    };
    Ok(Asking {
        hint: hint(said)?,
        message,
        waits: waits(said)?,
        notification_token,
        request: UnverifiedRequest::knocking(client, said, kept)?,
    })
}

/// CIBA Core §7.1: "it is REQUIRED that the Client provides one (and only one) of the hints specified above in the
/// authentication request"; CIBA Core §7.2: "In the event the request contains more than one of the hints specified in
/// Authentication Request, the OpenID Provider MUST return an "`invalid_request`" error response as per Section 13."
fn hint(said: &Parameters<'_>) -> Result<Hint, OAuthError> {
    match (said.value("id_token_hint"), said.value("login_hint"), said.value("login_hint_token")) {
        (Some(text), None, None) => match IdTokenHint::read(Some(text)) {
            Ok(Some(hint)) => Ok(Hint::Known(hint)),
            _ => Err(unknown_person()),
        },
        // FAPI-CIBA §5.2: "this profile highly recommends `login_hint` to have the properties of a nonce with the
        // expectation being that it will be generated from an authorization server owned client authentication device."
        (None, Some(text), None) => text.parse().map(Hint::ReadOut).map_err(|_| unknown_person()),
        (None, None, None) => Err(HINT_MISSING),
        (None, None, Some(_)) => Err(HINT_TOKEN),
        _ => Err(HINTS_MANY),
    }
}

fn message(said: &Parameters<'_>) -> Result<Option<String>, OAuthError> {
    let Some(text) = said.value("binding_message") else { return Ok(None) };
    // Nothing that a page could show otherwise than it was written: no space to hide behind, no direction to turn.
    let plain = |c: char| c == ' ' || (!c.is_whitespace() && !c.is_control() && !turns(c));
    let fits = text.chars().count() <= MESSAGE_MAX && text.trim() == text;
    if fits && text.chars().all(plain) { Ok(Some(text.to_owned())) } else { Err(MESSAGE_MALFORMED) }
}

/// Characters that change the direction of others, or are not seen.
fn turns(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// CIBA Core §7.1.1: inside a signed request it "may be sent as either a JSON string or a JSON number, the OP must accept
/// either type." Both are the same text here.
fn waits(said: &Parameters<'_>) -> Result<SignedDuration, OAuthError> {
    let Some(text) = said.value("requested_expiry") else { return Ok(LONGEST) };
    let digits = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if digits { text.parse::<i64>().ok() } else { None };
    match seconds {
        Some(seconds) if seconds > 0 => {
            Ok(SignedDuration::from_secs(seconds).clamp(SHORTEST, LONGEST))
        }
        _ => Err(EXPIRY_MALFORMED),
    }
}

/// The text is no bearer token.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a bearer token of at most {TOKEN_MAX} characters")]
pub struct NotAToken;

impl NotificationToken {
    /// For the `Authorization` header of a notification.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for NotificationToken {
    type Error = NotAToken;

    fn try_from(text: String) -> Result<Self, NotAToken> {
        // CIBA Core §7.1: 1024 characters at most, and a bearer token as RFC 6750 writes it.
        // RFC 6750 §2.1: "b64token    = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=""
        let token = text.trim_end_matches('=');
        let plain = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
        };
        if !token.is_empty() && text.len() <= TOKEN_MAX && token.bytes().all(plain) {
            Ok(Self(text))
        } else {
            Err(NotAToken)
        }
    }
}

impl From<NotificationToken> for String {
    fn from(token: NotificationToken) -> Self {
        token.0
    }
}

impl std::fmt::Debug for NotificationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[notification token]")
    }
}

/// What a client is told that is: that it may ask, and not what was answered.
#[derive(Debug, Serialize)]
pub struct Notification<'a> {
    /// What the client calls its request.
    pub auth_req_id: &'a str,
}

impl Notification<'_> {
    /// As it is posted.
    pub fn text(&self) -> String {
        // A struct of one string has always a JSON text.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What a client is told to which tokens are pushed: the answer itself.
#[derive(Serialize)]
#[serde(untagged)]
pub enum PushedAnswer<'a> {
    /// CIBA Core §10.3.1: tokens, in the members of a token response.
    Tokens {
        /// What the client calls its request.
        auth_req_id: &'a str,
        /// What it is given.
        #[serde(flatten)]
        tokens: &'a TokenResponse,
    },
    /// CIBA Core §12: why there are none.
    Failure {
        /// What the client calls its request.
        auth_req_id: &'a str,
        /// One of three words.
        error: &'static str,
        /// A sentence for its developer.
        error_description: &'static str,
    },
}

impl<'a> PushedAnswer<'a> {
    /// Why there are no tokens: CIBA Core §12 knows `access_denied`, `expired_token` and, for everything else, `transaction_failed`.
    pub fn failure(auth_req_id: &'a str, why: &OAuthError) -> Self {
        let error = match why.code {
            ErrorCode::AccessDenied | ErrorCode::ExpiredToken => why.code,
            _ => ErrorCode::TransactionFailed,
        };
        Self::Failure { auth_req_id, error: error.as_str(), error_description: why.description }
    }

    /// As it is posted.
    pub fn text(&self) -> String {
        // Structs of strings and numbers have always a JSON text.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What the client is answered at once.
///
/// CIBA Core §7.3: `interval` "will only be present if the Client is registered to use the Poll or Ping modes."
///
/// CIBA Core §7.3: `auth_req_id` "MUST contain sufficient entropy (a minimum of 128 bits while 160 bits is recommended) to make
/// brute force guessing or forgery of a valid `auth_req_id` computationally infeasible", and "The OpenID Provider MUST restrict
/// the characters used to 'A'-'Z', 'a'-'z', '0'-'9', '.', '-' and '_'": 256 bits in base64url.
#[derive(Clone, Serialize)]
pub struct BackchannelResponse {
    auth_req_id: String,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<i64>,
}

impl BackchannelResponse {
    /// The answer with the secret by which this client's request goes on.
    pub fn new(client: &Client, auth_req_id: &CodeVerifier, waits: SignedDuration) -> Self {
        Self {
            auth_req_id: auth_req_id.expose().to_owned(),
            expires_in: waits.as_secs(),
            interval: (!client.metadata.is_pushed()).then_some(INTERVAL.as_secs()),
        }
    }

    /// What the client comes back with, or is told beside its tokens.
    pub fn auth_req_id(&self) -> &str {
        &self.auth_req_id
    }
}

/// The request id of a token request, CIBA Core §10.1: also of a client that is pinged, which may ask before it was.
pub(super) fn presented(form: &Parameters<'_>) -> Result<CodeVerifier, OAuthError> {
    form.required("auth_req_id")?.parse().map_err(|_| unknown())
}

/// The refusal for a request id that is none of ours, of another client, or was redeemed.
pub const fn unknown() -> OAuthError {
    ErrorCode::InvalidGrant
        .because("auth_req_id_unknown", "auth_req_id is not one of ours, or was redeemed")
}

/// The refusal for a client that comes for what is pushed to it.
pub const fn pushed_only() -> OAuthError {
    ErrorCode::UnauthorizedClient.because(
        "tokens_are_pushed",
        "the client registered to be pushed its tokens: wait for them",
    )
}

/// The refusal for a hint behind which nobody is: the same whatever the reason, so that nobody is looked up by it.
pub const fn unknown_person() -> OAuthError {
    ErrorCode::UnknownUserId.because("person_unknown", "the hint leads to nobody")
}

/// The refusal where a person is asked too often, or will not be asked by this organisation.
pub const fn not_now() -> OAuthError {
    ErrorCode::AccessDenied
        .because("not_asked", "this person is not asked now; offer another method")
}

const UNSIGNED: OAuthError = ErrorCode::InvalidRequest
    .because("request_not_signed", "this client must sign what it asks: send it as request");
const BESIDE: OAuthError = ErrorCode::InvalidRequest
    .because("beside_signed_request", "nothing may be asked beside a signed request");
const HINT_MISSING: OAuthError =
    ErrorCode::InvalidRequest.because("hint_missing", "say of whom: id_token_hint or login_hint");
const HINTS_MANY: OAuthError =
    ErrorCode::InvalidRequest.because("hints_many", "say of whom by one hint, not by several");
const HINT_TOKEN: OAuthError = ErrorCode::InvalidRequest
    .because("login_hint_token_not_spoken", "use id_token_hint or login_hint");
const MESSAGE_MISSING: OAuthError = ErrorCode::InvalidRequest
    .because("binding_message_missing", "this client must send a binding_message");
const MESSAGE_MALFORMED: OAuthError = ErrorCode::InvalidBindingMessage
    .because("binding_message_malformed", "binding_message is one line of at most 64 characters");
const EXPIRY_MALFORMED: OAuthError = ErrorCode::InvalidRequest
    .because("requested_expiry_malformed", "requested_expiry must be a positive number of seconds");
const TOKEN_MISSING: OAuthError = ErrorCode::InvalidRequest.because(
    "client_notification_token_missing",
    "a client that is notified must send a client_notification_token",
);
const TOKEN_MALFORMED: OAuthError = ErrorCode::InvalidRequest.because(
    "client_notification_token_malformed",
    "client_notification_token must be a bearer token of at most 1024 characters",
);

#[cfg(test)]
mod tests;
