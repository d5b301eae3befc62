//! Why a chip cannot be read. Each has a stable word; what the holder can do about it is said in their language.

use icao::secure_messaging::{BadResponse, Status};

use super::File;

/// Why the dialogue ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is a chip, but no travel document's.
    #[error("the chip is not that of a travel document (it answered {0})")]
    NotATravelDocument(Status),
    /// The chip opens with something else than what we can say to it.
    #[error("the chip opens with none of the protocols known here")]
    AccessUnknown,
    /// The number or the dates are not this document's.
    #[error("the number or the dates are not those of this document")]
    WrongNumber,
    /// The chip is closed after too many wrong tries, for a while or for good.
    #[error("the chip is locked (it answered {0})")]
    Locked(Status),
    /// The chip did not show that it knows its own number: not the document whose number was typed, or somebody between.
    #[error("the chip does not know its own number")]
    Impostor,
    /// What came back is not what the chip sent, or it was cut off: most often the document moved.
    #[error("the connection to the chip was disturbed")]
    Disturbed(#[from] BadResponse),
    /// Bytes that are no answer at all.
    #[error("the chip answered what is no answer")]
    NoAnswer,
    /// The chip refused a step of the protocol.
    #[error("the chip refused {doing} (it answered {status})")]
    Refused {
        /// Which step.
        doing: &'static str,
        /// What it answered.
        status: Status,
    },
    /// A file that every document has cannot be read.
    #[error("{file} cannot be read (the chip answered {status})")]
    Unreadable {
        /// Which file.
        file: File,
        /// What it answered.
        status: Status,
    },
    /// A file says that it is longer than any document's.
    #[error("{0} is too long")]
    TooLong(File),
    /// A file is not what it must be.
    #[error("{0} is not as the standard describes")]
    Malformed(File),
    /// The platform asked something this chip has no key for.
    #[error("the chip cannot answer the platform's question")]
    QuestionUnknown,
    /// Something could not be said in a command; nothing a chip or a person did.
    #[error("a command could not be made")]
    Unsayable,
}

impl Error {
    /// Stable word for machines; the sentence may change.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotATravelDocument(_) => "not_a_travel_document",
            Self::AccessUnknown => "access_unknown",
            Self::WrongNumber => "wrong_number",
            Self::Locked(_) => "chip_locked",
            Self::Impostor => "chip_impostor",
            Self::Disturbed(_) | Self::NoAnswer => "chip_disturbed",
            Self::Refused { .. } => "chip_refused",
            Self::Unreadable { .. } => "file_unreadable",
            Self::TooLong(_) => "file_too_long",
            Self::Malformed(_) => "file_malformed",
            Self::QuestionUnknown => "question_unknown",
            Self::Unsayable => "command_unsayable",
        }
    }

    /// A refusal of an authentication: most often the number was typed wrong.
    pub(super) fn of_authentication(status: Status) -> Self {
        match status.0 {
            // ISO 7816-4 §5.1.5: "Authentication method blocked".
            0x6983 => Self::Locked(status),
            _ => Self::WrongNumber,
        }
    }
}
