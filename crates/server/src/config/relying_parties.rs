//! How the servers of relying parties are believed.

use super::error::ConfigError;
use super::outside::OutsideTls;
use super::raw::{Profile, RawRelyingParties};
use crate::tls::{self, Oldest};

/// How the servers of relying parties are called.
#[derive(Clone, Debug)]
pub struct RelyingParties {
    /// Over TLS; none are called so without.
    pub tls: Option<OutsideTls>,
    /// Whether they may be called in clear on this machine.
    pub loopback: bool,
}

impl RelyingParties {
    /// Read here too, so that `config check` says what cannot be used.
    pub(super) fn new(raw: RawRelyingParties, profile: Profile) -> Result<Self, ConfigError> {
        if let Some(authorities) = &raw.ca_file {
            tls::authorities_in(authorities)
                .map_err(|source| ConfigError::TlsFiles { section: "relying_parties", source })?;
        }
        let tls = raw.ca_file.map(|authorities| OutsideTls {
            authorities,
            own: None,
            oldest: Oldest::new(raw.allow_tls12),
        });
        Ok(Self { tls, loopback: profile == Profile::Sandbox })
    }
}
