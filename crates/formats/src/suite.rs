//! Which cryptography a deployment speaks, and by which names: the one place where a suite's names stand.

use aws_lc_rs::digest;
use sm3::{Digest, Sm3};

/// A family of algorithms used together.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Suite {
    /// ES256, SHA-256, AES-256-GCM, HMAC and HKDF with SHA-256.
    International,
    /// The same with `EdDSA` on Ed25519 in the place of ES256.
    Ed25519,
    /// SM2 with SM3, and SM4-GCM. What is keyed or derived stays on SHA-256.
    ShangMi,
}

impl Suite {
    /// Every suite there is.
    pub const ALL: [Self; 3] = [Self::International, Self::Ed25519, Self::ShangMi];

    /// The name of its signatures in JOSE (`alg`).
    ///
    /// No name is registered for SM2. RFC 7515 §4.1.1: ""alg" values should either be registered in the IANA "JSON Web
    /// Signature and Encryption Algorithms" registry established by \[JWA\] or be a value that contains a
    /// Collision-Resistant Name": the object identifier of SM2 with SM3 (GM/T 0006) is one (decision 0032).
    pub const fn algorithm(self) -> &'static str {
        match self {
            // RFC 7518 §3.1: "ES256 | ECDSA using P-256 and SHA-256".
            Self::International => "ES256",
            // RFC 9864 §2.2: "EdDSA using the Ed25519 parameter set"; the name `EdDSA`, which says no curve, is deprecated there.
            Self::Ed25519 => "Ed25519",
            Self::ShangMi => "1.2.156.10197.1.501",
        }
    }

    /// The suite whose signatures are called so; none for `none`, and none for keyed hashes.
    pub fn of_algorithm(algorithm: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.algorithm() == algorithm)
    }

    /// The name of its curve in a JSON Web Key (`crv`): for SM2 the object identifier of the curve.
    pub const fn curve(self) -> &'static str {
        match self {
            Self::International => "P-256",
            Self::Ed25519 => "Ed25519",
            Self::ShangMi => "1.2.156.10197.1.301",
        }
    }

    /// What kind of key a JSON Web Key of it is (`kty`): a point with two coordinates, or a string of bytes (RFC 8037 §2).
    pub const fn key_type(self) -> &'static str {
        match self {
            Self::International | Self::ShangMi => "EC",
            Self::Ed25519 => "OKP",
        }
    }

    /// The suite on whose curve a key is.
    pub fn of_curve(curve: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.curve() == curve)
    }

    /// The number of its signatures in COSE.
    ///
    /// None is registered for SM2; numbers below -65536 are for private use (IANA, COSE Algorithms).
    pub const fn cose_algorithm(self) -> i64 {
        match self {
            // RFC 9053 §2.1, table 1.
            Self::International => -7,
            // RFC 9864 §2.2.
            Self::Ed25519 => -19,
            Self::ShangMi => -65_537,
        }
    }

    /// The suite whose signatures have that number.
    pub fn of_cose_algorithm(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.cose_algorithm() == number)
    }

    /// Its hash of several parts, one after the other: SHA-256, or SM3.
    pub fn hash(self, parts: &[&[u8]]) -> [u8; 32] {
        match self {
            Self::International | Self::Ed25519 => {
                let mut hash = digest::Context::new(&digest::SHA256);
                for part in parts {
                    hash.update(part);
                }
                crate::unfailing(hash.finish().as_ref().try_into(), "SHA-256 has 32 bytes")
            }
            Self::ShangMi => {
                let mut hash = Sm3::new();
                for part in parts {
                    hash.update(part);
                }
                hash.finalize().into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn only_whole_names_are_known() {
        for suite in Suite::ALL {
            assert_eq!(Suite::of_algorithm(suite.algorithm()), Some(suite));
            assert_eq!(Suite::of_curve(suite.curve()), Some(suite));
            assert_eq!(Suite::of_cose_algorithm(suite.cose_algorithm()), Some(suite));
        }
        let others = [
            "none",
            "None",
            "HS256",
            "RS256",
            "es256",
            "ES256 ",
            "ES256K",
            "ES384",
            "SM2",
            "EdDSA",
            "ed25519",
            "Ed448",
            "ML-DSA-44",
            "",
        ];
        for other in others {
            assert_eq!(Suite::of_algorithm(other), None, "{other:?}");
        }
        // -48 is ML-DSA-44 (RFC 9964), though a draft of 2021 wanted it for SM2.
        for other in [0, 7, -8, -37, -48, -53, -257] {
            assert_eq!(Suite::of_cose_algorithm(other), None, "{other}");
        }
    }

    /// GM/T 0004-2012 appendix A, and FIPS 180-4's "abc".
    #[test]
    fn hashes_are_as_published() {
        let sm3 = |message: &[&[u8]]| HEXLOWER.encode(&Suite::ShangMi.hash(message));
        let abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(sm3(&[b"abc"]), abc);
        assert_eq!(sm3(&[b"a", b"", b"bc"]), abc);
        let long = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
        assert_eq!(sm3(&[&b"abcd".repeat(16)]), long);
        let sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(HEXLOWER.encode(&Suite::International.hash(&[b"ab", b"c"])), sha);
    }
}
