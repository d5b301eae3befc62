//! A country signing authority.

use std::fmt;

use jiff::Timestamp;

use super::BadTrust;
use crate::{Refused, certificate::Certificate};

/// The certificate of a country signing authority: self-signed, or a link from the authority's older key.
#[derive(Clone)]
pub struct Anchor {
    certificate: Certificate,
    country: String,
    link: bool,
}

impl Anchor {
    /// Reads one. A self-signed one must have signed itself; a link's signature is for a [`super::TrustStore`] to judge.
    pub fn parse(der: &[u8]) -> Result<Self, BadTrust> {
        let certificate = Certificate::parse(der)?;
        if !certificate.is_authority() {
            return Err(BadTrust::NotAnAuthority);
        }
        let country = certificate.country().ok_or(BadTrust::NoCountry)?;
        // ICAO 9303-12 §4.1.3: a link certificate is the new key under the old one's signature; the authority's name may
        // stay the same, so only the signature tells it from a self-signed one.
        let link = match certificate.signed_by(&certificate) {
            Ok(()) => false,
            // An algorithm that does not fit the key: a link between keys of two kinds.
            Err(Refused::SignatureWrong | Refused::AlgorithmRefused)
                if !certificate.says_self_signed() =>
            {
                true
            }
            Err(refused) => return Err(refused.into()),
        };
        Ok(Self { certificate, country, link })
    }

    /// Is it a link from an older key?
    pub const fn is_link(&self) -> bool {
        self.link
    }

    /// The country it signs for, two letters.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// Its name.
    pub fn subject(&self) -> &str {
        &self.certificate.subject_text
    }

    /// From when it is in force.
    pub const fn valid_from(&self) -> Timestamp {
        self.certificate.not_before
    }

    /// Until when it is in force.
    pub const fn valid_until(&self) -> Timestamp {
        self.certificate.not_after
    }

    /// What kind of key it has.
    pub fn key(&self) -> String {
        self.certificate.key.description()
    }

    /// SHA-256 of the certificate, to be compared with what the country published.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.certificate.fingerprint()
    }

    /// The certificate itself.
    pub fn der(&self) -> &[u8] {
        self.certificate.der()
    }

    pub(crate) const fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

impl fmt::Debug for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Anchor({})", self.subject())
    }
}
