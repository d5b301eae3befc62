//! What comes next, as a wallet is told.

use axum::Json;
use icao::ChipQuestion;
use serde::Serialize;
use service::Step;

/// The step that is due. Its name is the last part of the path it is taken at.
#[derive(Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub(super) enum Due {
    /// Whose record a document is added to: the certificate's device signs this challenge.
    Holder { challenge: String },
    /// Read the document with this challenge.
    Document { challenge: String },
    /// Have the chip answer this question.
    Chip { question: ChipQuestion },
    /// Read the guardian's card with this challenge.
    Guardian { challenge: String },
    /// A guardian was asked from afar; the card may still be read with this challenge, as `guardian`.
    Waiting { challenge: String, link: String, until: String },
    /// The guardian said no.
    Declined,
    /// The document was added to the record: nothing is due.
    Added,
    /// A live portrait, or another way.
    Portrait,
    /// The phone number.
    Phone,
    /// The code sent to this number, masked. `phone` may be taken again.
    PhoneCode { phone: String },
    /// A passcode, and a device key that signs this challenge.
    Certificate { challenge: String },
}

impl From<Step> for Due {
    fn from(step: Step) -> Self {
        match step {
            Step::Holder { challenge } => Self::Holder { challenge },
            Step::Added => Self::Added,
            Step::Document { challenge } => Self::Document { challenge },
            Step::Chip { question } => Self::Chip { question },
            Step::Guardian { challenge } | Step::OwnCard { challenge } => {
                Self::Guardian { challenge }
            }
            Step::Waiting { challenge, link, until } => {
                Self::Waiting { challenge, link, until: until.to_string() }
            }
            Step::Declined => Self::Declined,
            Step::Portrait => Self::Portrait,
            Step::Phone => Self::Phone,
            Step::PhoneCode { phone_masked } => Self::PhoneCode { phone: phone_masked },
            Step::Device { challenge } => Self::Certificate { challenge },
        }
    }
}

/// The answer to a step that was taken.
pub(super) fn next(step: Step) -> Json<Due> {
    Json(step.into())
}
