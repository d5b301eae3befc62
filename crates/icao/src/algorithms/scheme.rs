//! Signature schemes by their names in ASN.1.

use super::{Digest, Form};
use crate::{Refused, tlv, tlv::Reader};

/// How something was signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    Pkcs1(Digest),
    /// RSASSA-PSS, MGF1 with the same digest.
    Pss { digest: Digest, salt: usize },
    /// ECDSA.
    Ecdsa { digest: Digest, form: Form },
}

/// 1.2.840.113549.1.1: PKCS#1.
const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
/// 1.2.840.10045.4: ecdsa-with-….
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04];
/// 0.4.0.127.0.7.1.1.4.1: ecdsa-plain-… (BSI TR-03111 §5.2.1.1).
const ECDSA_PLAIN: &[u8] = &[0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01];

impl Scheme {
    /// Reads an `AlgorithmIdentifier`. `beside` is the digest that stands beside it in a signer's information, for
    /// algorithms that name none of their own.
    pub(crate) fn parse(identifier: &[u8], beside: Option<Digest>) -> Result<Self, Refused> {
        let mut inside = Reader::new(tlv::only(identifier, 0x30)?);
        let name = inside.expect(0x06)?;
        let parameters = inside.next()?.map(|parameters| parameters.whole);
        inside.end()?;
        let scheme = Self::of_name(name, parameters, beside)?;
        // RFC 5652 §5.3: the digest beside it is the one "used by the signer"; a signature over another one is a trick.
        match beside {
            Some(digest) if digest != scheme.digest() => Err(Refused::AlgorithmRefused),
            _ => Ok(scheme),
        }
    }

    /// The scheme with this object identifier (in DER without tag).
    pub(crate) fn of_name(
        name: &[u8],
        parameters: Option<&[u8]>,
        beside: Option<Digest>,
    ) -> Result<Self, Refused> {
        if let Some([which]) = name.strip_prefix(PKCS1) {
            if *which == 10 {
                return pss(parameters);
            }
            without_meaning(parameters)?;
            return match which {
                // RFC 3370 §3.2: in a signer's information rsaEncryption stands for PKCS#1 v1.5 with the digest beside it.
                1 => beside.map(Self::Pkcs1).ok_or(Refused::AlgorithmRefused),
                5 => Ok(Self::Pkcs1(Digest::Sha1)),
                11 => Ok(Self::Pkcs1(Digest::Sha256)),
                12 => Ok(Self::Pkcs1(Digest::Sha384)),
                13 => Ok(Self::Pkcs1(Digest::Sha512)),
                14 => Ok(Self::Pkcs1(Digest::Sha224)),
                _ => Err(Refused::AlgorithmRefused),
            };
        }
        without_meaning(parameters)?;
        let (digest, form) = match (name.strip_prefix(ECDSA), name.strip_prefix(ECDSA_PLAIN)) {
            (Some([1]), _) => (Digest::Sha1, Form::Der),
            (Some([3, which]), _) => (numbered(*which)?, Form::Der),
            (_, Some([1])) => (Digest::Sha1, Form::Plain),
            (_, Some([which @ 2..=5])) => (numbered(which - 1)?, Form::Plain),
            _ => return Err(Refused::AlgorithmRefused),
        };
        Ok(Self::Ecdsa { digest, form })
    }

    pub(crate) fn digest(self) -> Digest {
        match self {
            Self::Pkcs1(digest) | Self::Pss { digest, .. } | Self::Ecdsa { digest, .. } => digest,
        }
    }
}

/// The order in which RFC 5758 §3.2 and BSI TR-03111 §5.2.1.1 number the digests of the SHA-2 family.
fn numbered(which: u8) -> Result<Digest, Refused> {
    match which {
        1 => Ok(Digest::Sha224),
        2 => Ok(Digest::Sha256),
        3 => Ok(Digest::Sha384),
        4 => Ok(Digest::Sha512),
        _ => Err(Refused::AlgorithmRefused),
    }
}

/// RFC 4055 §3.1: hash, mask generation, salt length and trailer, each with a default.
fn pss(parameters: Option<&[u8]>) -> Result<Scheme, Refused> {
    /// `id-mgf1`: 1.2.840.113549.1.1.8.
    const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
    /// RFC 4055 §3.1: "saltLength ... default value of 20".
    const DEFAULT_SALT: usize = 20;

    let mut inside = Reader::new(tlv::only(parameters.ok_or(Refused::AlgorithmRefused)?, 0x30)?);
    let digest = match inside.take(0xa0)? {
        Some(hash) => digest_named(hash.value)?,
        None => Digest::Sha1,
    };
    let mask_digest = match inside.take(0xa1)? {
        Some(mask) => {
            let mut mask = Reader::new(tlv::only(mask.value, 0x30)?);
            if mask.expect(0x06)? != MGF1 {
                return Err(Refused::AlgorithmRefused);
            }
            let digest = digest_named(mask.any()?.whole)?;
            mask.end()?;
            digest
        }
        None => Digest::Sha1,
    };
    let salt = match inside.take(0xa2)? {
        Some(salt) => match tlv::only(salt.value, 0x02)? {
            [length @ 0..=0x7f] => usize::from(*length),
            _ => return Err(Refused::AlgorithmRefused),
        },
        None => DEFAULT_SALT,
    };
    // RFC 4055 §3.1: "trailerField ... MUST be 1".
    if inside.take(0xa3)?.is_some_and(|trailer| trailer.value != [0x02, 0x01, 0x01]) {
        return Err(Refused::AlgorithmRefused);
    }
    inside.end()?;
    // RFC 4055 §3.1: "it is RECOMMENDED that the same hash function be used"; nobody issues documents otherwise.
    if digest == mask_digest {
        Ok(Scheme::Pss { digest, salt })
    } else {
        Err(Refused::AlgorithmRefused)
    }
}

/// The digest that an `AlgorithmIdentifier` names.
fn digest_named(identifier: &[u8]) -> Result<Digest, Refused> {
    let mut inside = Reader::new(tlv::only(identifier, 0x30)?);
    let name = inside.expect(0x06)?;
    let parameters = inside.next()?;
    inside.end()?;
    without_meaning(parameters.map(|one| one.whole))?;
    Digest::of_name(name)
}

/// RFC 5754 §2: parameters of digests and of PKCS#1 are absent or NULL.
fn without_meaning(parameters: Option<&[u8]>) -> Result<(), Refused> {
    const NULL: &[u8] = &[0x05, 0x00];
    match parameters {
        None => Ok(()),
        Some(parameters) if parameters == NULL => Ok(()),
        Some(_) => Err(Refused::Malformed),
    }
}

impl Digest {
    /// Reads an `AlgorithmIdentifier` of a digest.
    pub(crate) fn parse(identifier: &[u8]) -> Result<Self, Refused> {
        digest_named(identifier)
    }
}
