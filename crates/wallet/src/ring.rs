//! The keyring of a wallet on a command line: keys in its files, and keys in a token, which lets none out.

use std::{fmt, rc::Rc};

use formats::{Jwk, Secret, Suite, base64url};

use crate::{DeviceKey, KeyAway, Keyring, Keys, SoftwareKey, SoftwareKeys};

/// What stands before the name of a key in a token; no PKCS#8 in base64url begins so.
const IN_TOKEN: &str = "token:";

/// Something that keeps keys of P-256 and lets none out: a card, a stick, a module.
pub trait Token {
    /// Makes a key under this id; its public half, x before y.
    fn make(&self, id: &[u8; 16]) -> Result<[u8; 64], KeyAway>;
    /// Signs with the key of this id: ECDSA with SHA-256, r before s.
    fn sign(&self, id: &[u8; 16], message: &[u8]) -> Result<[u8; 64], KeyAway>;
    /// Ends the key of this id.
    fn destroy(&self, id: &[u8; 16]) -> Result<(), KeyAway>;
}

/// A key of a wallet's, wherever it is.
#[derive(Clone, Debug)]
pub enum HeldKey {
    /// In the wallet's file.
    Software(SoftwareKey),
    /// In a token.
    Token(TokenKey),
}

/// A key in a token. Without the token it can be told by its public half, and signs nothing.
#[derive(Clone)]
pub struct TokenKey {
    id: [u8; 16],
    public: Jwk,
    point: [u8; 64],
    token: Option<Rc<dyn Token>>,
}

/// Makes keys in its token; without one, in memory.
#[derive(Clone)]
pub struct Ring {
    token: Option<Rc<dyn Token>>,
    draw: fn(&mut [u8]),
}

/// Why a token's key is of no use now.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
enum NoToken {
    #[error("the key is in a token that was not named")]
    Unnamed,
    #[error("a token makes keys of P-256 only")]
    Suite,
    #[error("what names the key is not a name")]
    Name,
}

impl Ring {
    /// Of a token, or of none. `draw` brings chance.
    pub fn new(token: Option<Rc<dyn Token>>, draw: fn(&mut [u8])) -> Self {
        Self { token, draw }
    }

    fn key(&self, id: [u8; 16], point: [u8; 64]) -> Result<HeldKey, KeyAway> {
        let (x, y) = point.split_at(32);
        let [x, y] = [x, y].map(base64url::encode);
        let jwk = serde_json::json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
        let public = serde_json::from_value(jwk).map_err(|cause| KeyAway(cause.into()))?;
        Ok(HeldKey::Token(TokenKey { id, public, point, token: self.token.clone() }))
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.token.is_some() { "Ring(token)" } else { "Ring" })
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey")
    }
}

impl TokenKey {
    fn token(&self) -> Result<&dyn Token, KeyAway> {
        self.token.as_deref().ok_or_else(|| KeyAway(NoToken::Unnamed.into()))
    }
}

impl DeviceKey for HeldKey {
    fn public(&self) -> Jwk {
        match self {
            Self::Software(key) => key.public(),
            Self::Token(key) => key.public.clone(),
        }
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyAway> {
        match self {
            Self::Software(key) => key.sign(message),
            Self::Token(key) => key.token()?.sign(&key.id, message),
        }
    }
}

impl Keys for Ring {
    type Key = HeldKey;

    fn make(&self, suite: Suite) -> Result<HeldKey, KeyAway> {
        match (&self.token, suite) {
            (None, suite) => SoftwareKeys.make(suite).map(HeldKey::Software),
            // Not in memory instead: who names a token wants no key elsewhere.
            (Some(_), Suite::Ed25519 | Suite::ShangMi) => Err(KeyAway(NoToken::Suite.into())),
            (Some(token), Suite::International) => {
                let mut id = [0; 16];
                (self.draw)(&mut id);
                self.key(id, token.make(&id)?)
            }
        }
    }
}

impl Keyring for Ring {
    fn kept(&self, key: &HeldKey) -> Secret<String> {
        match key {
            HeldKey::Software(key) => SoftwareKeys.kept(key),
            HeldKey::Token(TokenKey { id, point, .. }) => {
                let name = base64url::encode(&[id.as_slice(), point].concat());
                Secret::new(format!("{IN_TOKEN}{name}"))
            }
        }
    }

