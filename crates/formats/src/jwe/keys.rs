//! Public keys to encrypt with, alone and in sets (RFC 7517): P-256 for agreement, RSA for encryption.

use std::fmt;

use aws_lc_rs::{
    agreement::{ECDH_P256, ParsedPublicKey, UnparsedPublicKey},
    rsa::{
        OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents,
    },
};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{
    KeyAlgorithm, WrongKey,
    agreement::{Point, point},
};
use crate::{base64url, json, jwk::MAX_SET_LENGTH, unfailing};

/// Most keys kept of a set.
const MAX_KEYS: usize = 8;
/// How long a key's name may be: it stands in every message's header.
const MAX_KID: usize = 128;
/// Smallest and largest modulus, in bytes.
///
/// RFC 7518 §4.3 wants 2048 bits at least; more than 4096 are work for us and no gain.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=512;
/// The one public exponent that is taken, 65537: every other is rare, and large ones are work for us.
const EXPONENT: &str = "AQAB";

/// Somebody's public key to encrypt with, with its name.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "RawKey", into = "RawKey")]
pub struct EncryptionKey {
    kid: Option<String>,
    /// The one algorithm it is for, if it says so.
    alg: Option<KeyAlgorithm>,
    material: Material,
}

#[derive(Clone, Eq, PartialEq)]
enum Material {
    P256 { x: [u8; 32], y: [u8; 32] },
    Rsa { modulus: Vec<u8> },
}

/// Why a JSON Web Key cannot be encrypted with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadEncryptionKey {
    /// Another type, curve or algorithm.
    #[error("not a P-256 or RSA key for an algorithm of ours")]
    Type,
    /// Not said to be for encryption.
    #[error("the key has no `use` of `enc`")]
    Purpose,
    /// Its owner published the private half.
    #[error("the private key is shown")]
    Private,
    /// Off the curve, of too few or too many bits, or badly encoded.
    #[error("not a public key")]
    Value,
}

impl EncryptionKey {
    /// Its name, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// May it be used with this algorithm?
    pub fn suits(&self, algorithm: KeyAlgorithm) -> bool {
        let of_type = match self.material {
            Material::P256 { .. } => algorithm != KeyAlgorithm::RsaOaep256,
            Material::Rsa { .. } => algorithm == KeyAlgorithm::RsaOaep256,
        };
        of_type && self.alg.is_none_or(|only| only == algorithm)
    }

    pub(super) fn point(&self) -> Option<Point> {
        match &self.material {
            Material::P256 { x, y } => Some(point(x, y)),
            Material::Rsa { .. } => None,
        }
    }

    /// RSA-OAEP with SHA-256 (RFC 8017 §7.1).
    pub(super) fn encrypt_key(&self, content_key: &[u8]) -> Result<Vec<u8>, WrongKey> {
        let Material::Rsa { modulus } = &self.material else { return Err(WrongKey) };
        let key = rsa(modulus).ok_or(WrongKey)?;
        let mut encrypted = vec![0; key.ciphertext_size()];
        let done = key.encrypt(&OAEP_SHA256_MGF1SHA256, content_key, &mut encrypted, None);
        unfailing(done.map(drop), "RSA encryption");
        Ok(encrypted)
    }
}

fn rsa(modulus: &[u8]) -> Option<OaepPublicEncryptingKey> {
    let exponent = base64url::decode(EXPONENT).ok()?;
    let key: PublicEncryptingKey =
        PublicKeyComponents { n: modulus, e: &exponent }.try_into().ok()?;
    OaepPublicEncryptingKey::new(key).ok()
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey({})", self.kid.as_deref().unwrap_or_default())
    }
}

/// A key as it is written.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct RawKey {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    #[serde(skip_serializing)]
    d: Option<IgnoredAny>,
    #[serde(skip_serializing)]
    p: Option<IgnoredAny>,
    #[serde(skip_serializing)]
    q: Option<IgnoredAny>,
}

impl RawKey {
    /// The key at an uncompressed point.
    pub(super) fn p256(uncompressed: &[u8], kid: &str) -> Self {
        let (x, y) = match uncompressed {
            [_, coordinates @ ..] => coordinates.split_at(coordinates.len() / 2),
            [] => (&[][..], &[][..]),
        };
        Self {
            kty: "EC".to_owned(),
            crv: Some("P-256".to_owned()),
            x: Some(base64url::encode(x)),
            y: Some(base64url::encode(y)),
            kid: Some(kid.to_owned()),
            purpose: Some("enc".to_owned()),
            ..Self::default()
        }
    }

    /// The key with this modulus.
    pub(super) fn rsa(modulus: &[u8], kid: &str) -> Self {
        Self {
            kty: "RSA".to_owned(),
            n: Some(base64url::encode(modulus)),
            e: Some(EXPONENT.to_owned()),
            kid: Some(kid.to_owned()),
            purpose: Some("enc".to_owned()),
            ..Self::default()
        }
    }
}

impl TryFrom<RawKey> for EncryptionKey {
    type Error = BadEncryptionKey;

