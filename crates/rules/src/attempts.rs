//! Tries at a passcode: five, then waiting that grows.

use std::time::Duration;

use jiff::Timestamp;

use crate::refusal::Refusal;

/// How often in a row the passcode of a certificate was wrong.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Attempts {
    /// Wrong tries since the last right one.
    pub failed: u32,
    /// Before this instant, no try is looked at.
    pub retry_at: Option<Timestamp>,
}

/// Wrong tries before the first wait: enough for slips of the finger, too few to learn anything.
pub const FREE_TRIES: u32 = 5;

impl Attempts {
    /// May the passcode be tried now?
    pub fn may_try(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.retry_at {
            Some(retry_at) if now < retry_at => Err(Refusal::TooManyTries { retry_at }),
            _ => Ok(()),
        }
    }

    /// It was wrong.
    #[must_use]
    pub fn after_failure(self, now: Timestamp) -> Self {
        let failed = self.failed.saturating_add(1);
        let retry_at = wait(failed).map(|wait| now.saturating_add(wait).unwrap_or(Timestamp::MAX));
        Self { failed, retry_at }
    }

    /// It was right.
    #[must_use]
    pub fn after_success(self) -> Self {
        Self::default()
    }
}

/// After the fifth wrong try and each one that follows.
///
/// A day is the longest: whoever knows the passcode is never locked out for good by someone who
/// does not, and 365 guesses a year at 10⁸ passcodes lead nowhere.
fn wait(failed: u32) -> Option<Duration> {
    let minutes = match failed.checked_sub(FREE_TRIES)? {
        0 => 1,
        1 => 5,
        2 => 15,
        3 => 60,
        _ => 24 * 60,
    };
    Some(Duration::from_secs(minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_784_088_000, 0);

    fn fail(times: u32) -> Attempts {
        (0..times).fold(Attempts::default(), |attempts, _| attempts.after_failure(NOON))
    }

    #[test]
    fn five_tries_then_a_wait_that_grows() {
        for times in 0..5 {
            assert_eq!(fail(times).may_try(NOON), Ok(()), "{times}");
        }
        for (times, minutes) in
            [(5, 1), (6, 5), (7, 15), (8, 60), (9, 1_440), (10, 1_440), (500, 1_440)]
        {
            let attempts = fail(times);
            let retry_at = NOON + Duration::from_secs(minutes * 60);
            let before = retry_at - Duration::from_nanos(1);
            assert_eq!(
                attempts.may_try(before),
                Err(Refusal::TooManyTries { retry_at }),
                "{times}"
            );
            assert_eq!(attempts.may_try(retry_at), Ok(()), "{times}");
        }
    }

    #[test]
    fn a_right_one_begins_anew() {
        assert_eq!(fail(8).after_success(), Attempts::default());
    }

    #[test]
    fn counts_to_the_end_of_numbers_and_of_time() {
        let worn = Attempts { failed: u32::MAX, retry_at: None }.after_failure(Timestamp::MAX);
        assert_eq!(worn, Attempts { failed: u32::MAX, retry_at: Some(Timestamp::MAX) });
    }
}
