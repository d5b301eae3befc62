//! A chain of certificates as messages carry it in `x5c` (RFC 7515 §4.1.6): the signer's first, each certified by the next, up to an
//! authority that whoever reads trusts and that is not in it.
//!
//! The path is walked by the library that walks it for TLS, `rustls-webpki`: RFC 8705 §7.5: "implementors SHOULD use an established and
//! well-tested X.509 library". Here stand the bounds, and what HAIP asks beside it.

use std::{fmt, sync::Arc};

use data_encoding::BASE64;
use jiff::Timestamp;
use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, TrustAnchor, UnixTime, pem::PemObject,
};
use webpki::{
    CertRevocationList, EndEntityCert, ExpirationPolicy, ExtendedKeyUsageValidator,
    KeyPurposeIdIter, OwnedCertRevocationList, RevocationOptionsBuilder, UnknownStatusPolicy,
    aws_lc_rs,
};

use crate::{AlternativeName, Certificate, VerifyingKey, base64url, certificate::NotACertificate};

/// Most certificates in a chain, the signer's included.
pub const MOST: usize = 4;

/// The largest certificate in a chain, in bytes: one on P-256 takes some five hundred.
pub const LONGEST: usize = 4 * 1024;

/// A chain of good form: in its order, its first certificate one that signs messages. Whether anybody stands behind it,
/// [`CertificateChain::trusted_by`] finds.
#[derive(Clone, Eq, PartialEq)]
pub struct CertificateChain {
    written: Vec<CertificateDer<'static>>,
    leaf: Certificate,
    key: VerifyingKey,
    until: i64,
}

/// Authorities that a reader trusts to say whose a key is, and what they took back.
#[derive(Clone, Default)]
pub struct Authorities {
    trusted: Vec<Authority>,
    /// Their revocation lists, as far as the reader has any.
    lists: Arc<[CertRevocationList<'static>]>,
}

#[derive(Clone)]
struct Authority {
    anchor: TrustAnchor<'static>,
    written: CertificateDer<'static>,
    from: i64,
    until: i64,
}

/// Why a chain says nothing of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadChain {
    /// No certificates, too many, or too large.
    #[error("not a chain of one to four certificates of 4 KiB at most")]
    Form,
    /// Not in order: each must be issued by the next.
    #[error("the certificates do not follow each other, the signer's first")]
    Order,
    /// One is its own issuer.
    #[error("a self-signed certificate stands in the chain")]
    SelfSigned,
    /// The first is no certificate for signing messages: not on P-256, of an authority, or for other uses.
    #[error("the first certificate is not one on P-256 for digital signatures")]
    Signer,
    /// One is not of this time.
    #[error("a certificate is over, or not yet good")]
    Time,
    /// An authority took one back, or its list of those is over.
    #[error("a certificate was revoked, or the list that says so is over")]
    Revoked,
    /// It does not lead to an authority that is trusted.
    #[error("the chain does not lead to a trusted authority")]
    Untrusted,
}

impl CertificateChain {
    /// Reads the texts of an `x5c` header.
    ///
    /// RFC 7515 §4.1.6: "Each string in the array is a base64-encoded (Section 4 of [RFC4648] -- not base64url-encoded) DER
    /// [ITU.X690.2008] PKIX certificate value."
    pub fn from_x5c(texts: &[String]) -> Result<Self, BadChain> {
        if texts.len() > MOST || texts.iter().any(|text| text.len() > BASE64.encode_len(LONGEST)) {
            return Err(BadChain::Form);
        }
        let read = |text: &String| BASE64.decode(text.as_bytes()).map(CertificateDer::from);
        let written: Result<_, _> = texts.iter().map(read).collect();
        Self::new(written.map_err(|_| BadChain::Form)?)
    }

    /// Reads what an authority handed over: PEM, the signer's first. An authority's own certificate at the end is taken off, and
    /// given along to check the rest by.
    pub fn from_pem(pem: &[u8]) -> Result<(Self, Authorities), BadChain> {
        let mut written = certificates(pem).ok_or(BadChain::Form)?;
        let last = written.last().and_then(|last| Certificate::parse(last).ok());
        let is_anchor = last.is_some_and(|last| last.is_self_issued()) && written.len() > 1;
        let anchor = if is_anchor { written.pop() } else { None };
        let authorities = anchor.map(Authority::new).transpose().map_err(|_| BadChain::Form)?;
        let trusted = authorities.into_iter().collect();
        Ok((Self::new(written)?, Authorities { trusted, ..Authorities::default() }))
    }

    fn new(written: Vec<CertificateDer<'static>>) -> Result<Self, BadChain> {
        if written.len() > MOST || written.iter().any(|one| one.len() > LONGEST) {
            return Err(BadChain::Form);
        }
        let read: Result<Vec<_>, _> = written.iter().map(|one| Certificate::parse(one)).collect();
        let read = read.map_err(|_| BadChain::Form)?;
        // HAIP 1.0 §6.1.1: "The X.509 certificate of the trust anchor MUST NOT be included in the `x5c` JOSE header of the SD-JWT VC. The
        // X.509 certificate signing the request MUST NOT be self-signed."
        if read.iter().any(Certificate::is_self_issued) {
            return Err(BadChain::SelfSigned);
        }
        // RFC 7515 §4.1.6: "This MAY be followed by additional certificates, with each subsequent certificate being the one used to
        // certify the previous one."
        if read.iter().zip(read.iter().skip(1)).any(|(one, next)| one.issuer() != next.subject()) {
            return Err(BadChain::Order);
        }
        let until = read.iter().map(Certificate::until).min().ok_or(BadChain::Form)?;
        let leaf = read.into_iter().next().ok_or(BadChain::Form)?;
        let key = leaf.key().filter(|_| leaf.signs_messages()).ok_or(BadChain::Signer)?.clone();
        Ok(Self { written, leaf, key, until })
    }

