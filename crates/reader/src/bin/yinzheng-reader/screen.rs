//! The verdict on a terminal: large, green or red, and never by colour alone.

use yinzheng_reader::{Passed, Refused};

use crate::{verdict::Told, words::Words};

/// Black on green, white on red, and back (ECMA-48 SGR).
const GREEN: &str = "\x1b[30;102m";
const RED: &str = "\x1b[97;41m";
const PLAIN: &str = "\x1b[0m";

/// How wide the coloured field is.
const WIDTH: usize = 40;

/// The verdict, as lines.
pub(crate) fn verdict(words: &Words, verdict: &Result<Passed, Refused>) -> String {
    let told = Told::of(words, verdict);
    let (colour, mark) = if told.good { (GREEN, '✔') } else { (RED, '✘') };
    let mut lines = field(colour, &format!("{mark}  {}", told.headline));
    lines.extend(told.lines);
    lines.extend(told.warning.map(|warning| format!("⚠ {warning}")));
    lines.push(String::new());
    lines.join("\n")
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
    use std::time::Duration;

    use formats::qr::{Days, Statement, Subject};

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
