//! Whoever makes a wallet, and vouches for its instances and for how their keys are kept.

use std::sync::{Arc, PoisonError, RwLock};

use formats::{Authorities, CertificateChain, JwkSet, VerifyingKey};
use jiff::Timestamp;

use crate::oauth::issuer::Issuer;

/// A provider. What it is known by may be replaced at any time, and every clone has the newest.
#[derive(Clone, Debug)]
pub struct Provider(Arc<RwLock<Arc<KnownBy>>>);

/// How the operator knows a provider.
#[derive(Clone, Debug)]
pub enum KnownBy {
    /// By keys that the operator wrote down, each with its `kid`.
    Keys(JwkSet),
    /// By what these authorities certify for this name.
    Certificates(Issuer, Authorities),
}

impl Provider {
    /// Known by this.
    pub fn new(known_by: KnownBy) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(known_by))))
    }

    /// Known by this from now on, and by nothing else.
    pub fn replace(&self, known_by: KnownBy) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known_by);
    }

    /// What it is known by now.
    pub fn known_by(&self) -> Arc<KnownBy> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl KnownBy {
    /// The key that signed what came under this `kid` and chain, if it is this provider's.
    ///
    /// HAIP 1.0 §4.4.1: "the public key certificate, and optionally a trust certificate chain excluding the trust anchor, used to
    /// validate the signature on the Wallet Attestation MUST be included in the `x5c` JOSE header of the Client Attestation JWT". One
    /// authority certifies many providers: the certificate must name this one. Where keys are written down, the chain is passed over.
    pub fn key(
        &self,
        kid: Option<&str>,
        chain: Option<&CertificateChain>,
        now: Timestamp,
    ) -> Option<VerifyingKey> {
        match self {
            Self::Keys(keys) => keys.find(Some(kid?)).map(|key| key.verifying_key().clone()),
            Self::Certificates(name, authorities) => {
                let chain = chain.filter(|chain| chain.names(name.as_str()))?;
                chain.trusted_by(authorities, now).ok()?;
                Some(chain.key().clone())
            }
        }
    }
}
