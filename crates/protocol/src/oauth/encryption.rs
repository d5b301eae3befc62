//! Answers that only their client reads: which of them it wants encrypted, how, and to which key of its own.

use std::fmt;

use formats::{
    EncryptionKey,
    jwe::{ContentEncryption, KeyAlgorithm},
};
use serde::{Deserialize, Serialize};

use super::client_metadata::ClientMetadata;

/// The algorithm an answer is signed by, where a client may choose whether it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum SigningAlgorithm {
    /// The one of all our tokens.
    #[serde(rename = "ES256")]
    Es256,
}

/// How something is encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Encryption {
    /// How the content's key comes to the client.
    pub alg: KeyAlgorithm,
    /// How the content is encrypted.
    pub enc: ContentEncryption,
}

/// What can be encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Encrypted {
    /// The ID token (OpenID Connect Registration §2).
    IdToken,
    /// The userinfo answer (OpenID Connect Registration §2).
    UserInfo,
    /// The signed answer to an authorization request (JARM §3).
    Authorization,
    /// The signed answer to an introspection (RFC 9701 §6).
    Introspection,
    /// Plain identity, which is never told otherwise.
    PlainIdentity,
}

impl Encrypted {
    const ALL: [Self; 5] = [
        Self::IdToken,
        Self::UserInfo,
        Self::Authorization,
        Self::Introspection,
        Self::PlainIdentity,
    ];

    /// What the names of its settings begin with.
    const fn as_str(self) -> &'static str {
        match self {
            Self::IdToken => "id_token",
            Self::UserInfo => "userinfo",
            Self::Authorization => "authorization",
            Self::Introspection => "introspection",
            Self::PlainIdentity => "plain_identity",
        }
    }
}

impl fmt::Display for Encrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A client wants what it could not read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unreadable {
    /// Only one of the two algorithms is named.
    #[error("{0}_encrypted_response_alg and {0}_encrypted_response_enc go together")]
    Half(Encrypted),
    /// No key in `jwks` suits.
    #[error("{0}_encrypted_response_alg: no key in jwks with \"use\": \"enc\" suits")]
    NoKey(Encrypted),
}

impl ClientMetadata {
    /// How the client wants this encrypted, and to which key; nothing: not at all.
    ///
    /// OpenID Connect Registration §2, of each `…_encrypted_response_alg`: the default, if omitted, is that no encryption is
    /// performed. Nested in each is what is signed: it is signed, then encrypted.
    pub fn encryption_of(&self, what: Encrypted) -> Option<(Encryption, &EncryptionKey)> {
        let (Some(alg), Some(enc)) = self.named(what) else { return None };
        let key = self.jwks.suiting(alg)?;
        Some((Encryption { alg, enc }, key))
    }

    /// Can the client read all that it wants encrypted?
    ///
    /// The standards' default for `enc`, A128CBC-HS256, is not spoken here (`docs/divergences.md`): so it is always named.
    pub fn is_readable(&self) -> Result<(), Unreadable> {
        for what in Encrypted::ALL {
            match self.named(what) {
                (None, None) => {}
                (Some(alg), Some(_)) if self.jwks.suiting(alg).is_some() => {}
                (Some(_), Some(_)) => return Err(Unreadable::NoKey(what)),
                _ => return Err(Unreadable::Half(what)),
            }
        }
        Ok(())
    }

    fn named(&self, what: Encrypted) -> (Option<KeyAlgorithm>, Option<ContentEncryption>) {
        match what {
            Encrypted::IdToken => {
                (self.id_token_encrypted_response_alg, self.id_token_encrypted_response_enc)
            }
            Encrypted::UserInfo => {
                (self.userinfo_encrypted_response_alg, self.userinfo_encrypted_response_enc)
            }
            Encrypted::Authorization => (
                self.authorization_encrypted_response_alg,
                self.authorization_encrypted_response_enc,
            ),
            Encrypted::Introspection => (
                self.introspection_encrypted_response_alg,
                self.introspection_encrypted_response_enc,
            ),
            Encrypted::PlainIdentity => (
                self.plain_identity_encrypted_response_alg,
                self.plain_identity_encrypted_response_enc,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use formats::OpeningKey;
    use serde_json::json;

    use super::*;

    fn metadata(settings: serde_json::Value) -> ClientMetadata {
        serde_json::from_value(settings).unwrap()
    }

    #[test]
    fn a_client_reads_what_it_has_a_key_for() {
        let key = OpeningKey::generate("enc-1");
        let jwks = json!({"keys": [key.public()]});
        let said = json!({
            "jwks": jwks,
            "id_token_encrypted_response_alg": "ECDH-ES+A256KW",
            "id_token_encrypted_response_enc": "A256GCM",
        });
        let client = metadata(said);
        assert_eq!(client.is_readable(), Ok(()));
        let (encryption, to) = client.encryption_of(Encrypted::IdToken).unwrap();
        assert_eq!((encryption.alg, to), (KeyAlgorithm::EcdhEsA256Kw, key.public()));
        assert_eq!(client.encryption_of(Encrypted::UserInfo), None);
        let written = serde_json::to_value(&client).unwrap();
        assert_eq!(metadata(written), client);
    }

    #[test]
    fn a_client_that_could_not_read_is_named() {
        for what in Encrypted::ALL {
            let alg = format!("{what}_encrypted_response_alg");
            let enc = format!("{what}_encrypted_response_enc");
            let half = metadata(json!({&alg: "ECDH-ES"}));
            assert_eq!(half.is_readable(), Err(Unreadable::Half(what)));
            let keyless = metadata(json!({&alg: "ECDH-ES", &enc: "A256GCM"}));
            assert_eq!(keyless.is_readable(), Err(Unreadable::NoKey(what)));
            assert_eq!(keyless.encryption_of(what), None);
        }
    }

    #[test]
    fn what_is_not_spoken_is_no_setting() {
        for (name, value) in [
            ("id_token_encrypted_response_alg", "RSA1_5"),
            ("id_token_encrypted_response_alg", "dir"),
            ("id_token_encrypted_response_enc", "A128CBC-HS256"),
            ("userinfo_signed_response_alg", "none"),
            ("userinfo_signed_response_alg", "HS256"),
        ] {
            assert!(serde_json::from_value::<ClientMetadata>(json!({name: value})).is_err());
        }
    }
}
