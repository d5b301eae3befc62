//! Agreement on an elliptic curve, and the two ways in which a nonce becomes a generator of it.

use std::fmt;

use crypto_bigint::{BitOps, BoxedUint, NonZero};
use ecdsa::elliptic_curve::{
    CurveArithmetic, FieldBytes, Group as _, NonZeroScalar, ProjectivePoint, PublicKey, Scalar,
    ops::Reduce,
    point::AffineCoordinates,
    sec1::{FromSec1Point, ModulusSize, ToSec1Point},
};
use formats::Secret;
use primeorder::{
    Field, PrimeCurveParams, PrimeField,
    elliptic_curve::subtle::{ConditionallySelectable, ConstantTimeEq},
};
use zeroize::Zeroizing;

use super::{BadKey, Draw, KeyPair, MOST_DRAWS};

/// A scalar, and its multiple of a generator.
struct Pair<C: CurveArithmetic> {
    scalar: NonZeroScalar<C>,
    public: Vec<u8>,
}

/// A new pair for the curve's own generator.
pub(super) fn draw<C>(draw: Draw<'_>) -> Result<Box<dyn KeyPair>, BadKey>
where
    C: CurveArithmetic,
    C::FieldBytesSize: ModulusSize,
    C::AffinePoint: FromSec1Point<C> + ToSec1Point<C>,
{
    Ok(Box::new(Pair::<C>::new(ProjectivePoint::<C>::generator(), draw)?))
}

/// The pair with this private key.
pub(super) fn pair_of<C>(private: &[u8]) -> Result<Box<dyn KeyPair>, BadKey>
where
    C: CurveArithmetic,
    C::FieldBytesSize: ModulusSize,
    C::AffinePoint: FromSec1Point<C> + ToSec1Point<C>,
{
    let bytes = FieldBytes::<C>::try_from(private).map_err(|_| BadKey)?;
    let scalar = Option::from(NonZeroScalar::<C>::from_repr(bytes)).ok_or(BadKey)?;
    Ok(Box::new(Pair::<C>::of(ProjectivePoint::<C>::generator(), scalar)))
}

/// A new pair for the point that a random number encodes.
pub(super) fn map<C>(random: &[u8], draw: Draw<'_>) -> Result<Box<dyn KeyPair>, BadKey>
where
    C: PrimeCurveParams,
    C::AffinePoint: FromSec1Point<C> + ToSec1Point<C>,
{
    let generator = encoded::<C>(element::<C>(random)?)?;
    Ok(Box::new(Pair::<C>::new(generator.into(), draw)?))
}

/// Is a public key so many times another one?
pub(super) fn is_multiple<C>(product: &[u8], factor: &[u8], key: &[u8]) -> bool
where
    C: CurveArithmetic,
    C::FieldBytesSize: ModulusSize,
    C::AffinePoint: FromSec1Point<C> + ToSec1Point<C>,
{
    let Ok(factor) = FieldBytes::<C>::try_from(factor) else { return false };
    let factor: Option<NonZeroScalar<C>> = NonZeroScalar::from_repr(factor).into();
    let point = |bytes| PublicKey::<C>::from_sec1_bytes(bytes).ok();
    match (factor, point(product), point(key)) {
        (Some(factor), Some(product), Some(key)) => {
            key.to_projective() * *factor == product.to_projective()
        }
        _ => false,
    }
}

impl<C> Pair<C>
where
    C: CurveArithmetic,
    C::FieldBytesSize: ModulusSize,
    C::AffinePoint: ToSec1Point<C>,
{
    fn of(generator: ProjectivePoint<C>, scalar: NonZeroScalar<C>) -> Self {
        let public: C::AffinePoint = (generator * *scalar).into();
        let public = public.to_sec1_point(false).as_bytes().to_vec();
        Self { scalar, public }
    }

    /// Draws a scalar: as many bits as the order has, again until they are a scalar of the group, so that each is as
    /// likely as any other.
    fn new(generator: ProjectivePoint<C>, draw: Draw<'_>) -> Result<Self, BadKey> {
        let mut bytes = Zeroizing::new(FieldBytes::<C>::default().to_vec());
        let order = usize::try_from(C::ORDER.as_ref().bits_vartime()).map_err(|_| BadKey)?;
        let above = (bytes.len() * 8).checked_sub(order).ok_or(BadKey)?;
        for _ in 0..MOST_DRAWS {
            draw(&mut bytes);
            if let Some(first) = bytes.first_mut() {
                *first &=
                    u8::MAX.checked_shr(u32::try_from(above).unwrap_or(u32::MAX)).unwrap_or(0);
            }
            let repr = FieldBytes::<C>::try_from(bytes.as_slice()).map_err(|_| BadKey)?;
            if let Some(scalar) = Option::<NonZeroScalar<C>>::from(NonZeroScalar::from_repr(repr)) {
                return Ok(Self::of(generator, scalar));
            }
        }
        Err(BadKey)
    }
}

impl<C: CurveArithmetic> Pair<C>
where
    C::FieldBytesSize: ModulusSize,
    C::AffinePoint: FromSec1Point<C> + ToSec1Point<C>,
{
    fn shared(&self, theirs: &[u8]) -> Result<ProjectivePoint<C>, BadKey> {
        // ICAO 9303-11 §4.4.3.2: "Only prime curves with uncompressed points SHALL be used."
        let (Some(4), true) = (theirs.first(), theirs != self.public) else { return Err(BadKey) };
        // A point that is not on the curve, or the one at infinity, is no public key. These curves have no subgroups.
        let theirs = PublicKey::<C>::from_sec1_bytes(theirs).map_err(|_| BadKey)?;
        Ok(theirs.to_projective() * *self.scalar)
    }
}

impl<C: CurveArithmetic> KeyPair for Pair<C>
where
    C::FieldBytesSize: ModulusSize,
    C::AffinePoint: FromSec1Point<C> + ToSec1Point<C>,
{
    fn public(&self) -> &[u8] {
        &self.public
    }

    fn private(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(PrimeField::to_repr(&*self.scalar).to_vec())
    }

    fn agree(&self, theirs: &[u8]) -> Result<Secret<Vec<u8>>, BadKey> {
        let point: C::AffinePoint = self.shared(theirs)?.into();
        Ok(Secret::new(point.x().to_vec()))
    }

    fn map(&self, theirs: &[u8], nonce: &[u8], draw: Draw<'_>) -> Result<Box<dyn KeyPair>, BadKey> {
        let mut wide = FieldBytes::<C>::default();
        let start = wide.len().checked_sub(nonce.len()).ok_or(BadKey)?;
        wide.get_mut(start..).ok_or(BadKey)?.copy_from_slice(nonce);
        let nonce = <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&wide);
        wide.fill(0);
        let mapped = ProjectivePoint::<C>::generator() * nonce + self.shared(theirs)?;
        if bool::from(mapped.is_identity()) {
            return Err(BadKey);
        }
        Ok(Box::new(Self::new(mapped, draw)?))
    }
}

impl<C: CurveArithmetic> fmt::Debug for Pair<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pair([secret])")
    }
}

