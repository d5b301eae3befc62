//! How a country signs: every algorithm that documents are seen with, and some that are refused.

/// How a country signs.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Algorithm {
    /// RSA-2048, PKCS#1 v1.5, SHA-256.
    RsaPkcs1,
    /// RSA-2048, PKCS#1 v1.5, SHA-224.
    RsaSha224,
    /// RSA-2048, PKCS#1 v1.5, SHA-384.
    RsaSha384,
    /// RSA-4096, PKCS#1 v1.5, SHA-512.
    Rsa4096Sha512,
    /// RSA-2048, PSS, SHA-256, a salt as long as the digest.
    RsaPss,
    /// RSA-2048, PSS, SHA-256, a salt of twenty bytes.
    RsaPssShortSalt,
    /// RSA-2048, PSS, SHA-384, a salt of 37 bytes.
    RsaPssOddSalt,
    /// RSA-2048, PSS, SHA-512, no salt.
    RsaPssNoSalt,
    /// RSA-2048, PSS, SHA-224.
    RsaPssSha224,
    /// RSA-2048, PKCS#1 v1.5, SHA-1.
    RsaSha1,
    /// ECDSA on P-224 with SHA-224.
    P224,
    /// ECDSA on P-224 with SHA-512, longer than its order.
    P224Sha512,
    /// ECDSA on P-256 with SHA-256.
    P256,
    /// ECDSA on P-256, its parameters written out, with SHA-256.
    P256Explicit,
    /// ECDSA on P-256 with SHA-1.
    P256Sha1,
    /// ECDSA on P-384 with SHA-384.
    P384,
    /// ECDSA on P-384, its parameters written out, with SHA-224.
    P384Explicit,
    /// ECDSA on P-521 with SHA-512.
    P521,
    /// ECDSA on brainpoolP224r1 with SHA-224.
    BrainpoolP224,
    /// ECDSA on brainpoolP256r1 with SHA-256.
    BrainpoolP256,
    /// ECDSA on brainpoolP256r1, its parameters written out, with SHA-256.
    BrainpoolP256Explicit,
    /// ECDSA on brainpoolP320r1 with SHA-384.
    BrainpoolP320,
    /// ECDSA on brainpoolP320r1, its parameters written out, with SHA-256.
    BrainpoolP320Explicit,
    /// ECDSA on brainpoolP384r1 with SHA-384.
    BrainpoolP384,
    /// ECDSA on brainpoolP512r1 with SHA-512.
    BrainpoolP512,
    /// ECDSA on brainpoolP512r1, its parameters written out, with SHA-512.
    BrainpoolP512Explicit,
    /// RSA-1024, PKCS#1 v1.5, SHA-256.
    Rsa1024,
    /// ECDSA on P-192 with SHA-256.
    P192,
    /// ECDSA on brainpoolP192r1 with SHA-256.
    BrainpoolP192,
    /// ECDSA on brainpoolP256t1 with SHA-256.
    BrainpoolTwisted,
}

/// What OpenSSL is told: the kind of key, the digest, and the length of PSS's salt.
struct Words {
    key: &'static str,
    digest: &'static str,
    salt: Option<&'static str>,
}

impl Algorithm {
    /// Every algorithm that a verifier accepts.
    pub const ACCEPTED: [Self; 26] = [
        Self::RsaPkcs1,
        Self::RsaSha224,
        Self::RsaSha384,
        Self::Rsa4096Sha512,
        Self::RsaPss,
        Self::RsaPssShortSalt,
        Self::RsaPssOddSalt,
        Self::RsaPssNoSalt,
        Self::RsaPssSha224,
        Self::RsaSha1,
        Self::P224,
        Self::P224Sha512,
        Self::P256,
        Self::P256Explicit,
        Self::P256Sha1,
        Self::P384,
        Self::P384Explicit,
        Self::P521,
        Self::BrainpoolP224,
        Self::BrainpoolP256,
        Self::BrainpoolP256Explicit,
        Self::BrainpoolP320,
        Self::BrainpoolP320Explicit,
        Self::BrainpoolP384,
        Self::BrainpoolP512,
        Self::BrainpoolP512Explicit,
    ];

    /// The digest, as OpenSSL calls it.
    pub(super) fn digest(self) -> &'static str {
        self.words().digest
    }

    /// How OpenSSL makes a key.
    pub(super) fn new_key(self) -> String {
        let key: Vec<_> = self.words().key.split(' ').collect();
        match key[..] {
            ["RSA", bits] => format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits}"),
            [_, curve] => format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{curve}"),
            _ => format!(
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{} -pkeyopt ec_param_enc:explicit",
                key[1]
            ),
        }
    }

    /// How OpenSSL pads, after this of its options.
    pub(super) fn padding(self, option: &str) -> String {
        match self.words().salt {
            Some(salt) => format!("{option} rsa_padding_mode:pss {option} rsa_pss_saltlen:{salt}"),
            None => String::new(),
        }
    }

    fn words(self) -> Words {
        let (key, digest, salt) = match self {
            Self::RsaPkcs1 => ("RSA 2048", "sha256", None),
            Self::RsaSha224 => ("RSA 2048", "sha224", None),
            Self::RsaSha384 => ("RSA 2048", "sha384", None),
            Self::Rsa4096Sha512 => ("RSA 4096", "sha512", None),
            Self::RsaPss => ("RSA 2048", "sha256", Some("digest")),
            Self::RsaPssShortSalt => ("RSA 2048", "sha256", Some("20")),
            Self::RsaPssOddSalt => ("RSA 2048", "sha384", Some("37")),
            Self::RsaPssNoSalt => ("RSA 2048", "sha512", Some("0")),
            Self::RsaPssSha224 => ("RSA 2048", "sha224", Some("digest")),
            Self::RsaSha1 => ("RSA 2048", "sha1", None),
            Self::P224 => ("EC P-224", "sha224", None),
            Self::P224Sha512 => ("EC P-224", "sha512", None),
            Self::P256 => ("EC P-256", "sha256", None),
            Self::P256Explicit => ("EC P-256 explicit", "sha256", None),
            Self::P256Sha1 => ("EC P-256", "sha1", None),
            Self::P384 => ("EC P-384", "sha384", None),
            Self::P384Explicit => ("EC P-384 explicit", "sha224", None),
            Self::P521 => ("EC P-521", "sha512", None),
            Self::BrainpoolP224 => ("EC brainpoolP224r1", "sha224", None),
            Self::BrainpoolP256 => ("EC brainpoolP256r1", "sha256", None),
            Self::BrainpoolP256Explicit => ("EC brainpoolP256r1 explicit", "sha256", None),
            Self::BrainpoolP320 => ("EC brainpoolP320r1", "sha384", None),
            Self::BrainpoolP320Explicit => ("EC brainpoolP320r1 explicit", "sha256", None),
            Self::BrainpoolP384 => ("EC brainpoolP384r1", "sha384", None),
            Self::BrainpoolP512 => ("EC brainpoolP512r1", "sha512", None),
            Self::BrainpoolP512Explicit => ("EC brainpoolP512r1 explicit", "sha512", None),
            Self::Rsa1024 => ("RSA 1024", "sha256", None),
            Self::P192 => ("EC prime192v1", "sha256", None),
            Self::BrainpoolP192 => ("EC brainpoolP192r1", "sha256", None),
            Self::BrainpoolTwisted => ("EC brainpoolP256t1", "sha256", None),
        };
        Words { key, digest, salt }
    }
}
