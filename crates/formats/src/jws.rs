//! JSON Web Signatures in compact form (RFC 7515), of the suites there are: a key says of which.
//!
//! FAPI 2.0 Security Profile §5.4.1: PS256, ES256 or `EdDSA`, and never "none".
//!
//! Reading has two steps with two types: [`UnverifiedJws::parse`] looks at the form, [`UnverifiedJws::verify`] checks
//! the signature and is the only way to a [`Verified`] value.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    BadSignature, Jwk, Secret, SigningKey, Suite, Verified, VerifyingKey, base64url, json,
    signature::SIGNATURE_LENGTH, unfailing,
};

/// Header parameters that change how a signature is to be checked, or bring their own key to check it with.
///
/// RFC 7515 §4.1.11: "If any of the listed extension Header Parameters are not understood and supported by the
/// recipient, then the JWS is invalid." We support none, `b64` (RFC 7797) included. A key must come from where the
/// reader trusts the signer, never from the message (RFC 8725 §3.10 tells of the attacks).
const REFUSED_PARAMETERS: [&str; 6] = ["b64", "crit", "jku", "jwk", "x5c", "x5u"];

/// Who signs: a key, its name, and what authorities say of it.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The key.
    pub key: &'a SigningKey,
    /// Its name; an empty one is left out.
    pub kid: &'a str,
    /// Its chain of certificates as [`crate::CertificateChain::x5c`] writes it; none is left out.
    pub x5c: &'a [String],
}

impl<'a> From<(&'a SigningKey, &'a str)> for Signer<'a> {
    fn from((key, kid): (&'a SigningKey, &'a str)) -> Self {
        Self { key, kid, x5c: &[] }
    }
}

/// Signs claims: `BASE64URL(header).BASE64URL(claims).BASE64URL(signature)`.
///
/// An empty `kid` is left out. `typ` says what kind of message this is, so that one kind never passes for another
/// (RFC 8725 §3.11, "Use Explicit Typing").
///
/// # Panics
/// When `claims` cannot be written as JSON, which is a mistake in their type.
pub fn sign<T: Serialize>(key: &SigningKey, kid: &str, typ: &str, claims: &T) -> String {
    sign_as((key, kid).into(), typ, claims)
}

/// The same, with the signer's certificates in the header if there are any.
///
/// # Panics
/// When `claims` cannot be written as JSON, which is a mistake in their type.
pub fn sign_as<T: Serialize>(signer: Signer<'_>, typ: &str, claims: &T) -> String {
    sign_under(signer.key, &WrittenHeader::of(signer, typ), claims)
}

/// The same, with another signed message in the header, which says who signs (`OpenID4VP` §12).
///
/// # Panics
/// When `claims` cannot be written as JSON, which is a mistake in their type.
pub fn sign_beside<T: Serialize>(
    key: &SigningKey,
    (kid, typ): (&str, &str),
    jwt: &str,
    claims: &T,
) -> String {
    let header = WrittenHeader::of((key, kid).into(), typ);
    sign_under(key, &WrittenHeader { jwt: Some(jwt), ..header }, claims)
}

/// The same under a header of the caller's.
pub(crate) fn sign_under<T: Serialize>(
    key: &SigningKey,
    header: &WrittenHeader<'_>,
    claims: &T,
) -> String {
    let header = unfailing(serde_json::to_vec(header), "a header is JSON");
    let claims = unfailing(serde_json::to_vec(claims), "claims must be JSON");
    let mut text = base64url::encode(&header);
    text.push('.');
    base64url::append(&claims, &mut text);
    let signature = key.sign(text.as_bytes());
    text.push('.');
    base64url::append(&signature, &mut text);
    text
}

#[derive(Serialize)]
pub(crate) struct WrittenHeader<'a> {
    pub(crate) alg: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) kid: &'a str,
    pub(crate) typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwk: Option<Jwk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwt: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) x5c: &'a [String],
}

