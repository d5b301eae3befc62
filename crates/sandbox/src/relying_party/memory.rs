//! What a relying party remembers, in memory and bounded: browsers, sign-ins under way, accounts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::Value;

use super::connection::{Begun, Question, Standing, Told};
use crate::bounded::Bounded;
use crate::clock::Clock;

/// Browsers remembered at a time.
const MOST_SESSIONS: usize = 20_000;
/// Sign-ins under way at a time.
const MOST_WAITING: usize = 20_000;
/// Questions under way that are answered elsewhere.
const MOST_ASKED: usize = 2_000;
/// Accounts remembered.
const MOST_ACCOUNTS: usize = 20_000;
/// Receipts kept for one account; older ones are dropped.
const MOST_RECEIPTS: usize = 50;
/// Seconds a browser may be away at the platform.
const PATIENCE: i64 = 30 * 60;

/// All of it.
#[derive(Debug)]
pub(super) struct Memory(Mutex<Remembered>);

#[derive(Debug)]
pub(super) struct Remembered {
    sessions: Bounded<String>,
    waiting: Bounded<Waiting>,
    accounts: Bounded<Account>,
    asked: Bounded<Asked>,
}

/// Why a browser was sent to the platform.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Errand {
    /// What is asked for, `openid` aside.
    pub(super) scopes: &'static [&'static str],
    /// What it is for, such as a flight.
    pub(super) item: Option<&'static str>,
}

/// A sign-in under way, bound to the browser that began it.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) browser: String,
    pub(super) errand: Errand,
    pub(super) begun: Begun,
    since: Timestamp,
}

/// A question that a customer answers on their own phone.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) question: Arc<Question>,
    pub(super) place: Place,
    pub(super) outcome: Outcome,
}

/// Where it was asked.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A kiosk, which shows this.
    Kiosk { code: String, address: String },
    /// A counter, where this stands on the screen.
    Counter { message: String },
}

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Waiting,
    Told(Box<Receipt>),
    Declined,
    Over,
}

/// Somebody known by an application identifier and by nothing else.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) subject: String,
    pub(super) times: u32,
    /// Oldest first.
    pub(super) receipts: Vec<Receipt>,
}

/// What a relying party keeps of one authentication.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Receipt {
    pub(super) number: u32,
    pub(super) at: String,
    pub(super) item: Option<&'static str>,
    pub(super) told: Told,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Remembered {
            sessions: Bounded::new(MOST_SESSIONS),
            waiting: Bounded::new(MOST_WAITING),
            accounts: Bounded::new(MOST_ACCOUNTS),
            asked: Bounded::new(MOST_ASKED),
        }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Remembered {
    /// The account this browser is signed in to.
    pub(super) fn account(&self, browser: &str) -> Option<&Account> {
        self.sessions.get(browser).and_then(|subject| self.accounts.get(subject))
    }

    /// A browser leaves for the platform with this state.
    pub(super) fn leaves(
        &mut self,
        state: &str,
        browser: String,
        errand: Errand,
        begun: Begun,
        now: Timestamp,
    ) {
        self.waiting.entry(state, || Waiting { browser, errand, begun, since: now });
    }

    /// A browser comes back; each state is good once, for the browser that left with it, and not for ever.
    pub(super) fn returns(
        &mut self,
        state: &str,
        browser: &str,
        now: Timestamp,
    ) -> Option<Waiting> {
        if self.waiting.get(state)?.browser != browser {
            return None;
        }
        let waiting = self.waiting.remove(state)?;
        (now.as_second() - waiting.since.as_second() <= PATIENCE).then_some(waiting)
    }

    /// Signs a browser in to the account of whom the platform told, and keeps the receipt.
    ///
    /// `fresh` is a new name for the browser: one that was known before signing in must not be good after it.
    pub(super) fn sign_in(
        &mut self,
        fresh: &str,
        told: Told,
        item: Option<&'static str>,
        now: Timestamp,
    ) -> u32 {
        self.sessions.entry(fresh, || told.subject.clone());
        let subject = told.subject.clone();
        let account = self.accounts.entry(&told.subject, || Account {
            subject,
            times: 0,
            receipts: Vec::new(),
        });
        account.times += 1;
        let number = account.times;
        if account.receipts.len() == MOST_RECEIPTS {
            account.receipts.remove(0);
        }
        account.receipts.push(Receipt { number, at: Clock::readable(now), item, told });
        number
    }

    /// Forgets the browser, not the account.
    pub(super) fn sign_out(&mut self, browser: &str) {
        self.sessions.remove(browser);
    }
}

