//! What the platform counts for its operator while it runs: never by person, never by address.

use std::{
    iter::zip,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use protocol::issuance::notification::NotificationEvent;
use rules::report::Grievance;

use crate::Platform;

/// Counters, from nought at each start.
#[derive(Debug)]
pub(crate) struct Tallies {
    reports: Counts<{ Grievance::ALL.len() }>,
    over_asking: Counts<{ OVER_ASKING.len() }>,
    notifications: Counts<{ NotificationEvent::ALL.len() }>,
    credential_requests: Counts<3>,
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

/// What is said to a wallet that asks for credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Told {
    /// Here they are.
    AtOnce,
    /// Come again, and when.
    Later,
    /// Nobody's turn would come.
    Busy,
}

impl Told {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Later => "later",
            Self::Busy => "busy",
        }
    }
}

impl Default for Tallies {
    fn default() -> Self {
        let told = [Told::AtOnce, Told::Later, Told::Busy].map(Told::as_str);
        let grievances = Grievance::ALL.map(Grievance::as_str);
        let events = NotificationEvent::ALL.map(NotificationEvent::as_str);
        Self {
            reports: Counts::new("yinzheng_reports_total", "grievance", grievances),
            over_asking: Counts::new("yinzheng_over_asking_total", "rule", OVER_ASKING),
            notifications: Counts::new("yinzheng_credential_notifications_total", "event", events),
            credential_requests: Counts::new("yinzheng_credential_requests_total", "told", told),
        }
    }
}

impl Tallies {
    pub(crate) fn count_report(&self, grievance: Grievance) {
        self.reports.count(grievance.as_str());
    }

    pub(crate) fn count_over_asking(&self, rule: &str) {
        self.over_asking.count(rule);
    }

    pub(crate) fn count_notification(&self, event: NotificationEvent) {
        self.notifications.count(event.as_str());
    }

    pub(crate) fn count_credential_request(&self, told: Told) {
        self.credential_requests.count(told.as_str());
    }
}

impl Platform {
    /// What was counted since the start.
    pub fn counted(&self) -> Vec<Tally> {
        let Tallies { reports, over_asking, notifications, credential_requests } = self.tallies();
        let credentials = notifications.all().chain(credential_requests.all());
        reports.all().chain(over_asking.all()).chain(credentials).collect()
    }

    pub(crate) fn tallies(&self) -> &Tallies {
        &self.inner().tallies
    }
}

/// The counters of one name, one for each value of its label.
#[derive(Debug)]
struct Counts<const N: usize> {
    name: &'static str,
    label: &'static str,
    values: [&'static str; N],
    times: [AtomicU64; N],
}

impl<const N: usize> Counts<N> {
    fn new(name: &'static str, label: &'static str, values: [&'static str; N]) -> Self {
        Self { name, label, values, times: [const { AtomicU64::new(0) }; N] }
    }

    /// Counts one of that value; another is none of ours.
    fn count(&self, value: &str) {
        let mut counters = zip(&self.values, &self.times);
        if let Some((_, times)) = counters.find(|(one, _)| **one == value) {
            times.fetch_add(1, Relaxed);
        }
    }

    fn all(&self) -> impl Iterator<Item = Tally> {
        zip(&self.values, &self.times).map(|(value, times)| Tally {
            name: self.name,
            label: (self.label, value),
            times: times.load(Relaxed),
        })
    }
}
