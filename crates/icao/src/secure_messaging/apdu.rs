//! What is said to a chip and what it answers: ISO 7816-4 command and response APDUs.

use std::fmt;

/// Longest data of a command: what the standard's two length bytes can say.
const MAX_DATA: usize = 0xFFFF;

/// Longest answer that can be asked for.
pub(crate) const MAX_EXPECTED: usize = 0x1_0000;

/// Beyond these, lengths take three bytes instead of one.
const SHORT_DATA: usize = 0xFF;
const SHORT_EXPECTED: usize = 0x100;

/// A command to a chip.
#[derive(Clone, Eq, PartialEq)]
pub struct Command {
    pub(crate) header: [u8; 4],
    pub(crate) data: Vec<u8>,
    pub(crate) expected: Option<usize>,
}

/// More than a command can carry, or a response bring.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("longer than a chip can be told")]
pub struct TooLong;

/// Two bytes of status, at least, are a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not the response of a chip")]
pub struct TooShort;

impl Command {
    /// Class, instruction and two parameters; no data, and none asked for.
    pub fn new(header: [u8; 4]) -> Self {
        Self { header, data: Vec::new(), expected: None }
    }

    /// With data for the chip.
    pub fn with_data(mut self, data: &[u8]) -> Result<Self, TooLong> {
        if data.len() > MAX_DATA {
            return Err(TooLong);
        }
        self.data = data.to_vec();
        Ok(self)
    }

    /// Asks for an answer of at most this many bytes, 1 to 65 536.
    pub fn expecting(mut self, expected: usize) -> Result<Self, TooLong> {
        if !(1..=MAX_EXPECTED).contains(&expected) {
            return Err(TooLong);
        }
        self.expected = Some(expected);
        Ok(self)
    }

    /// The bytes for the chip, in the shortest of the standard's forms.
    pub fn to_bytes(&self) -> Vec<u8> {
        let extended =
            self.data.len() > SHORT_DATA || self.expected.is_some_and(|le| le > SHORT_EXPECTED);
        let mut bytes = self.header.to_vec();
        if extended {
            bytes.push(0);
        }
        let length = |length: usize, bytes: &mut Vec<u8>| {
            let [.., high, low] = length.to_be_bytes();
            if extended {
                bytes.push(high);
            }
            bytes.push(low);
        };
        if !self.data.is_empty() {
            length(self.data.len(), &mut bytes);
            bytes.extend_from_slice(&self.data);
        }
        if let Some(expected) = self.expected {
            // The greatest length there is does not fit and is said with zeros.
            length(expected, &mut bytes);
        }
        bytes
    }

    /// ISO 7816-4 §5.1: an odd instruction carries its data as data objects.
    pub(crate) fn is_odd(&self) -> bool {
        let [_, instruction, ..] = self.header;
        instruction & 1 == 1
    }
}

/// Shows which command it is, never what it carries.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [_, instruction, ..] = self.header;
        write!(f, "Command({instruction:02X})")
    }
}

/// What a chip answered.
#[derive(Clone, Eq, PartialEq)]
pub struct Response {
    pub(crate) data: Vec<u8>,
    pub(crate) status: Status,
}

impl Response {
    /// Reads what came from the chip.
    pub fn parse(bytes: &[u8]) -> Result<Self, TooShort> {
        let Some((data, status)) = bytes.split_last_chunk::<2>() else { return Err(TooShort) };
        if data.len() > MAX_EXPECTED {
            return Err(TooShort);
        }
        Ok(Self { data: data.to_vec(), status: Status(u16::from_be_bytes(*status)) })
    }

    /// The data, without the status.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// How it went.
    pub fn status(&self) -> Status {
        self.status
    }
}

/// Shows how it went, never what was read.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.data.len())
    }
}

/// The two status bytes of a response.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Status(pub u16);

impl Status {
    /// ISO 7816-4 §5.1.3: done, nothing to add.
    pub const DONE: Self = Self(0x9000);
    /// The file ended before as much was read as was asked for.
    pub const END_OF_FILE: Self = Self(0x6282);
    /// An answer to an authentication that was wrong.
    pub const WRONG_SECRET: Self = Self(0x6300);
    /// More was needed first: no authentication, or no protection.
    pub const NOT_ALLOWED: Self = Self(0x6982);
    /// No such file.
    pub const NO_FILE: Self = Self(0x6A82);
    /// Protection was expected and is missing.
    pub const PROTECTION_MISSING: Self = Self(0x6987);
    /// Protection was there and wrong.
    pub const PROTECTION_WRONG: Self = Self(0x6988);
    /// Reading begins beyond the end.
    pub const WRONG_OFFSET: Self = Self(0x6B00);
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Status({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_the_shortest_form() {
        let read = Command::new([0, 0xB0, 0, 0]);
        assert_eq!(read.to_bytes(), [0, 0xB0, 0, 0]);
        let bytes = |expected| read.clone().expecting(expected).unwrap().to_bytes();
        assert_eq!(bytes(4), [0, 0xB0, 0, 0, 4]);
        assert_eq!(bytes(256), [0, 0xB0, 0, 0, 0]);
        assert_eq!(bytes(257), [0, 0xB0, 0, 0, 0, 1, 1]);
        assert_eq!(bytes(65_536), [0, 0xB0, 0, 0, 0, 0, 0]);
        let select = Command::new([0, 0xA4, 2, 0xC]).with_data(&[1, 0x1E]).unwrap();
        assert_eq!(select.to_bytes(), [0, 0xA4, 2, 0xC, 2, 1, 0x1E]);
        let long = select.with_data(&[7; 256]).unwrap().expecting(4).unwrap().to_bytes();
        assert_eq!(long[4..7], [0, 1, 0]);
        assert_eq!(long[7 + 256..], [0, 4]);
    }

    #[test]
    fn what_cannot_be_said_is_not_made() {
        let command = Command::new([0; 4]);
        assert_eq!(command.clone().with_data(&vec![0; 65_536]), Err(TooLong));
        assert_eq!(command.clone().expecting(0), Err(TooLong));
        assert_eq!(command.expecting(65_537), Err(TooLong));
    }

    #[test]
    fn a_response_has_a_status() {
        assert_eq!(Response::parse(&[0x90]), Err(TooShort));
        let response = Response::parse(&[1, 0x90, 0]).unwrap();
        assert_eq!((response.data(), response.status()), ([1].as_slice(), Status::DONE));
    }

    #[test]
    fn shows_nothing_it_carries() {
        let response = Response::parse(b"secret\x90\x00").unwrap();
        assert_eq!(format!("{response:?}"), "Response(9000, 6 bytes)");
        let command = Command::new([0, 0x82, 0, 0]).with_data(b"secret").unwrap();
        assert_eq!(format!("{command:?}"), "Command(82)");
    }
}
