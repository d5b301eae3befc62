//! The two keys of a channel, and what is done with them.

use std::fmt;

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    KeyInit,
    array::sizes::{U8, U16},
};
use cmac::{Cmac, Mac};
use des::Des;
use retail_mac::RetailMac;
use sha2::Sha256;

use super::{
    Cipher,
    counter::Counter,
    derivation::{Purpose, derived, first_sixteen, first_twenty_four},
    encryption::{Encryption, NotWholeBlocks},
};

/// How long an authentication code is, whatever the cipher.
pub(super) const MAC_LENGTH: usize = 8;

/// A key to encrypt with and one to authenticate with, derived from one secret.
pub struct Keys {
    // Boxed: the rounds of a cipher are hundreds of bytes, and keys are handed on with every message.
    encryption: Box<Encryption>,
    authentication: Box<Authentication>,
}

enum Authentication {
    TripleDes(RetailMac<Des>),
    Aes128(Cmac<Aes128>),
    Aes192(Cmac<Aes192>),
    Aes256(Cmac<Aes256>),
}

/// An authentication code that is not the right one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the authentication code is wrong")]
pub struct WrongMac;

impl Keys {
    /// Derives both keys from a secret both sides have.
    pub fn derive(cipher: Cipher, secret: &[u8]) -> Self {
        Self {
            encryption: Box::new(Encryption::derive(cipher, secret, Purpose::Encryption)),
            authentication: Box::new(Authentication::derive(cipher, secret)),
        }
    }

    /// The cipher they are for.
    pub fn cipher(&self) -> Cipher {
        match *self.encryption {
            Encryption::TripleDes(_) => Cipher::TripleDes,
            Encryption::Aes128(_) => Cipher::Aes128,
            Encryption::Aes192(_) => Cipher::Aes192,
            Encryption::Aes256(_) => Cipher::Aes256,
        }
    }

    /// Encrypts whole blocks in place, chained from a block of zeros, as basic access control does.
    pub fn encipher(&self, blocks: &mut [u8]) -> Result<(), NotWholeBlocks> {
        self.encryption.encipher(None, blocks)
    }

    /// The way back.
    pub fn decipher(&self, blocks: &mut [u8]) -> Result<(), NotWholeBlocks> {
        self.encryption.decipher(None, blocks)
    }

    /// The authentication code of a text by itself: a token of PACE, or basic access control's.
    ///
    /// ICAO 9303-11 §4.4.3.4: "Padding is performed internally by the message authentication code": the retail MAC's is
    /// method 2 of ISO 9797-1, CMAC has its own.
    pub fn mac(&self, text: &[u8]) -> [u8; MAC_LENGTH] {
        match self.cipher() {
            Cipher::TripleDes => self.authentication.mac(&padded(text.to_vec(), Cipher::TripleDes)),
            _ => self.authentication.mac(text),
        }
    }

    /// Checks such a code in a time that does not tell how much of it was right.
    pub fn verify_mac(&self, text: &[u8], mac: &[u8]) -> Result<(), WrongMac> {
        match self.cipher() {
            Cipher::TripleDes => {
                self.authentication.verify(&padded(text.to_vec(), Cipher::TripleDes), mac)
            }
            _ => self.authentication.verify(text, mac),
        }
    }

    /// Pads a text and encrypts it as the message of this number.
    pub(super) fn seal(&self, number: Counter, text: &[u8]) -> Result<Vec<u8>, NotWholeBlocks> {
        let mut sealed = padded(text.to_vec(), self.cipher());
        self.encryption.encipher(Some(number), &mut sealed)?;
        Ok(sealed)
    }

    /// Decrypts what was sealed as the message of this number, and takes the padding off.
    pub(super) fn unseal(&self, number: Counter, sealed: &[u8]) -> Result<Vec<u8>, NotWholeBlocks> {
        let mut text = sealed.to_vec();
        self.encryption.decipher(Some(number), &mut text)?;
        // ISO 9797-1 method 2: a one bit, then zeros to the end of the last block and no further.
        let end = text.iter().rposition(|&byte| byte != 0).ok_or(NotWholeBlocks)?;
        if text.get(end) != Some(&0x80) || text.len() - end > self.cipher().block() {
            return Err(NotWholeBlocks);
        }
        text.truncate(end);
        Ok(text)
    }

