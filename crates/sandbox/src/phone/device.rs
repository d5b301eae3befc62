//! The phone's inside: its line to the platform, and what each browser's owner carries.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use formats::base64url;
use jiff::Timestamp;
use url::Url;
use wallet::{Issuer, Plan, Pocket, SoftwareKey};

use super::Phone;
use super::line::Line;
use crate::bounded::Bounded;
use crate::browser;
use crate::page::Policy;
use crate::relying_party::Unusable;

/// The cookie that tells browsers apart.
pub(super) const COOKIE: &str = "phone_owner";

/// Owners remembered at a time: each carries some two hundred kilobytes.
const MOST_OWNERS: usize = 500;

/// A phone at work. Cloning shares it.
#[derive(Clone, Debug)]
pub(super) struct Device(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    base_url: Url,
    issuer: Issuer,
    line: Line,
    policy: Policy,
    owners: Mutex<Bounded<Owner>>,
}

/// What is one person's on the phone.
#[derive(Debug)]
pub(super) struct Owner {
    pub(super) pocket: Pocket<SoftwareKey>,
    /// The question that was fetched last and waits for a yes or no, under a name nobody can guess.
    pub(super) asked: Option<(String, Plan)>,
}

impl Device {
    pub(super) fn new(phone: Phone) -> Result<Self, Unusable> {
        let issuer: Issuer = phone.issuer.parse().map_err(|_| Unusable::Platform)?;
        let line = Line::to(&issuer, phone.clock, phone.chance).map_err(Unusable::Http)?;
        Ok(Self(Arc::new(Inner {
            base_url: phone.base_url,
            issuer,
            line,
            policy: Policy::with_own_script(),
            owners: Mutex::new(Bounded::new(MOST_OWNERS)),
        })))
    }

    pub(super) fn base_url(&self) -> &Url {
        &self.0.base_url
    }

    pub(super) fn issuer(&self) -> &Issuer {
        &self.0.issuer
    }

    pub(super) fn line(&self) -> &Line {
        &self.0.line
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.0.policy
    }

    pub(super) fn now(&self) -> Timestamp {
        wallet::Carrier::now(&self.0.line)
    }

    /// A name nobody can guess.
    pub(super) fn draw_name(&self) -> String {
        let mut name = [0; 16];
        wallet::Carrier::fill(&self.0.line, &mut name);
        base64url::encode(&name)
    }

    /// The name in the cookie, if somebody carries something under it.
    pub(super) fn name(&self, headers: &HeaderMap) -> Option<String> {
        browser::name(headers, COOKIE).filter(|name| self.owners().get(name).is_some())
    }

    /// Does something with what this browser's owner carries; nothing, if nobody carries anything.
    pub(super) fn with<T>(
        &self,
        headers: &HeaderMap,
        act: impl FnOnce(&mut Owner) -> T,
    ) -> Option<T> {
        let name = browser::name(headers, COOKIE)?;
        self.owners().get_mut(&name).map(act)
    }

    pub(super) fn owners(&self) -> MutexGuard<'_, Bounded<Owner>> {
        self.0.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
