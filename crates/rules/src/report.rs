//! Reports: a person says that a relying party did what it must not, from what they see of a use.
//!
//! Measures art. 7: after a pass, plain identity is not asked for again, and who verifies another way is served no worse.
//! Neither happens where software here could see it: persons are the only ones who can tell.

use std::str::FromStr;

use crate::refusal::Refusal;

/// What a relying party did.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Grievance {
    /// Asked for plain identity again after the result was told.
    AskedAgain,
    /// Treated somebody worse who verified another way, or not at all.
    TreatedWorse,
    /// Asked more than what it is there for takes.
    AskedTooMuch,
    /// Something else.
    Other,
}

/// From how often on a relying party is told that something was reported of it: of fewer it might remember who was there.
pub const TOLD_FROM: i64 = 5;

/// A word that names no grievance.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such grievance")]
pub struct NotAGrievance;

impl Grievance {
    /// Every one.
    pub const ALL: [Self; 4] =
        [Self::AskedAgain, Self::TreatedWorse, Self::AskedTooMuch, Self::Other];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AskedAgain => "asked_again",
            Self::TreatedWorse => "treated_worse",
            Self::AskedTooMuch => "asked_too_much",
            Self::Other => "other",
        }
    }

    /// The article it would be against, if it is so.
    pub const fn article(self) -> Option<&'static str> {
        match self {
            Self::AskedAgain | Self::TreatedWorse => Some("Measures art. 7"),
            Self::AskedTooMuch => Some("Measures art. 8"),
            Self::Other => None,
        }
    }
}

impl FromStr for Grievance {
    type Err = NotAGrievance;

    fn from_str(word: &str) -> Result<Self, NotAGrievance> {
        Self::ALL.into_iter().find(|grievance| grievance.as_str() == word).ok_or(NotAGrievance)
    }
}

/// What the operator found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Finding {
    /// It was so.
    Upheld,
    /// It was not, or nothing shows it.
    Dismissed,
}

/// A word that names no finding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a finding: upheld or dismissed")]
pub struct NotAFinding;

impl Finding {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Dismissed => "dismissed",
        }
    }
}

impl FromStr for Finding {
    type Err = NotAFinding;

    fn from_str(word: &str) -> Result<Self, NotAFinding> {
        [Self::Upheld, Self::Dismissed]
            .into_iter()
            .find(|finding| finding.as_str() == word)
            .ok_or(NotAFinding)
    }
}

/// What a person writes beside. It may tell who somebody is: it is kept as plain identity is, and never printed.
#[derive(Clone, Eq, PartialEq)]
pub struct ReportWords(String);

/// How long the words may be: a paragraph.
pub const WORDS_MAX: usize = 500;

impl ReportWords {
    /// The words.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ReportWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[words]")
    }
}

impl FromStr for ReportWords {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.trim().replace("\r\n", "\n");
        let fits = (1..=WORDS_MAX).contains(&text.chars().count());
        let strange = |c: char| (c.is_control() && c != '\n') || is_invisible(c);
        if fits && !text.contains(strange) { Ok(Self(text)) } else { Err(Refusal::WordsMalformed) }
    }
}

/// Characters that turn the direction of writing or are not seen: whoever reads the words must read what stands there.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// How many reports a person filed lately, within [`LATELY_DAYS`].
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Filed {
    /// Of this relying party.
    pub of_party: usize,
    /// Of all of them.
    pub in_all: usize,
}

/// How far back reports are counted.
pub const LATELY_DAYS: i64 = 30;

/// Reports of one relying party by one person in that time: the same thing said a fourth time adds nothing.
const OF_PARTY: usize = 3;

/// Reports by one person in that time.
const IN_ALL: usize = 20;

/// May this person report once more?
///
/// A report is a voice and not a vote; so that nobody can flood an operator, or paint one relying party, alone.
pub fn may_report(filed: Filed) -> Result<(), Refusal> {
    if filed.of_party < OF_PARTY && filed.in_all < IN_ALL {
        Ok(())
    } else {
        Err(Refusal::ReportedTooOften)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for grievance in Grievance::ALL {
            assert_eq!(grievance.as_str().parse(), Ok(grievance));
        }
        for finding in [Finding::Upheld, Finding::Dismissed] {
            assert_eq!(finding.as_str().parse(), Ok(finding));
        }
        assert_eq!("spam".parse::<Grievance>(), Err(NotAGrievance));
        assert_eq!("".parse::<Finding>(), Err(NotAFinding));
        assert_eq!(Grievance::AskedAgain.article(), Some("Measures art. 7"));
    }

    #[test]
    fn a_paragraph_is_taken_and_nothing_unseen() {
        let words: ReportWords = "  柜台又要身份证复印件。\r\nTwice. ".parse().unwrap();
        assert_eq!(words.expose(), "柜台又要身份证复印件。\nTwice.");
        assert_eq!(format!("{words:?}"), "[words]");
        assert!("字".repeat(WORDS_MAX).parse::<ReportWords>().is_ok());
        for odd in
            ["", "  \n", "a\0b", "a\tb", "a\u{202e}b", "a\u{200b}b", &"字".repeat(WORDS_MAX + 1)]
        {
            assert_eq!(odd.parse::<ReportWords>(), Err(Refusal::WordsMalformed), "{odd:?}");
        }
    }

    #[test]
    fn nobody_floods_alone() {
        assert_eq!(may_report(Filed::default()), Ok(()));
        assert_eq!(may_report(Filed { of_party: 2, in_all: 19 }), Ok(()));
        for filed in [Filed { of_party: 3, in_all: 3 }, Filed { of_party: 0, in_all: 20 }] {
            assert_eq!(may_report(filed), Err(Refusal::ReportedTooOften));
        }
    }
}