    fn try_from(raw: RawKey) -> Result<Self, BadEncryptionKey> {
        // OpenID Connect Core §10.2: "The key usage of the respective keys MUST include encryption." Keys of both purposes lie in one set; only a key that says it is for encryption is.
        if raw.purpose.as_deref() != Some("enc") {
            return Err(BadEncryptionKey::Purpose);
        }
        if raw.d.is_some() || raw.p.is_some() || raw.q.is_some() {
            return Err(BadEncryptionKey::Private);
        }
        if raw.kid.as_ref().is_some_and(|kid| kid.is_empty() || kid.len() > MAX_KID) {
            return Err(BadEncryptionKey::Value);
        }
        let alg = match &raw.alg {
            None => None,
            Some(name) => Some(KeyAlgorithm::named(name).ok_or(BadEncryptionKey::Type)?),
        };
        let material = match raw.kty.as_str() {
            "EC" if raw.crv.as_deref() == Some("P-256") => Material::p256(&raw)?,
            "RSA" => Material::rsa(&raw)?,
            _ => return Err(BadEncryptionKey::Type),
        };
        let key = Self { kid: raw.kid, alg, material };
        if alg.is_none_or(|alg| key.suits(alg)) { Ok(key) } else { Err(BadEncryptionKey::Type) }
    }
}

impl Material {
    fn p256(raw: &RawKey) -> Result<Self, BadEncryptionKey> {
        let coordinate = |text: &Option<String>| {
            text.as_deref().and_then(|text| base64url::decode_array(text).ok())
        };
        let (x, y) = coordinate(&raw.x).zip(coordinate(&raw.y)).ok_or(BadEncryptionKey::Value)?;
        let unparsed = UnparsedPublicKey::new(&ECDH_P256, point(&x, &y));
        if ParsedPublicKey::try_from(unparsed).is_ok() {
            Ok(Self::P256 { x, y })
        } else {
            Err(BadEncryptionKey::Value)
        }
    }

    fn rsa(raw: &RawKey) -> Result<Self, BadEncryptionKey> {
        let modulus = raw.n.as_deref().and_then(|text| base64url::decode(text).ok());
        let modulus = modulus.filter(|bytes| {
            MODULUS.contains(&bytes.len()) && bytes.first().is_some_and(|&first| first != 0)
        });
        let modulus = modulus.ok_or(BadEncryptionKey::Value)?;
        if raw.e.as_deref() != Some(EXPONENT) || rsa(&modulus).is_none() {
            return Err(BadEncryptionKey::Value);
        }
        Ok(Self::Rsa { modulus })
    }
}

impl From<EncryptionKey> for RawKey {
    fn from(key: EncryptionKey) -> Self {
        let raw = Self {
            kid: key.kid,
            alg: key.alg.map(|alg| alg.as_str().to_owned()),
            purpose: Some("enc".to_owned()),
            ..Self::default()
        };
        match key.material {
            Material::P256 { x, y } => Self {
                kty: "EC".to_owned(),
                crv: Some("P-256".to_owned()),
                x: Some(base64url::encode(&x)),
                y: Some(base64url::encode(&y)),
                ..raw
            },
            Material::Rsa { modulus } => Self {
                kty: "RSA".to_owned(),
                n: Some(base64url::encode(&modulus)),
                e: Some(EXPONENT.to_owned()),
                ..raw
            },
        }
    }
}

/// The keys of a set that are for encryption.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "RawKeys")]
pub struct EncryptionKeys {
    keys: Vec<EncryptionKey>,
}

#[derive(Deserialize)]
struct RawKeys {
    keys: Vec<serde_json::Value>,
}

impl EncryptionKeys {
    /// Reads a JWK set, passing over keys that are for something else.
    pub fn parse(text: &str) -> Result<Self, BadEncryptionKey> {
        if text.len() > MAX_SET_LENGTH {
            return Err(BadEncryptionKey::Value);
        }
        json::read::<RawKeys>(text.as_bytes()).map_err(|_| BadEncryptionKey::Value)?.try_into()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key to encrypt with by this algorithm: the first that suits.
    pub fn suiting(&self, algorithm: KeyAlgorithm) -> Option<&EncryptionKey> {
        self.keys.iter().find(|key| key.suits(algorithm))
    }
}

impl TryFrom<RawKeys> for EncryptionKeys {
    type Error = BadEncryptionKey;

    /// RFC 7517 §5 has us pass over keys we do not understand; a key that is shown in private, or for encryption and
    /// unusable, is a mistake its owner should hear of.
    fn try_from(raw: RawKeys) -> Result<Self, BadEncryptionKey> {
        let mut keys = Vec::new();
        for value in raw.keys {
            let Ok(raw) = serde_json::from_value::<RawKey>(value) else { continue };
            match EncryptionKey::try_from(raw) {
                Ok(_) if keys.len() == MAX_KEYS => return Err(BadEncryptionKey::Value),
                Ok(key) => keys.push(key),
                Err(BadEncryptionKey::Purpose | BadEncryptionKey::Type) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { keys })
    }
}
