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
//!
//! OpenID Connect Core §8: an identifier is one person's for ever: its salt is drawn at enrolment and forgotten with the person.
//! OpenID Connect Core §8.1: it is reckoned and not drawn, it cannot be reversed by others than us, is the same for the same sector, and another for another.

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
    derive(&shared.0.to_bytes(), organisation.as_bytes(), IDENTIFIER_INFO)
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
        let mut wide = Array::<u8, U48>(derive(key, salt, SCALAR_INFO));
        let scalar = Scalar::reduce(&wide);
        wide.0.zeroize();
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

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;
    use crate::mac::tests::counting;

    const KEY: [u8; 32] = [1; 32];
    const SALT: [u8; 32] = [2; 32];

    /// RFC 9380 appendix J.1.1: `P.x`, preceded by 02 or 03 as `P.y` is even or odd.
    #[test]
    fn points_of_rfc_9380() {
        let domain: &[&[u8]] = &[b"QUUX-V01-CS02-with-", NistP256::HASH_TO_CURVE_ID];
        let (q128, a512) =
            (format!("q128_{}", "q".repeat(128)), format!("a512_{}", "a".repeat(512)));
        for (message, point) in [
            ("", "032c15230b26dbc6fc9a37051158c95b79656e17a1a920b11394ca91c44247d3e4"),
            ("abc", "020bb8b87485551aa43ed54f009230450b492fead5f1cc91658775dac4a3388a0f"),
            (
                "abcdef0123456789",
                "0365038ac8f2b1def042a5df0b33b1f4eca6bff7cb0f9c6c1526811864e544ed80",
            ),
            (&q128, "024be61ee205094282ba8a2042bcb48d88dfbb609301c49aa8b078533dc65a0b5d"),
            (&a512, "02457ae2981f70ca85d8e24c308b14db22f3e3862c5ea0f652ca38b5e49cd64bc5"),
        ] {
            let found = NistP256::hash_from_bytes(&[message.as_bytes()], domain).unwrap();
            assert_eq!(HEXLOWER.encode(&found.to_bytes()), point, "{message}");
        }
    }

    /// Identifiers are stored by organisations: this one must come out for ever. Checked against a second
    /// implementation, in Python, that shares no code with this one.
    #[test]
    fn an_identifier_never_changes() {
        assert_eq!(
            HEXLOWER.encode(&identifier(&counting(0), &counting(32), "91350100M000100Y43")),
            "8c9c7a61397e9fd52fed54f786860ea9420e5804"
        );
    }

    #[test]
    fn key_person_and_organisation_each_make_another() {
        let identifiers = [
            identifier(&KEY, &SALT, "a"),
            identifier(&[3; 32], &SALT, "a"),
            identifier(&KEY, &[3; 32], "a"),
            identifier(&KEY, &SALT, "b"),
            identifier(&KEY, &SALT, ""),
        ];
        for (place, one) in identifiers.iter().enumerate() {
            assert!(!identifiers[..place].contains(one), "{place}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn a_blinded_evaluation_gives_the_same(blind: [u8; 32], key: [u8; 32], salt: [u8; 32], organisation: String) {
            let person = PersonScalar::derive(&key, &salt);
            let blind = PersonScalar::derive(&blind, &[0; 32]);
            let unblind = PersonScalar(blind.0.invert().unwrap());

            let sent = blind.evaluate(&hash_organisation(&organisation));
            let answered = person.evaluate(&sent);
            let shared = unblind.evaluate(&answered);

            prop_assert_ne!(sent, hash_organisation(&organisation));
            prop_assert_eq!(finish(&shared, &organisation), identifier(&key, &salt, &organisation));
        }
    }
}
