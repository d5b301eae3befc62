//! The platform: memory, keys, outside parties, time and chance in one place, handed to every verb.

use std::{
    num::NonZeroU32,
    sync::{Arc, PoisonError, RwLock, atomic::AtomicU32},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use protocol::{issuance::wallet::KnownWallets, oauth::issuer::Issuer, oidc::discovery::MutualTls};
use rules::{CoolDown, EventLifetime, OwnScenes};
use store::{Authentication, Database, Vault};

use crate::{
    FaceVerifier, MessageSender, PopulationRegistry, RelyingParties, World, keys::KeyRing,
    registered::Registered, tallies::Tallies, turns::Turns, unsynced::remembers_since,
};

/// The platform. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Database<Authentication>,
    pub(crate) vault: Database<Vault>,
    pub(crate) outside: Outside,
    pub(crate) world: Arc<dyn World>,
    pub(crate) settings: Settings,
    pub(crate) stretching: Arc<tokio::sync::Semaphore>,
    /// Clients read lately.
    pub(crate) clients: RwLock<Registered>,
    /// Whom we trust about travel documents; see `trust::Read`.
    pub(crate) trust: RwLock<Option<crate::trust::Read>>,
    /// Status lists written lately; see `statuses::WrittenList`.
    pub(crate) written_lists: crate::statuses::WrittenLists,
    /// Whose turn it is to be handed credentials.
    pub(crate) turns: Turns,
    /// Counts events; see `events::event_id`.
    pub(crate) events: AtomicU32,
    /// Counts for the operator.
    pub(crate) tallies: Tallies,
    /// Before that, what was spent unsynced may be forgotten; see `unsynced`.
    pub(crate) remembers_since: Option<Timestamp>,
    keys: RwLock<Arc<KeyRing>>,
}

/// The parties outside.
pub struct Outside {
    /// The state's register of persons.
    pub registry: Box<dyn PopulationRegistry>,
    /// Compares faces.
    pub faces: Box<dyn FaceVerifier>,
    /// Sends messages to phones.
    pub messages: Box<dyn MessageSender>,
    /// The servers of relying parties.
    pub relying_parties: Box<dyn RelyingParties>,
}

/// What an operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The platform's issuer identifier.
    pub issuer: Issuer,
    /// Where birthdays begin.
    pub time_zone: TimeZone,
    /// How long events are kept.
    pub event_lifetime: EventLifetime,
    /// How long a change that somebody else may have made can be objected to.
    pub cool_down: CoolDown,
    /// Whether passports of other states are taken, which the population registry does not keep.
    pub foreign_passports: bool,
    /// Scenes it declares beside the law's.
    pub own_scenes: OwnScenes,
    /// How clients come to be registered.
    pub registration: Registering,
    /// Where clients show certificates, if anywhere.
    pub mutual_tls: Option<MutualTls>,
    /// Wallets that may come by themselves, and what is asked of their keys.
    pub wallets: KnownWallets,
    /// Credentials signed in a second; whoever comes beyond that waits.
    pub credentials_per_second: NonZeroU32,
}

/// How clients come to be registered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Registering {
    /// The operator admits each.
    ByAdmission,
    /// They do it themselves, where every person is invented.
    ByThemselves,
}

/// Passcodes typed into pages that are stretched at once: Argon2id takes a core and 19 MiB each. Wallets do their own.
const STRETCHINGS: usize = 2;

impl Platform {
    /// Puts the platform together.
    pub fn new(
        store: Database<Authentication>,
        vault: Database<Vault>,
        keys: KeyRing,
        outside: Outside,
        world: Arc<dyn World>,
        settings: Settings,
    ) -> Self {
        let remembers_since = remembers_since(&store, world.now());
        Self {
            inner: Arc::new(Inner {
                store,
                vault,
                outside,
                world,
                settings,
                stretching: Arc::new(tokio::sync::Semaphore::new(STRETCHINGS)),
                clients: RwLock::default(),
                trust: RwLock::default(),
                written_lists: crate::statuses::WrittenLists::default(),
                turns: Turns::default(),
                events: AtomicU32::new(0),
                tallies: Tallies::default(),
                remembers_since,
                keys: RwLock::new(Arc::new(keys)),
            }),
        }
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The issuer identifier.
    pub fn issuer(&self) -> &Issuer {
        &self.inner.settings.issuer
    }

    /// The keys in force.
    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.inner.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other keys in force, after a rotation.
    pub fn replace_keys(&self, keys: KeyRing) {
        *self.inner.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// The authentication plane, for the operator's commands and for tests.
    pub fn store(&self) -> &Database<Authentication> {
        &self.inner.store
    }

    /// The time, for callers that must agree with the platform.
    pub fn now(&self) -> Timestamp {
        self.inner.world.now()
    }

    /// The platform's world.
    pub fn world(&self) -> &dyn World {
        &*self.inner.world
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(crate) fn shared(&self) -> Arc<Inner> {
        Arc::clone(&self.inner)
    }

    pub(crate) fn today(&self) -> Date {
        rules::age::today(self.now(), &self.inner.settings.time_zone)
    }
}
