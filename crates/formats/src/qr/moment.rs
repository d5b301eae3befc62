//! The moment a code is good for: one half minute, or one reader's question.

use std::time::Duration;

/// How long a code is made for.
///
/// As long as a dynamic code: short enough that a picture of it is soon worth nothing, long enough to hold a phone to a
/// reader.
pub const WINDOW: Duration = Duration::from_secs(30);

/// How many windows the clocks of phone and reader may differ by.
pub(super) const DRIFT: u64 = 1;

/// Length of a reader's challenge: 96 bits are never drawn twice by one reader.
pub const CHALLENGE_LENGTH: usize = 12;

/// What a reader asks and a code answers, once.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Challenge(pub [u8; CHALLENGE_LENGTH]);

/// When, or for whose question, a code was made.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Moment {
    /// A half minute, counted from 1970 in UTC.
    Window(u64),
    /// A reader's challenge.
    Challenge(Challenge),
}

impl Moment {
    /// The half minute in which this second of Unix time lies.
    pub fn at(unix_seconds: i64) -> Self {
        Self::Window(window(unix_seconds))
    }
}

/// The number of the half minute in which this second lies; before 1970 there is none but the first.
pub(super) fn window(unix_seconds: i64) -> u64 {
    u64::try_from(unix_seconds).unwrap_or_default() / WINDOW.as_secs()
}

/// The number of the day (UTC) in which this second lies.
pub(super) fn day(unix_seconds: i64) -> u32 {
    const DAY: u64 = 24 * 60 * 60;
    u32::try_from(u64::try_from(unix_seconds).unwrap_or_default() / DAY).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_and_days_begin_on_time() {
        assert_eq!(Moment::at(1_795_374_029), Moment::Window(59_845_800));
        assert_eq!(Moment::at(1_795_374_030), Moment::Window(59_845_801));
        assert_eq!(day(86_399), 0);
        assert_eq!(day(86_400), 1);
        assert_eq!((day(-1), window(-1)), (0, 0));
    }
}
