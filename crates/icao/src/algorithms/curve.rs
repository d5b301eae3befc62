//! Elliptic curves, by name or by explicit parameters.

use data_encoding::HEXLOWER;

use super::parameters::{CURVES, Parameters};
use crate::{Refused, tlv::Reader};

/// A curve that we know by name: those of ICAO 9303-11 table 12, which are also those of ICAO 9303-12 for signatures.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Curve {
    P192,
    P224,
    P256,
    P384,
    P521,
    BrainpoolP192,
    BrainpoolP224,
    BrainpoolP256,
    BrainpoolP320,
    BrainpoolP384,
    BrainpoolP512,
}

/// Evaluates an expression with the curve's type under a name.
macro_rules! on_curve {
    ($curve:expr, $type:ident => $body:expr) => {
        on_curve!(@ $curve, $type, $body,
            P192 => p192::NistP192,
            P224 => p224::NistP224,
            P256 => p256::NistP256,
            P384 => p384::NistP384,
            P521 => p521::NistP521,
            BrainpoolP192 => $crate::algorithms::brainpool::BrainpoolP192r1,
            BrainpoolP224 => $crate::algorithms::brainpool::BrainpoolP224r1,
            BrainpoolP256 => bp256::BrainpoolP256r1,
            BrainpoolP320 => $crate::algorithms::brainpool::BrainpoolP320r1,
            BrainpoolP384 => bp384::BrainpoolP384r1,
            BrainpoolP512 => $crate::algorithms::brainpool::BrainpoolP512r1
        )
    };
    (@ $curve:expr, $type:ident, $body:expr, $($which:ident => $is:ty),+) => {
        match $curve {
            $($crate::algorithms::Curve::$which => {
                type $type = $is;
                $body
            })+
        }
    };
}
pub(crate) use on_curve;

impl Curve {
    /// Reads `ECParameters` (RFC 3279 §2.3.5): a name, or every number of a curve that we know.
    ///
    /// ICAO 9303-12 §4.1.6.3: "explicit curve parameters MUST be used"; such parameters choose a curve here, they never make
    /// one, for whoever makes the base point knows every private key.
    pub(crate) fn parse(parameters: &[u8]) -> Result<Self, Refused> {
        let mut reader = Reader::new(parameters);
        let parameters = reader.any()?;
        reader.end()?;
        let found = match parameters.tag {
            0x06 => CURVES.into_iter().find(|curve| curve.name == parameters.value),
            0x30 => explicit(parameters.value)?,
            _ => return Err(Refused::Malformed),
        };
        found.map(|known| known.curve).ok_or(Refused::AlgorithmRefused)
    }

    /// The curve with this number among the standardized domain parameters.
    ///
    /// ICAO 9303-11 table 12: "8 NIST P-192 (secp192r1)" to "18 NIST P-521 (secp521r1)".
    pub(crate) fn standardized(number: u8) -> Option<Self> {
        match number {
            8 => Some(Self::P192),
            9 => Some(Self::BrainpoolP192),
            10 => Some(Self::P224),
            11 => Some(Self::BrainpoolP224),
            12 => Some(Self::P256),
            13 => Some(Self::BrainpoolP256),
            14 => Some(Self::BrainpoolP320),
            15 => Some(Self::P384),
            16 => Some(Self::BrainpoolP384),
            17 => Some(Self::BrainpoolP512),
            18 => Some(Self::P521),
            _ => None,
        }
    }

    /// How many bits a coordinate, and a number below the order, has.
    pub(crate) const fn bits(self) -> usize {
        match self {
            Self::P192 | Self::BrainpoolP192 => 192,
            Self::P224 | Self::BrainpoolP224 => 224,
            Self::P256 | Self::BrainpoolP256 => 256,
            Self::BrainpoolP320 => 320,
            Self::P384 | Self::BrainpoolP384 => 384,
            Self::BrainpoolP512 => 512,
            Self::P521 => 521,
        }
    }

    /// The length of a coordinate.
    pub(crate) const fn field_length(self) -> usize {
        self.bits().div_ceil(8)
    }
}

/// X9.62: `version, fieldID { prime-field, prime }, curve { a, b, seed OPTIONAL }, base, order, cofactor OPTIONAL`.
fn explicit(parameters: &[u8]) -> Result<Option<&'static Parameters>, Refused> {
    /// `prime-field`: 1.2.840.10045.1.1.
    const PRIME_FIELD: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01];
    let mut inside = Reader::new(parameters);
    inside.expect(0x02)?;
    let mut field = Reader::new(inside.expect(0x30)?);
    if field.expect(0x06)? != PRIME_FIELD {
        return Err(Refused::AlgorithmRefused);
    }
    let prime = field.expect(0x02)?;
    let mut curve = Reader::new(inside.expect(0x30)?);
    let (a, b) = (curve.expect(0x04)?, curve.expect(0x04)?);
    let (base, order) = (inside.expect(0x04)?, inside.expect(0x02)?);
    let cofactor = inside.take(0x02)?;
    inside.end()?;
    if cofactor.is_some_and(|cofactor| cofactor.value != [1]) {
        return Err(Refused::AlgorithmRefused);
    }
    Ok(CURVES.into_iter().find(|known| {
        is(prime, known.prime)
            && is(a, known.a)
            && is(b, known.b)
            && is(order, known.order)
            && is_base(base, known)
    }))
}

/// SEC 1 §2.3.3: uncompressed, or compressed to x and the parity of y.
fn is_base(point: &[u8], known: &Parameters) -> bool {
    let odd = HEXLOWER
        .decode(known.base_y.as_bytes())
        .is_ok_and(|y| y.last().is_some_and(|last| last & 1 == 1));
    match point.split_first() {
        Some((4, both)) => {
            let (x, y) = both.split_at(both.len() / 2);
            x.len() == y.len() && is(x, known.base_x) && is(y, known.base_y)
        }
        Some((2, x)) => !odd && is(x, known.base_x),
        Some((3, x)) => odd && is(x, known.base_x),
        _ => false,
    }
}

/// Is this the number? Encoders differ in leading zeros.
fn is(number: &[u8], known: &str) -> bool {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let text = HEXLOWER.encode(number.get(zeros..).unwrap_or_default());
    text.trim_start_matches('0') == known.trim_start_matches('0')
}
