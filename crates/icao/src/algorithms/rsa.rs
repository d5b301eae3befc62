//! RSA verification: aws-lc for what is common, the `rsa` crate's public operation for what is old or odd.

use aws_lc_rs::signature::{self, RsaParameters, UnparsedPublicKey};
use rsa::{
    BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey, hazmat::rsa_encrypt, traits::PublicKeyParts,
};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::Digest;
use crate::{Refused, tlv, tlv::Reader};

/// The shortest modulus that may sign certificates and documents.
///
/// ICAO 9303-12 §4.1.6.1 recommends 3072 bits for countries and 2048 for document signers; below that nothing of ours
/// needs to be believed.
pub(crate) const LEAST_SIGNER_BITS: usize = 2048;

/// The shortest modulus of a chip's own key.
///
/// ICAO 9303-11 §6.1.2.3.1 recommends 1024 bits and more at the time of the first documents; what is short is flagged.
pub(crate) const LEAST_CHIP_BITS: usize = 1024;

/// The longest modulus, so that nobody makes us multiply for long.
const MOST_BITS: usize = 8192;

/// The largest public exponent: 65537 is what is in use, and a large one is slow to check.
const MOST_EXPONENT_BYTES: usize = 4;

/// A public key, its modulus bounded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RsaKey {
    /// `RSAPublicKey` (RFC 8017 §A.1.1) in DER.
    der: Vec<u8>,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl RsaKey {
    pub(super) fn parse(der: &[u8]) -> Result<Self, Refused> {
        let mut inside = Reader::new(tlv::only(der, 0x30)?);
        let [modulus, exponent] =
            [positive(inside.expect(0x02)?)?, positive(inside.expect(0x02)?)?];
        inside.end()?;
        let key =
            Self { der: der.to_vec(), modulus: modulus.to_vec(), exponent: exponent.to_vec() };
        let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        let sound = (LEAST_CHIP_BITS..=MOST_BITS).contains(&key.bits())
            && odd(modulus)
            && odd(exponent)
            && exponent != [1]
            && exponent.len() <= MOST_EXPONENT_BYTES;
        if sound { Ok(key) } else { Err(Refused::AlgorithmRefused) }
    }

    /// How many bits the modulus has.
    pub(crate) fn bits(&self) -> usize {
        let leading = self.modulus.first().map_or(0, |byte| byte.leading_zeros());
        self.modulus.len() * 8 - usize::try_from(leading).unwrap_or_default()
    }

    /// How many bytes the modulus, and each signature, has.
    pub(crate) fn length(&self) -> usize {
        self.modulus.len()
    }

    pub(super) fn verify_pkcs1(
        &self,
        digest: Digest,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Refused> {
        let fast: Option<&RsaParameters> = match digest {
            _ if self.bits() < LEAST_SIGNER_BITS => None,
            Digest::Sha256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
            Digest::Sha384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
            Digest::Sha512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
            Digest::Sha1 | Digest::Sha224 => None,
        };
        if let Some(parameters) = fast {
            return self.verify_fast(parameters, message, signature);
        }
        let padding = match digest {
            Digest::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
            Digest::Sha224 => Pkcs1v15Sign::new::<Sha224>(),
            Digest::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
            Digest::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
            Digest::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
        };
        let prehash = digest.of(message);
        self.public()?
            .verify(padding, prehash.as_ref(), signature)
            .map_err(|_| Refused::SignatureWrong)
    }

    pub(super) fn verify_pss(
        &self,
        (digest, salt): (Digest, usize),
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Refused> {
        // aws-lc knows one salt for each digest: as long as the digest.
        let fast: Option<&RsaParameters> = match digest {
            _ if self.bits() < LEAST_SIGNER_BITS || salt != digest.length() => None,
            Digest::Sha256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
            Digest::Sha384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
            Digest::Sha512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
            Digest::Sha1 | Digest::Sha224 => None,
        };
        if let Some(parameters) = fast {
            return self.verify_fast(parameters, message, signature);
        }
        let (key, prehash) = (self.public()?, digest.of(message));
        let prehash = prehash.as_ref();
        match digest {
            Digest::Sha1 => key.verify(Pss::<Sha1>::new_with_salt(salt), prehash, signature),
            Digest::Sha224 => key.verify(Pss::<Sha224>::new_with_salt(salt), prehash, signature),
            Digest::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(salt), prehash, signature),
            Digest::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(salt), prehash, signature),
            Digest::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(salt), prehash, signature),
        }
        .map_err(|_| Refused::SignatureWrong)
    }

    /// RSAVP1 (RFC 8017 §5.2.2): the number a signature stands for, as long as the modulus, and its complement to the
    /// modulus, which ISO/IEC 9796-2 allows a signer to send instead. None if the signature is no number below the modulus.
    pub(crate) fn recover(&self, signature: &[u8]) -> Option<[Vec<u8>; 2]> {
        let key = self.public().ok()?;
        if signature.len() != self.length() {
            return None;
        }
        let number = integer(signature)?;
        if number >= **key.n() {
            return None;
        }
        let recovered = rsa_encrypt(&key, &number).ok()?;
        let complement = key.n().as_ref().wrapping_sub(&recovered);
        let bytes = |number: &BoxedUint| {
            let bytes = number.to_be_bytes();
            bytes.get(bytes.len().checked_sub(self.length())?..).map(<[u8]>::to_vec)
        };
        Some([bytes(&recovered)?, bytes(&complement)?])
    }

    fn verify_fast(
        &self,
        parameters: &'static RsaParameters,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Refused> {
        UnparsedPublicKey::new(parameters, &self.der)
            .verify(message, signature)
            .map_err(|_| Refused::SignatureWrong)
    }

    fn public(&self) -> Result<RsaPublicKey, Refused> {
        let number = |bytes| integer(bytes).ok_or(Refused::AlgorithmRefused);
        let (n, e) = (number(&self.modulus)?, number(&self.exponent)?);
        RsaPublicKey::new_with_size_limits(n, e, LEAST_CHIP_BITS..=MOST_BITS)
            .map_err(|_| Refused::AlgorithmRefused)
    }
}

fn integer(bytes: &[u8]) -> Option<BoxedUint> {
    let bits = u32::try_from(bytes.len() * 8).ok()?;
    BoxedUint::from_be_slice(bytes, bits).ok()
}

/// The magnitude of a positive INTEGER, without the zero that marks it as positive.
fn positive(number: &[u8]) -> Result<&[u8], Refused> {
    match number {
        [0, 0x80..=0xff, ..] => number.get(1..).ok_or(Refused::AlgorithmRefused),
        [1..=0x7f, ..] => Ok(number),
        _ => Err(Refused::AlgorithmRefused),
    }
}
