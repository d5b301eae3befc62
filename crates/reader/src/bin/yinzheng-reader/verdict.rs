//! A verdict in words: what a terminal and a page say alike.

use std::time::Duration;

use formats::qr::{RESIDENCIES, Statement, Subject};
use yinzheng_reader::{Passed, Refused};

use crate::words::Words;

/// What is told of one code.
pub(crate) struct Told {
    /// Green or red.
    pub(crate) good: bool,
    /// The one word for it.
    pub(crate) headline: String,
    /// What was proved, or why not and what to do.
    pub(crate) lines: Vec<String>,
    /// That the mirror is old.
    pub(crate) warning: Option<String>,
}

impl Told {
    /// The words for a verdict.
    pub(crate) fn of(words: &Words, verdict: &Result<Passed, Refused>) -> Self {
        match verdict {
            Ok(passed) => Self {
                good: true,
                headline: words.say("passed"),
                lines: proved(words, &passed.statements),
                warning: passed.old_mirror.map(|age| old_mirror(words, age)),
            },
            Err(refused) => Self {
                good: false,
                headline: words.say("refused"),
                lines: why(words, *refused).into(),
                warning: None,
            },
        }
    }
}

/// That the mirror is so old, and what to do.
pub(crate) fn old_mirror(words: &Words, age: Duration) -> String {
    words.with("old-mirror", &[("hours", &hours(age))])
}

/// Whole hours.
pub(crate) fn hours(age: Duration) -> String {
    (age.as_secs() / 3_600).to_string()
}

/// What a subject is called.
pub(crate) fn subject(words: &Words, subject: Subject) -> String {
    words.say(&subject.claim().replace('_', "-"))
}

fn proved(words: &Words, statements: &[Statement]) -> Vec<String> {
    if statements.is_empty() {
        return vec![words.say("valid-only")];
    }
    statements.iter().map(|statement| said(words, *statement)).collect()
}

fn said(words: &Words, statement: Statement) -> String {
    let what = subject(words, statement.subject);
    let answer = match (statement.subject, statement.value) {
        (Subject::Assurance, level) => level.to_string(),
        (Subject::Residency, class) => residency(words, class),
        (_, 0) => words.say("answer-no"),
        _ => words.say("answer-yes"),
    };
    words.with("said", &[("what", &what), ("answer", &answer)])
}

/// What a class of residency is called; its number, if it is newer than this program.
fn residency(words: &Words, class: u8) -> String {
    let name = RESIDENCIES.get(usize::from(class));
    name.map_or_else(
        || class.to_string(),
        |name| words.say(&format!("residency-{}", name.replace('_', "-"))),
    )
}

fn why(words: &Words, refused: Refused) -> [String; 2] {
    let key = format!("refused-{}", refused.code());
    let time = match refused {
        Refused::TooOld(time) | Refused::Ahead(time) => minutes(time),
        _ => String::new(),
    };
    let what = match refused {
        Refused::NotShown(wanted) | Refused::No(wanted) => subject(words, wanted),
        _ => String::new(),
    };
    let values = [("minutes", time.as_str()), ("what", what.as_str())];
    [words.with(&key, &values), words.say(&format!("{key}-next"))]
}

/// At least one: nobody is told that a code is none too old.
fn minutes(time: Duration) -> String {
    time.as_secs().div_ceil(60).max(1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_residency_has_words_and_a_new_one_its_number() {
        for tag in ["en", "zh-CN"] {
            let words = Words::of(tag);
            for value in (0..).take(RESIDENCIES.len()) {
                let told = said(&words, Statement { subject: Subject::Residency, value });
                assert!(!told.contains("residency-"), "{told}");
            }
            let newer = said(&words, Statement { subject: Subject::Residency, value: 99 });
            assert!(newer.ends_with("99"), "{newer}");
        }
    }
}