impl<'a> WrittenHeader<'a> {
    pub(crate) fn of(Signer { key, kid, x5c }: Signer<'a>, typ: &'a str) -> Self {
        Self { alg: key.suite().algorithm(), kid, typ, jwk: None, jwt: None, x5c }
    }
}

/// Why a text is no JWS that we would check.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadJws {
    /// Longer than the reader allows.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of canonical base64url, the last of 64 bytes.
    #[error("not a compact JWS")]
    Form,
    /// The header is not an object of unique names with text where text belongs.
    #[error("the header is malformed")]
    Header,
    /// The header has a parameter we refuse to follow.
    #[error("the header asks for {0:?}, which is refused")]
    Parameter(&'static str),
    /// Signed by an algorithm that is not accepted, or not at all.
    #[error("the algorithm is not accepted")]
    Algorithm,
    /// Another kind of message than the one expected.
    #[error("a token of another type")]
    Type,
    /// The claims are not JSON of unique names and of the expected form.
    #[error("the claims are malformed")]
    Claims,
}

/// What a header may say to us.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// The suite its `alg` belongs to.
    pub suite: Suite,
    /// Which key signed.
    pub kid: Option<String>,
    /// What kind of message it is.
    pub typ: Option<String>,
}

/// A compact JWS of good form. Nothing it says is known to be true.
#[derive(Clone, Debug)]
pub struct UnverifiedJws<'a> {
    signed: &'a str,
    header: Header,
    claims: Vec<u8>,
    signature: [u8; SIGNATURE_LENGTH],
}

impl<'a> UnverifiedJws<'a> {
    /// Looks at the form of `text`, of at most `max_length` bytes.
    pub fn parse(text: &'a str, max_length: usize) -> Result<Self, BadJws> {
        Self::parse_refusing(&REFUSED_PARAMETERS, text, max_length).map(|(jws, _)| jws)
    }

    /// The same, and the message in the header that says who signs, if there is one.
    ///
    /// `OpenID4VP` §12: "This JOSE header MUST contain a JWT." Whether it is one, whoever reads it finds.
    pub fn parse_beside(
        text: &'a str,
        max_length: usize,
    ) -> Result<(Self, Option<String>), BadJws> {
        let (jws, mut members) = Self::parse_refusing(&REFUSED_PARAMETERS, text, max_length)?;
        let jwt = match members.remove("jwt") {
            None => None,
            Some(Value::String(jwt)) => Some(jwt),
            Some(_) => return Err(BadJws::Header),
        };
        Ok((jws, jwt))
    }

    /// The same where a chain of certificates may stand in the header: given along, and followed by nobody here. Where the signer's keys
    /// are known otherwise, it is passed over.
    pub fn parse_certified(
        text: &'a str,
        max_length: usize,
    ) -> Result<(Self, Option<Vec<String>>), BadJws> {
        let refused = REFUSED_PARAMETERS.iter().filter(|name| **name != "x5c").copied();
        let refused: Vec<_> = refused.collect();
        let (jws, mut members) = Self::parse_refusing(&refused, text, max_length)?;
        let chain = members.remove("x5c").map(serde_json::from_value).transpose();
        Ok((jws, chain.map_err(|_| BadJws::Header)?))
    }

