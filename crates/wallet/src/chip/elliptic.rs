//! Key agreement on the curves of PACE, and the mapping of its nonce to a generator.

use std::fmt;

use bp256::BrainpoolP256r1;
use bp384::BrainpoolP384r1;
use formats::Secret;
use p256::{
    NistP256,
    elliptic_curve::{
        CurveArithmetic, FieldBytes, Group, NonZeroScalar, ProjectivePoint, PublicKey, Scalar,
        ops::Reduce,
        point::AffineCoordinates,
        sec1::{FromSec1Point, ModulusSize, ToSec1Point},
    },
};
use p384::NistP384;

use super::Chance;

/// The curves that are spoken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Curve {
    NistP256,
    NistP384,
    BrainpoolP256,
    BrainpoolP384,
}

/// Bytes that are no point of the curve, or not one to agree with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct BadPoint;

/// More draws than chance ever needs: each succeeds in two of three at worst.
const MOST_DRAWS: u32 = 256;

impl Curve {
    /// The curve with this number. ICAO 9303-11 table 12.
    pub(super) fn of_parameters(number: u8) -> Option<Self> {
        match number {
            12 => Some(Self::NistP256),
            13 => Some(Self::BrainpoolP256),
            15 => Some(Self::NistP384),
            16 => Some(Self::BrainpoolP384),
            _ => None,
        }
    }

    /// Its number.
    pub(super) fn parameters(self) -> u8 {
        match self {
            Self::NistP256 => 12,
            Self::BrainpoolP256 => 13,
            Self::NistP384 => 15,
            Self::BrainpoolP384 => 16,
        }
    }

    /// A new key pair for the curve's own generator.
    pub(super) fn key_pair(self, chance: &mut Chance) -> Result<Box<dyn KeyPair>, BadPoint> {
        Ok(match self {
            Self::NistP256 => Box::new(Pair::<NistP256>::new(Group::generator(), chance)?),
            Self::NistP384 => Box::new(Pair::<NistP384>::new(Group::generator(), chance)?),
            Self::BrainpoolP256 => {
                Box::new(Pair::<BrainpoolP256r1>::new(Group::generator(), chance)?)
            }
            Self::BrainpoolP384 => {
                Box::new(Pair::<BrainpoolP384r1>::new(Group::generator(), chance)?)
            }
        })
    }
}

/// An ephemeral key pair, whatever its curve.
pub(super) trait KeyPair: fmt::Debug + Send {
    /// The public point, uncompressed.
    fn public(&self) -> &[u8];

    /// The x-coordinate of the point agreed upon with whoever has `theirs`.
    fn agree(&self, theirs: &[u8]) -> Result<Secret<Vec<u8>>, BadPoint>;

    /// A new pair for the generator that the nonce is mapped to.
    ///
    /// ICAO 9303-11 §4.4.3.3.1: "Ĝ = s×G+H", H being agreed upon with this pair.
    fn map(
        &self,
        theirs: &[u8],
        nonce: &[u8],
        chance: &mut Chance,
    ) -> Result<Box<dyn KeyPair>, BadPoint>;
}

/// A scalar, and its multiple of a generator.
struct Pair<C: CurveArithmetic> {
    scalar: NonZeroScalar<C>,
    public: Vec<u8>,
}

impl<C> Pair<C>
where
    C: CurveArithmetic,
    C::FieldBytesSize: ModulusSize,
    C::AffinePoint: ToSec1Point<C>,
{
    /// Draws a scalar: as many bytes as the order has, again until they are a scalar of the group, so that each is as
    /// likely as any other.
    fn new(generator: ProjectivePoint<C>, chance: &mut Chance) -> Result<Self, BadPoint> {
        let mut bytes = FieldBytes::<C>::default();
        for _ in 0..MOST_DRAWS {
            chance.fill(&mut bytes);
            if let Some(scalar) = Option::<NonZeroScalar<C>>::from(NonZeroScalar::from_repr(bytes))
            {
                bytes.fill(0);
                let public: C::AffinePoint = (generator * *scalar).into();
                let public = public.to_sec1_point(false).as_bytes().to_vec();
                return Ok(Self { scalar, public });
            }
        }
        Err(BadPoint)
    }
}

