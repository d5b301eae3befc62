//! The holder's side: a device key, the proofs it makes, and the net certificate it holds.
//!
//! Knows: device keys behind a trait, what a device signs for the platform, how a passcode is stretched, how a net certificate is checked and read,
//! how the chip of a document is opened and read, how a wallet on a command line is kept.
//! Must not know: the platform's insides (`service`, `store`), pages, HTTP. Bytes come in and go out; who carries them
//! is the caller's.

pub mod chip;

mod certificate;
mod device_key;
mod dynamic_code;
mod file;
mod mirror;
mod proof;
mod sheet;
mod wallet;

pub use certificate::{BadCertificate, NetCertificate};
pub use device_key::{DeviceKey, KeyAway, SoftwareKey};
pub use dynamic_code::{CodeKey, NotACodeKey};
pub use file::FileError;
pub use mirror::{NotPublished, Published};
pub use sheet::{NotASheetCode, Sheet, SheetCode};
pub use wallet::{NoCertificate, NoSalt, Wallet};
