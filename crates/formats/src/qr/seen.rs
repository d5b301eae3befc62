//! What a reader remembers: which certificates it saw in the last minute and a half, and nothing else.

use std::collections::HashMap;

use crate::Verified;

use super::{code::Shown, moment};

/// Certificates shown lately. It grows with what was verified, never with what was scanned, and forgets by itself.
#[derive(Debug, Default)]
pub struct Seen(HashMap<Vec<u8>, u64>);

impl Seen {
    /// Is this certificate shown for the first time while a code of it could still be good? Remembers it.
    ///
    /// By the holder's key, not by the code's bytes: whoever makes another code from the same certificate within the same
    /// minute hands a phone back over the gate, and one signature can be written in two ways.
    pub fn first(&mut self, shown: &Verified<Shown>, now: i64) -> bool {
        let window = moment::window(now);
        let last = 2 * moment::DRIFT;
        self.0.retain(|_, seen| window.abs_diff(*seen) <= last);
        self.0.insert(shown.holder().to_compressed(), window).is_none()
    }

    /// How many it remembers.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Does it remember nothing?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
