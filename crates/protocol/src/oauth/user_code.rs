//! The code a person types on one device because another shows it: short, and nothing in it looks like something else.

use std::{fmt, str::FromStr};

/// Letters without vowels, so that no code is a word, and without those that look like others.
///
/// RFC 8628 §6.1 has such a set of letters as its example, and has codes read without regard to case and separators.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How many letters there are: with twenty to choose from, 64 million codes.
const LETTERS_LONG: usize = 6;

/// How many digits follow: the number that is held against the other screen.
const NUMBER_LONG: usize = 2;

/// A code as one device shows it and a person types it on another: `WDJBMJ-47`. The letters find the request, the number
/// shows that the person sees the screen.
#[derive(Clone, Eq, PartialEq)]
pub struct UserCode {
    letters: String,
    number: String,
}

/// Letters without their number: what a picture carries, so that the number is read off the screen by a person.
#[derive(Clone, Eq, PartialEq)]
pub struct CodeLetters(String);

/// What a person reads out to be asked by whoever hears it: `WDJB-MJHT`. With 25 thousand million of them, each once and for
/// minutes, nobody meets one by trying.
#[derive(Clone, Eq, PartialEq)]
pub struct ReachCode(String);

/// How long it is.
const REACH_LONG: usize = 8;

/// What a person typed, or a picture carried.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TypedCode {
    /// Letters and number.
    Whole(UserCode),
    /// The letters alone.
    Letters(CodeLetters),
}

/// The text is no code of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "not {LETTERS_LONG} letters of those that codes are made of, with or without {NUMBER_LONG} digits"
)]
pub struct NotAUserCode;

impl UserCode {
    /// A new one: every code is as likely as every other.
    pub fn draw(chance: &mut dyn FnMut(&mut [u8])) -> Self {
        let letters = (0..LETTERS_LONG).map(|_| one_of(LETTERS, chance)).collect();
        let number = (0..NUMBER_LONG).map(|_| one_of(b"0123456789", chance)).collect();
        Self { letters, number }
    }

    /// The letters, which find the request.
    pub fn letters(&self) -> CodeLetters {
        CodeLetters(self.letters.clone())
    }

    /// The number, which whoever answers must see.
    pub fn number(&self) -> &str {
        &self.number
    }
}

impl CodeLetters {
    /// The letters as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ReachCode {
    /// A new one: every code is as likely as every other.
    pub fn draw(chance: &mut dyn FnMut(&mut [u8])) -> Self {
        Self((0..REACH_LONG).map(|_| one_of(LETTERS, chance)).collect())
    }

    /// The letters without the hyphen.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReachCode {
    type Err = NotAUserCode;

    fn from_str(text: &str) -> Result<Self, NotAUserCode> {
        let letters = typed(text)?;
        let ours = letters.bytes().all(|byte| LETTERS.contains(&byte));
        if letters.len() == REACH_LONG && ours { Ok(Self(letters)) } else { Err(NotAUserCode) }
    }
}

impl fmt::Display for ReachCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at_checked(REACH_LONG / 2).unwrap_or((&self.0, ""));
        write!(f, "{first}-{second}")
    }
}

impl fmt::Debug for ReachCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[reach code]")
    }
}

/// In capitals, without whatever separators a person puts.
fn typed(text: &str) -> Result<String, NotAUserCode> {
    if text.len() > 32 {
        return Err(NotAUserCode);
    }
    let separates = |c: &char| matches!(c, ' ' | '-' | '\u{2010}'..='\u{2015}' | '.' | '_');
    Ok(text.chars().filter(|c| !separates(c)).map(|c| c.to_ascii_uppercase()).collect())
}

/// One of these, each as likely: bytes past the last whole multiple are drawn again.
fn one_of(these: &[u8], chance: &mut dyn FnMut(&mut [u8])) -> char {
    loop {
        let mut byte = [0];
        chance(&mut byte);
        let [byte] = byte;
        let drawn = usize::from(byte);
        if drawn < 256 / these.len() * these.len()
            && let Some(&one) = these.get(drawn % these.len())
        {
            return char::from(one);
        }
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.letters, self.number)
    }
}

impl FromStr for TypedCode {
    type Err = NotAUserCode;

    /// In any case, with whatever separators a person puts.
    fn from_str(text: &str) -> Result<Self, NotAUserCode> {
        let typed = typed(text)?;
        let (letters, number) = typed.split_at_checked(LETTERS_LONG).ok_or(NotAUserCode)?;
        if !letters.bytes().all(|byte| LETTERS.contains(&byte)) {
            return Err(NotAUserCode);
        }
        let letters = letters.to_owned();
        match number.len() {
            0 => Ok(Self::Letters(CodeLetters(letters))),
            NUMBER_LONG if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Self::Whole(UserCode { letters, number: number.to_owned() }))
            }
            _ => Err(NotAUserCode),
        }
    }
}

/// Whoever sees it can ask a person in the asker's name: it does not stand in logs.
impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[user code]")
    }
}

impl fmt::Debug for CodeLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[letters of a user code]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting() -> impl FnMut(&mut [u8]) {
        let mut next = 0_u8;
        move |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(83);
            }
        }
    }

    #[test]
    fn what_is_shown_can_be_typed_in_many_ways() {
        let code = UserCode::draw(&mut counting());
        let shown = code.to_string();
        let spaced: String = shown.to_lowercase().chars().flat_map(|c| [c, ' ']).collect();
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', ""), spaced] {
            assert_eq!(typed.parse::<TypedCode>(), Ok(TypedCode::Whole(code.clone())), "{typed}");
        }
        let letters = code.letters().as_str().to_owned();
        assert_eq!(letters.parse(), Ok(TypedCode::Letters(code.letters())));
        assert!(!format!("{code:?} {:?}", code.letters()).contains(&letters));
    }

    #[test]
    fn a_code_is_read_out_as_it_is_heard() {
        let code = ReachCode::draw(&mut counting());
        let shown = code.to_string();
        assert_eq!((shown.len(), shown.as_bytes()[4]), (9, b'-'));
        for heard in [shown.to_lowercase(), shown.replace('-', " "), code.as_str().to_owned()] {
            assert_eq!(heard.parse::<ReachCode>(), Ok(code.clone()), "{heard}");
        }
        for odd in ["WDJBMJ", "WDJB-MJHTK", "WDJB-MJH1", "13800138000", ""] {
            assert!(odd.parse::<ReachCode>().is_err(), "{odd}");
        }
        assert_eq!(format!("{code:?}"), "[reach code]");
    }

    #[test]
    fn what_is_no_code_is_none() {
        for odd in ["", "WDJBM", "WDJBMJ-4", "WDJBMJ-477", "WDJBMA-47", "WDJBMJ-4O", "网网网网网网"]
        {
            assert_eq!(odd.parse::<TypedCode>(), Err(NotAUserCode), "{odd}");
        }
        assert!("-".repeat(64).parse::<TypedCode>().is_err());
    }

    #[test]
    fn every_letter_is_as_likely() {
        let mut seen = [0_u32; 20];
        for byte in 0..=255_u8 {
            let mut given = vec![0, byte];
            let drawn = one_of(LETTERS, &mut |bytes| bytes[0] = given.pop().unwrap());
            seen[LETTERS.iter().position(|&letter| char::from(letter) == drawn).unwrap()] += 1;
        }
        // Sixteen bytes are drawn again, and then give the first letter here.
        assert_eq!(seen[0], 12 + 16);
        assert!(seen[1..].iter().all(|&count| count == 12), "{seen:?}");
    }
}
