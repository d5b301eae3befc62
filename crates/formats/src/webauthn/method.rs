//! How an authenticator verified its user, where it says so: the extension `uvm`.
//!
//! FIDO Registry of Predefined Values §3.1 names the methods. The authenticator signs what it says; nobody else vouches
//! for it.

use std::str::FromStr;

use crate::cbor::Value;

/// A way in which an authenticator knows its user.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Method {
    /// A finger.
    Fingerprint,
    /// A code or password typed into the device.
    DeviceCode,
    /// A voice.
    Voice,
    /// A face.
    Face,
    /// An eye.
    Eye,
    /// A pattern drawn.
    Pattern,
    /// A hand or palm.
    Palm,
}

/// A word that names no method.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such method of verifying a user")]
pub struct NotAMethod;

impl Method {
    /// Every method.
    pub const ALL: [Self; 7] = [
        Self::Fingerprint,
        Self::DeviceCode,
        Self::Voice,
        Self::Face,
        Self::Eye,
        Self::Pattern,
        Self::Palm,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fingerprint => "fingerprint",
            Self::DeviceCode => "device_code",
            Self::Voice => "voice",
            Self::Face => "face",
            Self::Eye => "eye",
            Self::Pattern => "pattern",
            Self::Palm => "palm",
        }
    }

    /// Its numbers in the registry, inside the device and outside it.
    const fn numbers(self) -> [i64; 2] {
        match self {
            Self::Fingerprint => [0x0002, 0x0002],
            Self::DeviceCode => [0x0004, 0x0800],
            Self::Voice => [0x0008, 0x0008],
            Self::Face => [0x0010, 0x0010],
            Self::Eye => [0x0040, 0x0040],
            Self::Pattern => [0x0080, 0x1000],
            Self::Palm => [0x0100, 0x0100],
        }
    }

    /// The first method that the extensions of an answer name.
    pub(super) fn of_extensions(extensions: &Value<'_>) -> Option<Self> {
        let Some(Value::Array(entries)) = extensions.named("uvm") else { return None };
        entries.iter().find_map(|entry| {
            let Value::Array(fields) = entry else { return None };
            let number = fields.first()?.int()?;
            Self::ALL.into_iter().find(|method| method.numbers().contains(&number))
        })
    }
}

impl FromStr for Method {
    type Err = NotAMethod;

    fn from_str(word: &str) -> Result<Self, NotAMethod> {
        Self::ALL.into_iter().find(|method| method.as_str() == word).ok_or(NotAMethod)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(cbor: &[u8]) -> Option<Method> {
        Method::of_extensions(&Value::read(cbor).unwrap())
    }

    #[test]
    fn the_extension_names_it() {
        assert_eq!(said(b"\xa1\x63uvm\x81\x83\x02\x04\x02"), Some(Method::Fingerprint));
        assert_eq!(said(b"\xa1\x63uvm\x81\x83\x19\x01\x00\x04\x02"), Some(Method::Palm));
        assert_eq!(said(b"\xa1\x63uvm\x81\x83\x01\x04\x02"), None, "mere presence");
        assert_eq!(said(b"\xa1\x63uvm\x02"), None);
        assert_eq!(said(b"\xa0"), None);
    }

    #[test]
    fn is_found_by_its_word() {
        for method in Method::ALL {
            assert_eq!(method.as_str().parse(), Ok(method));
        }
        assert_eq!("".parse::<Method>(), Err(NotAMethod));
    }
}
