//! What comes next in an enrolment, as whoever takes the step is told.

use icao::ChipQuestion;
use jiff::Timestamp;

/// What comes next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// Show whose record a document is to be added to: the certificate's device signs this challenge.
    Holder {
        /// The device signs it.
        challenge: String,
    },
    /// Read the document's chip with this challenge.
    Document {
        /// The chip answers it.
        challenge: String,
    },
    /// Have the document's chip answer.
    Chip {
        /// What it is asked.
        question: ChipQuestion,
    },
    /// The guardian's document, read with this challenge.
    Guardian {
        /// The chip answers it.
        challenge: String,
    },
    /// The own document of the guardian who applies for a child, read with this challenge.
    OwnCard {
        /// The chip answers it.
        challenge: String,
    },
    /// The guardian was asked from afar; who sits together after all reads the card with this challenge.
    Waiting {
        /// The guardian's chip answers it.
        challenge: String,
        /// The end of the link to give to the guardian.
        link: String,
        /// When the application lapses by itself.
        until: Timestamp,
    },
    /// The guardian said no; nothing that was proved is kept.
    Declined,
    /// The document was added to the record; nothing more is due.
    Added,
    /// A live portrait, or another way.
    Portrait,
    /// The phone number.
    Phone,
    /// The code sent to the phone.
    PhoneCode {
        /// The number, masked.
        phone_masked: String,
    },
    /// Choose a passcode and bind this device with this challenge.
    Device {
        /// The device signs it.
        challenge: String,
    },
}
