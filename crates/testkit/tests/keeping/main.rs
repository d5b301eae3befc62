//! What is kept: for how long, under which keys, by how many processes, and what a thief finds.
#![allow(
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on has failed"
)]

mod export;
mod power_cut;
mod purge;
mod reviewed;
mod rotation;
mod stolen_database;
mod two_processes;
