//! The sender of text messages.
//!
//! `POST /messages` with `{"to", "template"}` and what the template has blanks for; any `2xx` means it
//! was taken for delivery. The words are the sender's, by template:
//!
//! | template | blanks |
//! |---|---|
//! | `phone_code` | `code`, `minutes` |
//! | `certificate_replaced` | `link`, `hours` |
//! | `phone_changed` | `link`, `hours` |
//! | `reissue_cut` | `link`, `hours` |
//! | `told` | `about`, `link`: `about` is `ward_applies`, `ward_asks`, `guardian_disagrees`, `guardianship_changed`, `ward_locked`, `asked`, `fourteen`, `eighteen`, `ward_fourteen`, `ward_eighteen`, `document_added` or `document_removed` |

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

    /// The certificate we show it.
    pub(crate) fn own(&self) -> Option<std::sync::Arc<crate::tls::OwnCertificate>> {
        self.0.own()
    }
}

impl MessageSender for Messages {
    fn send<'a>(
        &'a self,
        to: &'a PhoneNumber,
        message: Message,
    ) -> BoxFuture<'a, Result<(), OutsideError>> {
        BoxFuture::new(async move {
            let letter = Letter { to: to.as_str(), template: Template::from(message) };
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
    #[serde(flatten)]
    template: Template,
}

#[derive(Serialize)]
#[serde(tag = "template", rename_all = "snake_case")]
enum Template {
    PhoneCode { code: String, minutes: u8 },
    CertificateReplaced { link: String, hours: u64 },
    PhoneChanged { link: String, hours: u64 },
    ReissueCut { link: String, hours: u64 },
    Told { about: &'static str, link: String },
}

impl From<Message> for Template {
    fn from(message: Message) -> Self {
        match message {
            Message::PhoneCode { code, minutes } => Self::PhoneCode { code, minutes },
            Message::CertificateReplaced { link, hours } => {
                Self::CertificateReplaced { link, hours }
            }
            Message::PhoneChanged { link, hours } => Self::PhoneChanged { link, hours },
            Message::ReissueCut { link, hours } => Self::ReissueCut { link, hours },
            Message::Told { about, link } => Self::Told { about: about.as_str(), link },
        }
    }
}
