//! Digests, and the names they have in ASN.1.

use aws_lc_rs::digest;

use crate::Refused;

/// A digest algorithm that ICAO 9303-12 names, SHA-1 for old documents.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Digest {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// The digest with this object identifier (in DER without tag).
    pub(crate) fn of_name(oid: &[u8]) -> Result<Self, Refused> {
        /// 2.16.840.1.101.3.4.2
        const NIST: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
        /// 1.3.14.3.2.26
        const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
        if oid == SHA1 {
            return Ok(Self::Sha1);
        }
        match oid.strip_prefix(NIST) {
            Some([4]) => Ok(Self::Sha224),
            Some([1]) => Ok(Self::Sha256),
            Some([2]) => Ok(Self::Sha384),
            Some([3]) => Ok(Self::Sha512),
            _ => Err(Refused::AlgorithmRefused),
        }
    }

    /// The digest of `bytes`.
    pub(crate) fn of(self, bytes: &[u8]) -> digest::Digest {
        digest::digest(self.algorithm(), bytes)
    }

    /// How many bytes it has.
    pub(crate) fn length(self) -> usize {
        self.algorithm().output_len()
    }

    fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => &digest::SHA224,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }
}
