//! A channel: a command goes out protected, its response comes back and is opened, one after the other.

use super::{
    Command, Keys, Response, Status, TooLong,
    apdu::MAX_EXPECTED,
    counter::Counter,
    encryption::NotWholeBlocks,
    keys::{MAC_LENGTH, WrongMac, padded},
    objects::{append, take},
};

/// Encrypted data; the first byte says how it is padded.
const PADDED_DATA: u8 = 0x87;
/// Encrypted data of an odd instruction.
const ODD_DATA: u8 = 0x85;
/// How much is asked for.
const EXPECTED: u8 = 0x97;
/// The status, protected.
const STATUS: u8 = 0x99;
/// The authentication code.
const MAC: u8 = 0x8E;

/// How data was padded: method 2 of ISO 9797-1.
const METHOD_2: u8 = 0x01;

/// Longest protected response read: the longest answer, its padding and the objects about it.
const MAX_RESPONSE: usize = MAX_EXPECTED + 64;

/// A reader's end of a channel that may speak next.
#[derive(Debug)]
pub struct Channel {
    keys: Keys,
    number: Counter,
}

/// A reader's end of a channel that spoke and waits for the chip.
#[derive(Debug)]
pub struct Waiting {
    keys: Keys,
    number: Counter,
    odd: bool,
}

/// Why a response is not the chip's own. The channel is over.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadResponse {
    /// A bare status: the chip did not understand the protected command, or the channel ended.
    #[error("the chip answered {0} without protection")]
    Unprotected(Status),
    /// Not the data objects of a protected response.
    #[error("not a protected response")]
    Form,
    /// Nobody with the channel's keys said it, or not now.
    #[error("the response was altered on its way")]
    Altered,
}

impl Channel {
    /// A channel that begins to count at zero, after PACE and chip authentication.
    pub fn new(keys: Keys) -> Self {
        Self { keys, number: Counter::ZERO }
    }

    /// A channel that begins to count where basic access control says.
    pub fn beginning_at(keys: Keys, start: [u8; 8]) -> Self {
        Self { keys, number: Counter::beginning_at(start) }
    }

    /// Encrypts and authenticates a command: the bytes for the chip, and the channel that waits for its answer.
    pub fn protect(self, command: &Command) -> Result<(Vec<u8>, Waiting), TooLong> {
        let Self { keys, number } = self;
        let number = number.next();
        let odd = command.is_odd();
        let [class, instruction, p1, p2] = command.header;
        // ICAO 9303-11 §9.8.4: "The command header MUST be included in the MAC calculation, therefore the class byte
        // CLA = 0x0C MUST be used."
        let header = [class | 0x0C, instruction, p1, p2];

        let mut objects = Vec::with_capacity(command.data.len() + 64);
        if !command.data.is_empty() {
            let sealed = keys.seal(number, &command.data).map_err(|_| TooLong)?;
            if odd {
                append(ODD_DATA, &sealed, &mut objects);
            } else {
                append(PADDED_DATA, &[&[METHOD_2], sealed.as_slice()].concat(), &mut objects);
            }
        }
        if let Some(expected) = command.expected {
            let [.., high, low] = expected.to_be_bytes();
            let short = expected <= 0x100;
            let length: &[u8] = if short { &[low] } else { &[high, low] };
            append(EXPECTED, length, &mut objects);
        }

        // ICAO 9303-11 figure 5: the padded header, then the objects, the counter before them.
        let mut message = padded(header.to_vec(), keys.cipher());
        message.extend_from_slice(&objects);
        append(MAC, &keys.mac_message(number, &message), &mut objects);

        let long = command.expected.is_some_and(|expected| expected > 0x100);
        let most = if long || objects.len() > 0xFF { MAX_EXPECTED } else { 0x100 };
        let bytes = Command::new(header).with_data(&objects)?.expecting(most)?.to_bytes();
        Ok((bytes, Waiting { keys, number, odd }))
    }
}

impl Waiting {
    /// Checks and decrypts what the chip answered. Only a right answer gives the channel back.
    pub fn open(self, bytes: &[u8]) -> Result<(Response, Channel), BadResponse> {
        let Self { keys, number, odd } = self;
        let number = number.next();
        if bytes.len() > MAX_RESPONSE {
            return Err(BadResponse::Form);
        }
        let outer = bytes.split_last_chunk::<2>().ok_or(BadResponse::Form)?;
        let (objects, outer) = (outer.0, Status(u16::from_be_bytes(*outer.1)));
        if objects.is_empty() {
            return Err(BadResponse::Unprotected(outer));
        }
        let parts = Parts::read(objects, odd).ok_or(BadResponse::Form)?;
        keys.verify_message(number, parts.authenticated, parts.mac)?;
        // Under the code there is one status; one beside it that says something else was written by somebody else.
        if parts.status != outer {
            return Err(BadResponse::Altered);
        }
        let data = match parts.sealed {
            Some(sealed) => keys.unseal(number, sealed)?,
            None => Vec::new(),
        };
        Ok((Response { data, status: parts.status }, Channel { keys, number }))
    }
}

/// A protected response taken apart, nothing of it believed yet.
struct Parts<'a> {
    sealed: Option<&'a [u8]>,
    status: Status,
    mac: &'a [u8],
    /// Everything before the code.
    authenticated: &'a [u8],
}

impl<'a> Parts<'a> {
    /// ICAO 9303-11 §9.8.4: "Response APDU: [DO'85' or DO'87'] [DO'99'] DO'8E'", in this order and nothing else. A
    /// response without a status is refused: nothing would protect how it went.
    fn read(objects: &'a [u8], odd: bool) -> Option<Self> {
        let mut rest = objects;
        let (mut tag, mut value) = take(&mut rest)?;
        let mut sealed = None;
        if tag == PADDED_DATA || tag == ODD_DATA {
            sealed = Some(match (tag, value) {
                (PADDED_DATA, [METHOD_2, sealed @ ..]) if !odd => sealed,
                (ODD_DATA, sealed) if odd => sealed,
                _ => return None,
            });
            (tag, value) = take(&mut rest)?;
        }
        let &[high, low] = value else { return None };
        if tag != STATUS || sealed.is_some_and(<[u8]>::is_empty) {
            return None;
        }
        let authenticated = objects.get(..objects.len() - rest.len())?;
        let (MAC, mac) = take(&mut rest)? else { return None };
        (rest.is_empty() && mac.len() == MAC_LENGTH).then_some(Self {
            sealed,
            status: Status(u16::from_be_bytes([high, low])),
            mac,
            authenticated,
        })
    }
}

impl From<WrongMac> for BadResponse {
    fn from(_: WrongMac) -> Self {
        Self::Altered
    }
}

impl From<NotWholeBlocks> for BadResponse {
    fn from(_: NotWholeBlocks) -> Self {
        Self::Altered
    }
}

#[cfg(test)]
mod tests;