    /// Does it lead to one of these authorities at this time?
    pub fn trusted_by(&self, authorities: &Authorities, now: Timestamp) -> Result<(), BadChain> {
        let second = now.as_second();
        let time = u64::try_from(second).map_err(|_| BadChain::Time)?;
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(time));
        let trusted =
            || authorities.trusted.iter().filter(|one| one.from <= second && second <= one.until);
        let is_anchor = |one: &CertificateDer<'_>| {
            authorities.trusted.iter().any(|other| other.written == *one)
        };
        if self.written.iter().any(is_anchor) {
            return Err(BadChain::SelfSigned);
        }
        let anchors: Vec<_> = trusted().map(|one| one.anchor.clone()).collect();
        let (leaf, others) = self.written.split_first().ok_or(BadChain::Form)?;
        let leaf = EndEntityCert::try_from(leaf).map_err(|_| BadChain::Form)?;
        let algorithms = [aws_lc_rs::ECDSA_P256_SHA256, aws_lc_rs::ECDSA_P384_SHA384];
        let lists: Vec<_> = authorities.lists.iter().collect();
        // Of an authority without a list nothing is known, and nothing is held against what it certified.
        let revocation = RevocationOptionsBuilder::new(&lists).ok().map(|options| {
            options
                .with_status_policy(UnknownStatusPolicy::Allow)
                .with_expiration_policy(ExpirationPolicy::Enforce)
                .build()
        });
        leaf.verify_for_usage(&algorithms, &anchors, others, time, AnyUsage, revocation, None)
            .map(drop)
            .map_err(|error| match error {
                webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. } => {
                    BadChain::Time
                }
                webpki::Error::CaUsedAsEndEntity => BadChain::Signer,
                webpki::Error::CertRevoked | webpki::Error::CrlExpired { .. } => BadChain::Revoked,
                _ => BadChain::Untrusted,
            })
    }

    /// As an `x5c` header holds it.
    pub fn x5c(&self) -> Vec<String> {
        self.written.iter().map(|one| BASE64.encode(one)).collect()
    }

    /// The key that the chain speaks of.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The SHA-256 of the signer's certificate, in base64url.
    pub fn hash(&self) -> String {
        base64url::encode(self.leaf.thumbprint())
    }

    /// The last second at which all of it counts, in seconds since 1970.
    pub fn until(&self) -> i64 {
        self.until
    }

    /// Does the signer's certificate name this issuer: its URL, or the host in it?
    pub fn names(&self, issuer: &str) -> bool {
        let host = issuer.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or_default();
        self.leaf.names().iter().any(|name| match name {
            AlternativeName::Dns(name) => name.eq_ignore_ascii_case(host),
            AlternativeName::Uri(uri) => uri == issuer,
            AlternativeName::Ip(_) | AlternativeName::Email(_) => false,
        })
    }
}

/// The whole is public, and long.
impl fmt::Debug for CertificateChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateChain({} of {})", self.hash(), self.written.len())
    }
}

impl Authorities {
    /// Reads PEM, one authority after another, their revocation lists (`X509 CRL`) among them.
    ///
    /// A certificate that such a list names is refused, as is everything that its signer certified once the list is over: whoever puts
    /// lists in the file keeps them fresh, and takes the old one out.
    pub fn from_pem(pem: &[u8]) -> Result<Self, NotACertificate> {
        let written = certificates(pem).ok_or(NotACertificate)?;
        let trusted = written.into_iter().map(Authority::new).collect::<Result<_, _>>()?;
        Ok(Self { trusted, lists: lists(pem).ok_or(NotACertificate)?.into() })
    }

    /// Is there a list of everybody of whom `former` had one? Without it, what they took back would count again.
    pub fn have_lists_of(&self, former: &Self) -> bool {
        let mut former = former.lists.iter();
        former.all(|old| self.lists.iter().any(|new| new.issuer() == old.issuer()))
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.trusted.is_empty()
    }
}

impl Authority {
    fn new(written: CertificateDer<'static>) -> Result<Self, NotACertificate> {
        let read = Certificate::parse(&written)?;
        let anchor = webpki::anchor_from_trusted_cert(&written).map_err(|_| NotACertificate)?;
        let anchor = anchor.to_owned();
        Ok(Self { anchor, from: read.from(), until: read.until(), written })
    }
}

/// How many are said is public; of whom, long.
impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({}, {} lists)", self.trusted.len(), self.lists.len())
    }
}

/// The lists, one at most of each issuer and point of distribution: of two the library follows the first, and that may be the older.
fn lists(pem: &[u8]) -> Option<Vec<CertRevocationList<'static>>> {
    let mut lists: Vec<CertRevocationList<'static>> = Vec::new();
    for written in CertificateRevocationListDer::pem_slice_iter(pem) {
        let list = OwnedCertRevocationList::from_der(&written.ok()?).ok()?;
        let list = CertRevocationList::from(list);
        let point = list.issuing_distribution_point();
        let same = |one: &CertRevocationList<'static>| {
            one.issuer() == list.issuer() && one.issuing_distribution_point() == point
        };
        if lists.iter().any(same) {
            return None;
        }
        lists.push(list);
    }
    Some(lists)
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    read.ok().filter(|read| !read.is_empty())
}

/// No extended usage is registered for what is signed here; HAIP leaves the profile of certificates open.
struct AnyUsage;

impl ExtendedKeyUsageValidator for AnyUsage {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}
