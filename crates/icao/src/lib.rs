//! ICAO 9303: the bytes of travel documents with a chip.
//!
//! Knows: what a chip and whoever reads it say to each other under secure messaging.
//! Must not know: who a document is about, where its bytes came from, the network, the time. → `service` and `wallet`
//! decide.

pub mod secure_messaging;
