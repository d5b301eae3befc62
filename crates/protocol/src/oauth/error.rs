//! What a client is told when it may not have what it asked.
//!
//! OpenID Connect Core §3.1.3.4: at the token endpoint it is 400 and JSON, as OAuth has it.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// The code a standard gives an error.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ErrorCode {
    /// RFC 6749 §4.1.2.1: the person or the platform declined.
    AccessDenied,
    /// OpenID Connect Core §3.1.2.6: the person would have to choose an account.
    AccountSelectionRequired,
    /// `OpenID4VCI` §8.3.1.2: the issuer declines, and will again.
    CredentialRequestDenied,
    /// OpenID Connect Core §3.1.2.6: the person would have to consent, and no page may be shown.
    ConsentRequired,
    /// RFC 8628 §3.5: the person has not answered yet.
    AuthorizationPending,
    /// RFC 8628 §3.5: nobody answered in time.
    ExpiredToken,
    /// RFC 6750 §3.1: the token does not reach this far.
    InsufficientScope,
    /// OpenID Connect Core §3.1.2.6: some page would have to be shown.
    InteractionRequired,
    /// RFC 9396 §5: a structured request is of an unknown type or form.
    InvalidAuthorizationDetails,
    /// CIBA Core §13: the message cannot be shown.
    InvalidBindingMessage,
    /// RFC 6749 §5.2: who the client is was not proved.
    InvalidClient,
    /// RFC 7591 §3.2.2: a registration says what cannot be served.
    InvalidClientMetadata,
    /// `OpenID4VCI` §8.3.1.2: the request for credentials is malformed.
    InvalidCredentialRequest,
    /// `OpenID4VCI` §8.3.1.2: answers cannot be encrypted so.
    InvalidEncryptionParameters,
    /// `OpenID4VCI` §8.3.1.2: a proof was made over another nonce than ours.
    InvalidNonce,
    /// `OpenID4VCI` §11.3: a notification is of no credentials of this wallet's.
    InvalidNotificationId,
    /// `OpenID4VCI` §11.3: a notification is malformed.
    InvalidNotificationRequest,
    /// `OpenID4VCI` §8.3.1.2: a proof of a key is missing or does not hold.
    InvalidProof,
    /// RFC 9449 §5: the proof of possession is wrong.
    InvalidDpopProof,
    /// RFC 6749 §5.2: the code is unknown, used, expired, or another client's.
    InvalidGrant,
    /// RFC 6749 §4.1.2.1: something is missing, doubled or malformed.
    InvalidRequest,
    /// RFC 9101 §6: the request object is not what it must be.
    InvalidRequestObject,
    /// RFC 7591 §3.2.2: a redirect URI cannot be one.
    InvalidRedirectUri,
    /// OpenID Connect Core §3.1.2.6: `request_uri` leads to nothing of ours.
    InvalidRequestUri,
    /// RFC 6749 §4.1.2.1: the scope is unknown or malformed.
    InvalidScope,
    /// RFC 6750 §3.1: the access token is expired, revoked or malformed.
    InvalidToken,
    /// `OpenID4VCI` §9.3: no such credentials are waited for.
    InvalidTransactionId,
    /// OpenID Connect Core §3.1.2.6: the person would have to sign in, and no page may be shown.
    LoginRequired,
    /// OpenID Connect Core §3.1.2.6: `registration` is not spoken here.
    RegistrationNotSupported,
    /// OpenID Connect Core §3.1.2.6: `request_uri` is not spoken here.
    RequestUriNotSupported,
    /// RFC 8628 §3.5: the person has not answered yet, and it is asked too often.
    SlowDown,
    /// RFC 6749 §4.1.2.1: we broke.
    ServerError,
    /// RFC 6749 §4.1.2.1: try again later.
    TemporarilyUnavailable,
    /// CIBA Core §12: it was answered, and something else stood in the way.
    TransactionFailed,
    /// RFC 6749 §4.1.2.1: this client may not ask this way.
    UnauthorizedClient,
    /// OpenID Connect Core Error Code `unmet_authentication_requirements`: the wanted factors
    /// cannot be met.
    UnmetAuthenticationRequirements,
    /// `OpenID4VCI` §8.3.1.2: no such credential is issued here.
    UnknownCredentialConfiguration,
    /// `OpenID4VCI` §8.3.1.2: no such credential dataset was granted.
    UnknownCredentialIdentifier,
    /// CIBA Core §13: the hint leads to nobody.
    UnknownUserId,
    /// RFC 6749 §5.2: this grant type is not offered.
    UnsupportedGrantType,
    /// RFC 6749 §4.1.2.1: this response type is not offered.
    UnsupportedResponseType,
    /// RFC 9449 §8: the proof of possession lacks a nonce of ours.
    UseDpopNonce,
}

