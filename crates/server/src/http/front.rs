//! Where no proxy stands in front of us: TLS, and how much of it one address may ask for.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use rustls::server::{NoServerSessionStorage, VerifierBuilderError};
use rustls::{ConfigBuilder, ServerConfig, WantsVerifier};
use service::World;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::client_request::PeerCertificate;
use super::connection::Version;
use super::limits::network;
use crate::config::{ClientTls, Limits, Tls};
use crate::tls::{
    self, ClientCertificates, OwnCertificate, TlsFileError, WorldClock, authorities_in,
};

/// How long the two ends may take to agree on keys: a phone with bad reception needs two round trips of a second.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// What we offer to speak above TLS, the first first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// TLS at our own door.
#[derive(Clone)]
pub(crate) struct Front {
    acceptor: TlsAcceptor,
    own: Arc<OwnCertificate>,
    /// Where clients are asked for certificates: who judges them, and by whose clock.
    clients: Option<(Arc<ClientCertificates>, Arc<dyn World>)>,
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
    #[error("tls.clients.ca_file: these authorities cannot certify clients")]
    Authorities(#[from] VerifierBuilderError),
}

/// Keys were agreed on.
pub(super) struct Shaken {
    pub(super) stream: TlsStream<TcpStream>,
    pub(super) version: Version,
    /// What the caller showed of itself, where it was asked.
    pub(super) certificate: Option<PeerCertificate>,
}

impl Front {
    pub(crate) fn new(
        config: &Tls,
        limits: &Limits,
        world: Arc<dyn World>,
    ) -> Result<Self, NoFront> {
        let own = Arc::new(OwnCertificate::load(&config.own, Some(config.name.clone()))?);
        let tls = builder(config, world)?.with_no_client_auth().with_cert_resolver(own.clone());
        Ok(Self::serving(tls, own, None, limits))
    }

    /// The door at which clients are asked for certificates.
    pub(crate) fn for_clients(
        config: &Tls,
        clients: &ClientTls,
        limits: &Limits,
        world: Arc<dyn World>,
    ) -> Result<Self, NoFront> {
        let own = Arc::new(OwnCertificate::load(&config.own, Some(clients.name.clone()))?);
        let authorities = clients.authorities.as_deref().map(authorities_in).transpose()?;
        let judge = Arc::new(ClientCertificates::new(authorities, tls::provider())?);
        let mut tls = builder(config, world.clone())?
            .with_client_cert_verifier(judge.clone())
            .with_cert_resolver(own.clone());
        // A session that is resumed shows no certificate; here, each connection shows its own.
        tls.session_storage = Arc::new(NoServerSessionStorage {});
        tls.send_tls13_tickets = 0;
        Ok(Self::serving(tls, own, Some((judge, world)), limits))
    }

    fn serving(
        mut tls: ServerConfig,
        own: Arc<OwnCertificate>,
        clients: Option<(Arc<ClientCertificates>, Arc<dyn World>)>,
        limits: &Limits,
    ) -> Self {
        tls.alpn_protocols = PROTOCOLS.iter().map(|name| name.to_vec()).collect();
        // RFC 7627 §5.3: without it, TLS 1.2 lets a man in the middle join two connections.
        tls.require_ems = true;
        let crowd = (!limits.behind_proxy).then(|| Arc::new(Crowd::new(limits)));
        Self { acceptor: TlsAcceptor::from(Arc::new(tls)), own, clients, crowd }
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
    pub(super) async fn shake_hands(&self, stream: TcpStream) -> io::Result<Shaken> {
        let stream = tokio::time::timeout(HANDSHAKE_MAX, self.acceptor.accept(stream)).await??;
        let (_, agreed) = stream.get_ref();
        let version = match agreed.alpn_protocol() {
            Some(b"h2") => Version::Http2,
            _ => Version::Http1,
        };
        let shown = agreed.peer_certificates().unwrap_or_default();
        let clients = self.clients.as_ref();
        let certificate = clients.and_then(|(judge, world)| judge.judge(shown, world.now()));
        Ok(Shaken { version, certificate: certificate.map(PeerCertificate), stream })
    }

    /// Forgets addresses that have been quiet.
    pub(crate) fn forget_quiet(&self) {
        if let Some(crowd) = &self.crowd {
            crowd.shaking.retain_recent();
            crowd.shaking.shrink_to_fit();
        }
    }
}

fn builder(
    config: &Tls,
    world: Arc<dyn World>,
) -> Result<ConfigBuilder<ServerConfig, WantsVerifier>, rustls::Error> {
    ServerConfig::builder_with_details(tls::provider(), Arc::new(WorldClock(world)))
        .with_protocol_versions(config.oldest.versions())
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
