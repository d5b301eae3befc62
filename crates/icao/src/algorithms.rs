//! Signature algorithms: what an `AlgorithmIdentifier` says, and whether a signature holds under it.
//!
//! aws-lc verifies what it can; `RustCrypto` the curves, digests and salts that aws-lc lacks. Nothing here holds a
//! private key.

pub(crate) mod brainpool;
mod curve;
mod digest;
mod ecdsa;
pub(crate) mod parameters;
mod public_key;
mod rsa;
mod scheme;

pub(crate) use curve::{Curve, on_curve};
pub(crate) use digest::Digest;
pub(crate) use ecdsa::Form;
pub(crate) use public_key::{EC, Parts, PublicKey};
pub(crate) use rsa::RsaKey;
pub(crate) use scheme::Scheme;

#[cfg(test)]
mod wycheproof_tests;
