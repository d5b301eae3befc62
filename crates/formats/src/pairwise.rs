//! Application identifiers: one for each person at each organisation, unlinkable between organisations.
//!
//! ```text
//! X   = hash_to_curve("yinzheng-app-id-v1" ‖ suite, organisation)     RFC 9380, P256_XMD:SHA-256_SSWU_RO_
//! k   = scalar from the identifier key and the person's salt
//! N   = k · X
//! sub = HKDF(salt = organisation, ikm = N), 160 bits
//! ```
//!
//! The platform computes all of it today. A wallet that sends `r·X` instead of `X` and divides `k·r·X` by `r` comes to
//! the same `N`, so that a later blinded protocol keeps every identifier. Not yet reviewed by a cryptographer.

use std::fmt;

use p256::{
    NistP256, ProjectivePoint, Scalar,
    elliptic_curve::{array::Array, consts::U48, group::GroupEncoding, ops::Reduce},
    hash2curve::GroupDigest,
};
use zeroize::Zeroize;

use crate::{mac::derive, unfailing};

/// Length of an application identifier: 160 bits, 32 characters of base32.
pub const IDENTIFIER_LENGTH: usize = 20;

/// Separates our use of the curve from every other; the suite's name follows it.
const DOMAIN: &[u8] = b"yinzheng-app-id-v1";

/// What the person's scalar is derived for.
const SCALAR_INFO: &[u8] = b"yinzheng-app-id-v1 person scalar";

/// What the identifier is derived for.
const IDENTIFIER_INFO: &[u8] = b"yinzheng-app-id-v1 identifier";

/// The identifier of the person with this salt at this organisation.
pub fn identifier(key: &[u8; 32], salt: &[u8; 32], organisation: &str) -> [u8; IDENTIFIER_LENGTH] {
    let shared = PersonScalar::derive(key, salt).evaluate(&hash_organisation(organisation));
    finish(&shared, organisation)
}

/// `X`: an organisation as a point nobody knows the logarithm of.
///
/// # Panics
/// Never: only an empty or endless domain would be refused.
pub fn hash_organisation(organisation: &str) -> Point {
    let domain = [DOMAIN, NistP256::HASH_TO_CURVE_ID];
    Point(unfailing(
        NistP256::hash_from_bytes(&[organisation.as_bytes()], &domain),
        "the domain is not empty",
    ))
}

/// The identifier that `N` stands for.
pub fn finish(shared: &Point, organisation: &str) -> [u8; IDENTIFIER_LENGTH] {
    derive(
        &shared.0.to_bytes(),
        organisation.as_bytes(),
        IDENTIFIER_INFO,
    )
}

/// A point of the curve: `X`, `N`, or one of them blinded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Point(ProjectivePoint);

/// `k`: what makes a person's identifiers the person's.
///
/// Gone when its salt is gone, and then no identifier can be computed again.
pub struct PersonScalar(Scalar);

impl PersonScalar {
    /// Derives it. 48 bytes reduced modulo the 256-bit order are uniform to within 2⁻¹²⁸ (RFC 9380 §5.1).
    pub fn derive(key: &[u8; 32], salt: &[u8; 32]) -> Self {
        let mut wide: [u8; 48] = derive(key, salt, SCALAR_INFO);
        let scalar = Scalar::reduce(&Array::<u8, U48>(wide));
        wide.zeroize();
        Self(scalar)
    }

    /// `k · X`, blinded or not.
    pub fn evaluate(&self, point: &Point) -> Point {
        Point(point.0 * self.0)
    }
}

impl fmt::Debug for PersonScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonScalar([secret])")
    }
}

impl Drop for PersonScalar {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
