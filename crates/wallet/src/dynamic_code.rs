//! The dynamic code as the device shows it.

use formats::{MacKey, base64url};
use jiff::Timestamp;
use rules::{
    DynamicCode,
    dynamic_code::{COUNT, step},
};

/// What a code is made of beside its step; the platform's word.
const LABEL: &[u8] = b"yinzheng-dynamic-code-v1";

/// The key of a device's codes, received once.
#[derive(Clone, Debug)]
pub struct CodeKey(MacKey);

/// The text is no key of codes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a key of dynamic codes")]
pub struct NotACodeKey;

impl CodeKey {
    /// Reads the key as the platform hands it over: 32 bytes in base64url.
    pub fn receive(text: &str) -> Result<Self, NotACodeKey> {
        let bytes = base64url::decode_array(text).map_err(|_| NotACodeKey)?;
        Ok(Self(MacKey::from_bytes(&bytes)))
    }

    /// The code of this half minute.
    pub fn code(&self, now: Timestamp) -> DynamicCode {
        let rank = self.0.number_below(COUNT, &[&step(now).to_be_bytes(), LABEL]);
        DynamicCode::of_rank(rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python: `int.from_bytes(hmac.digest(bytes(range(32)), m, "sha256")[:16], "big") % 10200440`, where `m` is each part
    /// after its length in eight bytes, and the rank looked up in a list of all codes made by trying every number.
    #[test]
    fn a_code_computed_elsewhere() {
        let key = CodeKey::receive("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").unwrap();
        let now: Timestamp = "2026-11-22T04:00:00Z".parse().unwrap();
        assert_eq!(key.code(now).to_string(), "75246493");
        assert_eq!(CodeKey::receive("AAEC").unwrap_err(), NotACodeKey);
    }
}
