//! A client that asked a person by itself is told that it may fetch the answer, and not what it is.
//!
//! CIBA Core §10.2: its `client_notification_token` as a bearer token, and `auth_req_id` in JSON. CIBA Core §9: at the address that
//! it registered, over TLS.

use formats::Secret;
use protocol::oauth::backchannel::{Notification, NotificationToken};

use crate::{Admission, Content, Letter};

/// What is posted; `None` if the client is not told any more.
pub(crate) fn ping_letter(
    by: &Admission,
    auth_req_id: &str,
    token: &NotificationToken,
) -> Option<Letter> {
    notification(by, token, Notification { auth_req_id }.text())
}

/// A letter to where the client is told of its requests.
pub(crate) fn notification(
    by: &Admission,
    token: &NotificationToken,
    text: String,
) -> Option<Letter> {
    let to = by.client.metadata.backchannel_client_notification_endpoint.as_ref()?;
    Some(Letter {
        to: to.as_url().clone(),
        authorization: Some(Secret::new(token.expose().to_owned())),
        content: Content::Json(Secret::new(text)),
    })
}
