//! A desk's or gate's side: judges the codes that phones show, without a network.
//!
//! Knows: codes, the platform's keys and status lists as files that somebody brought, what a desk wants to know.
//! Must not know: the network, persons, yesterday. It keeps nothing: what it remembers for a minute and a half, so that a code
//! is taken once, dies with the program.

mod judge;
mod mirror;

pub use judge::{Desk, Passed, Refused};
pub use mirror::{BadMirror, Mirror, Standing};
