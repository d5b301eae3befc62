//! Credentials in their turn: no more are signed in a second than the operator says, and whoever comes when that is promised away is
//! told when to come again.
//!
//! All that was handed out on one day ends at one midnight, so wallets come in waves; logins, which somebody is waiting for, must not
//! stand behind them. The queue lies in memory, in each process its own: who waits until then, and the moment by which all that was
//! promised can be signed.

use std::{
    collections::{HashMap, VecDeque},
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use rules::CertificateId;

/// How much may be promised before anybody waits: a wave that is no longer than this is not noticed.
const UNNOTICED: SignedDuration = SignedDuration::from_secs(1);

/// The longest that anybody is asked to wait.
const LONGEST: SignedDuration = SignedDuration::from_mins(5);

/// Who waits, and until when all that was promised is signed.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    promised_until: Timestamp,
    /// Whose turn comes when, and for how many, in that order.
    waiting: VecDeque<(Timestamp, CertificateId, u64)>,
    /// How many each waits for.
    awaited: HashMap<CertificateId, u64>,
}

/// When somebody's turn is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Turn {
    /// At once.
    Now,
    /// Then.
    At(Timestamp),
}

/// Why somebody has none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NoTurn {
    /// It would be later than anybody should wait.
    Late,
    /// They wait for as many as they may have.
    Enough,
}

/// What somebody asks a turn for.
pub(crate) struct Asked {
    /// Who asks.
    pub(crate) by: CertificateId,
    /// For how many.
    pub(crate) count: u64,
    /// How many may be waited for.
    pub(crate) most: u64,
    /// When it is too late.
    pub(crate) latest: Timestamp,
}

impl Turns {
    /// Promises what is asked, `a_second` at most.
    pub(crate) fn take(
        &self,
        asked: &Asked,
        a_second: NonZeroU32,
        now: Timestamp,
    ) -> Result<Turn, NoTurn> {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queue.call(now);
        // A clock that was set back must not close the door for longer than a queue can be.
        let begins = queue.promised_until.clamp(now, now + LONGEST);
        queue.promised_until = begins;
        let turn = match begins.duration_since(now) {
            wait if wait < UNNOTICED => Turn::Now,
            wait if wait < LONGEST && begins < asked.latest => {
                queue.join(begins, asked)?;
                Turn::At(begins)
            }
            _ => return Err(NoTurn::Late),
        };
        let nanoseconds =
            i64::try_from(asked.count).unwrap_or(i64::MAX).saturating_mul(1_000_000_000);
        queue.promised_until += SignedDuration::from_nanos(nanoseconds / i64::from(a_second.get()));
        Ok(turn)
    }

    /// Is more promised than anybody should wait for?
    pub(crate) fn are_gone(&self, now: Timestamp) -> bool {
        let promised = self.0.lock().unwrap_or_else(PoisonError::into_inner).promised_until;
        promised.duration_since(now) >= LONGEST
    }
}

impl Queue {
    /// Forgets whose turn has come.
    fn call(&mut self, now: Timestamp) {
        while let Some((_, who, count)) = self.waiting.pop_front_if(|(turn, ..)| *turn <= now) {
            let left = self.awaited.get(&who).map_or(0, |awaited| awaited.saturating_sub(count));
            if left == 0 {
                self.awaited.remove(&who);
            } else {
                self.awaited.insert(who, left);
            }
        }
    }

    fn join(&mut self, turn: Timestamp, asked: &Asked) -> Result<(), NoTurn> {
        let awaited = self.awaited.entry(asked.by).or_default();
        if *awaited + asked.count > asked.most {
            return Err(NoTurn::Enough);
        }
        *awaited += asked.count;
        self.waiting.push_back((turn, asked.by, asked.count));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
    const TEN: NonZeroU32 = NonZeroU32::new(10).unwrap();

    fn after(seconds: i64) -> Timestamp {
        NOW + SignedDuration::from_secs(seconds)
    }

    fn asked(by: u8, count: u64) -> Asked {
        let by = CertificateId::from_bytes([by; 16]);
        Asked { by, count, most: 200, latest: Timestamp::MAX }
    }

    #[test]
    fn who_comes_in_a_wave_stands_behind_whoever_came_before() {
        let turns = Turns::default();
        let take = |count, now| turns.take(&asked(1, count), TEN, now);
        assert_eq!(take(5, NOW), Ok(Turn::Now));
        assert_eq!(take(50, NOW), Ok(Turn::Now), "half a second is not noticed");
        assert_eq!(take(50, NOW), Ok(Turn::At(NOW + SignedDuration::from_millis(5_500))));
        assert_eq!(take(1, NOW), Ok(Turn::At(NOW + SignedDuration::from_millis(10_500))));
        assert_eq!(take(1, after(10)), Ok(Turn::Now), "the wave is over");
        assert_eq!(take(1, after(3600)), Ok(Turn::Now));
    }

    #[test]
    fn nobody_waits_longer_than_five_minutes_or_than_their_token() {
        let turns = Turns::default();
        for who in 0..60 {
            turns.take(&asked(who, 50), TEN, NOW).unwrap();
        }
        assert!(turns.are_gone(NOW));
        assert_eq!(turns.take(&asked(61, 1), TEN, NOW), Err(NoTurn::Late));
        assert!(!turns.are_gone(after(1)));
        let by = |latest| Asked { latest, ..asked(61, 1) };
        assert_eq!(turns.take(&by(after(200)), TEN, after(1)), Err(NoTurn::Late));
        assert_eq!(turns.take(&by(after(301)), TEN, after(1)), Ok(Turn::At(after(300))));
    }

    #[test]
    fn nobody_takes_the_others_places() {
        let turns = Turns::default();
        turns.take(&asked(1, 20), TEN, NOW).unwrap();
        for _ in 0..4 {
            turns.take(&asked(1, 50), TEN, NOW).unwrap();
        }
        assert_eq!(turns.take(&asked(1, 1), TEN, NOW), Err(NoTurn::Enough));
        assert_eq!(turns.take(&asked(2, 1), TEN, NOW), Ok(Turn::At(after(22))), "it took no place");
        // The first of the four had its turn.
        assert!(turns.take(&asked(1, 50), TEN, after(2)).is_ok());
        assert_eq!(turns.take(&asked(1, 1), TEN, after(2)), Err(NoTurn::Enough));
        turns.take(&asked(3, 1), TEN, after(3600)).unwrap();
        let queue = turns.0.into_inner().unwrap();
        assert!(queue.waiting.is_empty() && queue.awaited.is_empty(), "nobody is remembered");
    }

    #[test]
    fn a_clock_set_back_closes_the_door_for_no_longer_than_a_queue() {
        let turns = Turns::default();
        turns.take(&asked(1, 1), TEN, after(1_000_000)).unwrap();
        assert_eq!(turns.take(&asked(1, 1), TEN, NOW), Err(NoTurn::Late));
        assert!(turns.take(&asked(1, 1), TEN, after(1)).is_ok());
        assert_eq!(turns.take(&asked(1, 1), TEN, after(301)), Ok(Turn::Now));
    }
}
