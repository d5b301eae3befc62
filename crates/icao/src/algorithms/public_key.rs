//! Public keys, out of a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).

use super::{Curve, RsaKey, Scheme, ecdsa, rsa::LEAST_SIGNER_BITS};
use crate::{Refused, tlv, tlv::Reader};

/// The smallest curve that may sign certificates and documents.
///
/// ICAO 9303-12 §4.1.6.3 recommends 256 bits for countries and 224 for document signers; smaller ones are for the keys of
/// old chips alone.
const LEAST_SIGNER_CURVE_BITS: usize = 224;

/// A public key that we can verify with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum PublicKey {
    Rsa(RsaKey),
    Ec {
        curve: Curve,
        /// Uncompressed.
        point: Vec<u8>,
    },
}

/// `rsaEncryption` 1.2.840.113549.1.1.1 and `id-RSASSA-PSS` 1.2.840.113549.1.1.10.
const RSA: [&[u8]; 2] = [
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a],
];
/// `id-ecPublicKey` 1.2.840.10045.2.1.
pub(crate) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo`.
    pub(crate) fn parse(info: &[u8]) -> Result<Self, Refused> {
        let Parts { name, parameters, key } = Parts::of(info)?;
        if RSA.contains(&name) {
            return RsaKey::parse(key).map(Self::Rsa);
        }
        if name != EC {
            return Err(Refused::AlgorithmRefused);
        }
        let curve = Curve::parse(parameters.ok_or(Refused::AlgorithmRefused)?)?;
        // RFC 5480 §2.2: compressed points "MAY" be supported; no document has been seen with one.
        match key {
            [4, coordinates @ ..] if coordinates.len() == 2 * curve.field_length() => {
                Ok(Self::Ec { curve, point: key.to_vec() })
            }
            _ => Err(Refused::AlgorithmRefused),
        }
    }

    /// Does the signature of a certificate, a list or a document hold under this key?
    pub(crate) fn verify(
        &self,
        scheme: Scheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Refused> {
        if self.is_short() {
            return Err(Refused::AlgorithmRefused);
        }
        self.verify_as_chip(scheme, message, signature)
    }

    /// Does the signature of a chip hold under its own key, however short that is?
    pub(crate) fn verify_as_chip(
        &self,
        scheme: Scheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Refused> {
        match (self, scheme) {
            (Self::Rsa(key), Scheme::Pkcs1(digest)) => key.verify_pkcs1(digest, message, signature),
            (Self::Rsa(key), Scheme::Pss { digest, salt }) => {
                key.verify_pss((digest, salt), message, signature)
            }
            (Self::Ec { curve, point }, Scheme::Ecdsa { digest, form }) => {
                ecdsa::verify(*curve, point, (digest, form), message, signature)
            }
            _ => Err(Refused::AlgorithmRefused),
        }
    }

    /// Is it shorter than a signer's may be?
    pub(crate) fn is_short(&self) -> bool {
        match self {
            Self::Rsa(key) => key.bits() < LEAST_SIGNER_BITS,
            Self::Ec { curve, .. } => curve.bits() < LEAST_SIGNER_CURVE_BITS,
        }
    }

    /// What kind of key it is, for people.
    pub(crate) fn description(&self) -> String {
        match self {
            Self::Rsa(key) => format!("RSA-{}", key.bits()),
            Self::Ec { curve, .. } => format!("{curve:?}"),
        }
    }
}

/// A `SubjectPublicKeyInfo` taken apart.
pub(crate) struct Parts<'a> {
    /// The algorithm's object identifier, without tag.
    pub(crate) name: &'a [u8],
    pub(crate) parameters: Option<&'a [u8]>,
    pub(crate) key: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(crate) fn of(info: &'a [u8]) -> Result<Self, Refused> {
        let mut inside = Reader::new(tlv::only(info, 0x30)?);
        let mut algorithm = Reader::new(inside.expect(0x30)?);
        let name = algorithm.expect(0x06)?;
        let parameters = algorithm.next()?.map(|parameters| parameters.whole);
        algorithm.end()?;
        // X.690 §8.6.2.2: the first byte counts the unused bits of the last one.
        let [0, key @ ..] = inside.expect(0x03)? else { return Err(Refused::Malformed) };
        inside.end()?;
        Ok(Self { name, parameters, key })
    }
}
