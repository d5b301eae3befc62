//! Why the platform does not ask for a relying party, or does not tell it what came of it.

use crate::oauth::error::{ErrorCode, OAuthError};

/// The refusal for what a page brought that is no answer.
pub const fn unreadable() -> OAuthError {
    ErrorCode::InvalidRequest
        .because("presentation_unreadable", "answer is not what the wallet gave the page")
}

/// The refusal for a question that nobody answered yet, or whose answer came with another code.
pub const fn pending() -> OAuthError {
    ErrorCode::AuthorizationPending
        .because("presentation_pending", "there is no answer yet, or none with this response_code")
}

/// The refusal for a handle that is none of ours, or another client's.
pub const fn unknown() -> OAuthError {
    ErrorCode::InvalidGrant
        .because("presentation_unknown", "the presentation is unknown, or another client's")
}

/// The refusal for a question whose time is over.
pub const fn expired() -> OAuthError {
    ErrorCode::ExpiredToken.because("presentation_expired", "the time to answer is over; ask again")
}

/// The refusal for a question under a certificate, where the platform has none.
pub const fn uncertified() -> OAuthError {
    ErrorCode::InvalidRequest.because(
        "certificate_missing",
        "the platform has no certificate to ask under; ask without client_id_prefix",
    )
}

/// The refusal for a result that was fetched.
pub const fn fetched() -> OAuthError {
    ErrorCode::InvalidGrant
        .because("presentation_fetched", "the result was fetched before; it is handed out once")
}

/// The refusal for a question that a person declined in the wallet.
pub const fn declined() -> OAuthError {
    ErrorCode::AccessDenied.because("presentation_declined", "the person declined in the wallet")
}

/// The refusal for a question that a wallet fetched.
pub const fn taken() -> OAuthError {
    ErrorCode::InvalidRequestUri.because(
        "presentation_taken",
        "a wallet fetched this question already; have a new link made",
    )
}

/// The refusal for a second answer.
pub const fn answered() -> OAuthError {
    ErrorCode::InvalidRequest.because("presentation_answered", "this question was answered already")
}

/// The refusal for what no credential says.
pub const fn not_carried() -> OAuthError {
    ErrorCode::InvalidScope.because(
        "attribute_not_carried",
        "a net certificate does not say this; ask by a login instead",
    )
}

/// The refusal for a scene that demands more than a credential can prove.
pub const fn mode_beyond() -> OAuthError {
    ErrorCode::UnmetAuthenticationRequirements.because(
        "mode_not_carried",
        "this scene demands a passcode or a portrait, which no credential proves; ask by a login",
    )
}