impl Remembered {
    /// Something is asked of somebody, under an identifier nobody can guess.
    pub(super) fn asks(&mut self, id: &str, asked: Asked) {
        self.asked.entry(id, || asked);
    }

    /// A question, as it stands.
    pub(super) fn asked(&self, id: &str) -> Option<Asked> {
        self.asked.get(id).cloned()
    }

    /// A question is answered; the first answer stays.
    pub(super) fn hears(&mut self, id: &str, outcome: Outcome) {
        if let Some(asked) = self.asked.get_mut(id)
            && asked.outcome == Outcome::Waiting
        {
            asked.outcome = outcome;
        }
    }
}

impl Asked {
    pub(super) fn new(question: Arc<Question>, place: Place) -> Self {
        Self { question, place, outcome: Outcome::Waiting }
    }
}

impl Outcome {
    /// What a standing comes to, heard at this moment.
    pub(super) fn of(standing: Standing, now: Timestamp) -> Self {
        match standing {
            Standing::Waiting => Self::Waiting,
            Standing::Declined => Self::Declined,
            Standing::Over => Self::Over,
            Standing::Told(told) => Self::Told(Box::new(Receipt {
                number: 1,
                at: Clock::readable(now),
                item: None,
                told: *told,
            })),
        }
    }
}

impl Account {
    /// The identifier as a person can compare it: its first and last characters.
    pub(super) fn short(&self) -> String {
        short(&self.subject)
    }

    /// Newest first.
    pub(super) fn newest_first(&self) -> Vec<Receipt> {
        self.receipts.iter().rev().cloned().collect()
    }
}

impl Receipt {
    pub(super) fn short(&self) -> String {
        short(&self.told.subject)
    }

    /// The scene the platform named.
    pub(super) fn scene(&self) -> &str {
        self.text("scene")
    }

    /// `passed` or not.
    pub(super) fn result(&self) -> &str {
        self.text("result")
    }

    /// Yes, no, or not told.
    pub(super) fn yes_or_no(&self, claim: &str) -> Option<bool> {
        self.told.claims.get(claim).and_then(Value::as_bool)
    }

    fn text(&self, claim: &str) -> &str {
        self.told.claims.get(claim).and_then(Value::as_str).unwrap_or("–")
    }

    /// How the person authenticated, in Chinese and in English.
    pub(super) fn mode(&self) -> (&'static str, &'static str) {
        match self.told.mode.as_deref().and_then(|mode| mode.strip_prefix("urn:yinzheng:acr:")) {
            Some("certificate") => ("网证", "net certificate"),
            Some("certificate+passcode") => ("网证 + 口令", "net certificate + passcode"),
            Some("certificate+portrait") => ("网证 + 人像", "net certificate + portrait"),
            Some("certificate+passcode+portrait") => {
                ("网证 + 口令 + 人像", "net certificate + passcode + portrait")
            }
            _ => ("未说明", "not stated"),
        }
    }

    /// The ID token's claims, one a line.
    pub(super) fn id_token_lines(&self) -> Vec<(String, String)> {
        lines(&self.told.id_token)
    }

    /// The userinfo answer, one a line.
    pub(super) fn userinfo_lines(&self) -> Vec<(String, String)> {
        lines(&self.told.userinfo)
    }
}

fn lines(claims: &BTreeMap<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    claims.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// Identifiers have 32 ASCII characters; eight of them are enough to recognise one's own.
fn short(subject: &str) -> String {
    match (subject.get(..4), subject.get(subject.len().saturating_sub(4)..)) {
        (Some(first), Some(last)) if subject.len() > 8 => format!("{first}…{last}"),
        _ => subject.to_owned(),
    }
}