    /// Decrypts what a chip proves itself with at the end of PACE, before anything else is said.
    ///
    /// ICAO 9303-11 §4.4.3.5.4: "IV=E(KSEnc,-1), where -1 is the bit string of length 128 with all bits set to 1".
    pub fn unseal_chip_authentication(&self, sealed: &[u8]) -> Result<Vec<u8>, NotWholeBlocks> {
        self.unseal(Counter::MINUS_ONE, sealed)
    }

    /// The code of the message of this number.
    pub(super) fn mac_message(&self, number: Counter, message: &[u8]) -> [u8; MAC_LENGTH] {
        self.authentication.mac(&self.numbered(number, message))
    }

    /// Checks it.
    pub(super) fn verify_message(
        &self,
        number: Counter,
        message: &[u8],
        mac: &[u8],
    ) -> Result<(), WrongMac> {
        self.authentication.verify(&self.numbered(number, message), mac)
    }

    fn numbered(&self, number: Counter, message: &[u8]) -> Vec<u8> {
        let mut numbered = Vec::with_capacity(message.len() + 32);
        number.append(self.cipher(), &mut numbered);
        numbered.extend_from_slice(message);
        padded(numbered, self.cipher())
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.cipher())
    }
}

/// The key that a password typed by a person becomes, to open PACE's nonce with.
pub struct PasswordKey(Encryption);

impl PasswordKey {
    /// Derives it from the password's own secret.
    pub fn derive(cipher: Cipher, secret: &[u8]) -> Self {
        Self(Encryption::derive(cipher, secret, Purpose::Password))
    }

    /// Decrypts whole blocks in place, chained from a block of zeros.
    pub fn decipher(&self, blocks: &mut [u8]) -> Result<(), NotWholeBlocks> {
        self.0.decipher(None, blocks)
    }
}

impl fmt::Debug for PasswordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordKey")
    }
}

impl Authentication {
    fn derive(cipher: Cipher, secret: &[u8]) -> Self {
        let purpose = Purpose::Authentication;
        match cipher {
            Cipher::TripleDes => Self::TripleDes(RetailMac::new(&first_sixteen(secret, purpose))),
            Cipher::Aes128 => Self::Aes128(Cmac::new(&first_sixteen(secret, purpose))),
            Cipher::Aes192 => Self::Aes192(Cmac::new(&first_twenty_four(secret, purpose))),
            Cipher::Aes256 => Self::Aes256(Cmac::new(&derived::<Sha256>(secret, purpose))),
        }
    }

    fn mac(&self, text: &[u8]) -> [u8; MAC_LENGTH] {
        match self {
            Self::TripleDes(mac) => mac.clone().chain_update(text).finalize().into_bytes().0,
            Self::Aes128(mac) => first_half(mac.clone(), text),
            Self::Aes192(mac) => first_half(mac.clone(), text),
            Self::Aes256(mac) => first_half(mac.clone(), text),
        }
    }

    fn verify(&self, text: &[u8], code: &[u8]) -> Result<(), WrongMac> {
        if code.len() != MAC_LENGTH {
            return Err(WrongMac);
        }
        match self {
            Self::TripleDes(mac) => mac.clone().chain_update(text).verify_truncated_left(code),
            Self::Aes128(mac) => mac.clone().chain_update(text).verify_truncated_left(code),
            Self::Aes192(mac) => mac.clone().chain_update(text).verify_truncated_left(code),
            Self::Aes256(mac) => mac.clone().chain_update(text).verify_truncated_left(code),
        }
        .map_err(|_| WrongMac)
    }
}

/// ICAO 9303-11 §9.8.7.2: "with a MAC length of 8 bytes".
fn first_half<M: Mac<OutputSize = U16>>(mac: M, text: &[u8]) -> [u8; MAC_LENGTH] {
    let (left, _) = mac.chain_update(text).finalize().into_bytes().split::<U8>();
    left.0
}

/// ISO 9797-1 padding method 2: a one bit, then zeros to the end of the block.
pub(super) fn padded(mut text: Vec<u8>, cipher: Cipher) -> Vec<u8> {
    text.push(0x80);
    text.resize(text.len().next_multiple_of(cipher.block()), 0);
    text
}
