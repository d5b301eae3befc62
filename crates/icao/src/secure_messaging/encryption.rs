//! Encryption in whole blocks, chained: CBC with what the standards put in front.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit,
    KeyInit, array::sizes::U16,
};
use des::TdesEde2;
use sha2::Sha256;

use super::{
    Cipher,
    counter::Counter,
    derivation::{Purpose, derived, first_sixteen, first_twenty_four},
};

/// A ciphertext that is no whole number of blocks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not whole blocks")]
pub struct NotWholeBlocks;

/// A cipher with its key.
pub(super) enum Encryption {
    TripleDes(TdesEde2),
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

/// Encrypts whole blocks in place under a key that is no channel's, chained from a block of zeros.
pub(crate) fn encipher_under(
    cipher: Cipher,
    key: &[u8],
    blocks: &mut [u8],
) -> Result<(), NotWholeBlocks> {
    Encryption::of_key(cipher, key).ok_or(NotWholeBlocks)?.encipher(None, blocks)
}

impl Encryption {
    /// The key derived from a secret for a purpose.
    pub(super) fn derive(cipher: Cipher, secret: &[u8], purpose: Purpose) -> Self {
        match cipher {
            Cipher::TripleDes => Self::TripleDes(TdesEde2::new(&first_sixteen(secret, purpose))),
            Cipher::Aes128 => Self::Aes128(Aes128::new(&first_sixteen(secret, purpose))),
            Cipher::Aes192 => Self::Aes192(Aes192::new(&first_twenty_four(secret, purpose))),
            Cipher::Aes256 => Self::Aes256(Aes256::new(&derived::<Sha256>(secret, purpose))),
        }
    }

    /// A key as it is, if it is as long as the cipher's.
    fn of_key(cipher: Cipher, key: &[u8]) -> Option<Self> {
        Some(match cipher {
            Cipher::TripleDes => Self::TripleDes(TdesEde2::new_from_slice(key).ok()?),
            Cipher::Aes128 => Self::Aes128(Aes128::new_from_slice(key).ok()?),
            Cipher::Aes192 => Self::Aes192(Aes192::new_from_slice(key).ok()?),
            Cipher::Aes256 => Self::Aes256(Aes256::new_from_slice(key).ok()?),
        })
    }

    /// Encrypts whole blocks in place, chained from the one that the message's number becomes, or from zeros.
    pub(super) fn encipher(
        &self,
        number: Option<Counter>,
        blocks: &mut [u8],
    ) -> Result<(), NotWholeBlocks> {
        match self {
            Self::TripleDes(cipher) => chain(cipher, &Array::default(), blocks),
            Self::Aes128(cipher) => chain(cipher, &first_block(cipher, number), blocks),
            Self::Aes192(cipher) => chain(cipher, &first_block(cipher, number), blocks),
            Self::Aes256(cipher) => chain(cipher, &first_block(cipher, number), blocks),
        }
    }

    /// The way back.
    pub(super) fn decipher(
        &self,
        number: Option<Counter>,
        blocks: &mut [u8],
    ) -> Result<(), NotWholeBlocks> {
        match self {
            Self::TripleDes(cipher) => unchain(cipher, &Array::default(), blocks),
            Self::Aes128(cipher) => unchain(cipher, &first_block(cipher, number), blocks),
            Self::Aes192(cipher) => unchain(cipher, &first_block(cipher, number), blocks),
            Self::Aes256(cipher) => unchain(cipher, &first_block(cipher, number), blocks),
        }
    }
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
