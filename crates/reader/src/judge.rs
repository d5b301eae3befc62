//! One code, one verdict.

use std::time::Duration;

use formats::qr::{
    BadCode, Challenge, Days, Refusal, Seen, Statement, Subject, UnverifiedCode, WINDOW,
};

use crate::{Mirror, Standing};

/// A desk: what it wants to know, and what it saw lately.
#[derive(Debug, Default)]
pub struct Desk {
    wanted: Vec<Subject>,
    seen: Seen,
}

/// A code that is good, and says what the desk wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Passed {
    /// What was proved; nothing else is known.
    pub statements: Vec<Statement>,
    /// Until when the certificate is good.
    pub days: Days,
    /// The age of the mirror, if it is more than a day: what was revoked since is not known here.
    pub old_mirror: Option<Duration>,
}

/// Why nobody is let in by this code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refused {
    /// Something else was scanned.
    Another,
    /// The code is damaged; scan it again.
    Damaged,
    /// Another platform's, or the mirror's keys are too old.
    UnknownIssuer,
    /// Somebody made it who may not.
    Forged,
    /// Its days have not begun.
    NotYet,
    /// Its days are over.
    Expired,
    /// Made so long ago: an old picture, or a slow clock.
    TooOld(Duration),
    /// Made so far ahead: a wrong clock.
    Ahead(Duration),
    /// Made for another reader, or not for the question that was asked.
    AnotherQuestion,
    /// It was shown here just now.
    Again,
    /// The certificate was revoked.
    Ended,
    /// The mirror has no list that tells.
    NoList,
    /// The desk wants something that the code does not show.
    NotShown(Subject),
    /// The code shows it, and the answer is no.
    No(Subject),
}

impl Desk {
    /// A desk that wants a yes to each of these.
    pub fn new(wanted: Vec<Subject>) -> Self {
        Self { wanted, seen: Seen::default() }
    }

    /// What it wants a yes to.
    pub fn wanted(&self) -> &[Subject] {
        &self.wanted
    }

    /// Judges what was scanned. `now` is Unix time.
    pub fn judge(
        &mut self,
        scanned: &str,
        mirror: &Mirror,
        question: Option<Challenge>,
        now: i64,
    ) -> Result<Passed, Refused> {
        let code = UnverifiedCode::parse(scanned.trim_matches(['\r', '\n']))?;
        let shown = code.verify(mirror.issuers(), question, now)?;
        match mirror.standing(shown.status(), now) {
            Standing::Stands => {}
            Standing::Ended => return Err(Refused::Ended),
            Standing::Unknown => return Err(Refused::NoList),
        }
        for &wanted in &self.wanted {
            match shown.statements().iter().find(|said| said.subject == wanted) {
                None => return Err(Refused::NotShown(wanted)),
                Some(said) if said.value == 0 => return Err(Refused::No(wanted)),
                Some(_) => {}
            }
        }
        // Last, so that what is refused for another reason may be mended and shown again.
        if !self.seen.first(&shown, now) {
            return Err(Refused::Again);
        }
        Ok(Passed {
            statements: shown.statements().to_vec(),
            days: shown.days(),
            old_mirror: mirror.more_than_a_day_old(shown.status(), now),
        })
    }
}

impl Refused {
    /// Its stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Another => "another",
            Self::Damaged => "damaged",
            Self::UnknownIssuer => "unknown-issuer",
            Self::Forged => "forged",
            Self::NotYet => "not-yet",
            Self::Expired => "expired",
            Self::TooOld(_) => "too-old",
            Self::Ahead(_) => "ahead",
            Self::AnotherQuestion => "another-question",
            Self::Again => "again",
            Self::Ended => "ended",
            Self::NoList => "no-list",
            Self::NotShown(_) => "not-shown",
            Self::No(_) => "no",
        }
    }
}

impl From<BadCode> for Refused {
    fn from(bad: BadCode) -> Self {
        match bad {
            BadCode::Another => Self::Another,
            BadCode::Damaged => Self::Damaged,
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let time = |windows| Duration::from_secs(WINDOW.as_secs().saturating_mul(windows));
        match refusal {
            Refusal::UnknownIssuer => Self::UnknownIssuer,
            Refusal::Forged => Self::Forged,
            Refusal::NotYet => Self::NotYet,
            Refusal::Expired => Self::Expired,
            Refusal::TooOld(windows) => Self::TooOld(time(windows)),
            Refusal::Ahead(windows) => Self::Ahead(time(windows)),
            Refusal::AnotherQuestion => Self::AnotherQuestion,
        }
    }
}
