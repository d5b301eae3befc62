//! Times as persons read them, where the platform's days begin. ISO 8601 order is read alike in both languages.

use jiff::Timestamp;

use super::page::Page;

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

impl Page {
    /// `2026-11-22`
    pub(crate) fn day(&self, at: Timestamp) -> String {
        self.written(at, "%F")
    }

    /// `2026-11-22 10:12`
    pub(crate) fn minute(&self, at: Timestamp) -> String {
        self.written(at, "%F %H:%M")
    }

    /// For how many days the platform remembers a use.
    pub(crate) fn event_days(&self) -> u64 {
        self.settings().event_lifetime.duration().as_secs() / SECONDS_A_DAY
    }

    fn written(&self, at: Timestamp, how: &str) -> String {
        at.to_zoned(self.settings().time_zone.clone()).strftime(how).to_string()
    }
}
