//! An authority that says whose a key is, plainly named `sandbox`: it asks nothing and certifies whatever it is shown.

use formats::VerifyingKey;
use jiff::{ToSpan, civil::Date};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SanType, SignatureAlgorithm,
    date_time_ymd,
};

/// What it is called.
const NAME: &str = "sandbox";

/// An authority, of this start alone.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    today: Date,
}

/// It certified nothing.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox's authority does not certify this")]
pub struct NotCertified(#[from] rcgen::Error);

impl Authority {
    /// One that begins today, and ends in a year.
    pub fn new(today: Date) -> Result<Self, NotCertified> {
        let mut params = good_on(today, NAME)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        Ok(Self { issuer, today })
    }

    /// Certificates in PEM that say that `key` is that of the issuer with this URL: the key's own, and the authority's.
    pub fn certify(&self, issuer: &str, key: &VerifyingKey) -> Result<String, NotCertified> {
        let mut params = good_on(self.today, issuer)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.subject_alt_names.push(SanType::URI(issuer.try_into()?));
        let certificate = params.signed_by(&Shown::of(key), &self.issuer)?;
        Ok(format!("{}{}", certificate.pem(), self.pem()))
    }

    /// Its own certificate, in PEM, for whoever trusts a sandbox.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }
}

fn good_on(today: Date, name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new([])?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let midnight = |day: Date| {
        date_time_ymd(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs())
    };
    params.not_before = midnight(today.saturating_sub(1.day()));
    params.not_after = midnight(today.saturating_add(1.year()));
    Ok(params)
}

/// A key of somebody else, as a certificate shows it: the point, in the clear.
struct Shown(Vec<u8>);

impl Shown {
    fn of(key: &VerifyingKey) -> Self {
        let (x, y) = key.coordinates();
        Self([&[4], x, y].concat())
    }
}

impl PublicKeyData for Shown {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}
