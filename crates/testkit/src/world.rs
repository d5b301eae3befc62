//! The world, moved by hand: time stands still until it is told to pass, chance is the same on every run.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use formats::mac::sha256;
use jiff::{SignedDuration, Timestamp};
use service::World;

/// A world in which nothing happens by itself.
#[derive(Debug)]
pub struct HandWorld {
    now: Mutex<Timestamp>,
    seed: [u8; 32],
    drawn: AtomicU64,
}

impl HandWorld {
    /// A world at this moment, with chance that follows from `seed`.
    pub fn new(now: Timestamp, seed: &str) -> Self {
        Self { now: Mutex::new(now), seed: sha256(seed.as_bytes()), drawn: AtomicU64::new(0) }
    }

    /// Lets seconds pass.
    pub fn pass(&self, seconds: i64) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now += SignedDuration::from_secs(seconds);
    }

    /// Goes to a moment.
    pub fn go_to(&self, moment: &str) {
        let moment = moment.parse().expect("a moment such as 2026-11-22T04:00:00Z");
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = moment;
    }
}

impl World for HandWorld {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fill(&self, bytes: &mut [u8]) {
        for block in bytes.chunks_mut(32) {
            let number = self.drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let chance = sha256(&[self.seed.as_slice(), &number].concat());
            block.iter_mut().zip(chance).for_each(|(byte, chance)| *byte = chance);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_and_never_twice() {
        let world = |seed| HandWorld::new(Timestamp::UNIX_EPOCH, seed);
        let throw = |world: &HandWorld| {
            let mut bytes = [0; 40];
            world.fill(&mut bytes);
            bytes
        };
        let one = world("one");
        let first = throw(&one);
        assert_ne!(first, throw(&one));
        assert_eq!(first, throw(&world("one")));
        assert_ne!(first, throw(&world("two")));
    }
}