    /// The same under another list of refused header parameters; gives the header's members along.
    pub(crate) fn parse_refusing(
        refused: &[&'static str],
        text: &'a str,
        max_length: usize,
    ) -> Result<(Self, Map<String, Value>), BadJws> {
        if text.len() > max_length {
            return Err(BadJws::TooLong);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(BadJws::Form)?;
        let (header, claims) = signed.split_once('.').ok_or(BadJws::Form)?;
        let header = base64url::decode(header).map_err(|_| BadJws::Form)?;
        let members: Map<String, Value> = json::read(&header).map_err(|_| BadJws::Header)?;
        if let Some(refused) = refused.iter().find(|&&name| members.contains_key(name)) {
            return Err(BadJws::Parameter(refused));
        }
        let jws = Self {
            signed,
            header: Header::read(&members)?,
            claims: base64url::decode(claims).map_err(|_| BadJws::Form)?,
            signature: base64url::decode_array(signature).map_err(|_| BadJws::Form)?,
        };
        Ok((jws, members))
    }

    /// Insists on a kind of message, written `receipt+jwt` or `application/receipt+jwt`.
    ///
    /// RFC 7515 §4.1.9: "A recipient using the media type value MUST treat it as if "application/" were prepended to
    /// any "typ" value not containing a '/'."
    pub fn expect_typ(self, typ: &str) -> Result<Self, BadJws> {
        let given = self.header.typ.as_deref().unwrap_or_default();
        let given = given.strip_prefix("application/").unwrap_or(given);
        if given.eq_ignore_ascii_case(typ) { Ok(self) } else { Err(BadJws::Type) }
    }

    /// What the header says, to find the key by.
    pub fn unverified_header(&self) -> &Header {
        &self.header
    }

    /// What the claims say, to find the key by.
    pub fn unverified_claims<T: DeserializeOwned>(&self) -> Result<T, BadJws> {
        json::read(&self.claims).map_err(|_| BadJws::Claims)
    }

    /// The same with its claims read, once for finding the key and for what follows.
    pub fn with_claims<T: DeserializeOwned>(self) -> Result<UnverifiedClaims<T>, BadJws> {
        Ok(UnverifiedClaims {
            claims: self.unverified_claims()?,
            signed: self.signed.to_owned(),
            header: self.header,
            signature: Secret::new(self.signature),
        })
    }

    /// Checks the signature, then reads the claims.
    pub fn verify<T: DeserializeOwned>(
        self,
        key: &VerifyingKey,
    ) -> Result<Verified<T>, BadSignature> {
        hold(self.header.suite, key, self.signed, &self.signature)?;
        json::read(&self.claims).map(Verified::new).map_err(|_| BadSignature::Claims)
    }
}

/// A JWS of good form whose claims were read, to find the key by. Nothing it says is known to be true.
#[derive(Clone)]
pub struct UnverifiedClaims<T> {
    signed: String,
    header: Header,
    claims: T,
    signature: Secret<[u8; SIGNATURE_LENGTH]>,
}

/// Shows nothing: with its signature, it may be worth something to whoever reads it first.
impl<T> fmt::Debug for UnverifiedClaims<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnverifiedClaims([secret])")
    }
}

impl<T: Clone> UnverifiedClaims<T> {
    /// What the header says, to find the key by.
    pub fn unverified_header(&self) -> &Header {
        &self.header
    }

    /// What the claims say, to find the key by.
    pub fn unverified(&self) -> &T {
        &self.claims
    }

    /// Checks the signature.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Verified<T>, BadSignature> {
        hold(self.header.suite, key, &self.signed, self.signature.expose())?;
        Ok(Verified::new(self.claims.clone()))
    }
}

fn hold(
    suite: Suite,
    key: &VerifyingKey,
    signed: &str,
    signature: &[u8; SIGNATURE_LENGTH],
) -> Result<(), BadSignature> {
    // RFC 8725 §3.1: "each key MUST be used with exactly one algorithm, and this MUST be checked when the
    // cryptographic operation is performed."
    if suite != key.suite() {
        return Err(BadSignature::Wrong);
    }
    key.verify(signed.as_bytes(), signature)
}

