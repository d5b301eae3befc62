//! The groups in which a terminal and a chip agree upon a secret: elliptic curves, and prime fields.
//!
//! PACE and chip authentication both agree here. The terminal's side, and what a chip in a test needs beside it. No
//! arithmetic is ours: curves are `RustCrypto`'s, powers in prime fields those of `crypto-bigint`, in constant time both.

mod elliptic;
mod encoding;
mod field;
mod public_key;
mod rfc5114;

use std::fmt;

use formats::Secret;
use zeroize::Zeroizing;

use crate::{
    algorithms::{Curve, on_curve},
    secure_messaging::{Cipher, NotWholeBlocks},
};

pub use public_key::AgreementKey;

/// A group, by its standard's number or by its own numbers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Group(Kind);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    Curve(Curve),
    Field(field::Field),
}

/// What is no key of the group, or not one to agree with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a key to agree with")]
pub struct BadKey;

/// Where random bytes come from.
pub type Draw<'a> = &'a mut dyn FnMut(&mut [u8]);

/// More draws than chance ever needs: each succeeds in half of all cases at worst.
const MOST_DRAWS: u32 = 256;

/// An ephemeral key pair, whatever its group.
pub trait KeyPair: fmt::Debug + Send {
    /// The public key: an uncompressed point, or a number as long as the prime.
    fn public(&self) -> &[u8];

    /// The private key, which [`Group::key_pair_of`] takes back.
    fn private(&self) -> Zeroizing<Vec<u8>>;

    /// The secret agreed upon with whoever has `theirs`: a point's x-coordinate, or a number as long as the prime.
    fn agree(&self, theirs: &[u8]) -> Result<Secret<Vec<u8>>, BadKey>;

    /// A new pair for the generator that a nonce is mapped to.
    ///
    /// ICAO 9303-11 §4.4.3.3.1: "Ĝ = s×G+H", and "ĝ =gs×h", h being agreed upon with this pair.
    fn map(&self, theirs: &[u8], nonce: &[u8], draw: Draw<'_>) -> Result<Box<dyn KeyPair>, BadKey>;
}

impl Group {
    /// The group with this number. ICAO 9303-11 table 12.
    pub fn standardized(number: u8) -> Option<Self> {
        let kind = match Curve::standardized(number) {
            Some(curve) => Kind::Curve(curve),
            None => Kind::Field(rfc5114::standardized(number)?),
        };
        Some(Self(kind))
    }

    /// Is it an elliptic curve?
    pub fn is_elliptic(&self) -> bool {
        matches!(self.0, Kind::Curve(_))
    }

    /// How many bits its field has.
    pub fn bits(&self) -> usize {
        match &self.0 {
            Kind::Curve(curve) => curve.bits(),
            Kind::Field(field) => field.bits(),
        }
    }

    /// Can nonces be mapped into it without an agreement?
    ///
    /// The encoding of ICAO 9303-11 appendix B asks for a prime that is 3 modulo 4, and the one of fields for the order.
    pub fn has_integrated_mapping(&self) -> bool {
        match &self.0 {
            Kind::Curve(curve) => *curve != Curve::P224,
            Kind::Field(field) => field.has_order(),
        }
    }

    /// A new key pair for the group's own generator.
    pub fn key_pair(&self, draw: Draw<'_>) -> Result<Box<dyn KeyPair>, BadKey> {
        match &self.0 {
            Kind::Curve(curve) => on_curve!(curve, C => elliptic::draw::<C>(draw)),
            Kind::Field(field) => field.draw(draw),
        }
    }

    /// The key pair with this private key.
    pub fn key_pair_of(&self, private: &[u8]) -> Result<Box<dyn KeyPair>, BadKey> {
        match &self.0 {
            Kind::Curve(curve) => on_curve!(curve, C => elliptic::pair_of::<C>(private)),
            Kind::Field(field) => field.pair_of(private),
        }
    }

    /// A new key pair for the generator that the chip's nonce and the terminal's are mapped to.
    ///
    /// ICAO 9303-11 §4.4.3.3.2: "Ĝ = fG(Rp(s,t))".
    pub fn map(
        &self,
        cipher: Cipher,
        (chips, terminals): (&[u8], &[u8]),
        draw: Draw<'_>,
    ) -> Result<Box<dyn KeyPair>, BadKey> {
        if !self.has_integrated_mapping() {
            return Err(BadKey);
        }
        let random = encoding::pseudo_random(cipher, chips, terminals, self.bits())?;
        match &self.0 {
            Kind::Curve(curve) => on_curve!(curve, C => elliptic::map::<C>(&random, draw)),
            Kind::Field(field) => field.map(&random, draw),
        }
    }

    /// Is this public key so many times the other one? So a chip proves itself in chip authentication mapping.
    ///
    /// ICAO 9303-11 §4.4.3.5.2: "verify PKMap,IC = KA(CAIC, PKIC, DIC)".
    pub fn is_multiple(&self, product: &[u8], factor: &[u8], key: &[u8]) -> bool {
        match &self.0 {
            Kind::Curve(curve) => {
                on_curve!(curve, C => elliptic::is_multiple::<C>(product, factor, key))
            }
            // ICAO 9303-11 §4.4.3: "DH-variants are not available".
            Kind::Field(_) => false,
        }
    }
}

impl From<NotWholeBlocks> for BadKey {
    fn from(_: NotWholeBlocks) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests;
