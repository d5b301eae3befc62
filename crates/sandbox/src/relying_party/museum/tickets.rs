//! Tickets: one a person and day, each good once.

use formats::base64url;
use jiff::civil::Date;
use openidconnect::CsrfToken;

use crate::bounded::Bounded;

/// Tickets remembered at a time.
const MOST: usize = 20_000;

/// Letters nobody takes for one another, or for a word.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How many of them a ticket has: with these, nobody guesses one of a day's.
const LENGTH: usize = 8;

/// A ticket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Ticket {
    /// What is read at the gate.
    pub(super) code: String,
    pub(super) day: Date,
    /// When it was used.
    pub(super) entered: Option<String>,
}

/// What a gate says to a ticket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Entry {
    Welcome,
    /// Somebody went in with it then.
    Used(String),
    AnotherDay(Date),
    Unknown,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Tickets {
    holders: Bounded<String>,
    tickets: Bounded<Ticket>,
}

impl Tickets {
    pub(super) fn new() -> Self {
        Self { holders: Bounded::new(MOST), tickets: Bounded::new(MOST) }
    }

    /// Issues a ticket for the day, unless this person has one; whether it is new.
    pub(super) fn issue(&mut self, subject: &str, day: Date) -> bool {
        if self.of(subject).is_some_and(|ticket| ticket.day == day) {
            return false;
        }
        let code = draw();
        self.tickets.entry(&code, || Ticket { code: code.clone(), day, entered: None });
        *self.holders.entry(subject, String::new) = code;
        true
    }

    /// The newest ticket of a person.
    pub(super) fn of(&self, subject: &str) -> Option<Ticket> {
        self.tickets.get(self.holders.get(subject)?).cloned()
    }

    /// Somebody shows this at the gate; the first one goes in.
    pub(super) fn enter(&mut self, shown: &str, day: Date, at: &str) -> Entry {
        let letters = |shown: char| shown.is_ascii_alphabetic().then(|| shown.to_ascii_uppercase());
        let code: String = shown.chars().filter_map(letters).take(LENGTH + 1).collect();
        let Some(ticket) = self.tickets.get_mut(&code) else { return Entry::Unknown };
        if ticket.day != day {
            return Entry::AnotherDay(ticket.day);
        }
        if let Some(before) = &ticket.entered {
            return Entry::Used(before.clone());
        }
        ticket.entered = Some(at.to_owned());
        Entry::Welcome
    }
}

impl Ticket {
    /// The code in two halves, as it is read aloud.
    pub(super) fn spelt(&self) -> String {
        let (first, second) = self.code.split_at_checked(LENGTH / 2).unwrap_or((&self.code, ""));
        format!("{first} {second}")
    }
}

impl Entry {
    /// A stable word for tests, and element ids.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Used(_) => "used",
            Self::AnotherDay(_) => "another-day",
            Self::Unknown => "unknown",
        }
    }
}

/// A code nobody can guess, from the client library's chance as `state` and `nonce` are.
fn draw() -> String {
    let length = u32::try_from(LENGTH).unwrap_or_default();
    let drawn = CsrfToken::new_random_len(length).into_secret();
    let bytes = base64url::decode(&drawn).unwrap_or_default();
    let letter = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).copied();
    bytes.iter().filter_map(letter).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn a_person_has_one_ticket_a_day_and_it_is_good_once() {
        let mut tickets = Tickets::new();
        assert!(tickets.issue("anna", TODAY) && !tickets.issue("anna", TODAY));
        let ticket = tickets.of("anna").unwrap();
        assert_eq!(ticket.code.len(), LENGTH, "{ticket:?}");
        let shown = ticket.spelt().to_lowercase();
        assert_eq!(tickets.enter(&shown, TODAY, "10:00"), Entry::Welcome);
        assert_eq!(tickets.enter(&shown, TODAY, "10:01"), Entry::Used("10:00".into()));
        assert!(!tickets.issue("anna", TODAY), "nor another once it is used");
        let tomorrow = TODAY.tomorrow().unwrap();
        assert!(tickets.issue("anna", tomorrow));
        assert_eq!(tickets.enter(&shown, tomorrow, "9:00"), Entry::AnotherDay(TODAY));
        assert!(tickets.issue("bo", TODAY));
        assert_ne!(tickets.of("bo").unwrap().code, tickets.of("anna").unwrap().code);
        for nothing in ["", "BCDF", "BCDFGHJKL", "'; --", "YZ1:ABC"] {
            assert_eq!(tickets.enter(nothing, TODAY, "10:00"), Entry::Unknown, "{nothing}");
        }
    }
}
