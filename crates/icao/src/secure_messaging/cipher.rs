//! Which cipher a channel speaks.

use std::{fmt, str::FromStr};

/// The ciphers of ICAO 9303-11 §9.8, each with the code that authenticates.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Cipher {
    /// Two-key 3DES with the retail MAC: the only one old documents speak.
    TripleDes,
    /// AES-128 with CMAC.
    Aes128,
    /// AES-192 with CMAC.
    Aes192,
    /// AES-256 with CMAC.
    Aes256,
}

/// A name no cipher has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a cipher of secure messaging")]
pub struct UnknownCipher;

impl Cipher {
    const ALL: [Self; 4] = [Self::TripleDes, Self::Aes128, Self::Aes192, Self::Aes256];

    /// Its name on the wire between platform and wallet.
    pub fn name(self) -> &'static str {
        match self {
            Self::TripleDes => "3des",
            Self::Aes128 => "aes128",
            Self::Aes192 => "aes192",
            Self::Aes256 => "aes256",
        }
    }

    /// The length of its blocks.
    pub(super) fn block(self) -> usize {
        match self {
            Self::TripleDes => 8,
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
        }
    }
}

impl From<Cipher> for &'static str {
    fn from(cipher: Cipher) -> Self {
        cipher.name()
    }
}

impl TryFrom<String> for Cipher {
    type Error = UnknownCipher;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl fmt::Display for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Cipher {
    type Err = UnknownCipher;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|cipher| cipher.name() == name).ok_or(UnknownCipher)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_one_name() {
        for cipher in Cipher::ALL {
            assert_eq!(cipher.to_string().parse(), Ok(cipher));
        }
        assert_eq!("aes".parse::<Cipher>(), Err(UnknownCipher));
    }
}
