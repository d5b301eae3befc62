//! The net number (网号): ten letters and digits that correspond to one person and say nothing of
//! them.

use std::{fmt, str::FromStr};

/// A net number: drawn at random, never derived from an identity, never given out twice.
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NetNumber(String);

/// Why a text is no net number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotANetNumber {
    /// Ten characters are expected.
    #[error("a net number has {LENGTH} characters")]
    Length,
    /// 0, O, 1 and I look alike and are left out; nothing but letters and digits is let in.
    #[error("a net number has only the letters and digits that cannot be mistaken for each other")]
    Character,
    /// Only letters, or only digits.
    #[error("a net number has at least one letter and one digit")]
    OneKind,
}

/// As the real platform's.
const LENGTH: usize = 10;

/// 32 characters, so that five random bits choose one without bias.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl NetNumber {
    /// Draws one, uniformly among all of them.
    pub fn draw(chance: &mut dyn FnMut(&mut [u8])) -> Self {
        // Drawing again until both kinds are there keeps the rest uniform; one in sixteen misses.
        loop {
            let mut random = [0_u8; LENGTH];
            chance(&mut random);
            let text: String = random.iter().map(|&byte| character(byte)).collect();
            if let Ok(number) = text.parse() {
                return number;
            }
        }
    }

    /// For the person's own eyes and the platform's own records.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For a page someone may look at over the shoulder: `KO******2C`.
    pub fn masked(&self) -> String {
        let kept = |i| !(2..LENGTH - 2).contains(&i);
        self.0.chars().enumerate().map(|(i, c)| if kept(i) { c } else { '*' }).collect()
    }
}

fn character(random: u8) -> char {
    ALPHABET.get(usize::from(random % 32)).map_or('2', |&byte| char::from(byte))
}

impl FromStr for NetNumber {
    type Err = NotANetNumber;

    /// Small letters are taken for capitals: people type it.
    fn from_str(text: &str) -> Result<Self, NotANetNumber> {
        let text = text.to_ascii_uppercase();
        if !text.bytes().all(|byte| ALPHABET.contains(&byte)) {
            return Err(NotANetNumber::Character);
        }
        if text.len() != LENGTH {
            return Err(NotANetNumber::Length);
        }
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits == 0 || digits == LENGTH {
            return Err(NotANetNumber::OneKind);
        }
        Ok(Self(text))
    }
}

impl fmt::Debug for NetNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Chance that repeats one row of bytes, then counts on.
    fn chance(mut seed: u64) -> impl FnMut(&mut [u8]) {
        move |bytes| {
            for byte in bytes {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                *byte = (seed >> 56) as u8;
            }
        }
    }

    #[test]
    fn is_ten_unmistakable_characters_of_both_kinds() {
        let mut chance = chance(1);
        for _ in 0..10_000 {
            let number = NetNumber::draw(&mut chance);
            assert_eq!(number.as_str().len(), 10);
            assert!(!number.as_str().contains(['0', 'O', '1', 'I']));
            assert!(number.as_str().contains(|c: char| c.is_ascii_digit()));
            assert!(number.as_str().contains(|c: char| c.is_ascii_uppercase()));
        }
    }

    #[test]
    fn draws_every_character_equally_often() {
        let mut chance = chance(2);
        let mut seen = std::collections::BTreeMap::<char, i32>::new();
        for _ in 0..32_000 {
            for c in NetNumber::draw(&mut chance).as_str().chars() {
                *seen.entry(c).or_default() += 1;
            }
        }
        assert_eq!(seen.len(), 32);
        // About 10,000 each. A number of letters only is drawn again (0.75^10, one in eighteen), which
        // lifts each digit to 10,597 and lowers each letter to 9,801.
        for (c, count) in seen {
            let expected = if c.is_ascii_digit() { 10_597 } else { 9_801 };
            assert!((count - expected).abs() < 500, "{c}: {count}");
        }
    }

    #[test]
    fn draws_again_when_a_kind_is_missing() {
        let mut rows = [[8_u8; 10], [0; 10], [0, 8, 0, 8, 0, 8, 0, 8, 0, 8]].into_iter();
        let number = NetNumber::draw(&mut |bytes| bytes.copy_from_slice(&rows.next().unwrap()));
        assert_eq!(number.as_str(), "2A2A2A2A2A");
    }

    #[test]
    fn prints_masked() {
        let number: NetNumber = "kp23456a2c".parse().unwrap();
        assert_eq!(number.as_str(), "KP23456A2C");
        assert_eq!(number.masked(), "KP******2C");
        assert_eq!(format!("{number:?}"), "KP******2C");
    }

    #[test]
    fn refuses_what_no_number_is() {
        for (text, why) in [
            ("", NotANetNumber::Length),
            ("A2A2A2A2A", NotANetNumber::Length),
            ("A2A2A2A2A2A", NotANetNumber::Length),
            ("A2A2A2A2A0", NotANetNumber::Character),
            ("A2A2A2A2A ", NotANetNumber::Character),
            ("A2A2A2A2Aé", NotANetNumber::Character),
            ("2222222222", NotANetNumber::OneKind),
            ("ABCDEFGHJK", NotANetNumber::OneKind),
        ] {
            assert_eq!(text.parse::<NetNumber>(), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_it_draws(seed: u64) {
            let number = NetNumber::draw(&mut chance(seed));
            prop_assert_eq!(number.as_str().parse(), Ok(number.clone()));
        }

        #[test]
        fn never_panics(text: String) {
            let _ = text.parse::<NetNumber>();
        }
    }
}
