//! ICAO Doc 9303: what a travel document's chip holds, and whether it is genuine.
//!
//! Knows: machine readable zones, the logical data structure, document security objects, country signing authorities,
//! secure messaging, active and chip authentication. Untrusted bytes in, genuine files and genuine chips out.
//! Must not know: who asks and why, the network, databases, the time of day. → `service` brings them.

pub mod files;
pub mod lds;
pub mod mrz;
pub mod question;
mod refused;
pub mod secure_messaging;
mod tlv;

pub use files::{ChipFiles, DataGroup};
pub use mrz::Mrz;
pub use question::{Bytes, ChipAnswer, ChipQuestion};
pub use refused::Refused;
