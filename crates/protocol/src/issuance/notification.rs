//! A wallet says what became of credentials (`OpenID4VCI` §11).

use formats::json;
use serde::Deserialize;

use crate::oauth::error::{ErrorCode, OAuthError};

/// Longest description that is looked at, and then forgotten: it is free text of a stranger's.
const MAX_DESCRIPTION: usize = 1024;

/// What became of the credentials of one answer.
///
/// `OpenID4VCI` §11.1: "It MUST be a case sensitive string whose value is either `credential_accepted`, `credential_failure`, or
/// `credential_deleted`."
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
pub enum NotificationEvent {
    /// They are in the wallet.
    #[serde(rename = "credential_accepted")]
    Accepted,
    /// They are not, for another reason than the person's will.
    #[serde(rename = "credential_failure")]
    Failure,
    /// The person did not want them.
    #[serde(rename = "credential_deleted")]
    Deleted,
}

impl NotificationEvent {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Failure, Self::Deleted];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "credential_accepted",
            Self::Failure => "credential_failure",
            Self::Deleted => "credential_deleted",
        }
    }
}

/// A notification of good form.
#[derive(Debug)]
pub struct Notification {
    /// What we called the answer.
    pub id: String,
    /// What became of it.
    pub event: NotificationEvent,
}

#[derive(Deserialize)]
struct Raw {
    notification_id: String,
    event: NotificationEvent,
    event_description: Option<String>,
}

impl Notification {
    /// Reads a notification's body.
    pub fn read(body: &str) -> Result<Self, OAuthError> {
        let raw: Raw = json::read(body.as_bytes()).map_err(|_| MALFORMED)?;
        let described = raw.event_description.unwrap_or_default();
        // OpenID4VCI §11.1: "Values for the `event_description` parameter MUST NOT include characters outside the set
        // %x20-21 / %x23-5B / %x5D-7E."
        let plain = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if described.len() > MAX_DESCRIPTION || !described.bytes().all(plain) {
            return Err(MALFORMED);
        }
        Ok(Self { id: raw.notification_id, event: raw.event })
    }
}

const MALFORMED: OAuthError = ErrorCode::InvalidNotificationRequest
    .because("notification_malformed", "a notification has notification_id and event, in JSON");

/// The identifier is none of ours, or of another person's credentials.
pub const UNKNOWN: OAuthError = ErrorCode::InvalidNotificationId.because(
    "notification_unknown",
    "notification_id is not of credentials that came by this token",
);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `OpenID4VCI` §11.1's own.
    #[test]
    fn the_standards_examples_are_read() {
        let accepted = r#"{"notification_id": "3fwe98js", "event": "credential_accepted"}"#;
        assert_eq!(Notification::read(accepted).unwrap().event, NotificationEvent::Accepted);
        let failed = r#"{"notification_id": "3fwe98js", "event": "credential_failure",
            "event_description": "Could not store the Credential. Out of storage."}"#;
        let failed = Notification::read(failed).unwrap();
        assert_eq!((failed.id.as_str(), failed.event), ("3fwe98js", NotificationEvent::Failure));
    }

    #[test]
    fn three_events_are_known() {
        for event in NotificationEvent::ALL {
            let body = json!({"notification_id": "a", "event": event.as_str(), "more": 1});
            let read = Notification::read(&body.to_string()).unwrap();
            assert_eq!((read.id.as_str(), read.event), ("a", event));
        }
        for body in [
            json!({}),
            json!([]),
            json!({"notification_id": "a"}),
            json!({"event": "credential_accepted"}),
            json!({"notification_id": 7, "event": "credential_accepted"}),
            json!({"notification_id": "a", "event": "Credential_accepted"}),
            json!({"notification_id": "a", "event": "credential_deleted", "event_description": "a\nb"}),
            json!({"notification_id": "a", "event": "credential_deleted", "event_description": "李"}),
            json!({"notification_id": "a", "event": "credential_deleted", "event_description": "a".repeat(1025)}),
        ] {
            let refused = Notification::read(&body.to_string()).unwrap_err();
            assert_eq!(refused.reason, "notification_malformed", "{body}");
        }
    }
}
