//! Certificates that somebody shows on a connection (RFC 5280), as far as their owner is known by them.
//!
//! Nothing here says whether an authority stands behind one: that is for whoever holds the connection, whose library
//! walks the chain. RFC 8705 §7.5: "implementors SHOULD use an established and well-tested X.509 library".

use std::net::IpAddr;

use der::{Decode, asn1::ObjectIdentifier};
use x509_cert::{
    certificate::{CertificateInner, Raw},
    ext::pkix::{BasicConstraints, KeyUsage, SubjectAltName, name::GeneralName},
};

use crate::{DistinguishedName, VerifyingKey, mac::sha256};

/// The largest certificate read: ten times what a client's needs.
pub const MAX_LENGTH: usize = 16 * 1024;

/// `id-ecPublicKey` (RFC 5480 §2.1.1).
const EC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// `secp256r1` (RFC 5480 §2.1.1.1).
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// A certificate, read and not verified.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certificate {
    thumbprint: [u8; 32],
    key: Option<VerifyingKey>,
    subject: DistinguishedName,
    issuer: DistinguishedName,
    signs_messages: bool,
    names: Vec<AlternativeName>,
    from: i64,
    until: i64,
}

/// Another name of a certificate's subject (RFC 5280 §4.2.1.6), of the kinds that name machines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AlternativeName {
    /// `dNSName`.
    Dns(String),
    /// `uniformResourceIdentifier`.
    Uri(String),
    /// `iPAddress`.
    Ip(IpAddr),
    /// `rfc822Name`.
    Email(String),
}

/// The bytes are no certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a certificate")]
pub struct NotACertificate;

impl Certificate {
    /// Reads DER.
    pub fn parse(der: &[u8]) -> Result<Self, NotACertificate> {
        if der.len() > MAX_LENGTH {
            return Err(NotACertificate);
        }
        let whole = CertificateInner::<Raw>::from_der(der).map_err(|_| NotACertificate)?;
        let inside = whole.tbs_certificate();
        let alternative = inside.get_extension::<SubjectAltName>().map_err(|_| NotACertificate)?;
        let named = alternative.map(|(_, names)| names.0).unwrap_or_default();
        let usage = inside.get_extension::<KeyUsage>().map_err(|_| NotACertificate)?;
        let limits = inside.get_extension::<BasicConstraints>().map_err(|_| NotACertificate)?;
        let of_authority = limits.is_some_and(|(_, limits)| limits.ca);
        let second = |time: x509_cert::time::Time| {
            i64::try_from(time.to_unix_duration().as_secs()).map_err(|_| NotACertificate)
        };
        let info = inside.subject_public_key_info();
        let curve = info.algorithm.parameters.as_ref();
        let curve = curve.and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
        let on_p256 = info.algorithm.oid == EC_KEY && curve == Some(P256);
        let point = info.subject_public_key.as_bytes().filter(|_| on_p256);
        Ok(Self {
            thumbprint: sha256(der),
            key: point.and_then(|point| VerifyingKey::from_point(point).ok()),
            subject: DistinguishedName::from(inside.subject()),
            issuer: DistinguishedName::from(inside.issuer()),
            signs_messages: usage.is_some_and(|(_, usage)| usage.digital_signature())
                && !of_authority,
            names: named.into_iter().filter_map(AlternativeName::read).collect(),
            from: second(inside.validity().not_before)?,
            until: second(inside.validity().not_after)?,
        })
    }

    /// The SHA-256 of its bytes.
    pub fn thumbprint(&self) -> &[u8; 32] {
        &self.thumbprint
    }

    /// Its key, if that is one on P-256.
    pub fn key(&self) -> Option<&VerifyingKey> {
        self.key.as_ref()
    }

    /// Whose it is.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// Who says so.
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// Is it its own issuer, as an authority's is at the top?
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// Is its key for signing messages, and not for certificates?
    pub fn signs_messages(&self) -> bool {
        self.signs_messages
    }

