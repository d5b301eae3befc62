//! Certificates of country signing authorities and document signers (RFC 5280, profiled by ICAO 9303-12 §7.1).

use der::{Decode, Encode, asn1::ObjectIdentifier};
use jiff::Timestamp;
use x509_cert::{
    certificate::{CertificateInner, Raw, TbsCertificateInner},
    ext::pkix::{
        AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
    },
};

use crate::{
    Refused,
    algorithms::{Digest, PublicKey, Scheme},
    distinguished_name::DistinguishedName,
    tlv,
    tlv::Reader,
};

/// The largest certificate read; RSA-8192 and every extension of the profile fit into a third of it.
pub(crate) const MOST_CERTIFICATE: usize = 16 * 1024;

/// A certificate, read but not verified.
#[derive(Clone)]
pub(crate) struct Certificate {
    der: Vec<u8>,
    signed: Signed,
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: DistinguishedName,
    pub(crate) subject: DistinguishedName,
    /// The subject as people read it.
    pub(crate) subject_text: String,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    pub(crate) key: PublicKey,
    pub(crate) key_id: Option<Vec<u8>>,
    authority_key_id: Option<Vec<u8>>,
    authority: bool,
    usage: Option<KeyUsage>,
    purposes: Option<Vec<ObjectIdentifier>>,
}

/// `SEQUENCE { toBeSigned, signatureAlgorithm, signature }`: certificates and revocation lists alike.
#[derive(Clone)]
pub(crate) struct Signed {
    bytes: Vec<u8>,
    pub(crate) scheme: Scheme,
    signature: Vec<u8>,
    /// The algorithm as it was written, which stands inside the signed bytes again.
    pub(crate) algorithm: Vec<u8>,
}

impl Signed {
    pub(crate) fn parse(der: &[u8]) -> Result<Self, Refused> {
        let mut inside = Reader::new(tlv::only(der, 0x30)?);
        let (bytes, algorithm) = (inside.any()?, inside.any()?);
        let [0, signature @ ..] = inside.expect(0x03)? else { return Err(Refused::Malformed) };
        inside.end()?;
        Ok(Self {
            bytes: bytes.whole.to_vec(),
            scheme: Scheme::parse(algorithm.whole, None)?,
            signature: signature.to_vec(),
            algorithm: algorithm.whole.to_vec(),
        })
    }

    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), Refused> {
        key.verify(self.scheme, &self.bytes, &self.signature)
    }
}

