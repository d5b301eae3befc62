//! The sender of text messages.
//!
//! `POST /messages` with `{"to", "template", "code", "minutes"}`; any `2xx` means it was taken for
//! delivery. The words are the sender's, by template.

use rules::PhoneNumber;
use serde::Serialize;
use service::{BoxFuture, Message, MessageSender, OutsideError};

use super::{Party, PartyError};
use crate::config;

/// The sender behind an address.
pub(crate) struct Messages(Party);

impl Messages {
    pub(crate) fn new(outside: &config::Outside) -> Result<Self, PartyError> {
        Party::new(outside).map(Self)
    }
}

impl MessageSender for Messages {
    fn send<'a>(
        &'a self,
        to: &'a PhoneNumber,
        message: Message,
    ) -> BoxFuture<'a, Result<(), OutsideError>> {
        BoxFuture::new(async move {
            let Message::PhoneCode { code, minutes } = message;
            let letter = Letter { to: to.as_str(), template: "phone_code", code: &code, minutes };
            let answer = self.0.ask("messages", &letter).await?;
            if answer.status.is_success() {
                Ok(())
            } else {
                Err(PartyError::Status(answer.status).into())
            }
        })
    }
}

#[derive(Serialize)]
struct Letter<'a> {
    to: &'a str,
    template: &'static str,
    code: &'a str,
    minutes: u8,
}
