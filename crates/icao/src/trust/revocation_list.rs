//! A country's list of certificates it takes back (RFC 5280 §5, profiled by ICAO 9303-12 §7.1.3).

use std::{collections::HashSet, fmt};

use der::Decode;
use jiff::Timestamp;
use x509_cert::{certificate::Raw, crl::CertificateList, time::Time};

use super::BadTrust;
use crate::{
    Refused,
    certificate::{Certificate, Signed},
    distinguished_name::DistinguishedName,
};

/// The largest list read.
const MOST_LIST: usize = 4 * 1024 * 1024;

/// A revocation list, read; a [`super::TrustStore`] takes it if the authority it names signed it.
#[derive(Clone)]
pub struct RevocationList {
    der: Vec<u8>,
    signed: Signed,
    issuer: DistinguishedName,
    issuer_text: String,
    issued_at: Timestamp,
    next_at: Option<Timestamp>,
    serials: HashSet<Vec<u8>>,
}

impl RevocationList {
    /// Reads one.
    pub fn parse(der: &[u8]) -> Result<Self, BadTrust> {
        if der.len() > MOST_LIST {
            return Err(BadTrust::TooLarge);
        }
        let signed = Signed::parse(der)?;
        let whole = CertificateList::<Raw>::from_der(der).map_err(|_| BadTrust::Unknown)?;
        let list = whole.tbs_cert_list;
        // A list that only tells of changes, or of some certificates, needs readers that know how to combine them.
        let odd = list.crl_extensions.iter().flatten().any(|extension| extension.critical);
        if odd {
            return Err(BadTrust::AlgorithmRefused);
        }
        let revoked = list.revoked_certificates.unwrap_or_default();
        Ok(Self {
            der: der.to_vec(),
            signed,
            issuer: DistinguishedName::new(&list.issuer),
            issuer_text: list.issuer.to_string(),
            issued_at: instant(list.this_update)?,
            next_at: list.next_update.map(instant).transpose()?,
            serials: revoked.iter().map(|one| one.serial_number.as_bytes().to_vec()).collect(),
        })
    }

    /// Who issued it.
    pub fn issuer_name(&self) -> &str {
        &self.issuer_text
    }

    /// The country that issued it, two letters.
    pub fn country(&self) -> Option<String> {
        self.issuer.country()
    }

    /// When it was issued.
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// When the next one is due.
    pub const fn next_at(&self) -> Option<Timestamp> {
        self.next_at
    }

    /// How many certificates it takes back.
    pub fn count(&self) -> usize {
        self.serials.len()
    }

    /// Is it by the same issuer, and newer?
    pub fn supersedes(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.issued_at > other.issued_at
    }

    /// SHA-256 of the list.
    pub fn fingerprint(&self) -> [u8; 32] {
        formats::mac::sha256(&self.der)
    }

    /// The list itself.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub(crate) const fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    pub(crate) fn signed_by(&self, authority: &Certificate) -> Result<(), Refused> {
        self.signed.verify(&authority.key)
    }

    pub(crate) fn names(&self, serial: &[u8]) -> bool {
        self.serials.contains(serial)
    }

    pub(crate) fn is_current(&self, now: Timestamp) -> bool {
        self.next_at.is_some_and(|next| now <= next)
    }
}

fn instant(time: Time) -> Result<Timestamp, BadTrust> {
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or(BadTrust::Unknown)
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationList({}, {} certificates)", self.issuer_text, self.count())
    }
}
