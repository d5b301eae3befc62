//! How we call: whom we believe, how old a protocol, and what we show.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::{ClientConfig, RootCertStore};
use service::World;

use super::{Oldest, OwnCertificate, WorldClock, provider};

/// TLS towards somebody whose certificate is of one of these authorities.
pub(crate) fn towards(
    authorities: RootCertStore,
    oldest: Oldest,
    own: Option<Arc<OwnCertificate>>,
    world: Arc<dyn World>,
) -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_details(provider(), Arc::new(WorldClock(world)))
        .with_protocol_versions(oldest.versions())?
        .with_root_certificates(authorities);
    let mut config = match own {
        Some(own) => config.with_client_cert_resolver(own),
        None => config.with_no_client_auth(),
    };
    // A resumed session shows no certificates: both ends would go on with those of before a renewal.
    config.resumption = Resumption::disabled();
    Ok(config)
}
