//! What the platform counts for its operator while it runs: never by person, never by address.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use protocol::issuance::notification::NotificationEvent;
use rules::report::Grievance;

use crate::Platform;

/// Counters, from nought at each start.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    reports: [AtomicU64; Grievance::ALL.len()],
    over_asking: [AtomicU64; OVER_ASKING.len()],
    notifications: [AtomicU64; NotificationEvent::ALL.len()],
}

/// One count, under the name and label a metrics collector reads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tally {
    /// What is counted.
    pub name: &'static str,
    /// By what, and which.
    pub label: (&'static str, &'static str),
    /// How often, since the start.
    pub times: u64,
}

/// The rules that requests are refused by for asking too much, by the codes of their refusals.
pub(crate) const OVER_ASKING: [&str; 3] =
    ["beyond_scene", "beyond_registration", "scene_not_registered"];

impl Tallies {
    pub(crate) fn count_report(&self, grievance: Grievance) {
        let place = Grievance::ALL.iter().position(|one| *one == grievance);
        if let Some(counter) = place.and_then(|place| self.reports.get(place)) {
            counter.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn count_over_asking(&self, rule: &str) {
        let place = OVER_ASKING.iter().position(|one| *one == rule);
        if let Some(counter) = place.and_then(|place| self.over_asking.get(place)) {
            counter.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn count_notification(&self, event: NotificationEvent) {
        let place = NotificationEvent::ALL.iter().position(|one| *one == event);
        if let Some(counter) = place.and_then(|place| self.notifications.get(place)) {
            counter.fetch_add(1, Relaxed);
        }
    }

    fn all(&self) -> Vec<Tally> {
        let reports = Grievance::ALL.iter().zip(&self.reports).map(|(grievance, times)| Tally {
            name: "yinzheng_reports_total",
            label: ("grievance", grievance.as_str()),
            times: times.load(Relaxed),
        });
        let over_asking = OVER_ASKING.iter().zip(&self.over_asking).map(|(rule, times)| Tally {
            name: "yinzheng_over_asking_total",
            label: ("rule", rule),
            times: times.load(Relaxed),
        });
        let events = NotificationEvent::ALL.iter().zip(&self.notifications);
        let notifications = events.map(|(event, times)| Tally {
            name: "yinzheng_credential_notifications_total",
            label: ("event", event.as_str()),
            times: times.load(Relaxed),
        });
        reports.chain(over_asking).chain(notifications).collect()
    }
}

impl Platform {
    /// What was counted since the start.
    pub fn counted(&self) -> Vec<Tally> {
        self.tallies().all()
    }

    pub(crate) fn tallies(&self) -> &Tallies {
        &self.inner().tallies
    }
}
