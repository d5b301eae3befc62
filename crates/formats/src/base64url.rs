//! Base64url without padding, and only its canonical form.
//!
//! RFC 7515 §2: "Base64 encoding using the URL- and filename-safe character set defined in Section 5 of RFC 4648, with
//! all trailing '=' characters omitted (as permitted by Section 3.2) and without the inclusion of any line breaks,
//! whitespace, or other additional characters."

use data_encoding::BASE64URL_NOPAD;

/// Text that is not canonical base64url without padding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not canonical base64url")]
pub struct NotBase64Url;

/// Bytes to text.
pub fn encode(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Bytes to text, at the end of `text`.
pub fn append(bytes: &[u8], text: &mut String) {
    BASE64URL_NOPAD.encode_append(bytes, text);
}

/// Text to bytes.
///
/// One value has one text, or changing a text would not always change what it says. RFC 4648 §3.5: "decoders MAY
/// choose to reject an encoding if the pad bits have not been set to zero"; this one does.
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotBase64Url)
}

/// Text to exactly `N` bytes.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], NotBase64Url> {
    decode(text)?.try_into().map_err(|_| NotBase64Url)
}

/// Bytes as base64url text inside a serde value: `#[serde(with = "formats::base64url::text")]`.
pub mod text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::{decode, encode};

    /// Writes bytes as text.
    pub fn serialize<S: Serializer>(
        bytes: impl AsRef<[u8]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(bytes.as_ref()))
    }

    /// Reads bytes from text; a fixed length is held.
    pub fn deserialize<'de, D: Deserializer<'de>, T: TryFrom<Vec<u8>>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = decode(&text).map_err(D::Error::custom)?;
        bytes.try_into().map_err(|_| D::Error::custom("not of this length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_text() {
        assert_eq!(decode("AQ"), Ok(vec![1]));
        for other in ["AQ==", "AR", "A", "AQ\n", " AQ", "+w", "/w", "A Q"] {
            assert_eq!(decode(other), Err(NotBase64Url), "{other:?}");
        }
    }

    #[test]
    fn lengths_are_exact() {
        assert_eq!(decode_array::<2>("AQI"), Ok([1, 2]));
        assert_eq!(decode_array::<1>("AQI"), Err(NotBase64Url));
        assert_eq!(decode_array::<3>("AQI"), Err(NotBase64Url));
    }
}
