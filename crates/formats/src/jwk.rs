//! JSON Web Keys (RFC 7517): public P-256 keys for signatures, alone and in sets.

use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::{SigningKey, Suite, VerifyingKey, base64url, json, mac::sha256};

/// Longest key set read: a hundred keys with room for certificates.
pub const MAX_SET_LENGTH: usize = 64 * 1024;

/// Most keys kept of a set: enough for any rotation, few enough to search.
const MAX_KEYS: usize = 32;

/// A public P-256 key for signatures, with its name.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "RawJwk", into = "RawJwk")]
pub struct Jwk {
    key: VerifyingKey,
    kid: Option<String>,
}

/// Why a JSON Web Key cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadJwk {
    /// Another type, curve or algorithm.
    #[error("not a P-256 key for ES256")]
    Type,
    /// A key meant for encryption or for signing only.
    #[error("not a key to verify with")]
    Purpose,
    /// Its owner published the private half.
    #[error("the private key is shown")]
    Private,
    /// Coordinates missing, badly encoded or off the curve.
    #[error("not a point of the curve")]
    Point,
}

impl Jwk {
    /// A key under a name of one's own choice.
    pub fn new(key: VerifyingKey, kid: impl Into<String>) -> Self {
        Self {
            key,
            kid: Some(kid.into()),
        }
    }

    /// A key named by its thumbprint: the same name wherever the key turns up.
    pub fn named_by_thumbprint(key: VerifyingKey) -> Self {
        let kid = thumbprint(&key);
        Self::new(key, kid)
    }

    /// Its name, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The key, ready to verify.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// Its RFC 7638 thumbprint, base64url.
    pub fn thumbprint(&self) -> String {
        thumbprint(&self.key)
    }
}

impl From<&SigningKey> for Jwk {
    fn from(key: &SigningKey) -> Self {
        key.public()
    }
}

/// RFC 7638 §3: the SHA-256 hash of a JSON object "containing only the required members of a JWK representing the key
/// and with no whitespace or line breaks before or after any syntactic elements and with the required members ordered
/// lexicographically".
pub(crate) fn thumbprint(key: &VerifyingKey) -> String {
    let (x, y) = key.coordinates();
    let (x, y) = (base64url::encode(x), base64url::encode(y));
    base64url::encode(&sha256(
        format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes(),
    ))
}

/// A key as it is written.
#[derive(Default, Deserialize, Serialize)]
struct RawJwk {
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    #[serde(skip_serializing)]
    key_ops: Option<Vec<String>>,
    #[serde(skip_serializing)]
    d: Option<IgnoredAny>,
}

impl TryFrom<RawJwk> for Jwk {
    type Error = BadJwk;

    fn try_from(raw: RawJwk) -> Result<Self, BadJwk> {
        let wanted =
            |value: &Option<String>, only: &str| value.as_deref().is_none_or(|value| value == only);
        if raw.kty != "EC" || raw.crv.as_deref() != Some("P-256") {
            return Err(BadJwk::Type);
        }
        if !wanted(&raw.alg, Suite::International.algorithm()) {
            return Err(BadJwk::Type);
        }
        if raw.d.is_some() {
            return Err(BadJwk::Private);
        }
        let verifies = raw
            .key_ops
            .is_none_or(|uses| uses.iter().any(|used| used == "verify"));
        if !wanted(&raw.purpose, "sig") || !verifies {
            return Err(BadJwk::Purpose);
        }
        // RFC 7518 §6.2.1.2: "The length of this octet string MUST be the full size of a coordinate for the curve
        // specified in the "crv" parameter."
        let coordinate =
            |text: Option<String>| text.and_then(|text| base64url::decode_array(&text).ok());
        match (coordinate(raw.x), coordinate(raw.y)) {
            (Some(x), Some(y)) => {
                let key = VerifyingKey::from_coordinates(&x, &y).map_err(|_| BadJwk::Point)?;
                Ok(Self { key, kid: raw.kid })
            }
            _ => Err(BadJwk::Point),
        }
    }
}

impl From<Jwk> for RawJwk {
    fn from(jwk: Jwk) -> Self {
        let (x, y) = jwk.key.coordinates();
        Self {
            kty: "EC".to_owned(),
            crv: Some("P-256".to_owned()),
            x: Some(base64url::encode(x)),
            y: Some(base64url::encode(y)),
            alg: Some(jwk.key.suite().algorithm().to_owned()),
            purpose: Some("sig".to_owned()),
            kid: jwk.kid,
            ..Self::default()
        }
    }
}

/// A set of keys, each name once.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "RawJwkSet")]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

/// Why a key set cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadJwkSet {
    /// Longer than [`MAX_SET_LENGTH`], or of too many usable keys.
    #[error("the key set is too long")]
    TooLong,
    /// Not `{"keys":[…]}`, or a member name twice.
    #[error("not a key set")]
    Form,
    /// Two keys under one name.
    #[error("two keys have the same name")]
    SameName,
    /// Its owner published a private key.
    #[error("the key set shows a private key")]
    Private,
}

#[derive(Deserialize)]
struct RawJwkSet {
    keys: Vec<serde_json::Value>,
}

impl JwkSet {
    /// The set of these keys.
    pub fn new(keys: impl IntoIterator<Item = Jwk>) -> Result<Self, BadJwkSet> {
        let mut set = Self::default();
        for key in keys {
            if set.keys.len() == MAX_KEYS {
                return Err(BadJwkSet::TooLong);
            }
            if key.kid.is_some() && set.keys.iter().any(|other| other.kid == key.kid) {
                return Err(BadJwkSet::SameName);
            }
            set.keys.push(key);
        }
        Ok(set)
    }

    /// Reads a set, passing over keys we have no use for.
    pub fn parse(text: &str) -> Result<Self, BadJwkSet> {
        if text.len() > MAX_SET_LENGTH {
            return Err(BadJwkSet::TooLong);
        }
        json::read::<RawJwkSet>(text.as_bytes())
            .map_err(|_| BadJwkSet::Form)?
            .try_into()
    }

    /// Its keys.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// The key of that name; without a name, the only key there is.
    pub fn find(&self, kid: Option<&str>) -> Option<&Jwk> {
        match (kid, self.keys.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

impl TryFrom<RawJwkSet> for JwkSet {
    type Error = BadJwkSet;

    /// RFC 7517 §5: "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" (key type) values that are not
    /// understood by them, that are missing required members, or for which values are out of the supported ranges."
    fn try_from(raw: RawJwkSet) -> Result<Self, BadJwkSet> {
        let mut usable = Vec::new();
        for value in raw.keys {
            let Ok(raw) = serde_json::from_value::<RawJwk>(value) else {
                continue;
            };
            match Jwk::try_from(raw) {
                Ok(key) => usable.push(key),
                Err(BadJwk::Private) => return Err(BadJwkSet::Private),
                Err(_) => {}
            }
        }
        Self::new(usable)
    }
}
