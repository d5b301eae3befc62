//! The dialogue with the chip of a travel document, as bytes: from the first command to what the platform wants to know.
//!
//! [`open`] begins. Each step says something to the chip ([`Said`]) and takes what it answers; the caller carries the
//! bytes, over a contactless reader or a telephone's antenna, and shows how far reading is ([`Progress`]). At the end of
//! reading stands [`Next::Read`] with the files, and with it the chip that can still answer the platform's question.
//!
//! ```
//! use yinzheng_wallet::chip::{self, Access, Chance, Error, Files, MrzKey, Next, OpenChip};
//!
//! /// Carries a command to the chip and its answer back. In the field lies a card of another kind: it has none of our files.
//! fn transmit(command: &[u8]) -> Vec<u8> {
//!     assert_eq!(command[1], 0xA4, "SELECT");
//!     vec![0x6A, 0x82]
//! }
//!
//! fn read(access: Access, chance: Chance) -> Result<(Files, OpenChip), Error> {
//!     let mut next = chip::open(access, chance)?;
//!     loop {
//!         next = match next {
//!             Next::Say(said) => {
//!                 let response = transmit(said.command());
//!                 said.on_response(&response)?
//!             }
//!             Next::Read(files, chip) => return Ok((files, chip)),
//!             Next::Answered(_) => unreachable!("nothing was asked yet"),
//!         };
//!     }
//! }
//!
//! let access = Access::Mrz(MrzKey::new("L898902C3", "740812", "310415").unwrap());
//! # let mut counter = 0_u8;
//! # let fill = move |bytes: &mut [u8]| bytes.fill_with(|| { counter = counter.wrapping_add(1); counter });
//! let refused = read(access, Chance::new(fill)).unwrap_err();
//! assert_eq!(refused.code(), "not_a_travel_document");
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
