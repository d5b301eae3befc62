//! The line to the chip: in clear at first, protected once it was opened.

use icao::secure_messaging::{Channel, Command, Response, TooLong, Waiting};

use super::Error;

/// A line on which we may speak.
#[derive(Debug)]
pub(super) enum Line {
    Clear,
    Protected(Channel),
}

/// A line on which the chip is to answer.
#[derive(Debug)]
pub(super) enum Listening {
    Clear,
    Protected(Waiting),
}

impl Line {
    /// The bytes of a command for the chip, and the line that waits.
    pub(super) fn say(self, command: &Command) -> Result<(Vec<u8>, Listening), Error> {
        match self {
            Self::Clear => Ok((command.to_bytes(), Listening::Clear)),
            Self::Protected(channel) => {
                let (bytes, waiting) = channel.protect(command)?;
                Ok((bytes, Listening::Protected(waiting)))
            }
        }
    }
}

impl Listening {
    /// What the chip answered, and the line on which we may speak again.
    pub(super) fn hear(self, bytes: &[u8]) -> Result<(Response, Line), Error> {
        match self {
            Self::Clear => {
                let response = Response::parse(bytes).map_err(|_| Error::NoAnswer)?;
                Ok((response, Line::Clear))
            }
            Self::Protected(waiting) => {
                let (response, channel) = waiting.open(bytes)?;
                Ok((response, Line::Protected(channel)))
            }
        }
    }
}

impl From<TooLong> for Error {
    fn from(_: TooLong) -> Self {
        Self::Unsayable
    }
}