impl ErrorCode {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::AuthorizationPending => "authorization_pending",
            Self::ConsentRequired => "consent_required",
            Self::CredentialRequestDenied => "credential_request_denied",
            Self::ExpiredToken => "expired_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InteractionRequired => "interaction_required",
            Self::InvalidAuthorizationDetails => "invalid_authorization_details",
            Self::InvalidBindingMessage => "invalid_binding_message",
            Self::InvalidClient => "invalid_client",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidCredentialRequest => "invalid_credential_request",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::InvalidEncryptionParameters => "invalid_encryption_parameters",
            Self::InvalidNonce => "invalid_nonce",
            Self::InvalidNotificationId => "invalid_notification_id",
            Self::InvalidNotificationRequest => "invalid_notification_request",
            Self::InvalidProof => "invalid_proof",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidToken => "invalid_token",
            Self::InvalidTransactionId => "invalid_transaction_id",
            Self::LoginRequired => "login_required",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::SlowDown => "slow_down",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::TransactionFailed => "transaction_failed",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::UnknownCredentialConfiguration => "unknown_credential_configuration",
            Self::UnknownCredentialIdentifier => "unknown_credential_identifier",
            Self::UnknownUserId => "unknown_user_id",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UseDpopNonce => "use_dpop_nonce",
        }
    }

    /// The HTTP status when the error is the body of an answer and not part of a redirect.
    pub const fn status(self) -> u16 {
        match self {
            // RFC 6749 §5.2: "The authorization server MAY return an HTTP 401 (Unauthorized)
            // status code to indicate which HTTP authentication schemes are supported."
            // RFC 6750 §3.1: "The resource SHOULD respond with the HTTP 401 (Unauthorized)
            // status code."
            Self::InvalidClient | Self::InvalidToken => 401,
            // RFC 6750 §3.1: "The resource server SHOULD respond with the HTTP 403 (Forbidden)
            // status code"
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            // RFC 6749 §5.2: "The authorization server responds with an HTTP 400 (Bad Request)
            // status code (unless specified otherwise)"
            _ => 400,
        }
    }

    /// An error of this code, with our own stable `reason` and a sentence for developers.
    pub const fn because(self, reason: &'static str, description: &'static str) -> OAuthError {
        debug_assert!(is_quotable(description), "no quotes, backslashes or controls");
        OAuthError { code: self, reason, description }
    }
}

// RFC 6749 §5.2, CIBA Core §13: "Values for the "error_description" parameter MUST NOT include characters outside
// the set %x20-21 / %x23-5B / %x5D-7E."
const fn is_quotable(description: &str) -> bool {
    let mut rest = description.as_bytes();
    while let [first, others @ ..] = rest {
        if !matches!(first, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e) {
            return false;
        }
        rest = others;
    }
    true
}

/// A refusal in the words of OAuth.
///
/// Everything in it is written in our source: nothing a client sent is ever echoed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}: {reason}", code.as_str())]
pub struct OAuthError {
    /// What the standard calls it.
    pub code: ErrorCode,
    /// What we call it: a stable `snake_case` word, finer than `code`.
    pub reason: &'static str,
    /// A sentence for the client's developer; it may change.
    pub description: &'static str,
}

impl OAuthError {
    /// Is it the proof of possession that will not do?
    pub const fn is_about_possession(&self) -> bool {
        matches!(self.code, ErrorCode::InvalidDpopProof | ErrorCode::UseDpopNonce)
    }
}

/// The JSON body of RFC 6749 §5.2, with our `reason` beside the standard's members.
impl Serialize for OAuthError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(Some(3))?;
        body.serialize_entry("error", self.code.as_str())?;
        body.serialize_entry("error_description", self.description)?;
        body.serialize_entry("reason", self.reason)?;
        body.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_the_one_of_rfc_6749() {
        let error = ErrorCode::InvalidGrant.because("code_expired", "the code has expired");
        assert_eq!(
            serde_json::to_value(error).unwrap(),
            serde_json::json!({
                "error": "invalid_grant",
                "error_description": "the code has expired",
                "reason": "code_expired",
            })
        );
        assert_eq!(error.to_string(), "invalid_grant: code_expired");
    }

    #[test]
    fn an_unproved_caller_is_401_and_a_bad_request_400() {
        assert_eq!(ErrorCode::InvalidClient.status(), 401);
        assert_eq!(ErrorCode::InvalidToken.status(), 401);
        assert_eq!(ErrorCode::InsufficientScope.status(), 403);
        assert_eq!(ErrorCode::InvalidGrant.status(), 400);
    }

    #[test]
    fn a_description_can_stand_in_a_header() {
        assert!(is_quotable("the person declined; offer another method (art. 7)"));
        for odd in ["say \"no\"", "a\\b", "a\r\nb", "网", "a\0"] {
            assert!(!is_quotable(odd), "{odd:?}");
        }
    }
}
