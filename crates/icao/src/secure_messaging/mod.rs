//! Secure messaging between a reader and the chip of a document, as bytes in and bytes out.
//!
//! ISO 7816-4 commands and responses ([`Command`], [`Response`]); the keys both sides derive from one secret ([`Keys`]);
//! and the [`Channel`], which protects a command and opens the response to it, in turn. ICAO 9303-11 §9.8 describes it.
//!
//! The reader's side only. A chip that answers wrongly once is spoken to no more: [`Waiting::open`] gives the channel
//! back only with a response that was right.

mod apdu;
mod channel;
mod cipher;
mod counter;
mod derivation;
mod encryption;
mod keys;
pub mod objects;

pub use apdu::{Command, Response, Status, TooLong, TooShort};
pub use channel::{BadResponse, Channel, Waiting};
pub use cipher::{Cipher, UnknownCipher};
pub use encryption::NotWholeBlocks;
pub(crate) use encryption::encipher_under;
pub use keys::{Keys, PasswordKey, WrongMac};
