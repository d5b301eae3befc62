//! The verdict on a terminal: large, green or red, and never by colour alone.

use std::time::Duration;

use formats::qr::{Statement, Subject};
use yinzheng_reader::{Passed, Refused};

use crate::words::Words;

/// Black on green, white on red, and back (ECMA-48 SGR).
const GREEN: &str = "\x1b[30;102m";
const RED: &str = "\x1b[97;41m";
const PLAIN: &str = "\x1b[0m";

/// How wide the coloured field is.
const WIDTH: usize = 40;

/// The verdict, as lines.
pub(crate) fn verdict(words: &Words, verdict: &Result<Passed, Refused>) -> String {
    let mut lines = match verdict {
        Ok(passed) => passed_lines(words, passed),
        Err(refused) => refused_lines(words, *refused),
    };
    lines.push(String::new());
    lines.join("\n")
}

fn passed_lines(words: &Words, passed: &Passed) -> Vec<String> {
    let mut lines = field(GREEN, &format!("✔  {}", words.say("passed")));
    if passed.statements.is_empty() {
        lines.push(words.say("valid-only"));
    }
    lines.extend(passed.statements.iter().map(|statement| said(words, *statement)));
    if let Some(age) = passed.old_mirror {
        let hours = (age.as_secs() / 3_600).to_string();
        lines.push(format!("⚠ {}", words.with("old-mirror", &[("hours", &hours)])));
    }
    lines
}

fn said(words: &Words, statement: Statement) -> String {
    let what = words.say(&key(statement.subject));
    let answer = match (statement.subject, statement.value) {
        (Subject::Assurance | Subject::Residency, class) => class.to_string(),
        (_, 0) => words.say("answer-no"),
        _ => words.say("answer-yes"),
    };
    words.with("said", &[("what", &what), ("answer", &answer)])
}

fn refused_lines(words: &Words, refused: Refused) -> Vec<String> {
    let key = format!("refused-{}", refused.code());
    let time = match refused {
        Refused::TooOld(time) | Refused::Ahead(time) => minutes(time),
        _ => String::new(),
    };
    let what = match refused {
        Refused::NotShown(subject) | Refused::No(subject) => words.say(&self::key(subject)),
        _ => String::new(),
    };
    let values = [("minutes", time.as_str()), ("what", what.as_str())];
    let mut lines = field(RED, &format!("✘  {}", words.say("refused")));
    lines.extend([words.with(&key, &values), words.say(&format!("{key}-next"))]);
    lines
}

fn key(subject: Subject) -> String {
    subject.claim().replace('_', "-")
}

/// At least one: nobody is told that a code is none too old.
fn minutes(time: Duration) -> String {
    time.as_secs().div_ceil(60).max(1).to_string()
}

/// Three lines of colour with words in the middle one. A wide character takes two places.
fn field(colour: &str, words: &str) -> Vec<String> {
    let taken: usize = words.chars().map(|c| if c > '\u{2e80}' { 2 } else { 1 }).sum();
    let room = WIDTH.saturating_sub(taken);
    let (left, right) = (" ".repeat(room / 2), " ".repeat(room - room / 2));
    let bare = format!("{colour}{}{PLAIN}", " ".repeat(WIDTH));
    vec![bare.clone(), format!("{colour}{left}{words}{right}{PLAIN}"), bare]
}

#[cfg(test)]
mod tests {
    use formats::qr::Days;

    use super::*;

    const EVERY: [Refused; 14] = [
        Refused::Another,
        Refused::Damaged,
        Refused::UnknownIssuer,
        Refused::Forged,
        Refused::NotYet,
        Refused::Expired,
        Refused::TooOld(Duration::from_mins(10)),
        Refused::Ahead(Duration::from_mins(10)),
        Refused::AnotherQuestion,
        Refused::Again,
        Refused::Ended,
        Refused::NoList,
        Refused::NotShown(Subject::AgeOver18),
        Refused::No(Subject::Minor),
    ];

    #[test]
    fn every_refusal_has_words_and_a_next_step() {
        for tag in ["en", "zh-CN"] {
            for refused in EVERY {
                let said = verdict(&Words::of(tag), &Err(refused));
                assert!(!said.contains("refused-"), "{said}");
                assert!(said.contains(RED) && !said.contains(GREEN));
            }
        }
    }

    #[test]
    fn a_pass_says_what_was_proved_and_how_old_the_mirror_is() {
        let statement = |subject, value| Statement { subject, value };
        let passed = Passed {
            statements: vec![statement(Subject::AgeOver18, 1), statement(Subject::Assurance, 2)],
            days: Days { from: 0, until: 1 },
            old_mirror: Some(Duration::from_hours(26)),
        };
        let said = verdict(&Words::of("en"), &Ok(passed.clone()));
        for part in ["PASSED", "18 or over: yes", "identity proved at level: 2", "26 hours", GREEN]
        {
            assert!(said.contains(part), "{part} in {said}");
        }
        assert!(!said.contains(RED));
        let said = verdict(&Words::of("zh-CN"), &Ok(passed));
        assert!(said.contains("已满18周岁：是"), "{said}");
    }
}
