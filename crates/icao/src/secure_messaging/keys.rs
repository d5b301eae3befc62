//! The two keys of a channel, and what is done with them.

use std::fmt;

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit,
    KeyInit,
    array::sizes::{U8, U16, U24},
};
use cmac::{Cmac, Mac};
use des::{Des, TdesEde2};
use retail_mac::RetailMac;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{Cipher, counter::Counter};

/// How long an authentication code is, whatever the cipher.
pub(super) const MAC_LENGTH: usize = 8;

/// What a key is for: the counter of the key derivation in ICAO 9303-11 §9.7.1, §9.7.3, §9.7.4.
#[derive(Clone, Copy)]
enum Purpose {
    Encryption = 1,
    Authentication = 2,
    Password = 3,
}

/// A key to encrypt with and one to authenticate with, derived from one secret.
pub struct Keys {
    // Boxed: the rounds of a cipher are hundreds of bytes, and keys are handed on with every message.
    encryption: Box<Encryption>,
    authentication: Box<Authentication>,
}

enum Encryption {
    TripleDes(TdesEde2),
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

enum Authentication {
    TripleDes(RetailMac<Des>),
    Aes128(Cmac<Aes128>),
    Aes192(Cmac<Aes192>),
    Aes256(Cmac<Aes256>),
}

/// A ciphertext that is no whole number of blocks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not whole blocks")]
pub struct NotWholeBlocks;

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

impl Encryption {
    fn derive(cipher: Cipher, secret: &[u8], purpose: Purpose) -> Self {
        match cipher {
            Cipher::TripleDes => Self::TripleDes(TdesEde2::new(&first_sixteen(secret, purpose))),
            Cipher::Aes128 => Self::Aes128(Aes128::new(&first_sixteen(secret, purpose))),
            Cipher::Aes192 => Self::Aes192(Aes192::new(&first_twenty_four(secret, purpose))),
            Cipher::Aes256 => Self::Aes256(Aes256::new(&derived::<Sha256>(secret, purpose))),
        }
    }

    fn encipher(&self, number: Option<Counter>, blocks: &mut [u8]) -> Result<(), NotWholeBlocks> {
        match self {
            Self::TripleDes(cipher) => chain(cipher, &Array::default(), blocks),
            Self::Aes128(cipher) => chain(cipher, &first_block(cipher, number), blocks),
            Self::Aes192(cipher) => chain(cipher, &first_block(cipher, number), blocks),
            Self::Aes256(cipher) => chain(cipher, &first_block(cipher, number), blocks),
        }
    }

    fn decipher(&self, number: Option<Counter>, blocks: &mut [u8]) -> Result<(), NotWholeBlocks> {
        match self {
            Self::TripleDes(cipher) => unchain(cipher, &Array::default(), blocks),
            Self::Aes128(cipher) => unchain(cipher, &first_block(cipher, number), blocks),
            Self::Aes192(cipher) => unchain(cipher, &first_block(cipher, number), blocks),
            Self::Aes256(cipher) => unchain(cipher, &first_block(cipher, number), blocks),
        }
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

/// ICAO 9303-11 §9.8.7.1: "IV = E(KSEnc, SSC)"; what has no number is chained from zeros.
fn first_block<C: BlockCipherEncrypt<BlockSize = U16>>(
    cipher: &C,
    number: Option<Counter>,
) -> Array<u8, U16> {
    let Some(number) = number else { return Array::default() };
    let mut block = Array(number.wide());
    cipher.encrypt_block(&mut block);
    block
}

fn chain<C: BlockCipherEncrypt>(
    cipher: &C,
    first: &Array<u8, C::BlockSize>,
    blocks: &mut [u8],
) -> Result<(), NotWholeBlocks> {
    let (blocks, []) = Array::slice_as_chunks_mut(blocks) else { return Err(NotWholeBlocks) };
    cbc::Encryptor::inner_iv_init(cipher, first).encrypt_blocks(blocks);
    Ok(())
}

fn unchain<C: BlockCipherDecrypt>(
    cipher: &C,
    first: &Array<u8, C::BlockSize>,
    blocks: &mut [u8],
) -> Result<(), NotWholeBlocks> {
    let (blocks, []) = Array::slice_as_chunks_mut(blocks) else { return Err(NotWholeBlocks) };
    cbc::Decryptor::inner_iv_init(cipher, first).decrypt_blocks(blocks);
    Ok(())
}

/// ISO 9797-1 padding method 2: a one bit, then zeros to the end of the block.
pub(super) fn padded(mut text: Vec<u8>, cipher: Cipher) -> Vec<u8> {
    text.push(0x80);
    text.resize(text.len().next_multiple_of(cipher.block()), 0);
    text
}

/// ICAO 9303-11 §9.7.1: "keydata = H(K || c)", c being "A 32-bit, big-endian integer counter".
fn derived<H: Digest>(secret: &[u8], purpose: Purpose) -> Array<u8, H::OutputSize> {
    H::new().chain_update(secret).chain_update((purpose as u32).to_be_bytes()).finalize()
}

/// 3DES and AES-128. ICAO 9303-11 §9.7.1.2: "Use octets 1 to 16 of keydata; additional octets are not used." §9.7.1.1:
/// "Adjust the parity bits ... (OPTIONAL)"; they do nothing.
fn first_sixteen(secret: &[u8], purpose: Purpose) -> Array<u8, U16> {
    derived::<Sha1>(secret, purpose).split::<U16>().0
}

/// ICAO 9303-11 §9.7.1.2: "For 192-bit AES keys ... Use octets 1 to 24 of keydata; additional octets are not used."
fn first_twenty_four(secret: &[u8], purpose: Purpose) -> Array<u8, U24> {
    derived::<Sha256>(secret, purpose).split::<U24>().0
}
