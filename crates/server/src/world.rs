//! The real world: the one clock and the one source of chance of this program.

use std::time::Instant;

use jiff::Timestamp;
use service::World;

/// The machine's clock and the operating system's chance.
#[derive(Clone, Copy, Debug)]
pub struct RealWorld;

impl World for RealWorld {
    #[expect(clippy::disallowed_methods, reason = "the one clock everything else is handed")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one source of chance everything else is handed"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if aws_lc_rs::rand::fill(bytes).is_err() {
            // A platform that cannot draw keys must not go on with predictable ones.
            std::process::abort();
        }
    }
}

/// A moment to measure a duration from, for metrics and the access log only.
#[expect(clippy::disallowed_methods, reason = "durations on the log are real ones, in tests too")]
pub(crate) fn stopwatch() -> Instant {
    Instant::now()
}