impl<C: CurveArithmetic> Drop for Pair<C> {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.scalar);
    }
}

/// A long random number modulo the curve's prime.
fn element<C: PrimeCurveParams>(random: &[u8]) -> Result<C::FieldElement, BadKey> {
    let bits = u32::try_from(random.len() * 8).map_err(|_| BadKey)?;
    let random = Zeroizing::new(BoxedUint::from_be_slice(random, bits).map_err(|_| BadKey)?);
    let rest = Zeroizing::new(random.rem(&prime::<C>()?));
    let bytes = Zeroizing::new(rest.to_be_bytes());
    let mut repr = FieldBytes::<C>::default();
    let (from, to) =
        (bytes.len().saturating_sub(repr.len()), repr.len().saturating_sub(bytes.len()));
    let (short, room) = (bytes.get(from..).ok_or(BadKey)?, repr.get_mut(to..).ok_or(BadKey)?);
    room.copy_from_slice(short);
    Option::from(C::FieldElement::from_repr(repr)).ok_or(BadKey)
}

fn prime<C: PrimeCurveParams>() -> Result<NonZero<BoxedUint>, BadKey> {
    let digits = C::FieldElement::MODULUS.trim_start_matches("0x");
    let prime = BoxedUint::from_str_radix_vartime(digits, 16).map_err(|_| BadKey)?;
    Option::from(prime.to_nz()).ok_or(BadKey)
}

/// The point that an element of the field encodes: ICAO 9303-11 appendix B.2, step by step. Which of the two candidates is
/// taken stays untold by the time it takes. The cofactor of these curves is one.
fn encoded<C>(t: C::FieldElement) -> Result<C::AffinePoint, BadKey>
where
    C: PrimeCurveParams,
    C::AffinePoint: FromSec1Point<C>,
{
    let one = C::FieldElement::ONE;
    // "1. Compute α = -t2 mod p"
    let alpha = -t.square();
    // "X2 = -ba-1(1+(α+α2) -1) = -b(1+α+α2) (a(α+α2)) p-2 mod p"
    let both = alpha + alpha.square();
    let inverse =
        Option::<C::FieldElement>::from(Field::invert(&(C::EQUATION_A * both))).ok_or(BadKey)?;
    let x2 = -(C::EQUATION_B * (one + both) * inverse);
    // "3. Compute X3 = α X2 mod p"
    let x3 = alpha * x2;
    // "4. Compute h2 = (X2)3+ a X2 + b mod p"
    let h2 = x2.square() * x2 + C::EQUATION_A * x2 + C::EQUATION_B;
    // "6. Compute U = t3 h2 mod p"
    let factor = t.square() * t * h2;
    // "7. Compute A = (h2) p-1-(p+1)/4 mod p"
    let power = h2.pow_vartime(exponent::<C>()?);
    // "8. If A2 h2=1 mod p define (x, y) = (X2, A h2 mod p) 9. Otherwise define (x, y) = (X3, A U mod p)"
    let first = (power.square() * h2).ct_eq(&one);
    let x = C::FieldElement::conditional_select(&x3, &x2, first);
    let y = power * C::FieldElement::conditional_select(&factor, &h2, first);
    let point = [&[4], x.to_repr().as_slice(), y.to_repr().as_slice()].concat();
    let point = PublicKey::<C>::from_sec1_bytes(&point).map_err(|_| BadKey)?;
    Ok(*point.as_affine())
}

/// p-1-(p+1)/4, its words with the lowest first.
fn exponent<C: PrimeCurveParams>() -> Result<Vec<u64>, BadKey> {
    let prime = prime::<C>()?;
    let quarter = prime.as_ref().wrapping_add(BoxedUint::one()).shr_vartime(2).ok_or(BadKey)?;
    let exponent = prime.as_ref().wrapping_sub(BoxedUint::one()).wrapping_sub(&quarter);
    let bytes = exponent.to_le_bytes();
    let (words, []) = bytes.as_chunks::<8>() else { return Err(BadKey) };
    Ok(words.iter().copied().map(u64::from_le_bytes).collect())
}
