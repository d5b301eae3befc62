//! Which cryptography a deployment speaks, by name, so that a second suite has a place to go.

/// A family of algorithms used together.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Suite {
    /// ES256, SHA-256, AES-256-GCM, HMAC and HKDF with SHA-256.
    International,
}

impl Suite {
    /// The name of its signatures in JOSE (`alg`).
    pub const fn algorithm(self) -> &'static str {
        match self {
            // RFC 7518 §3.1: "ES256 | ECDSA using P-256 and SHA-256".
            Self::International => "ES256",
        }
    }

    /// The suite whose signatures are called so; none for `none`, and none for keyed hashes.
    pub fn of_algorithm(algorithm: &str) -> Option<Self> {
        [Self::International].into_iter().find(|suite| suite.algorithm() == algorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_known() {
        assert_eq!(Suite::of_algorithm("ES256"), Some(Suite::International));
        for other in ["none", "None", "HS256", "RS256", "es256", "ES256 ", "ES256K", "ES384", ""] {
            assert_eq!(Suite::of_algorithm(other), None, "{other:?}");
        }
    }
}
