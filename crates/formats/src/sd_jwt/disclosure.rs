//! One claim that its holder may show or keep: salt, name and value, and the digest that stands for it.

use serde_json::Value;

use super::{DIGESTS, ELEMENT};
use crate::{base64url, json, mac::sha256};

/// Random bytes in a salt.
///
/// RFC 9901 §9.3: "The RECOMMENDED minimum length of the randomly-generated portion of the salt is 128 bits."
pub(super) const SALT_LENGTH: usize = 16;

/// A text that discloses nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a disclosure")]
pub struct NotADisclosure;

/// A claim outside the signed message. Whether any message vouches for it is another question.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Disclosure {
    text: String,
    digest: String,
    name: Option<String>,
    value: Value,
}

impl Disclosure {
    /// Hides a member of an object.
    ///
    /// RFC 9901 §4.2.1: the claim name "MUST be a string and MUST NOT be _sd, ..., or a claim name existing in the object
    /// as a permanently disclosed claim"; the last is for [`super::conceal`] to see.
    pub fn of_member(
        salt: [u8; SALT_LENGTH],
        name: &str,
        value: &Value,
    ) -> Result<Self, NotADisclosure> {
        let salt = base64url::encode(&salt);
        Self::written(&Value::from(vec![Value::from(salt), Value::from(name), value.clone()]))
    }

    /// Hides an element of an array.
    pub fn of_element(salt: [u8; SALT_LENGTH], value: &Value) -> Result<Self, NotADisclosure> {
        let salt = base64url::encode(&salt);
        Self::written(&Value::from(vec![Value::from(salt), value.clone()]))
    }

    fn written(array: &Value) -> Result<Self, NotADisclosure> {
        Self::read(&base64url::encode(array.to_string().as_bytes()))
    }

    /// Reads what came beside a message.
    pub fn read(text: &str) -> Result<Self, NotADisclosure> {
        let bytes = base64url::decode(text).map_err(|_| NotADisclosure)?;
        let array: Vec<Value> = json::read(&bytes).map_err(|_| NotADisclosure)?;
        let (name, value) = match <[Value; 3]>::try_from(array) {
            Ok([Value::String(_), Value::String(name), value]) => (Some(name), value),
            Ok(_) => return Err(NotADisclosure),
            Err(array) => match <[Value; 2]>::try_from(array) {
                Ok([Value::String(_), value]) => (None, value),
                _ => return Err(NotADisclosure),
            },
        };
        // RFC 9901 §7.1: "If the claim name is _sd or ..., the SD-JWT MUST be rejected."
        if name.as_deref().is_some_and(|name| name == DIGESTS || name == ELEMENT) {
            return Err(NotADisclosure);
        }
        Ok(Self { text: text.to_owned(), digest: digest(text), name, value })
    }

    /// The name of the member it is; none for an element of an array.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What it says.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// What stands for it in the message.
    ///
    /// RFC 9901 §4.2.3: "The digest MUST be taken over the US-ASCII bytes of the base64url-encoded value that is the
    /// Disclosure."
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// As it travels.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The digest of a disclosure, or of what is signed with it.
pub(super) fn digest(text: &str) -> String {
    base64url::encode(&sha256(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 9901 §4.2.1, §4.2.3: four ways to write one claim, and the digest of the first.
    #[test]
    fn examples_of_rfc_9901() {
        for text in [
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNXHUwMGY2Yml1cyJd",
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd",
            "WwoiXzI2YmM0TFQtYWM2cTJLSTZjQlc1ZXMiLAoiZmFtaWx5X25hbWUiLAoiTcO2Yml1cyIKXQ",
        ] {
            let read = Disclosure::read(text).unwrap();
            assert_eq!((read.name(), read.value()), (Some("family_name"), &json!("Möbius")));
            assert_eq!(read.as_str(), text);
        }
        let first = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
        assert_eq!(digest(first), "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
        let element = Disclosure::read("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0").unwrap();
        assert_eq!((element.name(), element.value()), (None, &json!("FR")));
        assert_eq!(element.digest(), "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs");
    }

    #[test]
    fn what_was_hidden_is_read_back() {
        let member = Disclosure::of_member([7; 16], "minor", &json!({"a": [1, null]})).unwrap();
        assert_eq!(Disclosure::read(member.as_str()).unwrap(), member);
        let element = Disclosure::of_element([7; 16], &json!("CN")).unwrap();
        assert_eq!(element.name(), None);
        assert_ne!(member.digest(), element.digest());
    }

    #[test]
    fn other_texts_disclose_nothing() {
        for array in [
            json!([]),
            json!(["salt"]),
            json!(["salt", "name", "value", "more"]),
            json!([7, "name", "value"]),
            json!(["salt", 7, "value"]),
            json!([null, "value"]),
            json!(["salt", "_sd", ["a"]]),
            json!(["salt", "...", "a"]),
            json!({"salt": "name"}),
        ] {
            let text = base64url::encode(array.to_string().as_bytes());
            assert_eq!(Disclosure::read(&text), Err(NotADisclosure), "{array}");
        }
        let twice = base64url::encode(br#"["salt","name",{"a":1,"a":2}]"#);
        for text in ["", "e30", "WyJhIiwiYiJd=", "[]", &twice] {
            assert_eq!(Disclosure::read(text), Err(NotADisclosure), "{text}");
        }
        assert!(Disclosure::of_member([0; 16], "_sd", &json!(1)).is_err());
    }
}
