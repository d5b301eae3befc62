//! A circuit breaker: a party that failed several times in a row is left alone for a while, then tried by one request.
//!
//! It remembers how often, not whom it was about.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Failures in a row after which the party is left alone.
const MOST_FAILURES: u32 = 5;

/// How long it is left alone: a person who tries again meanwhile is told at once instead of after a timeout.
const REST: SignedDuration = SignedDuration::from_secs(10);

/// Whether a party is asked now.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// It is asked; so many failures in a row so far.
    Closed { failures: u32 },
    /// It is left alone until then.
    Open { until: Timestamp },
    /// One request finds out whether it is back; if that one is lost, another may from then on.
    Probing { until: Timestamp },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

/// The party is left alone now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct LeftAlone;

impl Breaker {
    /// May the party be asked?
    pub(super) fn admit(&self, now: Timestamp) -> Result<(), LeftAlone> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Closed { .. } => Ok(()),
            State::Open { until } | State::Probing { until } if now < until => Err(LeftAlone),
            State::Open { .. } | State::Probing { .. } => {
                *state = State::Probing { until: now + REST };
                Ok(())
            }
        }
    }

    /// It answered, whatever it said.
    pub(super) fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// It did not answer, or said that it broke.
    pub(super) fn failed(&self, now: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match *state {
            State::Closed { failures } if failures + 1 < MOST_FAILURES => {
                State::Closed { failures: failures + 1 }
            }
            _ => State::Open { until: now + REST },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a moment")
    }

    fn broken() -> Breaker {
        let breaker = Breaker::default();
        for _ in 0..MOST_FAILURES {
            assert_eq!(breaker.admit(at(0)), Ok(()));
            breaker.failed(at(0));
        }
        breaker
    }

    #[test]
    fn opens_after_failures_in_a_row_only() {
        let breaker = Breaker::default();
        for _ in 0..10 * MOST_FAILURES {
            breaker.failed(at(0));
            breaker.answered();
        }
        assert_eq!(breaker.admit(at(0)), Ok(()));
        assert_eq!(broken().admit(at(9)), Err(LeftAlone));
    }

    #[test]
    fn one_probe_decides() {
        let breaker = broken();
        assert_eq!(breaker.admit(at(10)), Ok(()), "the probe");
        assert_eq!(breaker.admit(at(10)), Err(LeftAlone), "nobody beside it");
        breaker.failed(at(11));
        assert_eq!(breaker.admit(at(20)), Err(LeftAlone));
        assert_eq!(breaker.admit(at(21)), Ok(()));
        breaker.answered();
        for _ in 0..100 {
            assert_eq!(breaker.admit(at(21)), Ok(()));
        }
    }

    #[test]
    fn a_probe_that_is_lost_blocks_nobody_for_good() {
        let breaker = broken();
        assert_eq!(breaker.admit(at(10)), Ok(()));
        assert_eq!(breaker.admit(at(20)), Ok(()));
    }
}
