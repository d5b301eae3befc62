//! A chip's key to agree with, out of the `SubjectPublicKeyInfo` of its chip authentication.

use super::{BadKey, Group, Kind, field::Field};
use crate::{
    Refused,
    algorithms::{Curve, EC, Parts},
    tlv,
    tlv::Reader,
};

/// A public key and the group it belongs to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AgreementKey {
    /// The group.
    pub group: Group,
    /// An uncompressed point, or a number without leading zeros.
    pub public: Vec<u8>,
}

/// `dhKeyAgreement` 1.2.840.113549.1.3.1 (PKCS #3 §9).
const PKCS3: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x03, 0x01];
/// `dhpublicnumber` 1.2.840.10046.2.1 (RFC 3279 §2.3.3).
const X942: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3e, 0x02, 0x01];
/// `standardizedDomainParameters` 0.4.0.127.0.7.1.2 (BSI TR-03110-3 §A.2.1.1).
const STANDARDIZED: &[u8] = &[0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x02];

impl AgreementKey {
    /// Reads a `SubjectPublicKeyInfo`.
    pub fn parse(info: &[u8]) -> Result<Self, Refused> {
        let Parts { name, parameters, key } = Parts::of(info)?;
        let parameters = parameters.ok_or(Refused::AlgorithmRefused)?;
        let group = match name {
            EC => Group(Kind::Curve(Curve::parse(parameters)?)),
            PKCS3 => Group(Kind::Field(pkcs3(parameters)?)),
            X942 => Group(Kind::Field(x942(parameters)?)),
            STANDARDIZED => match tlv::only(parameters, 0x02)? {
                [number] => Group::standardized(*number).ok_or(Refused::AlgorithmRefused)?,
                _ => return Err(Refused::AlgorithmRefused),
            },
            _ => return Err(Refused::AlgorithmRefused),
        };
        let public = match (&group.0, key) {
            (Kind::Curve(curve), [4, both @ ..]) if both.len() == 2 * curve.field_length() => key,
            (Kind::Curve(_), _) => return Err(Refused::AlgorithmRefused),
            (Kind::Field(_), key) => positive(tlv::only(key, 0x02)?)?,
        };
        Ok(Self { group, public: public.to_vec() })
    }
}

/// PKCS #3 §9: `SEQUENCE { prime, base, privateValueLength OPTIONAL }`.
fn pkcs3(parameters: &[u8]) -> Result<Field, Refused> {
    let mut inside = Reader::new(tlv::only(parameters, 0x30)?);
    let (prime, base) = (positive(inside.expect(0x02)?)?, positive(inside.expect(0x02)?)?);
    let length = inside.take(0x02)?.map(|length| small(length.value)).transpose()?;
    inside.end()?;
    Ok(Field::new(prime, base, None, length)?)
}

/// RFC 3279 §2.3.3: `SEQUENCE { p, g, q, j OPTIONAL, validationParms OPTIONAL }`.
fn x942(parameters: &[u8]) -> Result<Field, Refused> {
    let mut inside = Reader::new(tlv::only(parameters, 0x30)?);
    let [prime, base, order] = [
        positive(inside.expect(0x02)?)?,
        positive(inside.expect(0x02)?)?,
        positive(inside.expect(0x02)?)?,
    ];
    inside.take(0x02)?;
    inside.take(0x30)?;
    inside.end()?;
    Ok(Field::new(prime, base, Some(order), None)?)
}

fn positive(number: &[u8]) -> Result<&[u8], Refused> {
    match number {
        [0, 0x80..=0xff, ..] => number.get(1..).ok_or(Refused::AlgorithmRefused),
        [1..=0x7f, ..] => Ok(number),
        _ => Err(Refused::AlgorithmRefused),
    }
}

fn small(number: &[u8]) -> Result<u32, Refused> {
    match positive(number)? {
        [low] => Ok(u32::from(*low)),
        [high, low] => Ok(u32::from(u16::from_be_bytes([*high, *low]))),
        _ => Err(Refused::AlgorithmRefused),
    }
}

impl From<BadKey> for Refused {
    fn from(_: BadKey) -> Self {
        Self::AlgorithmRefused
    }
}
