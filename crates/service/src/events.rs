//! Events: what is remembered of a use, and how little of its time.

use std::sync::atomic::Ordering::Relaxed;

use jiff::{SignedDuration, Timestamp};
use rules::{EventId, PersonId};
use store::authentication::{Event, Kind};

use crate::Platform;

const MINUTE: i64 = 60;

impl Platform {
    /// An event that concerns no relying party.
    pub(crate) fn event(&self, person: PersonId, kind: Kind, now: Timestamp) -> Event {
        Event {
            id: self.event_id(now),
            person,
            kind,
            client: String::new(),
            scene: String::new(),
            mode: String::new(),
            passed: true,
            at: to_the_minute(now),
        }
    }

    /// An id that sorts with its minute and, inside it, in the order of events; it tells no second.
    ///
    /// A time-ordered id carries milliseconds: where an event's would stand, its number does.
    pub(crate) fn event_id(&self, now: Timestamp) -> EventId {
        let number = self.inner().events.fetch_add(1, Relaxed) % (60 * 1000);
        let at = to_the_minute(now) + SignedDuration::from_millis(number.into());
        EventId::make(at, &mut |bytes| self.world().fill(bytes))
    }
}

/// Events are kept to the minute.
pub(crate) fn to_the_minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(MINUTE) * MINUTE).unwrap_or(at)
}
