//! The time, handed in: the sandbox's parties are told it like everybody else.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};

/// Tells the time when asked.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks `now`.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// This moment.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// Today as the sandbox's parties, all in China, count it.
    pub fn today(&self) -> Date {
        china().to_datetime(self.now()).date()
    }

    /// A moment as a person reads it: to the minute, in China.
    pub(crate) fn readable(at: Timestamp) -> String {
        china().to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// China has kept eight hours east, without summer time, since 1991.
fn china() -> TimeZone {
    TimeZone::fixed(tz::offset(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_eight_hours_before_greenwich() {
        let clock = Clock::new(|| "2026-11-21T16:00:00Z".parse().unwrap());
        assert_eq!(clock.today(), jiff::civil::date(2026, 11, 22));
        assert_eq!(Clock::readable(clock.now()), "2026-11-22 00:00");
    }
}
