//! Rooms: a guest keeps theirs, and the desk sees who arrived last.

use std::collections::VecDeque;

use crate::bounded::Bounded;

/// Guests remembered at a time.
const MOST: usize = 2_000;

/// Arrivals on the desk's screen.
const SHOWN: usize = 20;

/// Floors and the rooms of each.
const FLOORS: u16 = 8;
const DOORS: u16 = 24;

/// What the desk knows of a guest, the name apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Guest {
    /// Eighteen or over; otherwise the guardian is asked for.
    pub(super) adult: bool,
    /// Who they are was told, as the law wants it.
    pub(super) registered: bool,
    /// When they came.
    pub(super) at: String,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Rooms {
    guests: Bounded<(u16, Guest)>,
    arrivals: VecDeque<String>,
    given: u16,
}

impl Rooms {
    pub(super) fn new() -> Self {
        Self { guests: Bounded::new(MOST), arrivals: VecDeque::new(), given: 0 }
    }

    /// Gives a guest a room; who has one keeps it.
    pub(super) fn give(&mut self, subject: &str, guest: Guest) {
        let door = self.given % (FLOORS * DOORS);
        let next = (door / DOORS + 2) * 100 + door % DOORS + 1;
        let mut new = false;
        let stay = self.guests.entry(subject, || {
            new = true;
            (next, guest.clone())
        });
        stay.1 = guest;
        if new {
            self.given = self.given.wrapping_add(1);
        }
        self.arrivals.retain(|before| before != subject);
        self.arrivals.push_front(subject.to_owned());
        self.arrivals.truncate(SHOWN);
    }

    /// The room of a guest.
    pub(super) fn of(&self, subject: &str) -> Option<(u16, Guest)> {
        self.guests.get(subject).cloned()
    }

    /// Whoever came last, first.
    pub(super) fn newest_first(&self) -> Vec<(u16, Guest)> {
        self.arrivals.iter().filter_map(|subject| self.of(subject)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(registered: bool) -> Guest {
        Guest { adult: true, registered, at: "10:00".into() }
    }

    #[test]
    fn a_guest_keeps_the_room_and_comes_to_the_front() {
        let mut rooms = Rooms::new();
        rooms.give("anna", guest(false));
        rooms.give("bo", guest(true));
        rooms.give("anna", guest(true));
        assert_eq!(rooms.of("anna"), Some((201, guest(true))));
        assert_eq!(rooms.newest_first(), [(201, guest(true)), (202, guest(true))]);
        for number in 0..300 {
            rooms.give(&number.to_string(), guest(true));
        }
        assert_eq!(rooms.newest_first().len(), SHOWN);
    }
}
