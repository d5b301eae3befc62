//! Chance that can be thrown again: every invented thing follows from the sandbox's seed and a label.
//!
//! Nothing here is secret and nothing here may guard a secret; real chance belongs to the platform's `World`.

use formats::mac::sha256;

/// What a whole sandbox is invented from: same seed, same people, same cards.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// A seed out of any words.
    pub fn from_words(words: &str) -> Self {
        Self(sha256(words.as_bytes()))
    }

    /// Thirty-two bytes that belong to `label` and number `index` alone.
    pub(crate) fn bytes(self, label: &str, index: u64) -> [u8; 32] {
        let mut input = Vec::with_capacity(48 + label.len());
        input.extend_from_slice(&self.0);
        input.extend_from_slice(&index.to_be_bytes());
        input.extend_from_slice(label.as_bytes());
        sha256(&input)
    }

    /// Dice that belong to `label` alone.
    pub(crate) fn dice(self, label: &str) -> Dice {
        let bytes = self.bytes(label, 0);
        Dice { state: bytes.first_chunk().copied().map_or(0, u64::from_be_bytes) }
    }
}

/// `SplitMix64` (Steele, Lea, Flood 2014): one addition and three multiplications a throw.
#[derive(Debug)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    /// 64 bits.
    pub(crate) fn throw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end`, `end` itself excluded; 0 when there is nothing to choose from.
    ///
    /// The bias of multiply-and-shift is below 2⁻³² for the small tables thrown for here.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        let high = self.throw() >> 32;
        u32::try_from((high * u64::from(end)) >> 32).unwrap_or(0)
    }

    /// A number between the two, both included.
    pub(crate) fn between(&mut self, least: i16, most: i16) -> i16 {
        let span = u32::try_from(i32::from(most) - i32::from(least) + 1).unwrap_or(1);
        least.saturating_add(i16::try_from(self.below(span)).unwrap_or(0))
    }

    /// True `percent` times out of a hundred.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of the things on the table, each as likely as the other.
    pub(crate) fn pick<'a, T>(&mut self, table: &'a [T]) -> Option<&'a T> {
        let at = self.below(u32::try_from(table.len()).unwrap_or(u32::MAX));
        table.get(usize::try_from(at).ok()?)
    }

    /// One of the things on the table, each as likely as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, table: &[(u32, T)], otherwise: T) -> T {
        let mut left = self.below(table.iter().map(|(weight, _)| weight).sum());
        for (weight, thing) in table {
            if left < *weight {
                return *thing;
            }
            left -= weight;
        }
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_published_sequence() {
        // The reference implementation's first outputs for the state 1234567.
        let mut dice = Dice { state: 1_234_567 };
        assert_eq!(dice.throw(), 6_457_827_717_110_365_317);
        assert_eq!(dice.throw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn stays_inside_its_bounds() {
        let mut dice = Seed::from_words("bounds").dice("test");
        for _ in 0..10_000 {
            assert!(dice.below(7) < 7);
            assert!((-3..=3).contains(&dice.between(-3, 3)));
        }
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick::<u8>(&[]), None);
        assert_eq!(dice.weighted(&[(0, 'a'), (5, 'b')], 'c'), 'b');
    }

    #[test]
    fn every_label_has_dice_of_its_own() {
        let seed = Seed::from_words("labels");
        assert_ne!(seed.dice("a").throw(), seed.dice("b").throw());
        assert_ne!(seed.bytes("a", 1), seed.bytes("a", 2));
    }
}
