//! JSON Web Encryption in compact form (RFC 7516): what only the holder of a private key reads.
//!
//! Composed of key agreement, key wrap, RSA-OAEP and AES-GCM of the cryptographic library (`docs/decisions/0023`). Four ways
//! to the content's key, two ways to encrypt content, nothing else: no key of RSA 1.5, of passwords or in the clear.

mod agreement;
mod content;
mod keys;
mod opening;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wycheproof_tests;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use serde::{Deserialize, Serialize};

use crate::{Secret, base64url, unfailing};

use agreement::EphemeralJwk;
pub use keys::{BadEncryptionKey, EncryptionKey, EncryptionKeys};
pub use opening::{BadJwe, OpeningKey, UnopenedJwe};

/// How the content's key comes to the reader: `alg`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum KeyAlgorithm {
    /// It is agreed upon: Diffie-Hellman with a key of this message's own.
    #[serde(rename = "ECDH-ES")]
    EcdhEs,
    /// It is wrapped with 128 bits agreed upon.
    #[serde(rename = "ECDH-ES+A128KW")]
    EcdhEsA128Kw,
    /// It is wrapped with 256 bits agreed upon.
    #[serde(rename = "ECDH-ES+A256KW")]
    EcdhEsA256Kw,
    /// It is encrypted with the reader's RSA key.
    #[serde(rename = "RSA-OAEP-256")]
    RsaOaep256,
}

/// How content is encrypted: `enc`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum ContentEncryption {
    /// AES-GCM with 128 bits.
    #[serde(rename = "A128GCM")]
    A128Gcm,
    /// AES-GCM with 256 bits.
    #[serde(rename = "A256GCM")]
    A256Gcm,
}

impl KeyAlgorithm {
    /// Every one, by its name.
    pub const NAMES: [&str; 4] = ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW", "RSA-OAEP-256"];
    const ALL: [Self; 4] = [Self::EcdhEs, Self::EcdhEsA128Kw, Self::EcdhEsA256Kw, Self::RsaOaep256];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA128Kw => "ECDH-ES+A128KW",
            Self::EcdhEsA256Kw => "ECDH-ES+A256KW",
            Self::RsaOaep256 => "RSA-OAEP-256",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name)
    }
}

impl ContentEncryption {
    /// Every one, by its name.
    pub const NAMES: [&str; 2] = ["A128GCM", "A256GCM"];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
        }
    }

    const fn key_length(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm => 32,
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::A128Gcm, Self::A256Gcm].into_iter().find(|content| content.as_str() == name)
    }
}

/// In which form something is encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Form<'a> {
    /// How the content's key comes to the reader.
    pub alg: KeyAlgorithm,
    /// How the content is encrypted.
    pub enc: ContentEncryption,
    /// What kind of message it is; empty: not said.
    pub typ: &'a str,
    /// What kind of content is inside; `JWT` for a signed token, empty: not said.
    pub cty: &'a str,
}

/// A key of another type than the algorithm needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the key is of no use to this algorithm")]
pub struct WrongKey;

#[derive(Serialize)]
struct WrittenHeader<'a> {
    alg: KeyAlgorithm,
    enc: ContentEncryption,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    typ: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    cty: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<EphemeralJwk>,
}

/// Encrypts for the holder of `key`; `draw` brings chance for the content's key and its nonce.
///
/// # Panics
/// When the system has no entropy.
pub fn encrypt(
    key: &EncryptionKey,
    form: &Form<'_>,
    mut draw: impl FnMut(&mut [u8]),
    plain: &[u8],
) -> Result<String, WrongKey> {
    if !key.suits(form.alg) {
        return Err(WrongKey);
    }
    let mut content_key = Secret::new(vec![0; form.enc.key_length()]);
    draw(content_key.expose_mut());
    // RFC 7518 §4.6: "A new ephemeral public key value MUST be generated for each key agreement operation."
    let ephemeral = match form.alg {
        KeyAlgorithm::RsaOaep256 => None,
        _ => Some(unfailing(PrivateKey::generate(&ECDH_P256), "key generation")),
    };
    let encrypted_key = match &ephemeral {
        None => key.encrypt_key(content_key.expose())?,
        Some(own) => {
            let parties = agreement::Parties::default();
            let point = key.point().ok_or(WrongKey)?;
            let agreed = agreement::agree(own, &point, form.alg, form.enc, &parties);
            let agreed = agreed.map_err(|_| WrongKey)?;
            match form.alg {
                // RFC 7518 §4.6: "In this case, the empty octet sequence is used as the JWE Encrypted Key value."
                KeyAlgorithm::EcdhEs => {
                    content_key = agreed;
                    Vec::new()
                }
                _ => agreement::wrap(agreed.expose(), content_key.expose()),
            }
        }
    };
    let header = WrittenHeader {
        alg: form.alg,
        enc: form.enc,
        kid: key.kid(),
        typ: form.typ,
        cty: form.cty,
        epk: ephemeral.as_ref().map(EphemeralJwk::of),
    };
    let header = base64url::encode(&unfailing(serde_json::to_vec(&header), "a header is JSON"));
    let mut nonce = [0; content::NONCE_LENGTH];
    draw(&mut nonce);
    let (ciphertext, tag) = content::seal(content_key.expose(), nonce, header.as_bytes(), plain);
    // RFC 7516 §7.1: header, encrypted key, initialization vector, ciphertext and tag, with dots between.
    let mut text = header;
    for part in [&encrypted_key[..], &nonce, &ciphertext, &tag] {
        text.push('.');
        base64url::append(part, &mut text);
    }
    Ok(text)
}
