//! Elliptic curves, by name or by explicit parameters.

use data_encoding::HEXLOWER;

use super::parameters::{CURVES, Parameters};
use crate::{Refused, tlv::Reader};

/// A curve that we know by name.
///
/// Brainpool's 320 and 512 bit curves have no maintained implementation here: documents on them are refused as such
/// (docs/divergences.md).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Curve {
    P224,
    P256,
    P384,
    P521,
    BrainpoolP256,
    BrainpoolP384,
}

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
            0x06 => CURVES.iter().find(|curve| curve.name == parameters.value),
            0x30 => explicit(parameters.value)?,
            _ => return Err(Refused::Malformed),
        };
        found.map(|known| known.curve).ok_or(Refused::AlgorithmRefused)
    }

    /// The length of a coordinate.
    pub(crate) const fn field_length(self) -> usize {
        match self {
            Self::P224 => 28,
            Self::P256 | Self::BrainpoolP256 => 32,
            Self::P384 | Self::BrainpoolP384 => 48,
            Self::P521 => 66,
        }
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
    Ok(CURVES.iter().find(|known| {
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
