//! How one becomes known: documents and chips, faces, phones, counters, and every way beside them.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on has failed"
)]

mod chip_documents;
mod chip_portraits;
mod counter;
mod documents;
mod enrol;
mod my_documents;
mod officers;
mod other_ways;
mod re_enrolment;
mod trust;
mod written_names;
