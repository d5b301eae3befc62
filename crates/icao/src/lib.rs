//! ICAO Doc 9303: what a travel document's chip holds, and whether it is genuine.
//!
//! Knows: machine readable zones, the logical data structure, document security objects, country signing authorities,
//! secure messaging, active and chip authentication. Untrusted bytes in, [`GenuineFiles`] and [`GenuineChip`] out.
//! Must not know: who asks and why, the network, databases, the time of day. → `service` brings them.

mod active;
mod algorithms;
mod certificate;
mod chain;
pub mod challenge;
mod chip_authentication;
mod cms;
mod distinguished_name;
pub mod files;
pub mod flags;
pub mod genuine;
pub mod groups;
pub mod lds;
pub mod mrz;
pub mod passive;
pub mod question;
mod refused;
pub mod secure_messaging;
mod sod;
mod state;
mod tlv;
pub mod trust;

pub use challenge::ChipChallenge;
pub use files::{ChipFiles, DataGroup};
pub use flags::Flag;
pub use genuine::{ChipProof, GenuineChip, GenuineFiles};
pub use lds::{Details, Portrait, PortraitFormat};
pub use mrz::Mrz;
pub use question::{Bytes, ChipAnswer, ChipQuestion};
pub use refused::Refused;
pub use trust::{Anchor, BadTrust, RevocationList, TrustStore};