impl Certificate {
    pub(crate) fn parse(der: &[u8]) -> Result<Self, Refused> {
        if der.len() > MOST_CERTIFICATE {
            return Err(Refused::GroupTooLarge);
        }
        let signed = Signed::parse(der)?;
        let whole = CertificateInner::<Raw>::from_der(der).map_err(|_| Refused::Malformed)?;
        let inside = whole.tbs_certificate();
        // RFC 5280 §4.1.1.2: "This field MUST contain the same algorithm identifier as the signature field".
        if inside.signature().to_der().map_err(|_| Refused::Malformed)? != signed.algorithm {
            return Err(Refused::Malformed);
        }
        known_where_critical(inside)?;
        let info = inside.subject_public_key_info().to_der().map_err(|_| Refused::Malformed)?;
        let time = |time: x509_cert::time::Time| {
            i64::try_from(time.to_unix_duration().as_secs())
                .ok()
                .and_then(|seconds| Timestamp::from_second(seconds).ok())
                .ok_or(Refused::Malformed)
        };
        Ok(Self {
            serial: inside.serial_number().as_bytes().to_vec(),
            issuer: DistinguishedName::new(inside.issuer()),
            subject: DistinguishedName::new(inside.subject()),
            subject_text: inside.subject().to_string(),
            not_before: time(inside.validity().not_before)?,
            not_after: time(inside.validity().not_after)?,
            key: PublicKey::parse(&info)?,
            key_id: extension::<SubjectKeyIdentifier>(inside)?.map(|id| id.0.as_bytes().to_vec()),
            authority_key_id: extension::<AuthorityKeyIdentifier>(inside)?
                .and_then(|id| id.key_identifier)
                .map(|id| id.as_bytes().to_vec()),
            authority: extension::<BasicConstraints>(inside)?.is_some_and(|limits| limits.ca),
            usage: extension::<KeyUsage>(inside)?,
            purposes: extension::<ExtendedKeyUsage>(inside)?.map(|purposes| purposes.0),
            der: der.to_vec(),
            signed,
        })
    }

    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        formats::mac::sha256(&self.der)
    }

    /// The country it names as its subject's, two letters.
    pub(crate) fn country(&self) -> Option<String> {
        self.subject.country()
    }

    /// Was it signed with SHA-1?
    pub(crate) fn digest(&self) -> Digest {
        self.signed.scheme.digest()
    }

    /// Does it say that this authority issued it? (Its signature may say otherwise.)
    pub(crate) fn names(&self, authority: &Self) -> bool {
        let ids = match (&self.authority_key_id, &authority.key_id) {
            (Some(said), Some(has)) => said == has,
            _ => true,
        };
        ids && self.issuer == authority.subject
    }

    /// Does it say that its own key signed it?
    pub(crate) fn says_self_signed(&self) -> bool {
        self.key_id.is_some() && self.authority_key_id == self.key_id && self.names(self)
    }

    /// Did this authority sign it?
    pub(crate) fn signed_by(&self, authority: &Self) -> Result<(), Refused> {
        self.signed.verify(&authority.key)
    }

    /// Is it in force?
    pub(crate) fn in_force(&self, now: Timestamp) -> Result<(), Refused> {
        if now < self.not_before {
            Err(Refused::SignerNotYetValid)
        } else if now > self.not_after {
            Err(Refused::SignerExpired)
        } else {
            Ok(())
        }
    }

    /// May it sign certificates?
    ///
    /// ICAO 9303-12 §7.1.1: "cA ... TRUE for CSCA", "keyCertSign".
    pub(crate) fn is_authority(&self) -> bool {
        self.authority && self.usage.is_none_or(|usage| usage.key_cert_sign())
    }

    /// May it sign documents?
    ///
    /// ICAO 9303-12 §7.1.1: a document signer has "digitalSignature", is no authority, and has no extended use.
    pub(crate) fn is_document_signer(&self) -> bool {
        !self.authority
            && self.usage.is_none_or(|usage| usage.digital_signature())
            && self.purposes.is_none()
    }

    /// May it sign master lists?
    pub(crate) fn is_master_list_signer(&self) -> bool {
        /// ICAO 9303-12 §7.1.1: `id-icao-cscaMasterListSigningKey`.
        const PURPOSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.3");
        !self.authority
            && self.usage.is_none_or(|usage| usage.digital_signature())
            && self.purposes.as_ref().is_some_and(|purposes| purposes.contains(&PURPOSE))
    }
}

fn extension<T>(inside: &TbsCertificateInner<Raw>) -> Result<Option<T>, Refused>
where
    T: for<'a> Decode<'a> + der::oid::AssociatedOid,
{
    inside
        .get_extension::<T>()
        .map(|found| found.map(|(_, extension)| extension))
        .map_err(|_| Refused::Malformed)
}

/// RFC 5280 §4.2: "A certificate-using system MUST reject the certificate if it encounters a critical extension it does
/// not recognize".
fn known_where_critical(inside: &TbsCertificateInner<Raw>) -> Result<(), Refused> {
    const KNOWN: [&str; 8] = [
        "2.5.29.14", // subject key identifier
        "2.5.29.15", // key usage
        "2.5.29.16", // private key usage period
        "2.5.29.17", // subject alternative name
        "2.5.29.18", // issuer alternative name
        "2.5.29.19", // basic constraints
        "2.5.29.35", // authority key identifier
        "2.5.29.37", // extended key usage
    ];
    let mut extensions = inside.extensions().into_iter().flatten();
    if extensions.all(|one| !one.critical || KNOWN.contains(&one.extn_id.to_string().as_str())) {
        Ok(())
    } else {
        Err(Refused::AlgorithmRefused)
    }
}
