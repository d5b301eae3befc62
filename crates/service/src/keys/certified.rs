//! Certificates for keys (HAIP 1.0): an authority outside says whose a key is, for wallets that believe certificates only.
//!
//! A request goes out, signed by the key; a chain comes back and is kept beside it. What the key signs from then on carries the
//! chain. A key that follows by rotation has none until its own comes: request it while it is still the next one.

use formats::{BadChain, CertificateChain, SigningKey, base64url};
use jiff::Timestamp;
use protocol::oauth::issuer::Issuer;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    SanType,
};

use super::{KeyPurpose, KeyRecord, KeyState};

/// Why a key has no certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotCertified {
    /// Certificates are for what wallets read.
    #[error("keys of {0:?} are not certified: choose certificate-signing or verifier-signing")]
    Purpose(KeyPurpose),
    /// There is none of that purpose and state.
    #[error("there is no such key, or it is damaged")]
    NoKey,
    /// The issuer's host cannot stand in a certificate.
    #[error("the issuer's name cannot stand in a certificate")]
    Name,
    /// The chain is none.
    #[error(transparent)]
    Chain(#[from] BadChain),
    /// The authority's own certificate is missing, by which the chain is checked.
    #[error(
        "end the file with the authority's own certificate: the chain is checked by it, and it is not sent"
    )]
    NoAuthority,
    /// The certificate is for no key here.
    #[error("the first certificate is for none of the keys here")]
    AnotherKey,
    /// The certificate is for somebody else.
    #[error("the first certificate does not name the issuer: as URI, or its host as DNS name")]
    AnotherIssuer,
}

/// A request for a certificate (PKCS #10, in PEM) for the key of that purpose and state.
pub fn request(
    records: &[KeyRecord],
    (purpose, state): (KeyPurpose, KeyState),
    issuer: &Issuer,
) -> Result<String, NotCertified> {
    if !purpose.is_certified() {
        return Err(NotCertified::Purpose(purpose));
    }
    let found = records.iter().find(|one| one.purpose == purpose && one.state == state);
    let pair = found.and_then(key_pair).ok_or(NotCertified::NoKey)?;
    let params = naming(issuer).ok_or(NotCertified::Name)?;
    let request = params.serialize_request(&pair).and_then(|request| request.pem());
    request.map_err(|_| NotCertified::Name)
}

/// What a certificate for a key of this issuer says: whom it names, and that the key signs.
pub fn naming(issuer: &Issuer) -> Option<CertificateParams> {
    let url = url::Url::parse(issuer.as_str()).ok()?;
    let host = url.host_str()?;
    let mut params = CertificateParams::new([]).ok()?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, host);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.subject_alt_names.push(SanType::URI(issuer.as_str().try_into().ok()?));
    if url.domain().is_some() {
        params.subject_alt_names.push(SanType::DnsName(host.try_into().ok()?));
    }
    Some(params)
}

/// Keeps the chain in `pem` beside the key it is for, and says which that is. The authority's own certificate stands last.
pub fn certify<'r>(
    records: &'r mut [KeyRecord],
    pem: &[u8],
    issuer: &Issuer,
    now: Timestamp,
) -> Result<&'r KeyRecord, NotCertified> {
    let (chain, authority) = CertificateChain::from_pem(pem)?;
    if authority.is_empty() {
        return Err(NotCertified::NoAuthority);
    }
    chain.trusted_by(&authority, now)?;
    if !chain.names(issuer.as_str()) {
        return Err(NotCertified::AnotherIssuer);
    }
    let is_it = |record: &&mut KeyRecord| {
        record.purpose.is_certified()
            && signing_key(record).is_some_and(|key| key.verifying_key() == chain.key())
    };
    let record = records.iter_mut().find(is_it).ok_or(NotCertified::AnotherKey)?;
    record.x5c = chain.x5c();
    Ok(record)
}

/// The chain kept beside a key, if there is one, and it is for that key.
pub(super) fn chain_of(record: &KeyRecord) -> Option<Result<CertificateChain, BadChain>> {
    (!record.x5c.is_empty()).then(|| CertificateChain::from_x5c(&record.x5c))
}

impl KeyRecord {
    /// Is it a key that authorities certify, in use or to be, whose certificates are missing or end before that?
    pub fn lacks_certificates(&self, until: Timestamp) -> bool {
        self.purpose.is_certified()
            && self.state != KeyState::Retired
            && self.certified_until().is_none_or(|certified| certified < until)
    }

    /// Until when its certificates count; nothing without any.
    pub fn certified_until(&self) -> Option<Timestamp> {
        let chain = chain_of(self)?.ok()?;
        Timestamp::from_second(chain.until()).ok()
    }
}

fn signing_key(record: &KeyRecord) -> Option<SigningKey> {
    let secret = base64url::decode(&record.secret).ok()?;
    SigningKey::from_pkcs8(&secret).ok()
}

fn key_pair(record: &KeyRecord) -> Option<KeyPair> {
    let key = signing_key(record)?.to_pkcs8();
    let document = key.expose().as_slice().into();
    KeyPair::from_pkcs8_der_and_sign_algo(&document, &PKCS_ECDSA_P256_SHA256).ok()
}
