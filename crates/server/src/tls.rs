//! TLS: what we show of ourselves, whom we believe, and with which algorithms.
//!
//! FAPI 2.0 Security Profile §5.2.1: TLS 1.2 or later, nothing older is compiled in. FAPI 2.0 Security Profile §5.2.2: of TLS 1.2
//! rustls has the suites alone that BCP 195 recommends.
//!
//! One library, one provider of primitives, for our own door and for the parties we ask
//! (docs/decisions/0015-transport.md).
//!
//! OpenID Connect Core §16.17: with a check of the other side's name.

mod certificate_files;
mod client_certificates;
mod clock;
mod own_certificate;
mod towards;
mod validity;

use std::sync::Arc;

use rustls::SupportedProtocolVersion;
use rustls::crypto::aws_lc_rs::{default_provider, kx_group};
use rustls::crypto::{CryptoProvider, SupportedKxGroup};
use rustls::version::{TLS12, TLS13};

pub(crate) use certificate_files::authorities_in;
pub use certificate_files::{CertificateFiles, TlsFileError};
pub(crate) use client_certificates::ClientCertificates;
pub(crate) use clock::WorldClock;
pub(crate) use own_certificate::OwnCertificate;
pub(crate) use towards::towards;
pub(crate) use validity::Validity;

/// Key exchanges, the one we want first.
///
/// draft-ietf-tls-ecdhe-mlkem, `X25519MLKEM768`: the hybrid keeps what is recorded today closed to who
/// has a quantum computer tomorrow, and is no weaker than X25519 alone.
const KEY_EXCHANGES: [&dyn SupportedKxGroup; 4] =
    [kx_group::X25519MLKEM768, kx_group::X25519, kx_group::SECP256R1, kx_group::SECP384R1];

/// The primitives, hybrid key exchange first.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider { kx_groups: KEY_EXCHANGES.to_vec(), ..default_provider() })
}

/// How old a protocol may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Oldest {
    /// TLS 1.3 and nothing else.
    Tls13,
    /// TLS 1.2 as well, because somebody at the other end cannot do better.
    Tls12,
}

impl Oldest {
    pub(crate) fn new(allow_tls12: bool) -> Self {
        if allow_tls12 { Self::Tls12 } else { Self::Tls13 }
    }

    pub(crate) fn versions(self) -> &'static [&'static SupportedProtocolVersion] {
        static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
        let [newest @ .., _] = &BOTH;
        match self {
            Self::Tls13 => newest,
            Self::Tls12 => &BOTH,
        }
    }

    /// The word for operators.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Tls13 => "TLS 1.3",
            Self::Tls12 => "TLS 1.2 or 1.3",
        }
    }
}

#[cfg(test)]
pub(crate) mod papers;