    fn find(&self, kept: &str) -> Result<HeldKey, KeyAway> {
        let Some(name) = kept.strip_prefix(IN_TOKEN) else {
            return SoftwareKeys.find(kept).map(HeldKey::Software);
        };
        let odd = || KeyAway(NoToken::Name.into());
        let name: [u8; 80] = base64url::decode_array(name).map_err(|_| odd())?;
        let (id, point) = name.split_first_chunk::<16>().ok_or_else(odd)?;
        self.key(*id, point.try_into().map_err(|_| odd())?)
    }

    fn discard(&self, key: &HeldKey) -> Result<(), KeyAway> {
        match key {
            HeldKey::Software(key) => SoftwareKeys.discard(key),
            HeldKey::Token(key) => key.token()?.destroy(&key.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// A token in memory.
    #[derive(Default)]
    struct Stick(RefCell<Vec<([u8; 16], SoftwareKey)>>);

    impl Token for Stick {
        fn make(&self, id: &[u8; 16]) -> Result<[u8; 64], KeyAway> {
            let key = SoftwareKey::generate();
            let jwk = serde_json::to_value(key.public()).unwrap();
            let half = |name: &str| base64url::decode(jwk[name].as_str().unwrap()).unwrap();
            self.0.borrow_mut().push((*id, key));
            Ok([half("x"), half("y")].concat().try_into().unwrap())
        }

        fn sign(&self, id: &[u8; 16], message: &[u8]) -> Result<[u8; 64], KeyAway> {
            let keys = self.0.borrow();
            let (_, key) =
                keys.iter().find(|(known, _)| known == id).ok_or(KeyAway("gone".into()))?;
            key.sign(message)
        }

        fn destroy(&self, id: &[u8; 16]) -> Result<(), KeyAway> {
            self.0.borrow_mut().retain(|(known, _)| known != id);
            Ok(())
        }
    }

    fn draw(bytes: &mut [u8]) {
        bytes.copy_from_slice(&SoftwareKey::generate().to_pkcs8().expose()[50..50 + bytes.len()]);
    }

    #[test]
    fn a_tokens_key_is_named_in_the_file_found_again_and_ended() {
        let stick = Rc::new(Stick::default());
        let ring = Ring::new(Some(stick.clone()), draw);
        let key = ring.make(Suite::International).unwrap();
        let named = ring.kept(&key);
        let again = ring.find(named.expose()).unwrap();
        assert_eq!(again.public(), key.public());
        let signature = again.sign(b"message").unwrap();
        assert!(key.public().verifying_key().verify(b"message", &signature).is_ok());
        for suite in [Suite::Ed25519, Suite::ShangMi] {
            assert!(ring.make(suite).is_err(), "not in memory instead");
        }

        let without = Ring::new(None, draw);
        let told = without.find(named.expose()).unwrap();
        assert_eq!(told.public(), key.public());
        assert!(told.sign(b"message").is_err());
        assert_eq!(without.kept(&told).expose(), named.expose(), "it is not forgotten");
        ring.discard(&key).unwrap();
        assert!(again.sign(b"message").is_err());
        assert!(stick.0.borrow().is_empty());
    }

    #[test]
    fn keys_of_the_file_stay_where_they_are() {
        let ring = Ring::new(Some(Rc::new(Stick::default())), draw);
        let software = SoftwareKey::generate();
        let found = ring.find(SoftwareKeys.kept(&software).expose()).unwrap();
        assert_eq!(found.public(), software.public());
        for odd in ["", "token:", "token:AAAA", "pkcs8"] {
            assert!(ring.find(odd).is_err(), "{odd}");
        }
    }
}
