//! What every handler is handed: the platform and what this deployment of it decided.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use formats::Secret;
use protocol::oauth::Issuer;
use service::{Platform, World};

use crate::config::{Limits, Operator, Profile};
use crate::http::{Limiter, Measured, Tickets};

/// The platform with its doors. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    platform: Platform,
    profile: Profile,
    operator: Operator,
    tour: Option<Tour>,
    limiter: Limiter,
    tickets: Tickets,
    measured: Measured,
    draining: AtomicBool,
}

/// What a deployment decides about its doors.
pub struct Setup {
    /// Real people or invented ones.
    pub profile: Profile,
    /// Who runs it.
    pub operator: Operator,
    /// How much is too much.
    pub limits: Limits,
    /// What form tickets are made with; the same on every instance that answers for one issuer.
    pub ticket_key: Secret<[u8; 32]>,
    /// In the sandbox, what a newcomer may try.
    pub tour: Option<Tour>,
}

/// Where the sandbox's other doors are.
#[derive(Clone, Debug)]
pub struct Tour {
    /// The list of invented people's cards.
    pub cards: String,
    /// Where messages to invented phones appear.
    pub inbox: String,
    /// The demo relying party that logs in and books.
    pub airline: String,
    /// The demo relying party that checks an age.
    pub shop: String,
    /// The demo relying party that asks for plain identity, at a kiosk and at a counter.
    pub insurer: String,
    /// The demo relying party that must register its guests.
    pub hotel: String,
    /// The demo relying party with one ticket for each person.
    pub museum: String,
    /// The demo's phone, whose page is a wallet.
    pub phone: String,
}

impl App {
    /// Puts doors on a platform.
    pub fn new(platform: Platform, setup: Setup) -> Self {
        let https = is_https(platform.issuer());
        Self(Arc::new(Inner {
            profile: setup.profile,
            operator: setup.operator,
            tour: setup.tour,
            limiter: Limiter::new(&setup.limits),
            tickets: Tickets::new(setup.ticket_key.expose(), https),
            measured: Measured::new(),
            draining: AtomicBool::new(false),
            platform,
        }))
    }

    /// The platform behind the doors.
    pub fn platform(&self) -> &Platform {
        &self.0.platform
    }

    pub(crate) fn world(&self) -> &dyn World {
        self.0.platform.world()
    }

    pub(crate) fn issuer(&self) -> &Issuer {
        self.0.platform.issuer()
    }

    /// Do browsers reach us over TLS?
    pub(crate) fn is_https(&self) -> bool {
        is_https(self.issuer())
    }

    /// Are the people invented?
    pub(crate) fn is_sandbox(&self) -> bool {
        self.0.profile == Profile::Sandbox
    }

    /// Who runs the platform.
    pub(crate) fn operator(&self) -> &Operator {
        &self.0.operator
    }

    /// In the sandbox, what a newcomer may try.
    pub(crate) fn tour(&self) -> Option<&Tour> {
        self.0.tour.as_ref()
    }

    /// Whose pages may send us forms: our own, and in the sandbox the card reader's.
    pub(crate) fn may_send_forms(&self, origin: &[u8]) -> bool {
        origin == self.issuer().as_str().as_bytes()
            || self.tour().is_some_and(|tour| origin == tour.cards.trim_end_matches('/').as_bytes())
    }

    pub(crate) fn tickets(&self) -> &Tickets {
        &self.0.tickets
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    pub(crate) fn measured(&self) -> &Measured {
        &self.0.measured
    }

    /// From now on `/health/ready` says no.
    pub(crate) fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }
}

fn is_https(issuer: &Issuer) -> bool {
    issuer.as_str().starts_with("https:")
}
