//! Where refusals and faults become wire: RFC 9457 problem documents, and OAuth's own form for its
//! endpoints.
//!
//! The stable word is `code`; sentences may change. A fault tells the caller a reference number and
//! the log the chain.

mod bearer;
mod native;
mod oauth;

use std::borrow::Cow;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use protocol::oauth::OAuthError;
use serde::Serialize;
use service::{Error, Refusal};

use crate::chain;

pub(crate) use bearer::BearerProblem;
pub(crate) use native::NativeProblem;
pub(crate) use oauth::OAuthProblem;

/// A refusal on its way out.
///
/// It also travels in the response's extensions, so that a browser can be shown a page of the same
/// words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// The stable word.
    pub(crate) code: &'static str,
    /// A sentence for developers.
    pub(crate) title: Cow<'static, str>,
    /// Which article it rests on.
    pub(crate) article: Option<&'static str>,
    /// What to tell the operator, who finds it in the log.
    pub(crate) reference: Option<String>,
    /// When another try is looked at.
    pub(crate) retry_at: Option<Timestamp>,
    /// After how many seconds another request is let in.
    pub(crate) retry_after: Option<u32>,
}

impl Problem {
    pub(crate) const NOT_FOUND: Self =
        Self::new(StatusCode::NOT_FOUND, "not_found", "nothing is here");
    pub(crate) const METHOD: Self = Self::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this is not done here with this method",
    );
    pub(crate) const BODY_TOO_LARGE: Self =
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "a body may hold 64 KiB");
    pub(crate) const BODY_UNREADABLE: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "body_unreadable",
        "the body is not the text it should be",
    );
    pub(crate) const QUERY_UNREADABLE: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "query_unreadable",
        "the query is not what is asked with here",
    );
    pub(crate) const BODY_KIND: Self = Self::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "body_kind",
        "the body is of another kind than is read here",
    );
    pub(crate) const TIMEOUT: Self =
        Self::new(StatusCode::REQUEST_TIMEOUT, "timeout", "the request took too long");
    pub(crate) const CROSS_SITE: Self =
        Self::new(StatusCode::FORBIDDEN, "cross_site", "another site may not send this form");
    pub(crate) const TICKET: Self = Self::new(
        StatusCode::FORBIDDEN,
        "ticket_wrong",
        "this form was not given to this browser for this purpose",
    );
    pub(crate) const TICKET_EXPIRED: Self = Self::new(
        StatusCode::FORBIDDEN,
        "ticket_expired",
        "this form lay open too long; open the page again",
    );
    pub(crate) const TOKEN_MISSING: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "token_missing",
        "send the access token in the Authorization header",
    );
    pub(crate) const AUTHORIZATION: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "authorization_malformed",
        "there is at most one Authorization header, of ASCII",
    );

    pub(crate) const DPOP: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "dpop_malformed",
        "there is at most one DPoP header, of ASCII",
    );

    pub(crate) const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        let title = Cow::Borrowed(title);
        Self {
            status,
            code,
            title,
            article: None,
            reference: None,
            retry_at: None,
            retry_after: None,
        }
    }

    /// We broke: the log gets the whole chain, the caller a number to tell the operator.
    fn fault(error: &Error) -> Self {
        let reference = reference();
        tracing::error!(reference, error = chain::line(error), "internal fault");
        Self {
            reference: Some(reference),
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal_fault",
                "we broke; nothing you did",
            )
        }
    }

    /// Too many requests from one place.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let retry_after = u32::try_from(wait.as_secs().max(1)).ok();
        Self {
            retry_after,
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "too many requests; wait",
            )
        }
    }
}

/// The caller's, explained; or ours, opaque.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Faulted { .. } => Self::fault(&error),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (article, retry_at) = match &refusal {
            Refusal::Rule(rule) => (rule.article(), retry_at(rule)),
            Refusal::PasscodeWrong { retry_at } | Refusal::CodeWrong { retry_at } => {
                (None, *retry_at)
            }
            _ => (None, None),
        };
        let title = match &refusal {
            Refusal::OAuth(error) => Cow::Borrowed(error.description),
            other => Cow::Owned(other.to_string()),
        };
        Self {
            status: status(&refusal),
            code: refusal.code(),
            title,
            article,
            reference: None,
            retry_at,
            retry_after: None,
        }
    }
}

fn retry_at(rule: &rules::Refusal) -> Option<Timestamp> {
    match rule {
        rules::Refusal::TooManyTries { retry_at } => Some(*retry_at),
        _ => None,
    }
}

fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::OAuth(error) => oauth_status(error),
        Refusal::NotSignedIn | Refusal::OfficerNotSignedIn => StatusCode::UNAUTHORIZED,
        Refusal::ApplicationUnknown
        | Refusal::DelegationUnknown
        | Refusal::OfficerUnknown
        | Refusal::EnrolmentUnknown
        | Refusal::ConsentUnknown
        | Refusal::DocumentNotKept
        | Refusal::UseUnknown
        | Refusal::StatusListUnknown
        | Refusal::LinkUnknown => StatusCode::NOT_FOUND,
        Refusal::StepNotDue
        | Refusal::ChallengeSpent
        | Refusal::ClientExists
        | Refusal::DeviceTaken
        | Refusal::DocumentKept
        | Refusal::ReportedAlready
        | Refusal::CertificateNotLocked => StatusCode::CONFLICT,
        Refusal::TriesExhausted
        | Refusal::CodesExhausted
        | Refusal::Rule(rules::Refusal::TooManyTries { .. } | rules::Refusal::ReportedTooOften) => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Refusal::OutsideAway { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Rule(rules::Refusal::CoolingDown { .. })
        | Refusal::OfficerSuspended
        | Refusal::InvitationSpent
        | Refusal::CertificateLocked
        | Refusal::CertificateEnded
        | Refusal::TicketInvalid => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// RFC 9457 §3, with our members beside the standard's.
#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            r#type: format!("urn:yinzheng:problem:{}", self.code),
            title: &self.title,
            status: self.status.as_u16(),
            code: self.code,
            article: self.article,
            reference: self.reference.as_deref(),
            retry_at: self.retry_at,
            retry_after: self.retry_after,
        };
        // Strings and numbers always have a JSON text.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response =
            (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body)
                .into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// A fault's number: enough to find the line in the log, and nothing else.
fn reference() -> String {
    use service::World as _;
    let mut bytes = [0; 4];
    crate::RealWorld.fill(&mut bytes);
    data_encoding::HEXLOWER.encode(&bytes)
}

fn oauth_status(error: &OAuthError) -> StatusCode {
    StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST)
}