    /// The subject's other names.
    pub fn names(&self) -> &[AlternativeName] {
        &self.names
    }

    /// From when it counts, in seconds since 1970.
    pub fn from(&self) -> i64 {
        self.from
    }

    /// The last second at which it counts.
    pub fn until(&self) -> i64 {
        self.until
    }
}

impl AlternativeName {
    fn read(name: GeneralName) -> Option<Self> {
        match name {
            GeneralName::DnsName(name) => Some(Self::Dns(name.to_string())),
            GeneralName::UniformResourceIdentifier(uri) => Some(Self::Uri(uri.to_string())),
            GeneralName::Rfc822Name(address) => Some(Self::Email(address.to_string())),
            GeneralName::IpAddress(octets) => match octets.as_bytes() {
                &[a, b, c, d] => Some(Self::Ip([a, b, c, d].into())),
                octets => Some(Self::Ip(<[u8; 16]>::try_from(octets).ok()?.into())),
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use rcgen::{
        CertificateParams, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384,
        SanType, date_time_ymd,
    };

    use super::*;
    use crate::base64url;

    fn params() -> CertificateParams {
        let mut params = CertificateParams::new(vec!["air.example".to_owned()]).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Sky, Air");
        params.distinguished_name.push(DnType::CommonName, "airline");
        params.subject_alt_names.extend([
            SanType::URI("https://air.example/app".try_into().unwrap()),
            SanType::IpAddress("192.0.2.7".parse().unwrap()),
            SanType::IpAddress("2001:db8::7".parse().unwrap()),
            SanType::Rfc822Name("ops@air.example".try_into().unwrap()),
        ]);
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
        params
    }

    fn certificate(key: &KeyPair) -> Vec<u8> {
        params().self_signed(key).unwrap().der().to_vec()
    }

    #[test]
    fn says_whose_it_is() {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let der = certificate(&pair);
        let read = Certificate::parse(&der).unwrap();
        assert_eq!(read.thumbprint(), &sha256(&der));
        assert_eq!(read.subject(), &"CN=airline,O=Sky\\, Air".parse().unwrap());
        assert_eq!(
            read.names(),
            [
                AlternativeName::Dns("air.example".to_owned()),
                AlternativeName::Uri("https://air.example/app".to_owned()),
                AlternativeName::Ip("192.0.2.7".parse().unwrap()),
                AlternativeName::Ip("2001:db8::7".parse().unwrap()),
                AlternativeName::Email("ops@air.example".to_owned()),
            ]
        );
        assert_eq!((read.from(), read.until()), (1_767_225_600, 1_798_761_600));
        let (x, y) = read.key().unwrap().coordinates();
        assert_eq!(pair.public_key_raw(), [&[4], x, y].concat());
    }

    /// RFC 8705 appendix A: a certificate of version 1, without extensions, and its thumbprint.
    #[test]
    fn the_thumbprint_of_the_standard() {
        let der = "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVow\
                   DzENMAsGA1UEAwwEbXRsczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ\
                   /Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwIDSQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+\
                   hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=";
        let read = Certificate::parse(&BASE64.decode(der.as_bytes()).unwrap()).unwrap();
        let thumbprint = base64url::encode(read.thumbprint());
        assert_eq!(thumbprint, "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0");
        assert_eq!(read.subject(), &"CN=mtls".parse().unwrap());
        assert!(read.key().is_some() && read.names().is_empty());
    }

    #[test]
    fn a_key_on_another_curve_is_passed_over() {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        assert_eq!(Certificate::parse(&certificate(&pair)).unwrap().key(), None);
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let der = certificate(&KeyPair::generate().unwrap());
        for cut in 0..der.len() {
            assert_eq!(Certificate::parse(&der[..cut]), Err(NotACertificate), "{cut}");
        }
        assert_eq!(Certificate::parse(&[&der[..], &[0]].concat()), Err(NotACertificate));
        assert_eq!(Certificate::parse(&vec![0x30; MAX_LENGTH + 1]), Err(NotACertificate));
    }
}
