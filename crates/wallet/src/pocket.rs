//! The pocket: what is carried along to be shown, each once, and the record of what was shown.
//!
//! Two readers who compare what they saw of one credential know that it was one person. So a credential is used once: it and
//! its key are out of the pocket, and the pocket is kept so, before anything leaves the device.

mod code;
mod kept;

use formats::{Authorities, JwkSet};
use jiff::{SignedDuration, Timestamp};
use protocol::{issuance::Configuration, oauth::issuer::Issuer};

use crate::{BadBatch, Carried, DeviceKey, History, KeyAway, batch::Source};

/// How long before their end new ones are fetched: over a long weekend without network there is something to show.
const AHEAD: SignedDuration = SignedDuration::from_hours(4 * 24);

/// What is carried for one platform.
#[derive(Clone, Debug)]
pub struct Pocket<K> {
    pub(crate) issuer: Issuer,
    /// The platform's keys by which all of it was checked.
    pub(crate) keys: JwkSet,
    /// The platform's keys by which it says who asks.
    pub(crate) attestors: JwkSet,
    /// Authorities that may say who asks where certificates do. Not kept: whoever runs the wallet names them.
    pub(crate) authorities: Authorities,
    pub(crate) carried: Vec<Carried<K>>,
    /// How many came with the last batch of each form.
    pub(crate) batches: Vec<(Configuration, usize)>,
    /// What was shown.
    pub history: History,
}

/// How much there is of one form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Supply {
    /// Credentials that are good and unused.
    pub unused: usize,
    /// How many came with the last batch.
    pub of: usize,
    /// When the first of them ends; nothing where there is none.
    pub until: Option<Timestamp>,
}

/// Why nothing was shown. Nothing has left the device, and nothing will.
#[derive(Debug, thiserror::Error)]
pub enum NotShown<E> {
    /// The pocket could not be kept without what was to be shown; a credential that may come back is not shown.
    #[error("the pocket cannot be kept")]
    Kept(#[source] E),
    /// The device did not sign.
    #[error(transparent)]
    KeyAway(#[from] KeyAway),
    /// What is in the pocket is worth nothing.
    #[error(transparent)]
    Bad(#[from] BadBatch),
    /// There is not enough of it, or it was used meanwhile.
    #[error("the pocket is empty")]
    Empty,
    /// More than a code may show, or another thing that cannot be said.
    #[error("this cannot be shown")]
    Unsayable,
}

impl Supply {
    /// Are new ones to be fetched? Below a third of the last batch, or when the first ends within four days.
    pub fn is_low(&self, now: Timestamp) -> bool {
        self.unused * 3 < self.of.max(1) || self.until.is_none_or(|until| until < now + AHEAD)
    }
}

impl<K> Pocket<K> {
    /// Takes the keys as they are now by which the platform says who asks; those of credentials are not among them.
    pub fn trust(&mut self, attestors: JwkSet) {
        self.attestors = attestors;
    }

    /// Takes certificates of these authorities for who asks; the platform must say so beside it.
    pub fn trust_authorities(&mut self, authorities: Authorities) {
        self.authorities = authorities;
    }
}

impl<K: DeviceKey> Pocket<K> {
    /// An empty one for a platform. Whose word it takes on who asks, [`Pocket::trust`] says.
    pub fn new(issuer: Issuer, keys: JwkSet) -> Self {
        Self {
            issuer,
            keys,
            attestors: JwkSet::default(),
            authorities: Authorities::default(),
            carried: Vec::new(),
            batches: Vec::new(),
            history: History::default(),
        }
    }

    /// The keys of what is carried.
    pub fn credential_keys(&self) -> impl Iterator<Item = &K> {
        self.carried.iter().map(|one| &one.key)
    }

    /// The platform whose credentials are carried.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Puts a batch in that was received under these keys of the platform. What is over goes.
    pub fn put(&mut self, batch: Vec<Carried<K>>, keys: JwkSet, now: Timestamp) {
        if let Some(form) = batch.first().map(|one| one.form) {
            self.batches.retain(|(other, _)| *other != form);
            self.batches.push((form, batch.len()));
            // The newer say the same of their holder, and more truly.
            self.carried.retain(|one| one.form != form);
        }
        self.carried.retain(|one| one.is_good(now));
        self.carried.extend(batch);
        self.keys = keys;
    }

    /// How much there is of this form.
    pub fn supply(&self, form: Configuration, now: Timestamp) -> Supply {
        let of = self.batches.iter().find(|(other, _)| *other == form).map_or(0, |(_, of)| *of);
        let good = || self.good(form, now);
        Supply { unused: good().count(), of, until: good().map(|one| one.ends).min() }
    }

    pub(crate) fn good(
        &self,
        form: Configuration,
        now: Timestamp,
    ) -> impl Iterator<Item = &Carried<K>> {
        self.carried.iter().filter(move |one| one.form == form && one.is_good(now))
    }

    /// The platform, as its credentials are checked.
    pub(crate) fn source(&self) -> Source<'_> {
        Source { issuer: &self.issuer, keys: &self.keys }
    }

    /// Takes the next of a form out, for good.
    pub(crate) fn take(&mut self, form: Configuration, now: Timestamp) -> Option<Carried<K>> {
        let suits = |one: &Carried<K>| one.form == form && one.is_good(now);
        let place = self.carried.iter().position(suits)?;
        Some(self.carried.remove(place))
    }
}
