//! What is once-only and nothing more is written without waiting for the disk; and why nothing is let in twice for it.
//!
//! A proof that is spent alone (a pushed request's, userinfo's) is a row that every process sees at once and that outlives
//! `kill -9`. On SQLite, only a loss of power can undo the last of them. Then the platform starts anew: whatever was
//! made before it started may have been used and forgotten, and is refused. A `DPoP` proof was made after the nonce in
//! it, whose moment we sealed; its client is given another nonce, as when one is too old. An assertion was made at its
//! `iat`; one without, or ahead of our clock, is spent on disk, and so is never among those forgotten.

use jiff::Timestamp;
use store::{Authentication, Database};

use crate::Platform;

/// Since when nothing that was spent can have been forgotten, on a platform that starts now.
///
/// Assertions are dated to the second, and what was made in the second of the start is let in: no machine comes back from a
/// loss of power within the second in which it went.
pub(crate) fn remembers_since(
    store: &Database<Authentication>,
    now: Timestamp,
) -> Option<Timestamp> {
    let whole = Timestamp::from_second(now.as_second()).unwrap_or(now);
    store.may_forget().then_some(whole)
}

impl Platform {
    /// Whether something made at that moment may have been spent without our knowing.
    pub(crate) fn may_have_forgotten(&self, made_at: Timestamp) -> bool {
        self.inner().remembers_since.is_some_and(|since| made_at < since)
    }
}
