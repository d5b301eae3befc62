//! Whole dialogues with an emulated chip, and what a disturbed line does to them.

#![expect(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::match_same_arms,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that meets what it did not expect has failed"
)]

mod emulated;
mod secure;
mod stories;
