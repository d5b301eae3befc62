//! A token behind PKCS#11: named by a URI (RFC 7512), opened with its PIN. Its keys are made in it and cannot be read out of it.

use std::{fmt, path::PathBuf, str::FromStr};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    mechanism::Mechanism,
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    types::AuthPin,
};
use formats::{Secret, mac::sha256};

use crate::{KeyAway, Token};

/// Who made a key, as other programs show it beside it.
const LABEL: &str = "yinzheng-wallet";

/// The curve P-256 by its object identifier, in DER (RFC 5480 §2.1.1.1).
const P256: [u8; 10] = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

/// Which token: by its label, behind which module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenName {
    label: String,
    module: PathBuf,
}

/// The text names no token, or no module.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not of the form pkcs11:token=LABEL?module-path=PATH")]
pub struct NotATokenName;

/// Why a token does not open.
#[derive(Debug, thiserror::Error)]
pub enum TokenAway {
    /// The module cannot be loaded, or does not begin.
    #[error("the module of the token cannot be used")]
    Module(#[source] Error),
    /// No token has that label, or more than one.
    #[error("there is not one token of that label")]
    NotThere,
    /// The PIN is wrong; the token counts.
    #[error("the token does not open with this PIN")]
    Pin(#[source] Error),
}

/// A token that is open.
pub struct Pkcs11Token(Session);

impl FromStr for TokenName {
    type Err = NotATokenName;

    /// RFC 7512 §2.3: path attributes stand between semicolons, query attributes between ampersands, both percent-encoded.
    fn from_str(text: &str) -> Result<Self, NotATokenName> {
        let (path, query) = text
            .strip_prefix("pkcs11:")
            .and_then(|rest| rest.split_once('?'))
            .ok_or(NotATokenName)?;
        // The same encoding but for the plus, which here is one.
        let one = |pair: &str, wanted: &str| {
            let pair = pair.replace('+', "%2B");
            let mut pairs = form_urlencoded::parse(pair.as_bytes());
            let (name, value) = pairs.next().filter(|_| pairs.next().is_none())?;
            (name == wanted && !value.is_empty()).then(|| value.into_owned())
        };
        // What names a token further is not read, so that nothing is taken for another.
        let label = one(path, "token").ok_or(NotATokenName)?;
        let module = one(query, "module-path").ok_or(NotATokenName)?;
        Ok(Self { label, module: module.into() })
    }
}

impl Pkcs11Token {
    /// Opens it with its PIN.
    pub fn open(name: &TokenName, pin: &Secret<String>) -> Result<Self, TokenAway> {
        let context = Pkcs11::new(&name.module).map_err(TokenAway::Module)?;
        let begin = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        context.initialize(begin).map_err(TokenAway::Module)?;
        let slots = context.get_slots_with_initialized_token().map_err(TokenAway::Module)?;
        let named = |info: &cryptoki::slot::TokenInfo| info.label() == name.label;
        let mut slots = slots
            .into_iter()
            .filter(|slot| context.get_token_info(*slot).is_ok_and(|info| named(&info)));
        let (Some(slot), None) = (slots.next(), slots.next()) else {
            return Err(TokenAway::NotThere);
        };
        let session = context.open_rw_session(slot).map_err(TokenAway::Module)?;
        let pin = AuthPin::new(pin.expose().as_str().into());
        match session.login(UserType::User, Some(&pin)) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(Self(session)),
            Err(error) => Err(TokenAway::Pin(error)),
        }
    }

    fn private(&self, id: &[u8; 16]) -> Result<ObjectHandle, KeyAway> {
        let template = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(id.to_vec())];
        let found = self.0.find_objects(&template).map_err(away)?;
        match found.as_slice() {
            [key] => Ok(*key),
            _ => Err(KeyAway("the token has no such key".into())),
        }
    }
}

impl fmt::Debug for Pkcs11Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pkcs11Token")
    }
}

impl Token for Pkcs11Token {
    fn make(&self, id: &[u8; 16]) -> Result<[u8; 64], KeyAway> {
        // The public half is read at once and not left there: the wallet's file has it.
        let public = [
            Attribute::Token(false),
            Attribute::KeyType(KeyType::EC),
            Attribute::EcParams(P256.to_vec()),
            Attribute::Verify(true),
        ];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Id(id.to_vec()),
            Attribute::Label(LABEL.as_bytes().to_vec()),
        ];
        let (public, _) =
            self.0.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private).map_err(away)?;
        let read = self.0.get_attributes(public, &[AttributeType::EcPoint]).map_err(away)?;
        match read.as_slice() {
            [Attribute::EcPoint(point)] => {
                coordinates(point).ok_or_else(|| KeyAway("the token made another key".into()))
            }
            _ => Err(KeyAway("the token does not show the public half".into())),
        }
    }

    fn sign(&self, id: &[u8; 16], message: &[u8]) -> Result<[u8; 64], KeyAway> {
        // ECDSA over a hash of ours: tokens that hash for themselves are fewer.
        let hash = sha256(message);
        let signature = self.0.sign(&Mechanism::Ecdsa, self.private(id)?, &hash).map_err(away)?;
        signature.try_into().map_err(|_| KeyAway("a signature of another length".into()))
    }

    fn destroy(&self, id: &[u8; 16]) -> Result<(), KeyAway> {
        self.0.destroy_object(self.private(id)?).map_err(away)
    }
}

/// x and y of an uncompressed point (SEC 1 §2.3.3: 04, x, y) in an OCTET STRING (04 41). Some tokens leave the wrapping out, which the
/// length alone tells: an x may begin with 41 as well.
fn coordinates(point: &[u8]) -> Option<[u8; 64]> {
    let point = if point.len() == 67 { point.strip_prefix(&[0x04, 0x41])? } else { point };
    point.strip_prefix(&[0x04])?.try_into().ok()
}

fn away(error: Error) -> KeyAway {
    KeyAway(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_wrapped_and_bare() {
        for first in [0x00, 0x41, 0x04] {
            let mut coordinate = [0x55; 64];
            coordinate[0] = first;
            let bare = [&[0x04][..], &coordinate].concat();
            let wrapped = [&[0x04, 0x41][..], &bare].concat();
            assert_eq!(coordinates(&bare), Some(coordinate));
            assert_eq!(coordinates(&wrapped), Some(coordinate));
            for odd in [&bare[..64], &wrapped[..66], &coordinate, &wrapped[1..], &[]] {
                assert_eq!(coordinates(odd), None, "{odd:02x?}");
            }
        }
    }

    #[test]
    fn a_token_is_named_by_its_label_and_its_module() {
        let read: TokenName = "pkcs11:token=My%20card?module-path=/usr/lib/a+b.so".parse().unwrap();
        assert_eq!((read.label.as_str(), read.module), ("My card", "/usr/lib/a+b.so".into()));
        for odd in [
            "",
            "pkcs11:token=a",
            "pkcs11:token=?module-path=/m.so",
            "pkcs11:token=a?module-path=",
            "pkcs11:token=a;serial=1?module-name=m",
            "pkcs11:serial=1?module-path=/m.so",
            "pkcs11:token=a?module-path=/m.so&pin-value=1",
            "token=a?module-path=/m.so",
        ] {
            assert_eq!(odd.parse::<TokenName>(), Err(NotATokenName), "{odd}");
        }
    }
}
