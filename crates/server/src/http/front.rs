//! Where no proxy stands in front of us: TLS, and how much of it one address may ask for.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use rustls::ServerConfig;
use service::World;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::connection::Version;
use super::limits::network;
use crate::config::{Limits, Tls};
use crate::tls::{self, OwnCertificate, TlsFileError, WorldClock};

/// How long the two ends may take to agree on keys: a phone with bad reception needs two round trips of a second.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// What we offer to speak above TLS, the first first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// TLS at our own door.
#[derive(Clone)]
pub(crate) struct Front {
    acceptor: TlsAcceptor,
    own: Arc<OwnCertificate>,
    /// Nobody is counted behind a proxy: it is one address for all.
    crowd: Option<Arc<Crowd>>,
}

/// Why there is no TLS at our door.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoFront {
    #[error(transparent)]
    Files(#[from] TlsFileError),
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

impl Front {
    pub(crate) fn new(
        config: &Tls,
        limits: &Limits,
        world: Arc<dyn World>,
    ) -> Result<Self, NoFront> {
        let own = Arc::new(OwnCertificate::load(&config.own, Some(config.name.clone()))?);
        let mut tls =
            ServerConfig::builder_with_details(tls::provider(), Arc::new(WorldClock(world)))
                .with_protocol_versions(config.oldest.versions())?
                .with_no_client_auth()
                .with_cert_resolver(own.clone());
        tls.alpn_protocols = PROTOCOLS.iter().map(|name| name.to_vec()).collect();
        // RFC 7627 §5.3: without it, TLS 1.2 lets a man in the middle join two connections.
        tls.require_ems = true;
        let crowd = (!limits.behind_proxy).then(|| Arc::new(Crowd::new(limits)));
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(tls)), own, crowd })
    }

    /// The certificate it shows, to be followed.
    pub(crate) fn own(&self) -> Arc<OwnCertificate> {
        self.own.clone()
    }

    /// Lets a caller in, unless its address has had enough; cheap, before a word is read.
    pub(super) fn admit(&self, address: IpAddr) -> Option<Admitted> {
        match &self.crowd {
            Some(crowd) => crowd.admit(network(address)).map(Some).map(Admitted),
            None => Some(Admitted(None)),
        }
    }

    /// Agrees on keys, and on what is spoken above them.
    pub(super) async fn shake_hands(
        &self,
        stream: TcpStream,
    ) -> io::Result<(TlsStream<TcpStream>, Version)> {
        let stream = tokio::time::timeout(HANDSHAKE_MAX, self.acceptor.accept(stream)).await??;
        let (_, agreed) = stream.get_ref();
        let version = match agreed.alpn_protocol() {
            Some(b"h2") => Version::Http2,
            _ => Version::Http1,
        };
        Ok((stream, version))
    }

    /// Forgets addresses that have been quiet.
    pub(crate) fn forget_quiet(&self) {
        if let Some(crowd) = &self.crowd {
            crowd.shaking.retain_recent();
            crowd.shaking.shrink_to_fit();
        }
    }
}

/// Counts the connections of each address.
struct Crowd {
    open: Mutex<HashMap<IpAddr, u32>>,
    most: NonZeroU32,
    shaking: DefaultKeyedRateLimiter<IpAddr>,
}

impl Crowd {
    fn new(limits: &Limits) -> Self {
        let most = limits.connections_per_address;
        let quota = Quota::per_second(limits.handshakes_per_second).allow_burst(most);
        Self { open: Mutex::default(), most, shaking: RateLimiter::dashmap(quota) }
    }

    fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.get(&address).copied().unwrap_or(0);
        if count >= self.most.get() || self.shaking.check_key(&address).is_err() {
            return None;
        }
        open.insert(address, count + 1);
        Some(Counted { crowd: self.clone(), address })
    }
}

/// A caller that was let in, counted until this is dropped.
pub(super) struct Admitted(
    #[expect(dead_code, reason = "counts while it is held")] Option<Counted>,
);

struct Counted {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.crowd.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get_mut(&self.address) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.remove(&self.address)),
        }
    }
}

#[cfg(test)]
mod tests;
