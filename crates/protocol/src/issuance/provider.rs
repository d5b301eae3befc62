//! Whoever makes a wallet, and vouches for its instances and for how their keys are kept.

use formats::{Authorities, CertificateChain, JwkSet, VerifyingKey};
use jiff::Timestamp;

use crate::oauth::issuer::Issuer;

/// A provider, as the operator knows it.
#[derive(Clone, Debug)]
pub enum Provider {
    /// By keys that the operator wrote down, each with its `kid`.
    Keys(JwkSet),
    /// By what these authorities certify for this name.
    Certified(Issuer, Authorities),
}

impl Provider {
    /// The key that signed what came under this `kid` and chain, if it is this provider's.
    ///
    /// HAIP 1.0 §4.4.1: "the public key certificate, and optionally a trust certificate chain excluding the trust anchor, used to
    /// validate the signature on the Wallet Attestation MUST be included in the `x5c` JOSE header of the Client Attestation JWT". One
    /// authority certifies many providers: the certificate must name this one. Where keys are written down, the chain is passed over.
    pub(crate) fn key(
        &self,
        kid: Option<&str>,
        chain: Option<&CertificateChain>,
        now: Timestamp,
    ) -> Option<VerifyingKey> {
        match self {
            Self::Keys(keys) => keys.find(Some(kid?)).map(|key| key.verifying_key().clone()),
            Self::Certified(name, authorities) => {
                let chain = chain.filter(|chain| chain.names(name.as_str()))?;
                chain.trusted_by(authorities, now).ok()?;
                Some(chain.key().clone())
            }
        }
    }
}
