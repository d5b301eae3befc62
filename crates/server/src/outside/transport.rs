//! How a party is spoken to: over TLS, believed by the operator's authorities alone, or in clear on loopback.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, redirect};
use rustls::RootCertStore;
use service::World;

use super::failure::PartyError;
use crate::config::OutsideTls;
use crate::tls::{self, Oldest, OwnCertificate};

/// How long a party may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// To be connected to, TLS included: a host that is gone is found out sooner than one that is slow.
    pub(super) connected: Duration,
    /// From connecting to the last byte.
    pub(super) answered: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connected: Duration::from_secs(2), answered: Duration::from_secs(5) }
    }
}

/// A client for one party, and the certificate it shows.
pub(super) fn client(
    outside: Option<&OutsideTls>,
    patience: Patience,
    world: Arc<dyn World>,
) -> Result<(Client, Option<Arc<OwnCertificate>>), PartyError> {
    let own = match outside.and_then(|tls| tls.own.as_ref()) {
        Some(files) => Some(Arc::new(OwnCertificate::load(files, None)?)),
        None => None,
    };
    let (authorities, oldest) = match outside {
        Some(tls) => (tls::authorities_in(&tls.authorities)?, tls.oldest),
        // In clear. Believing nobody, it can be turned into no TLS either.
        None => (RootCertStore::empty(), Oldest::Tls13),
    };
    let config = tls::towards(authorities, oldest, own.clone(), world).map_err(PartyError::Tls)?;
    let client = Client::builder()
        .connect_timeout(patience.connected)
        .timeout(patience.answered)
        .tls_backend_preconfigured(config)
        .https_only(outside.is_some())
        .http1_only()
        // A party that moves says so to the operator, not to us.
        // CIBA Core §10.2: "The OP MUST NOT follow redirects." CIBA Core §10.3.1: nor with tokens. Nor is anybody else's answer taken from elsewhere.
        .redirect(redirect::Policy::none())
        .no_proxy()
        .build()?;
    Ok((client, own))
}
