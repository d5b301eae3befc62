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
        self.0
            .chars()
            .enumerate()
            .map(|(i, c)| if kept(i) { c } else { '*' })
            .collect()
    }
}

fn character(random: u8) -> char {
    ALPHABET
        .get(usize::from(random % 32))
        .map_or('2', |&byte| char::from(byte))
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
