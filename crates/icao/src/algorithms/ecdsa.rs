//! ECDSA verification: aws-lc where it pairs the curve with the digest, `RustCrypto` otherwise.

use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, UnparsedPublicKey};
use ecdsa::{
    EcdsaCurve, Signature, VerifyingKey,
    elliptic_curve::{
        AffinePoint, CurveArithmetic, FieldBytesSize,
        sec1::{FromSec1Point, ModulusSize, ToSec1Point},
    },
    signature::hazmat::PrehashVerifier,
};

use super::{Curve, Digest, on_curve};
use crate::{Refused, tlv, tlv::Reader};

/// How the two numbers of a signature are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    /// RFC 3279 §2.2.3: a SEQUENCE of two INTEGERs.
    Der,
    /// BSI TR-03111 §5.2.1: r and s, each as long as the order.
    Plain,
}

/// Does the signature hold under the key at this uncompressed point?
pub(super) fn verify(
    curve: Curve,
    point: &[u8],
    (digest, form): (Digest, Form),
    message: &[u8],
    signature: &[u8],
) -> Result<(), Refused> {
    if let Some(algorithm) = fast(curve, digest, form) {
        return UnparsedPublicKey::new(algorithm, point)
            .verify(message, signature)
            .map_err(|_| Refused::SignatureWrong);
    }
    let prehash = digest.of(message);
    let plain;
    let signature = match form {
        Form::Plain => signature,
        Form::Der => {
            plain = to_plain(signature, curve.field_length())?;
            &plain
        }
    };
    let prehash = prehash.as_ref();
    on_curve!(curve, C => with::<C>(point, prehash, signature))
}

fn fast(curve: Curve, digest: Digest, form: Form) -> Option<&'static EcdsaVerificationAlgorithm> {
    Some(match (form, curve, digest) {
        (Form::Der, Curve::P256, Digest::Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
        (Form::Der, Curve::P256, Digest::Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
        (Form::Der, Curve::P256, Digest::Sha512) => &signature::ECDSA_P256_SHA512_ASN1,
        (Form::Der, Curve::P384, Digest::Sha256) => &signature::ECDSA_P384_SHA256_ASN1,
        (Form::Der, Curve::P384, Digest::Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
        (Form::Der, Curve::P384, Digest::Sha512) => &signature::ECDSA_P384_SHA512_ASN1,
        (Form::Der, Curve::P521, Digest::Sha256) => &signature::ECDSA_P521_SHA256_ASN1,
        (Form::Der, Curve::P521, Digest::Sha384) => &signature::ECDSA_P521_SHA384_ASN1,
        (Form::Der, Curve::P521, Digest::Sha512) => &signature::ECDSA_P521_SHA512_ASN1,
        (Form::Plain, Curve::P256, Digest::Sha256) => &signature::ECDSA_P256_SHA256_FIXED,
        (Form::Plain, Curve::P384, Digest::Sha384) => &signature::ECDSA_P384_SHA384_FIXED,
        (Form::Plain, Curve::P521, Digest::Sha256) => &signature::ECDSA_P521_SHA256_FIXED,
        (Form::Plain, Curve::P521, Digest::Sha384) => &signature::ECDSA_P521_SHA384_FIXED,
        (Form::Plain, Curve::P521, Digest::Sha512) => &signature::ECDSA_P521_SHA512_FIXED,
        _ => return None,
    })
}

fn with<C>(point: &[u8], prehash: &[u8], signature: &[u8]) -> Result<(), Refused>
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let key = VerifyingKey::<C>::from_sec1_bytes(point).map_err(|_| Refused::AlgorithmRefused)?;
    let signature = Signature::<C>::from_slice(signature).map_err(|_| Refused::SignatureWrong)?;
    key.verify_prehash(prehash, &signature).map_err(|_| Refused::SignatureWrong)
}

/// The two numbers of a DER signature, each filled up to `length`.
fn to_plain(signature: &[u8], length: usize) -> Result<Vec<u8>, Refused> {
    let read = || -> Option<Vec<u8>> {
        let mut inside = Reader::new(tlv::only(signature, 0x30).ok()?);
        let mut plain = Vec::with_capacity(2 * length);
        for _ in 0..2 {
            let number = unsigned(inside.expect(0x02).ok()?)?;
            plain.resize(plain.len() + length.checked_sub(number.len())?, 0);
            plain.extend_from_slice(number);
        }
        inside.end().ok()?;
        // X.690 §10.1: one way of writing each length; two ways of writing one signature are one too many.
        (written(&plain, length)? == signature).then_some(plain)
    };
    read().ok_or(Refused::SignatureWrong)
}

/// An INTEGER that is positive and has no zero it does not need (X.690 §8.3.2).
fn unsigned(number: &[u8]) -> Option<&[u8]> {
    match number {
        [0, 0x80..=0xff, ..] => number.get(1..),
        [1..=0x7f, ..] => Some(number),
        _ => None,
    }
}

/// The one DER form of the two numbers.
fn written(plain: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut numbers = Vec::with_capacity(plain.len() + 6);
    for number in plain.chunks(length) {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let number = number.get(zeros..)?;
        let sign: &[u8] = if *number.first()? >= 0x80 { &[0] } else { &[] };
        // A coordinate of the longest curve has 66 bytes: one length byte is enough.
        numbers.extend([0x02, u8::try_from(sign.len() + number.len()).ok()?]);
        numbers.extend_from_slice(sign);
        numbers.extend_from_slice(number);
    }
    let total = u8::try_from(numbers.len()).ok()?;
    let head: &[u8] = if total < 0x80 { &[0x30, total] } else { &[0x30, 0x81, total] };
    Some([head, &numbers].concat())
}
