//! Reading a JWE, strictly: form first, then the key, then all of it or nothing.

use std::fmt;

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey},
};
use serde_json::{Map, Value};

use super::{
    ContentEncryption, KeyAlgorithm,
    agreement::{self, Parties, Point},
    content,
    keys::{EncryptionKey, RawKey},
};
use crate::{BadKey, Secret, base64url, json, unfailing};

/// Header parameters that we refuse to follow: extensions, compression (it tells of the content by its length),
/// passwords, nonces and tags of wraps we do not have, and keys that come with the message.
///
/// RFC 7516 §4.1.13 gives `crit` the meaning it has in a JWS; we understand no extension.
const REFUSED_PARAMETERS: [&str; 11] =
    ["crit", "zip", "p2s", "p2c", "iv", "tag", "jku", "jwk", "x5c", "x5u", "b64"];
/// How long what a party says of itself may be.
const MAX_PARTY: usize = 512;
/// How long an encrypted key is at most: RSA with 4096 bits.
const MAX_ENCRYPTED_KEY: usize = 512;

/// Why a text is no JWE that we would open.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadJwe {
    /// Longer than the reader allows.
    #[error("the message is too long")]
    TooLong,
    /// Not five parts of canonical base64url with a nonce and a tag of their lengths.
    #[error("not a compact JWE")]
    Form,
    /// The header is not an object of unique names with values of their types.
    #[error("the header is malformed")]
    Header,
    /// The header has a parameter we refuse to follow.
    #[error("the header asks for {0:?}, which is refused")]
    Parameter(&'static str),
    /// Encrypted by algorithms that are not accepted.
    #[error("the algorithms are not accepted")]
    Algorithm,
    /// This key does not open it, or it was changed: which of both is not told.
    #[error("does not open")]
    NotOpened,
}

/// A private key to open with.
pub struct OpeningKey {
    private: Private,
    public: EncryptionKey,
}

enum Private {
    P256(PrivateKey),
    Rsa(OaepPrivateDecryptingKey),
}

/// A compact JWE of good form, unopened.
#[derive(Debug)]
pub struct UnopenedJwe<'a> {
    header_text: &'a str,
    alg: KeyAlgorithm,
    enc: ContentEncryption,
    kid: Option<String>,
    cty: Option<String>,
    ephemeral: Option<Point>,
    parties: Parties,
    encrypted_key: Vec<u8>,
    nonce: [u8; content::NONCE_LENGTH],
    ciphertext: Vec<u8>,
    tag: [u8; content::TAG_LENGTH],
}

impl<'a> UnopenedJwe<'a> {
    /// Looks at the form of `text`, of at most `max_length` bytes.
    pub fn parse(text: &'a str, max_length: usize) -> Result<Self, BadJwe> {
        if text.len() > max_length {
            return Err(BadJwe::TooLong);
        }
        let parts: Vec<&str> = text.splitn(6, '.').collect();
        let [header_text, key, nonce, ciphertext, tag] = parts[..] else {
            return Err(BadJwe::Form);
        };
        let bytes = |text| base64url::decode(text).map_err(|_| BadJwe::Form);
        let header: Map<String, Value> =
            json::read(&bytes(header_text)?).map_err(|_| BadJwe::Header)?;
        if let Some(refused) = REFUSED_PARAMETERS.iter().find(|&&name| header.contains_key(name)) {
            return Err(BadJwe::Parameter(refused));
        }
        let alg = text_of(&header, "alg")?.ok_or(BadJwe::Header)?;
        let alg = KeyAlgorithm::named(alg).ok_or(BadJwe::Algorithm)?;
        let enc = text_of(&header, "enc")?.ok_or(BadJwe::Header)?;
        let encrypted_key = bytes(key)?;
        // RFC 7516 §5.2: the encrypted key is empty exactly where the key is agreed upon directly.
        if encrypted_key.is_empty() != (alg == KeyAlgorithm::EcdhEs)
            || encrypted_key.len() > MAX_ENCRYPTED_KEY
        {
            return Err(BadJwe::Form);
        }
        let ephemeral = match (alg, header.get("epk")) {
            (KeyAlgorithm::RsaOaep256, None) => None,
            (KeyAlgorithm::RsaOaep256, Some(_)) | (_, None) => return Err(BadJwe::Header),
            (_, Some(epk)) => Some(ephemeral(epk)?),
        };
        Ok(Self {
            header_text,
            alg,
            enc: ContentEncryption::named(enc).ok_or(BadJwe::Algorithm)?,
            kid: text_of(&header, "kid")?.map(str::to_owned),
            cty: text_of(&header, "cty")?.map(str::to_owned),
            ephemeral,
            parties: Parties {
                producer: party(&header, "apu")?,
                recipient: party(&header, "apv")?,
            },
            encrypted_key,
            nonce: base64url::decode_array(nonce).map_err(|_| BadJwe::Form)?,
            ciphertext: bytes(ciphertext)?,
            tag: base64url::decode_array(tag).map_err(|_| BadJwe::Form)?,
        })
    }

    /// Which key it says opens it.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// What it says is inside.
    pub fn cty(&self) -> Option<&str> {
        self.cty.as_deref()
    }

