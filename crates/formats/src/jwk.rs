//! JSON Web Keys (RFC 7517): public keys for signatures, alone and in sets.
//!
//! Keys of strangers are of the international suite: whoever wants those of another asks for it by name.

use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::{SigningKey, Suite, VerifyingKey, base64url, json, mac::sha256};

/// Longest key set read: a hundred keys with room for certificates.
pub const MAX_SET_LENGTH: usize = 64 * 1024;

/// How long an archive of keys may be: a new key every week for a lifetime.
pub const MAX_ARCHIVE_LENGTH: usize = 1024 * 1024;

/// Most keys kept of a set: enough for any rotation, few enough to search.
const MAX_KEYS: usize = 32;

/// A public key for signatures, with its name. Deserialised it is of P-256; see [`JwkSet::parse_every_suite`].
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
    #[error("not a key of a suite that is taken here")]
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
        Self { key, kid: Some(kid.into()) }
    }

    /// A key named by its thumbprint: the same name wherever the key turns up.
    pub fn named_by_thumbprint(key: VerifyingKey) -> Self {
        let kid = thumbprint(&key);
        Self::new(key, kid)
    }

    /// The same key without a name.
    #[must_use]
    pub fn nameless(self) -> Self {
        Self { kid: None, ..self }
    }

    /// The key that JSON describes, of this suite and of no other.
    pub fn of_suite(suite: Suite, described: serde_json::Value) -> Option<Self> {
        serde_json::from_value::<RawJwk>(described).ok()?.read(&[suite]).ok()
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

impl From<VerifyingKey> for Jwk {
    /// Without a name.
    fn from(key: VerifyingKey) -> Self {
        Self { key, kid: None }
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
    let (crv, kty, x) = (key.suite().curve(), key.suite().key_type(), base64url::encode(x));
    let y =
        if y.is_empty() { String::new() } else { format!(r#","y":"{}""#, base64url::encode(y)) };
    base64url::encode(&sha256(
        format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}"{y}}}"#).as_bytes(),
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
        raw.read(&[Suite::International])
    }
}

impl RawJwk {
    /// The key it is, of one of these suites.
    fn read(self, suites: &[Suite]) -> Result<Jwk, BadJwk> {
        let wanted =
            |value: &Option<String>, only: &str| value.as_deref().is_none_or(|value| value == only);
        let suite = self.crv.as_deref().and_then(Suite::of_curve).ok_or(BadJwk::Type)?;
        if self.kty != suite.key_type()
            || !suites.contains(&suite)
            || !wanted(&self.alg, suite.algorithm())
        {
            return Err(BadJwk::Type);
        }
        if self.d.is_some() {
            return Err(BadJwk::Private);
        }
        let verifies = self.key_ops.is_none_or(|uses| uses.iter().any(|used| used == "verify"));
        if !wanted(&self.purpose, "sig") || !verifies {
            return Err(BadJwk::Purpose);
        }
        // RFC 7518 §6.2.1.2: "The length of this octet string MUST be the full size of a coordinate for the curve
        // specified in the "crv" parameter."
        let coordinate = |text: Option<String>| base64url::decode(&text.unwrap_or_default());
        match (coordinate(self.x), coordinate(self.y)) {
            (Ok(x), Ok(y)) => {
                let key = VerifyingKey::from_coordinates(suite, &x, &y);
                Ok(Jwk { key: key.map_err(|_| BadJwk::Point)?, kid: self.kid })
            }
            _ => Err(BadJwk::Point),
        }
    }
}

impl From<Jwk> for RawJwk {
    fn from(jwk: Jwk) -> Self {
        let (suite, (x, y)) = (jwk.key.suite(), jwk.key.coordinates());
        Self {
            kty: suite.key_type().to_owned(),
            crv: Some(suite.curve().to_owned()),
            x: Some(base64url::encode(x)),
            y: (!y.is_empty()).then(|| base64url::encode(y)),
            alg: Some(suite.algorithm().to_owned()),
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
        json::read::<RawJwkSet>(text.as_bytes()).map_err(|_| BadJwkSet::Form)?.try_into()
    }

    /// The same with the keys of every suite: for an issuer's keys, whose suite is the issuer's to choose.
    pub fn parse_every_suite(text: &str) -> Result<Self, BadJwkSet> {
        if text.len() > MAX_SET_LENGTH {
            return Err(BadJwkSet::TooLong);
        }
        let raw = json::read::<RawJwkSet>(text.as_bytes()).map_err(|_| BadJwkSet::Form)?;
        Self::new(raw.usable(&Suite::ALL)?)
    }

    /// The set of every key its owner ever had, however many: it grows with the years.
    ///
    /// Names must differ, as thumbprints do.
    pub fn archive(keys: impl IntoIterator<Item = Jwk>) -> Self {
        Self { keys: keys.into_iter().collect() }
    }

    /// Reads an archive: longer than a set of keys in use, bounded all the same.
    pub fn parse_archive(text: &str) -> Result<Self, BadJwkSet> {
        if text.len() > MAX_ARCHIVE_LENGTH {
            return Err(BadJwkSet::TooLong);
        }
        let raw = json::read::<RawJwkSet>(text.as_bytes()).map_err(|_| BadJwkSet::Form)?;
        let set = Self { keys: raw.usable(&[Suite::International])? };
        let all = || set.keys.iter().filter_map(|key| key.kid.as_deref());
        let different: std::collections::BTreeSet<_> = all().collect();
        if different.len() == all().count() { Ok(set) } else { Err(BadJwkSet::SameName) }
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
        Self::new(raw.usable(&[Suite::International])?)
    }
}

impl RawJwkSet {
    fn usable(self, suites: &[Suite]) -> Result<Vec<Jwk>, BadJwkSet> {
        let mut usable = Vec::new();
        for value in self.keys {
            let Ok(raw) = serde_json::from_value::<RawJwk>(value) else {
                continue;
            };
            match raw.read(suites) {
                Ok(key) => usable.push(key),
                Err(BadJwk::Private) => return Err(BadJwkSet::Private),
                Err(_) => {}
            }
        }
        Ok(usable)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json, to_value};

    use super::*;

    /// The key of RFC 9449 §4.1, whose thumbprint §6.1 tells.
    fn published() -> Value {
        json!({
            "kty": "EC",
            "crv": "P-256",
            "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
            "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        })
    }

    fn published_with(member: &str, value: impl Into<Value>) -> Value {
        let mut key = published();
        key[member] = value.into();
        key
    }

    #[test]
    fn thumbprint_of_rfc_9449() {
        let key: Jwk = from_value(published()).unwrap();
        assert_eq!(key.thumbprint(), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn a_key_survives_writing() {
        let key = SigningKey::generate().public();
        assert_eq!(from_value::<Jwk>(to_value(&key).unwrap()).unwrap(), key);
        assert_eq!(key.kid(), Some(key.thumbprint().as_str()));
    }

    #[test]
    fn what_a_browser_exports_is_read() {
        let mut exported = published_with("key_ops", json!(["verify"]));
        exported["ext"] = json!(true);
        assert!(from_value::<Jwk>(exported).is_ok());
    }

    /// FAPI 2.0 Security Profile §5.4.1: no curve below 224 bits, no RSA below 2048; here P-256 alone.
    #[test]
    fn other_keys_are_refused() {
        let refused = [
            (published_with("kty", "RSA"), BadJwk::Type),
            (published_with("crv", "P-384"), BadJwk::Type),
            (published_with("alg", "ES384"), BadJwk::Type),
            (published_with("alg", "none"), BadJwk::Type),
            (published_with("use", "enc"), BadJwk::Purpose),
            (published_with("key_ops", json!(["sign"])), BadJwk::Purpose),
            (published_with("d", "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"), BadJwk::Private),
            (published_with("x", Value::Null), BadJwk::Point),
            (published_with("y", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDE"), BadJwk::Point),
            (published_with("y", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA="), BadJwk::Point),
            (published_with("x", "AA"), BadJwk::Point),
        ];
        for (key, why) in refused {
            let raw = from_value::<RawJwk>(key.clone()).unwrap();
            assert_eq!(Jwk::try_from(raw).unwrap_err(), why, "{key}");
        }
    }

    #[test]
    fn a_set_passes_over_what_it_does_not_know() {
        let set = json!({"keys": [{"kty": "RSA", "n": "AQAB"}, {"kty": 7}, "key", published(), {"kty": "OKP"}]});
        let set = JwkSet::parse(&set.to_string()).unwrap();
        assert_eq!(set.keys(), [from_value::<Jwk>(published()).unwrap()]);
    }

    #[test]
    fn keys_of_another_suite_are_taken_by_name_only() {
        let keys = Suite::ALL.map(|suite| SigningKey::generate_in(suite).public());
        let set = serde_json::to_string(&JwkSet::new(keys.clone()).unwrap()).unwrap();
        assert_eq!(JwkSet::parse(&set).unwrap().keys(), &keys[..1]);
        assert_eq!(JwkSet::parse_every_suite(&set).unwrap().keys(), &keys);
        let keys = keys.map(|key| to_value(key).unwrap());
        for key in &keys {
            assert_eq!(from_value::<Jwk>(key.clone()).is_ok(), key["crv"] == "P-256");
            for other in keys.iter().filter(|other| *other != key) {
                let mut key = key.clone();
                key["crv"] = other["crv"].clone();
                let set = json!({ "keys": [key] }).to_string();
                assert_eq!(JwkSet::parse_every_suite(&set).unwrap().keys(), []);
            }
        }
    }

    /// RFC 8037 appendix A.2 and A.3.
    #[test]
    fn the_key_of_rfc_8037() {
        let mut published = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        let key = Jwk::of_suite(Suite::Ed25519, published.clone()).unwrap();
        assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(to_value(&key).unwrap()["alg"], "Ed25519");
        assert_eq!(to_value(&key).unwrap().get("y"), None);
        published["y"] = published["x"].clone();
        assert_eq!(Jwk::of_suite(Suite::Ed25519, published), None, "a second coordinate");
    }

    #[test]
    fn a_set_finds_by_name() {
        let [one, two] = [SigningKey::generate().public(), SigningKey::generate().public()];
        let both = JwkSet::new([one.clone(), two.clone()]).unwrap();
        assert_eq!(both.find(two.kid()), Some(&two));
        assert_eq!(both.find(Some("other")), None);
        assert_eq!(both.find(None), None);
        assert_eq!(JwkSet::new([one.clone()]).unwrap().find(None), Some(&one));
        assert_eq!(JwkSet::new([one.clone(), one]), Err(BadJwkSet::SameName));
    }

    #[test]
    fn bad_sets_are_refused() {
        let shown = json!({"keys": [published_with("d", "AA")]}).to_string();
        assert_eq!(JwkSet::parse(&shown), Err(BadJwkSet::Private));
        let many = json!({"keys": vec![published(); MAX_KEYS + 1]}).to_string();
        assert_eq!(JwkSet::parse(&many), Err(BadJwkSet::TooLong));
        assert_eq!(JwkSet::parse(&" ".repeat(MAX_SET_LENGTH + 1)), Err(BadJwkSet::TooLong));
        for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#] {
            assert_eq!(JwkSet::parse(text), Err(BadJwkSet::Form), "{text}");
        }
    }

    #[test]
    fn an_archive_has_room_for_every_key_there_was() {
        let keys = (0..=MAX_KEYS).map(|number| {
            let key = Jwk::try_from(from_value::<RawJwk>(published()).unwrap()).unwrap();
            Jwk { kid: Some(number.to_string()), ..key }
        });
        let archive = JwkSet::archive(keys);
        let text = serde_json::to_string(&archive).unwrap();
        assert_eq!(JwkSet::parse(&text), Err(BadJwkSet::TooLong));
        assert_eq!(JwkSet::parse_archive(&text), Ok(archive));
        let twice = json!({"keys": [published_with("kid", "a"), published_with("kid", "a")]});
        assert_eq!(JwkSet::parse_archive(&twice.to_string()), Err(BadJwkSet::SameName));
        let long = " ".repeat(MAX_ARCHIVE_LENGTH + 1);
        assert_eq!(JwkSet::parse_archive(&long), Err(BadJwkSet::TooLong));
    }
}
