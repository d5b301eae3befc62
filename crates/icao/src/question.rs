//! What a chip is asked, and what it answers: the two messages between platform and reader.

use formats::base64url;
use serde::{Deserialize, Serialize};

use crate::secure_messaging::Cipher;

/// What the reader lets the chip do, to prove that the chip is the original.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ChipQuestion {
    /// INTERNAL AUTHENTICATE over this challenge (ICAO 9303-11 §6.1).
    Active {
        /// Eight bytes.
        challenge: Bytes,
    },
    /// Chip authentication with this ephemeral public key, then one command under the keys that follow from it
    /// (ICAO 9303-11 §6.2).
    Chip {
        /// Which key of the chip, when it has several.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key_id: Option<Bytes>,
        /// The platform's ephemeral public key: an uncompressed point, or a number as long as the group's prime.
        public_key: Bytes,
        /// The cipher agreed upon; with 3DES the reader sends MSE:Set KAT, otherwise MSE:Set AT and GENERAL
        /// AUTHENTICATE.
        cipher: Cipher,
        /// The command to send next, already protected under the new keys; its response is the answer.
        command: Bytes,
    },
}

/// What the chip answered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChipAnswer {
    /// The signature of active authentication, or the response to the protected command with its status word.
    pub response: Bytes,
}

/// Bytes, base64url without padding in JSON.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub Vec<u8>);

impl TryFrom<String> for Bytes {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        base64url::decode(&text).map(Self).map_err(|_| "not base64url")
    }
}

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        base64url::encode(&bytes.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn travels_as_agreed() {
        let active = ChipQuestion::Active { challenge: Bytes(vec![255; 8]) };
        let text = r#"{"active":{"challenge":"__________8"}}"#;
        assert_eq!(serde_json::to_string(&active).unwrap(), text);
        assert_eq!(serde_json::from_str::<ChipQuestion>(text).unwrap(), active);

        let chip = ChipQuestion::Chip {
            key_id: None,
            public_key: Bytes(vec![4]),
            cipher: Cipher::Aes128,
            command: Bytes(vec![0x0c, 0xb0]),
        };
        let text = r#"{"chip":{"public_key":"BA","cipher":"aes128","command":"DLA"}}"#;
        assert_eq!(serde_json::to_string(&chip).unwrap(), text);
        assert_eq!(serde_json::from_str::<ChipQuestion>(text).unwrap(), chip);
    }
}