    /// How its content's key came.
    pub fn algorithms(&self) -> (KeyAlgorithm, ContentEncryption) {
        (self.alg, self.enc)
    }

    /// Opens it.
    ///
    /// RFC 7516 §11.5: "the recipient MUST NOT distinguish between format, padding, and length errors of encrypted keys."
    pub fn open(&self, key: &OpeningKey) -> Result<Secret<Vec<u8>>, BadJwe> {
        let content_key = self.content_key(key).ok_or(BadJwe::NotOpened)?;
        if content_key.expose().len() != self.enc.key_length() {
            return Err(BadJwe::NotOpened);
        }
        content::open(
            content_key.expose(),
            self.nonce,
            self.header_text.as_bytes(),
            &self.ciphertext,
            &self.tag,
        )
        .map_err(|_| BadJwe::NotOpened)
    }

    fn content_key(&self, key: &OpeningKey) -> Option<Secret<Vec<u8>>> {
        if !key.public.suits(self.alg) {
            return None;
        }
        match (&key.private, &self.ephemeral) {
            (Private::P256(own), Some(other)) => {
                let agreed =
                    agreement::agree(own, other, self.alg, self.enc, &self.parties).ok()?;
                match self.alg {
                    KeyAlgorithm::EcdhEs => Some(agreed),
                    _ => agreement::unwrap(agreed.expose(), &self.encrypted_key),
                }
            }
            (Private::Rsa(own), None) => decrypt(own, &self.encrypted_key),
            _ => None,
        }
    }
}

/// A content's key out of RSA with OAEP and SHA-256, without a label (RFC 7518 §4.3).
pub(super) fn decrypt(
    own: &OaepPrivateDecryptingKey,
    encrypted_key: &[u8],
) -> Option<Secret<Vec<u8>>> {
    let mut plain = Secret::new(vec![0; own.min_output_size()]);
    let algorithm = &OAEP_SHA256_MGF1SHA256;
    let length = own.decrypt(algorithm, encrypted_key, plain.expose_mut(), None).ok()?.len();
    plain.expose_mut().truncate(length);
    Some(plain)
}

fn text_of<'h>(header: &'h Map<String, Value>, name: &str) -> Result<Option<&'h str>, BadJwe> {
    match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(BadJwe::Header),
    }
}

fn party(header: &Map<String, Value>, name: &str) -> Result<Vec<u8>, BadJwe> {
    let said = text_of(header, name)?.unwrap_or_default();
    let bytes = base64url::decode(said).map_err(|_| BadJwe::Header)?;
    if bytes.len() > MAX_PARTY { Err(BadJwe::Header) } else { Ok(bytes) }
}

/// RFC 7518 §4.6.1.1: the `epk` is a public key of P-256; whether it is on the curve, the agreement says.
fn ephemeral(epk: &Value) -> Result<Point, BadJwe> {
    let member = |name| epk.get(name).and_then(Value::as_str);
    if member("kty") != Some("EC") || member("crv") != Some("P-256") || epk.get("d").is_some() {
        return Err(BadJwe::Header);
    }
    let coordinate = |name| member(name).and_then(|text| base64url::decode_array(text).ok());
    let (x, y) = coordinate("x").zip(coordinate("y")).ok_or(BadJwe::Header)?;
    Ok(agreement::point(&x, &y))
}

impl OpeningKey {
    /// A new key of P-256, from the chance of the cryptographic library.
    ///
    /// # Panics
    /// When the system has no entropy.
    pub fn generate(kid: &str) -> Self {
        let private = unfailing(PrivateKey::generate(&ECDH_P256), "key generation");
        unfailing(Self::p256(private, kid), "reading one's own public key")
    }

    /// The key of P-256 with this private scalar.
    pub fn from_scalar(scalar: &[u8; 32], kid: &str) -> Result<Self, BadKey> {
        let private = PrivateKey::from_private_key(&ECDH_P256, scalar).map_err(|_| BadKey)?;
        Self::p256(private, kid)
    }

    /// The RSA key of an unencrypted PKCS#8 document.
    pub fn from_rsa_pkcs8(document: &[u8], modulus: &[u8], kid: &str) -> Result<Self, BadKey> {
        let private = PrivateDecryptingKey::from_pkcs8(document).map_err(|_| BadKey)?;
        let private = OaepPrivateDecryptingKey::new(private).map_err(|_| BadKey)?;
        let public = EncryptionKey::try_from(RawKey::rsa(modulus, kid)).map_err(|_| BadKey)?;
        Ok(Self { private: Private::Rsa(private), public })
    }

    fn p256(private: PrivateKey, kid: &str) -> Result<Self, BadKey> {
        let public = private.compute_public_key().map_err(|_| BadKey)?;
        let public = EncryptionKey::try_from(RawKey::p256(public.as_ref(), kid));
        Ok(Self { private: Private::P256(private), public: public.map_err(|_| BadKey)? })
    }

    /// The public half, for others to encrypt with.
    pub fn public(&self) -> &EncryptionKey {
        &self.public
    }
}

impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpeningKey([secret])")
    }
}
