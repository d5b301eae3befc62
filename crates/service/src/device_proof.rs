//! A device's proof of its key: a compact JWS over our challenge.

use formats::{Jwk, UnverifiedJws, Verified};
use protocol::oauth::issuer::Issuer;
use rules::CertificateId;
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// The `typ` of a proof; nothing else the device signs can be taken for one.
const TYP: &str = "device-proof+jwt";
/// Longest proof looked at.
const MAX_LENGTH: usize = 2 * 1024;

/// What a device signs.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    aud: String,
    nonce: String,
    iat: i64,
    /// The certificate it signs in with; absent at issue.
    #[serde(default)]
    certificate: Option<String>,
    /// The key to be bound; only at issue.
    #[serde(default)]
    cnf: Option<Confirmation>,
}

/// RFC 7800 §3.2: the `jwk` member of `cnf`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    pub(crate) jwk: Jwk,
}

/// A proof that was read and not yet believed.
pub(crate) struct DeviceProof<'a> {
    jws: UnverifiedJws<'a>,
    unverified: Claims,
}

impl<'a> DeviceProof<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, Refusal> {
        let read = || UnverifiedJws::parse(text, MAX_LENGTH).and_then(|jws| jws.expect_typ(TYP));
        let jws = read().map_err(|_| Refusal::DeviceProofInvalid)?;
        let unverified = jws.unverified_claims().map_err(|_| Refusal::DeviceProofInvalid)?;
        Ok(Self { jws, unverified })
    }

    /// The certificate it says it is of, to look the key up by.
    pub(crate) fn unverified_certificate(&self) -> Option<CertificateId> {
        self.unverified.certificate.as_deref()?.parse().ok()
    }

    /// The challenge it says it answers, to look it up by.
    pub(crate) fn unverified_nonce(&self) -> &str {
        &self.unverified.nonce
    }

    /// Holds the proof against the key a certificate is bound to.
    pub(crate) fn verify(self, key: &Jwk, issuer: &Issuer) -> Result<(), Refusal> {
        let claims: Verified<Claims> =
            self.jws.verify(key.verifying_key()).map_err(|_| Refusal::DeviceProofInvalid)?;
        if claims.aud == issuer.as_str() { Ok(()) } else { Err(Refusal::DeviceProofInvalid) }
    }

    /// Holds the proof against the key it carries itself: that is what is being bound.
    pub(crate) fn verify_new_key(self, challenge: &str, issuer: &Issuer) -> Result<Jwk, Refusal> {
        let Some(Confirmation { jwk }) = self.unverified.cnf.clone() else {
            return Err(Refusal::DeviceProofInvalid);
        };
        if !formats::mac::same(self.unverified.nonce.as_bytes(), challenge.as_bytes()) {
            return Err(Refusal::ChallengeSpent);
        }
        self.verify(&jwk, issuer)?;
        Ok(jwk)
    }
}