impl<C: CurveArithmetic> Pair<C>
where
    C::FieldBytesSize: ModulusSize,
    C::AffinePoint: FromSec1Point<C> + ToSec1Point<C>,
{
    fn shared(&self, theirs: &[u8]) -> Result<ProjectivePoint<C>, BadPoint> {
        // ICAO 9303-11 §4.4.3.2: "Only prime curves with uncompressed points SHALL be used."
        let (Some(4), true) = (theirs.first(), theirs != self.public) else { return Err(BadPoint) };
        // A point that is not on the curve, or the one at infinity, is no public key. These curves have no subgroups.
        let theirs = PublicKey::<C>::from_sec1_bytes(theirs).map_err(|_| BadPoint)?;
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

    fn agree(&self, theirs: &[u8]) -> Result<Secret<Vec<u8>>, BadPoint> {
        let point: C::AffinePoint = self.shared(theirs)?.into();
        Ok(Secret::new(point.x().to_vec()))
    }

    fn map(
        &self,
        theirs: &[u8],
        nonce: &[u8],
        chance: &mut Chance,
    ) -> Result<Box<dyn KeyPair>, BadPoint> {
        let mut wide = FieldBytes::<C>::default();
        let start = wide.len().checked_sub(nonce.len()).ok_or(BadPoint)?;
        wide.get_mut(start..).ok_or(BadPoint)?.copy_from_slice(nonce);
        let nonce = <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&wide);
        wide.fill(0);
        let mapped = ProjectivePoint::<C>::generator() * nonce + self.shared(theirs)?;
        if bool::from(mapped.is_identity()) {
            return Err(BadPoint);
        }
        Ok(Box::new(Self::new(mapped, chance)?))
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

#[cfg(test)]
mod tests {
    use data_encoding::HEXUPPER;

    use super::*;

    const CURVES: [Curve; 4] =
        [Curve::NistP256, Curve::NistP384, Curve::BrainpoolP256, Curve::BrainpoolP384];

    fn hex(text: &str) -> Vec<u8> {
        HEXUPPER.decode(text.as_bytes()).unwrap()
    }

    /// Chance that says what it was told to say.
    pub(crate) fn saying(texts: &[&str]) -> Chance {
        let mut texts: Vec<_> = texts.iter().map(|text| hex(text)).collect();
        texts.reverse();
        Chance::new(move |bytes| bytes.copy_from_slice(&texts.pop().unwrap()))
    }

    /// ICAO 9303-11 Appendix G.1.
    #[test]
    fn appendix_g_1() {
        let mut chance = saying(&[
            "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
            "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
        ]);
        let pair = Curve::BrainpoolP256.key_pair(&mut chance).unwrap();
        assert_eq!(
            HEXUPPER.encode(pair.public()),
            "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E\
             544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
        );
        let theirs = hex("04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57\
             30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54");
        let h = pair.agree(&theirs).unwrap();
        let x = "60332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5";
        assert_eq!(HEXUPPER.encode(h.expose()), x);

        let nonce = hex("3F00C4D39D153F2B2A214A078D899B22");
        let mapped = pair.map(&theirs, &nonce, &mut chance).unwrap();
        assert_eq!(
            HEXUPPER.encode(mapped.public()),
            "042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C\
             3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462"
        );
        let theirs = hex("049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB\
             7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094");
        let secret = "28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925";
        assert_eq!(HEXUPPER.encode(mapped.agree(&theirs).unwrap().expose()), secret);
    }

    fn counting() -> Chance {
        let mut next = 0_u8;
        Chance::new(move |bytes| {
            bytes.fill_with(|| {
                next = next.wrapping_mul(167).wrapping_add(13);
                next
            });
        })
    }

    #[test]
    fn both_sides_agree_on_every_curve() {
        for curve in CURVES {
            let mut chance = counting();
            let (mine, yours) =
                (curve.key_pair(&mut chance).unwrap(), curve.key_pair(&mut chance).unwrap());
            let nonce = [7; 16];
            let mine_mapped = mine.map(yours.public(), &nonce, &mut chance).unwrap();
            let yours_mapped = yours.map(mine.public(), &nonce, &mut chance).unwrap();
            let secret = mine_mapped.agree(yours_mapped.public()).unwrap();
            assert_eq!(secret.expose(), yours_mapped.agree(mine_mapped.public()).unwrap().expose());
            assert_eq!(Curve::of_parameters(curve.parameters()), Some(curve));
        }
    }

    #[test]
    fn what_is_no_key_is_not_agreed_with() {
        for curve in CURVES {
            let mut chance = counting();
            let (pair, other) =
                (curve.key_pair(&mut chance).unwrap(), curve.key_pair(&mut chance).unwrap());
            let mut off_curve = other.public().to_vec();
            *off_curve.last_mut().unwrap() ^= 1;
            let mut compressed = other.public()[..=other.public().len() / 2].to_vec();
            compressed[0] = 2;
            let own = pair.public().to_vec();
            for bad in [vec![], vec![0], vec![4], off_curve, compressed, own] {
                assert_eq!(pair.agree(&bad).err(), Some(BadPoint), "{curve:?} {bad:02x?}");
                assert!(pair.map(&bad, &[7; 16], &mut chance).is_err());
            }
            assert!(pair.map(other.public(), &[7; 64], &mut chance).is_err(), "too long a nonce");
        }
    }

    #[test]
    fn chance_that_never_is_a_scalar_ends() {
        let mut zeros = Chance::new(|bytes| bytes.fill(0));
        assert_eq!(Curve::NistP256.key_pair(&mut zeros).err(), Some(BadPoint));
    }
}
