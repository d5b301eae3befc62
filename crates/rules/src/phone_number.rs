//! A mainland mobile phone number, as enrolment asks for it.

use std::{fmt, str::FromStr};

use zeroize::Zeroizing;

/// Eleven digits, `1[3-9]…`, without the country code.
#[derive(Clone, Eq, PartialEq)]
pub struct PhoneNumber(Zeroizing<String>);

/// The text was no mainland mobile number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a mainland mobile phone number is expected")]
pub struct NotAPhoneNumber;

impl PhoneNumber {
    /// Eleven digits, to send a message to.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For a page: `138****5678`.
    pub fn masked(&self) -> String {
        let kept = |i| !(3..7).contains(&i);
        self.0.chars().enumerate().map(|(i, c)| if kept(i) { c } else { '*' }).collect()
    }
}

impl FromStr for PhoneNumber {
    type Err = NotAPhoneNumber;

    /// Takes `+86` in front, and spaces and hyphens where people put them.
    fn from_str(text: &str) -> Result<Self, NotAPhoneNumber> {
        let text = text.trim();
        let national = text.strip_prefix("+86").unwrap_or(text);
        // Room for all of it at once: a string that grows leaves copies behind.
        let mut digits = Zeroizing::new(String::with_capacity(national.len()));
        digits.extend(national.chars().filter(|c| !matches!(c, ' ' | '-')));
        let mut places = digits.bytes();
        let opens = places.next() == Some(b'1') && matches!(places.next(), Some(b'3'..=b'9'));
        if opens && digits.len() == 11 && places.all(|byte| byte.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(NotAPhoneNumber)
        }
    }
}

/// Shows nothing.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[phone number]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_ways_people_write_one() {
        for text in ["13800138000", "+8613800138000", "+86 138-0013-8000", " 138 0013 8000 "] {
            let number: PhoneNumber = text.parse().unwrap();
            assert_eq!(number.as_str(), "13800138000");
            assert_eq!(number.masked(), "138****8000");
            assert_eq!(format!("{number:?}"), "[phone number]");
        }
    }

    #[test]
    fn refuses_what_is_no_mainland_mobile() {
        for text in [
            "",
            "1",
            "12800138000",
            "1380013800",
            "138001380000",
            "23800138000",
            "+85213800138000",
            "1380013800x",
            "１３８００１３８０００",
        ] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(NotAPhoneNumber), "{text}");
        }
    }
}
