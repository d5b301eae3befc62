//! The chip's end of secure messaging, written apart from the reader's.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use cbc::cipher::{
    BlockModeDecrypt, BlockModeEncrypt, KeyIvInit,
    block_padding::{Iso7816, NoPadding},
};
use cmac::Mac;
use sha1::{Digest, Sha1};

/// Which cipher a session speaks.
#[derive(Clone, Copy)]
pub(crate) enum Cipher {
    TripleDes,
    Aes128,
}

/// A session of the chip's.
pub(crate) struct Session {
    pub(crate) cipher: Cipher,
    encryption: [u8; 16],
    authentication: [u8; 16],
    pub(crate) counter: u128,
}

pub(crate) fn derive(secret: &[u8], purpose: u8) -> [u8; 16] {
    let hash = Sha1::digest([secret, &[0, 0, 0, purpose]].concat());
    hash[..16].try_into().unwrap()
}

impl Session {
    pub(crate) fn new(cipher: Cipher, secret: &[u8], counter: u128) -> Self {
        Self { cipher, encryption: derive(secret, 1), authentication: derive(secret, 2), counter }
    }

    fn count(&self) -> Vec<u8> {
        let bytes = self.counter.to_be_bytes();
        match self.cipher {
            Cipher::TripleDes => bytes[8..].to_vec(),
            Cipher::Aes128 => bytes.to_vec(),
        }
    }

    fn padded(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.push(0x80);
        while !bytes.len().is_multiple_of(self.count().len()) {
            bytes.push(0);
        }
        bytes
    }

    pub(crate) fn mac(&self, text: &[u8]) -> Vec<u8> {
        match self.cipher {
            Cipher::TripleDes => {
                let mac = retail_mac::RetailMac::<des::Des>::new(&self.authentication.into());
                mac.chain_update(self.padded(text.to_vec())).finalize().into_bytes().to_vec()
            }
            Cipher::Aes128 => {
                let mac = cmac::Cmac::<aes::Aes128>::new(&self.authentication.into());
                mac.chain_update(text).finalize().into_bytes()[..8].to_vec()
            }
        }
    }

    fn mac_counted(&self, text: &[u8]) -> Vec<u8> {
        let text = [self.count(), text.to_vec()].concat();
        match self.cipher {
            Cipher::TripleDes => self.mac(&text),
            Cipher::Aes128 => self.mac(&self.padded(text)),
        }
    }

    fn first_block(&self) -> [u8; 16] {
        let mut block = self.counter.to_be_bytes().into();
        aes::Aes128::new(&self.encryption.into()).encrypt_block(&mut block);
        block.into()
    }

    fn encrypt(&self, text: &[u8]) -> Vec<u8> {
        let key = self.encryption.into();
        match self.cipher {
            Cipher::TripleDes => cbc::Encryptor::<des::TdesEde2>::new(&key, &[0; 8].into())
                .encrypt_padded_vec::<Iso7816>(text),
            Cipher::Aes128 => cbc::Encryptor::<aes::Aes128>::new(&key, &self.first_block().into())
                .encrypt_padded_vec::<Iso7816>(text),
        }
    }

    fn decrypt(&self, text: &[u8]) -> Vec<u8> {
        let key = self.encryption.into();
        match self.cipher {
            Cipher::TripleDes => cbc::Decryptor::<des::TdesEde2>::new(&key, &[0; 8].into())
                .decrypt_padded_vec::<Iso7816>(text),
            Cipher::Aes128 => cbc::Decryptor::<aes::Aes128>::new(&key, &self.first_block().into())
                .decrypt_padded_vec::<Iso7816>(text),
        }
        .unwrap()
    }

    /// Basic access control's encryption: no padding, chained from zeros.
    pub(crate) fn encrypt_plainly(&self, text: &[u8]) -> Vec<u8> {
        cbc::Encryptor::<des::TdesEde2>::new(&self.encryption.into(), &[0; 8].into())
            .encrypt_padded_vec::<NoPadding>(text)
    }

    pub(crate) fn decrypt_plainly(&self, text: &[u8]) -> Vec<u8> {
        cbc::Decryptor::<des::TdesEde2>::new(&self.encryption.into(), &[0; 8].into())
            .decrypt_padded_vec::<NoPadding>(text)
            .unwrap()
    }

    /// Opens a command: its data and how much it asks for, if the code is right.
    pub(crate) fn open(&mut self, command: &[u8]) -> Option<(Vec<u8>, usize)> {
        self.counter += 1;
        let long = command[4] == 0 && command.len() > 7;
        let (start, end) = if long { (7, command.len() - 2) } else { (5, command.len() - 1) };
        let objects = &command[start..end];
        let (authenticated, mac) = objects.split_at(objects.len() - 10);
        let header = self.padded(command[..4].to_vec());
        if mac[2..] != self.mac_counted(&[&header, authenticated].concat()) {
            return None;
        }
        let (mut rest, mut data, mut asked) = (authenticated, Vec::new(), 0);
        while !rest.is_empty() {
            let (tag, value) = object(rest);
            rest = &rest[framed(tag, &value).len()..];
            match tag {
                0x87 => data = self.decrypt(&value[1..]),
                0x85 => data = self.decrypt(&value),
                _ => asked = value.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
            }
        }
        Some((data, asked))
    }

    /// Protects a response.
    pub(crate) fn protect(&mut self, odd: bool, data: &[u8], status: [u8; 2]) -> Vec<u8> {
        self.counter += 1;
        let mut objects = Vec::new();
        if !data.is_empty() {
            let sealed = self.encrypt(data);
            let value = if odd { sealed } else { [&[1], sealed.as_slice()].concat() };
            objects.extend(framed(if odd { 0x85 } else { 0x87 }, &value));
        }
        objects.extend(framed(0x99, &status));
        objects.extend(framed(0x8E, &self.mac_counted(&objects)));
        objects.extend(status);
        objects
    }
}

/// The first object's tag and value.
pub(crate) fn object(bytes: &[u8]) -> (u8, Vec<u8>) {
    let (length, start) = match bytes[1] {
        0x81 => (usize::from(bytes[2]), 3),
        0x82 => (usize::from(bytes[2]) << 8 | usize::from(bytes[3]), 4),
        short => (usize::from(short), 2),
    };
    (bytes[0], bytes[start..start + length].to_vec())
}

/// An object.
pub(crate) fn framed(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = match value.len() {
        short @ 0..0x80 => vec![short as u8],
        middle @ 0x80..0x100 => vec![0x81, middle as u8],
        long @ 0x100..0x10000 => vec![0x82, (long >> 8) as u8, long as u8],
        longer => vec![0x83, (longer >> 16) as u8, (longer >> 8) as u8, longer as u8],
    };
    [&[tag], length.as_slice(), value].concat()
}
