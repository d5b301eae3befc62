//! What a lock link carries: chance, short enough to be typed from a message on another device. Only its hash is stored.

use std::str::FromStr;

use formats::{base64url, mac::sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{Refusal, World};

/// The secret part of a link: 128 bits of chance. Whoever has it can end a certificate, and nothing else.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct LockToken([u8; 16]);

impl LockToken {
    pub(crate) fn draw(world: &dyn World) -> Self {
        Self(world.draw())
    }

    /// What is stored in its place.
    pub(crate) fn id(&self) -> [u8; 32] {
        sha256(&self.0)
    }

    /// As it stands in a link: 22 characters.
    pub(crate) fn text(&self) -> String {
        base64url::encode(&self.0)
    }
}

/// One text a token, no other: whatever else is no link of ours.
impl FromStr for LockToken {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        base64url::decode_array(text).map(Self).map_err(|_| Refusal::LinkUnknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_a_token() {
        let token = LockToken([7; 16]);
        let text = token.text();
        assert_eq!(text.len(), 22);
        assert_eq!(text.parse::<LockToken>().map(|token| token.id()).ok(), Some(token.id()));
        let last = text.replacen(text.chars().last().unwrap(), "x", 1);
        for other in ["", "a", &text[1..], &format!("{text}A"), &format!("{text}="), &last] {
            let read = other.parse::<LockToken>().map(|token| token.id());
            assert_ne!(read.ok(), Some(token.id()), "{other}");
        }
    }
}
