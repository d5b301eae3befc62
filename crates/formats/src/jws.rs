//! JSON Web Signatures in compact form (RFC 7515), ES256 only.
//!
//! Reading has two steps with two types: [`UnverifiedJws::parse`] looks at the form, [`UnverifiedJws::verify`] checks
//! the signature and is the only way to a [`Verified`] value.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    BadSignature, SigningKey, Suite, Verified, VerifyingKey, base64url, es256::SIGNATURE_LENGTH,
    json, unfailing,
};

/// Header parameters that change how a signature is to be checked, or bring their own key to check it with.
///
/// RFC 7515 §4.1.11: "If any of the listed extension Header Parameters are not understood and supported by the
/// recipient, then the JWS is invalid." We support none, `b64` (RFC 7797) included. A key must come from where the
/// reader trusts the signer, never from the message (RFC 8725 §3.10 tells of the attacks).
const REFUSED_PARAMETERS: [&str; 6] = ["b64", "crit", "jku", "jwk", "x5c", "x5u"];

/// Signs claims: `BASE64URL(header).BASE64URL(claims).BASE64URL(signature)`.
///
/// An empty `kid` is left out. `typ` says what kind of message this is, so that one kind never passes for another
/// (RFC 8725 §3.11: "explicit typing").
///
/// # Panics
/// When `claims` cannot be written as JSON, which is a mistake in their type.
pub fn sign<T: Serialize>(key: &SigningKey, kid: &str, typ: &str, claims: &T) -> String {
    let header = WrittenHeader {
        alg: key.suite().algorithm(),
        kid,
        typ,
    };
    let header = unfailing(serde_json::to_vec(&header), "a header is JSON");
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
struct WrittenHeader<'a> {
    alg: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    kid: &'a str,
    typ: &'a str,
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
        if text.len() > max_length {
            return Err(BadJws::TooLong);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(BadJws::Form)?;
        let (header, claims) = signed.split_once('.').ok_or(BadJws::Form)?;
        let header = base64url::decode(header).map_err(|_| BadJws::Form)?;
        Ok(Self {
            signed,
            header: Header::parse(&header)?,
            claims: base64url::decode(claims).map_err(|_| BadJws::Form)?,
            signature: base64url::decode_array(signature).map_err(|_| BadJws::Form)?,
        })
    }

    /// Insists on a kind of message.
    ///
    /// RFC 8725 §3.11: "When explicit typing is employed for a JWT, it is RECOMMENDED that a media type name of the
    /// format "application/SUFFIX" be used" and RFC 7515 §4.1.9 leaves out the prefix "application/".
    pub fn expect_typ(self, typ: &str) -> Result<Self, BadJws> {
        let same = self
            .header
            .typ
            .as_deref()
            .is_some_and(|given| given.eq_ignore_ascii_case(typ));
        if same { Ok(self) } else { Err(BadJws::Type) }
    }

    /// What the header says, to find the key by.
    pub fn unverified_header(&self) -> &Header {
        &self.header
    }

    /// What the claims say, to find the key by.
    pub fn unverified_claims<T: DeserializeOwned>(&self) -> Result<T, BadJws> {
        json::read(&self.claims).map_err(|_| BadJws::Claims)
    }

    /// Checks the signature, then reads the claims.
    pub fn verify<T: DeserializeOwned>(
        self,
        key: &VerifyingKey,
    ) -> Result<Verified<T>, BadSignature> {
        // RFC 8725 §3.1: "each key MUST be used with exactly one algorithm, and this MUST be checked when the
        // cryptographic operation is performed."
        if self.header.suite != key.suite() {
            return Err(BadSignature::Wrong);
        }
        key.verify(self.signed.as_bytes(), &self.signature)?;
        json::read(&self.claims)
            .map(Verified::new)
            .map_err(|_| BadSignature::Claims)
    }
}

impl Header {
    fn parse(bytes: &[u8]) -> Result<Self, BadJws> {
        let members: Map<String, Value> = json::read(bytes).map_err(|_| BadJws::Header)?;
        if let Some(refused) = REFUSED_PARAMETERS
            .into_iter()
            .find(|&name| members.contains_key(name))
        {
            return Err(BadJws::Parameter(refused));
        }
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
