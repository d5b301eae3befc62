//! Memory with an end: a map that forgets its oldest entries, so that no visitor can fill a sandbox party.

use std::collections::{HashMap, VecDeque};

/// At most `most` entries, oldest forgotten first.
///
/// Keys are drawn at random or kept for good; one that is removed should not be inserted again.
#[derive(Debug)]
pub(crate) struct Bounded<V> {
    most: usize,
    entries: HashMap<String, V>,
    oldest_first: VecDeque<String>,
}

impl<V> Bounded<V> {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, entries: HashMap::new(), oldest_first: VecDeque::new() }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        self.entries.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.entries.get_mut(key)
    }

    /// The entry under `key`, made first if there is none.
    pub(crate) fn entry(&mut self, key: &str, make: impl FnOnce() -> V) -> &mut V {
        if !self.entries.contains_key(key) {
            self.make_room();
            self.oldest_first.push_back(key.to_owned());
        }
        self.entries.entry(key.to_owned()).or_insert_with(make)
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<V> {
        self.entries.remove(key)
    }

    fn make_room(&mut self) {
        while self.oldest_first.len() >= self.most {
            let Some(oldest) = self.oldest_first.pop_front() else { return };
            self.entries.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_the_oldest() {
        let mut memory = Bounded::new(2);
        memory.entry("a", || 1);
        memory.entry("b", || 2);
        *memory.entry("b", || 0) += 1;
        memory.entry("c", || 4);
        assert_eq!((memory.get("a"), memory.get("b"), memory.get("c")), (None, Some(&3), Some(&4)));
        assert_eq!(memory.remove("b"), Some(3));
    }
}
