//! The dialogue with the chip of a travel document, as bytes: from the first command to what the platform wants to know.
//!
//! [`open`] begins. Each step says something to the chip ([`Said`]) and takes what it answers; the caller carries the
//! bytes, over a contactless reader or a telephone's antenna, and shows how far reading is ([`Progress`]). At the end of
//! reading stands [`Next::Read`] with the files, and with it the chip that can still answer the platform's question.
//!
//! ```no_run
//! # use yinzheng_wallet::chip::{self, Access, Chance, Next};
//! # fn transmit(command: &[u8]) -> Vec<u8> { unimplemented!() }
//! # fn example(access: Access, chance: Chance) -> Result<(), chip::Error> {
//! let mut next = chip::open(access, chance)?;
//! let (files, chip) = loop {
//!     next = match next {
//!         Next::Say(said) => {
//!             let response = transmit(said.command());
//!             said.on_response(&response)?
//!         }
//!         Next::Read(files, chip) => break (files, chip),
//!         Next::Answered(_) => return Ok(()),
//!     };
//! };
//! # Ok(()) }
//! ```

mod access;
mod bac;
mod card_access;
mod chance;
mod dialogue;
mod error;
mod files;
mod line;
mod mapping_proof;
mod pace;
mod proving;
mod reading;

pub use access::{Access, CardAccessNumber, MrzKey, NotACardAccessNumber, NotAnMrzKey};
pub use chance::Chance;
pub use dialogue::{Next, Said, open};
pub use error::Error;
pub use files::{File, Files, Progress};
pub use proving::OpenChip;
