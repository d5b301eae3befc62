//! What stands behind the page: a desk, its mirror, and the question it asks.

use std::time::Duration;

use formats::qr::{Challenge, Subject};
use yinzheng_reader::{Desk, Passed, Refused};

use super::brought::Brought;

/// How long one question is asked: nobody answers in the evening what was photographed in the morning.
const QUESTION_LIFETIME: i64 = 5 * 60;

/// A desk at work.
pub(crate) struct Post {
    desk: Desk,
    brought: Brought,
    asks: bool,
    question: Option<(Challenge, i64)>,
}

/// What a page shows of it.
pub(super) struct State {
    /// What the desk wants a yes to.
    pub(super) wanted: Vec<Subject>,
    /// The question it asks, if it asks one.
    pub(super) question: Option<Challenge>,
    /// How old the mirror is; nothing, if it has no list.
    pub(super) age: Option<Duration>,
    /// Was something brought last that is no mirror?
    pub(super) spoiled: bool,
}

impl Post {
    /// A desk that takes only answers to its own question, if it `asks`.
    pub(crate) fn new(desk: Desk, brought: Brought, asks: bool) -> Self {
        Self { desk, brought, asks, question: None }
    }

    /// How it stands, with the question that is asked from now on.
    pub(super) fn look(&mut self, now: i64, draw: fn() -> Challenge) -> State {
        let question = self.question(now, draw);
        let age = self.brought.mirror(now).age(now);
        State {
            wanted: self.desk.wanted().to_vec(),
            question,
            age,
            spoiled: self.brought.spoiled(),
        }
    }

    /// Judges what was scanned.
    pub(super) fn judge(
        &mut self,
        scanned: &str,
        now: i64,
        draw: fn() -> Challenge,
    ) -> Result<Passed, Refused> {
        let question = self.question(now, draw);
        let verdict = self.desk.judge(scanned, self.brought.mirror(now), question, now);
        // A question is for one answer. What answered something else, or was no code, leaves it standing.
        let answered = match verdict {
            Ok(_) => true,
            Err(refused) => matches!(
                refused,
                Refused::Again
                    | Refused::Ended
                    | Refused::NoList
                    | Refused::NotShown(_)
                    | Refused::No(_)
            ),
        };
        if answered {
            self.question = None;
        }
        verdict
    }

    fn question(&mut self, now: i64, draw: fn() -> Challenge) -> Option<Challenge> {
        if !self.asks {
            return None;
        }
        let stands = self
            .question
            .filter(|(_, since)| now.abs_diff(*since) < QUESTION_LIFETIME.unsigned_abs());
        let (question, since) = stands.unwrap_or_else(|| (draw(), now));
        self.question = Some((question, since));
        Some(question)
    }
}