impl Header {
    fn read(members: &Map<String, Value>) -> Result<Self, BadJws> {
        let text = |name| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(BadJws::Header),
        };
        let algorithm = text("alg")?.ok_or(BadJws::Header)?;
        Ok(Self {
            suite: Suite::of_algorithm(&algorithm).ok_or(BadJws::Algorithm)?,
            kid: text("kid")?,
            typ: text("typ")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ROOM: usize = 4096;

    /// Signs any header and payload, to make what `sign` would not.
    fn forge(key: &SigningKey, header: &str, claims: &str) -> String {
        let signed = [header, claims].map(|part| base64url::encode(part.as_bytes())).join(".");
        format!("{signed}.{}", base64url::encode(&key.sign(signed.as_bytes())))
    }

    fn parse(text: &str) -> Result<UnverifiedJws<'_>, BadJws> {
        UnverifiedJws::parse(text, ROOM)
    }

    /// RFC 7515 appendix A.3.
    #[test]
    fn the_published_example_verifies() {
        let key: Jwk = serde_json::from_value(json!({
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }))
        .unwrap();
        let text = concat!(
            "eyJhbGciOiJFUzI1NiJ9",
            ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
            ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        );
        let claims: Verified<Value> = parse(text).unwrap().verify(key.verifying_key()).unwrap();
        assert_eq!(
            *claims,
            json!({"iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true})
        );
    }

    #[test]
    fn what_was_signed_is_read_back() {
        let key = SigningKey::generate();
        let text = sign(&key, "key-1", "receipt+jwt", &json!({"result": "passed"}));
        let jws = parse(&text).unwrap().expect_typ("receipt+JWT").unwrap();
        assert_eq!(jws.unverified_header().kid.as_deref(), Some("key-1"));
        assert_eq!(jws.unverified_claims(), Ok(json!({"result": "passed"})));
        let claims: Verified<Value> = jws.verify(key.verifying_key()).unwrap();
        assert_eq!(claims.into_inner(), json!({"result": "passed"}));
    }

    #[test]
    fn each_suite_signs_under_its_name_and_verifies_nothing_of_another() {
        let keys = Suite::ALL.map(SigningKey::generate_in);
        let pairs = keys.iter().flat_map(|one| keys.iter().map(move |other| (one, other)));
        for (key, other) in pairs.filter(|(one, other)| one.suite() != other.suite()) {
            let text = sign(key, "", "receipt+jwt", &json!({}));
            assert_eq!(parse(&text).unwrap().unverified_header().suite, key.suite());
            let judge = |text: &str, key: &SigningKey| {
                parse(text).unwrap().verify::<Value>(key.verifying_key())
            };
            assert!(judge(&text, key).is_ok());
            assert_eq!(judge(&text, other), Err(BadSignature::Wrong));
            let renamed = forge(key, &json!({"alg": other.suite().algorithm()}).to_string(), "{}");
            assert_eq!(judge(&renamed, key), Err(BadSignature::Wrong));
            assert_eq!(judge(&renamed, other), Err(BadSignature::Wrong));
        }
    }

    #[test]
    fn an_empty_kid_is_left_out() {
        let text = sign(&SigningKey::generate(), "", "receipt+jwt", &json!({}));
        assert_eq!(parse(&text).unwrap().unverified_header().kid, None);
    }

    #[test]
    fn another_key_does_not_verify() {
        let text = sign(&SigningKey::generate(), "", "receipt+jwt", &json!({}));
        let verdict = parse(&text).unwrap().verify::<Value>(SigningKey::generate().verifying_key());
        assert_eq!(verdict, Err(BadSignature::Wrong));
    }

    #[test]
    fn headers_that_steer_the_check_are_refused() {
        let key = SigningKey::generate();
        let refused = [
            (r#"{"alg":"none"}"#, BadJws::Algorithm),
            (r#"{"alg":"HS256"}"#, BadJws::Algorithm),
            (r#"{"alg":"RS256"}"#, BadJws::Algorithm),
            (r#"{"alg":["ES256"]}"#, BadJws::Header),
            (r#"{"typ":"receipt+jwt"}"#, BadJws::Header),
            (r#"{"alg":"ES256","kid":7}"#, BadJws::Header),
            (r#"{"alg":"none","alg":"ES256"}"#, BadJws::Header),
            (r#"{"alg":"ES256","x":{"a":1,"a":2}}"#, BadJws::Header),
            (r#"["ES256"]"#, BadJws::Header),
            ("", BadJws::Header),
            (r#"{"alg":"ES256","crit":["exp"]}"#, BadJws::Parameter("crit")),
            (r#"{"alg":"ES256","crit":null}"#, BadJws::Parameter("crit")),
            (r#"{"alg":"ES256","b64":false}"#, BadJws::Parameter("b64")),
            (r#"{"alg":"ES256","jwk":{}}"#, BadJws::Parameter("jwk")),
            (r#"{"alg":"ES256","jku":"https://example.com"}"#, BadJws::Parameter("jku")),
            (r#"{"alg":"ES256","x5u":"https://example.com"}"#, BadJws::Parameter("x5u")),
            (r#"{"alg":"ES256","x5c":[]}"#, BadJws::Parameter("x5c")),
        ];
        for (header, why) in refused {
            assert_eq!(parse(&forge(&key, header, "{}")).unwrap_err(), why, "{header}");
        }
        assert!(parse(&forge(&key, r#"{"alg":"ES256","x5t":"ignored"}"#, "{}")).is_ok());
    }

    #[test]
    fn other_forms_are_refused() {
        let text = sign(&SigningKey::generate(), "", "receipt+jwt", &json!({}));
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts[..] else { panic!("three parts") };
        for other in [
            String::new(),
            "..".to_owned(),
            format!("{header}.{claims}"),
            format!("{header}.{claims}."),
            format!("{text}."),
            format!(".{text}"),
            format!("{text}="),
            format!(" {text}"),
            format!("{text}\n"),
            format!("{header}.{claims}.{}", &signature[4..]),
            format!("{header}=.{claims}.{signature}"),
        ] {
            assert!(parse(&other).is_err(), "{other:?}");
        }
        assert_eq!(UnverifiedJws::parse(&text, text.len() - 1).unwrap_err(), BadJws::TooLong);
    }

    #[test]
    fn claims_of_another_form_are_refused_after_the_signature() {
        let key = SigningKey::generate();
        for claims in ["", "{", r#"{"sub":"a","sub":"b"}"#, "{} {}", "\u{feff}{}"] {
            let text = forge(&key, r#"{"alg":"ES256"}"#, claims);
            let jws = parse(&text).unwrap();
            assert_eq!(jws.unverified_claims::<Value>(), Err(BadJws::Claims));
            assert_eq!(jws.verify::<Value>(key.verifying_key()), Err(BadSignature::Claims));
        }
    }

    #[test]
    fn a_type_may_have_its_long_name() {
        let header = r#"{"alg":"ES256","typ":"application/receipt+jwt"}"#;
        let text = forge(&SigningKey::generate(), header, "{}");
        assert!(parse(&text).unwrap().expect_typ("receipt+jwt").is_ok());
    }

    #[test]
    fn another_type_is_refused() {
        let key = SigningKey::generate();
        for header in [r#"{"alg":"ES256"}"#, r#"{"alg":"ES256","typ":"receipt+jwt2"}"#] {
            let text = forge(&key, header, "{}");
            assert_eq!(parse(&text).unwrap().expect_typ("receipt+jwt").unwrap_err(), BadJws::Type);
        }
    }

    proptest! {
        #[test]
        fn any_changed_character_is_refused(place: prop::sample::Index, other in "[ -~]") {
            let key = SigningKey::generate();
            let text = sign(&key, "key-1", "receipt+jwt", &json!({"result": "passed", "sub": "a"}));
            let place = place.index(text.len());
            prop_assume!(text[place..=place] != other);
            let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
            let accepted = parse(&changed).is_ok_and(|jws| jws.verify::<Value>(key.verifying_key()).is_ok());
            prop_assert!(!accepted, "{changed}");
        }

        #[test]
        fn any_text_is_read_without_a_fault(text in ".{0,64}(\\..{0,64}){0,3}") {
            let _ = parse(&text);
        }
    }
}
