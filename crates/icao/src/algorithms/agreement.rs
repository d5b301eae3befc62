//! Ephemeral Diffie-Hellman on elliptic curves, for chip authentication.
//!
//! The private key is handed in as bytes: it must survive, sealed, until the chip has answered.

use ecdsa::elliptic_curve::{
    AffinePoint, CurveArithmetic, FieldBytesSize, NonZeroScalar, PublicKey, SecretKey, ecdh,
    sec1::{FromSec1Point, ModulusSize, ToSec1Point},
};
use zeroize::Zeroizing;

use super::Curve;
use crate::Refused;

/// How often chance is asked again when what it gave is no scalar of the curve.
const MOST_DRAWS: usize = 128;

/// A new private key from the given chance.
pub(crate) fn draw(
    curve: Curve,
    chance: &mut dyn FnMut(&mut [u8]),
) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let mut scalar = Zeroizing::new(vec![0; curve.field_length()]);
    for _ in 0..MOST_DRAWS {
        chance(&mut scalar);
        // P-521: a number of 66 bytes is below the order only if its first seven bits are zero.
        if let (Curve::P521, Some(first)) = (curve, scalar.first_mut()) {
            *first &= 1;
        }
        if public(curve, &scalar).is_ok() {
            return Ok(scalar);
        }
    }
    Err(Refused::AlgorithmRefused)
}

/// The public key of a private one, as an uncompressed point.
pub(crate) fn public(curve: Curve, scalar: &[u8]) -> Result<Vec<u8>, Refused> {
    match curve {
        Curve::P224 => public_on::<p224::NistP224>(scalar),
        Curve::P256 => public_on::<p256::NistP256>(scalar),
        Curve::P384 => public_on::<p384::NistP384>(scalar),
        Curve::P521 => public_on::<p521::NistP521>(scalar),
        Curve::BrainpoolP256 => public_on::<bp256::BrainpoolP256r1>(scalar),
        Curve::BrainpoolP384 => public_on::<bp384::BrainpoolP384r1>(scalar),
    }
}

/// The shared secret: the x coordinate, as long as the field (BSI TR-03111 §4.3.1).
pub(crate) fn agree(
    curve: Curve,
    scalar: &[u8],
    point: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Refused> {
    match curve {
        Curve::P224 => agree_on::<p224::NistP224>(scalar, point),
        Curve::P256 => agree_on::<p256::NistP256>(scalar, point),
        Curve::P384 => agree_on::<p384::NistP384>(scalar, point),
        Curve::P521 => agree_on::<p521::NistP521>(scalar, point),
        Curve::BrainpoolP256 => agree_on::<bp256::BrainpoolP256r1>(scalar, point),
        Curve::BrainpoolP384 => agree_on::<bp384::BrainpoolP384r1>(scalar, point),
    }
}

fn public_on<C>(scalar: &[u8]) -> Result<Vec<u8>, Refused>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let secret = SecretKey::<C>::from_slice(scalar).map_err(|_| Refused::AlgorithmRefused)?;
    Ok(secret.public_key().to_sec1_point(false).as_bytes().to_vec())
}

fn agree_on<C>(scalar: &[u8], point: &[u8]) -> Result<Zeroizing<Vec<u8>>, Refused>
where
    C: CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let secret = SecretKey::<C>::from_slice(scalar).map_err(|_| Refused::AlgorithmRefused)?;
    let public = PublicKey::<C>::from_sec1_bytes(point).map_err(|_| Refused::AlgorithmRefused)?;
    let scalar: NonZeroScalar<C> = secret.to_nonzero_scalar();
    let shared = ecdh::diffie_hellman(scalar, public.as_affine());
    Ok(Zeroizing::new(shared.raw_secret_bytes().to_vec()))
}
