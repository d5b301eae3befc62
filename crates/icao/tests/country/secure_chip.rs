//! The chip's side of secure messaging after chip authentication: it checks one READ BINARY and answers it.
//!
//! ICAO 9303-11 §9.7.1 (key derivation) and §9.8, by OpenSSL's ciphers and codes.

use std::path::Path;

use super::{
    der::{split, wrap},
    openssl,
};

/// Checks the command's code and answers with as many bytes of the file as it asks for.
pub(super) fn respond(
    folder: &Path,
    cipher: &str,
    secret: &[u8],
    command: &[u8],
    file: &[u8],
) -> Vec<u8> {
    let chip = SecureChip::new(folder, cipher, secret);
    // CLA INS P1 P2, length, objects, Le.
    let (header, objects) = (&command[..4], &command[5..command.len() - 1]);
    let (asked, wanted, rest) = split(objects);
    let expected = &objects[..objects.len() - rest.len()];
    let (_, code, _) = split(rest);
    assert_eq!((asked, header), (0x97, &[0x0c, 0xb0, 0x8e, 0x00][..]), "READ BINARY of DG14");
    let message = [chip.pad(header.to_vec()), expected.to_vec()].concat();
    assert_eq!(chip.code(1, &message), code, "the terminal has other keys");

    let sealed = chip.encrypt(2, &chip.pad(file[..usize::from(wanted[0])].to_vec()));
    let objects = [wrap(0x87, &[&[1], &sealed]), wrap(0x99, &[&[0x90, 0x00]])].concat();
    let code = chip.code(2, &objects);
    [objects, wrap(0x8e, &[&code]), vec![0x90, 0x00]].concat()
}

struct SecureChip<'a> {
    folder: &'a Path,
    /// `3des`, or the key length of AES.
    aes: Option<&'a str>,
    encryption: String,
    authentication: String,
}

impl<'a> SecureChip<'a> {
    fn new(folder: &'a Path, cipher: &'a str, secret: &[u8]) -> Self {
        let (digest, length) = match cipher {
            "aes192" => ("sha256", 24),
            "aes256" => ("sha256", 32),
            _ => ("sha1", 16),
        };
        let derive = |counter: u8| {
            let input = [secret, &[0, 0, 0, counter]].concat();
            let key = openssl::run(folder, &format!("dgst -{digest} -binary"), &input);
            hex(&key[..length])
        };
        let (encryption, authentication) = (derive(1), derive(2));
        Self { folder, aes: cipher.strip_prefix("aes"), encryption, authentication }
    }

    fn block(&self) -> usize {
        if self.aes.is_some() { 16 } else { 8 }
    }

    fn counter(&self, number: u8) -> Vec<u8> {
        let mut counter = vec![0; self.block()];
        *counter.last_mut().unwrap() = number;
        counter
    }

    fn pad(&self, mut text: Vec<u8>) -> Vec<u8> {
        text.push(0x80);
        text.resize(text.len().next_multiple_of(self.block()), 0);
        text
    }

    fn encrypt(&self, number: u8, text: &[u8]) -> Vec<u8> {
        let key = &self.encryption;
        match self.aes {
            Some(bits) => {
                let start = openssl::run(
                    self.folder,
                    &format!("enc -aes-{bits}-ecb -nopad -K {key}"),
                    &self.counter(number),
                );
                let words = format!("enc -aes-{bits}-cbc -nopad -K {key} -iv {}", hex(&start));
                openssl::run(self.folder, &words, text)
            }
            None => self.des(&format!("{key}{}", &key[..16]), text),
        }
    }

    /// Three keys of DES in CBC mode from zero.
    fn des(&self, keys: &str, text: &[u8]) -> Vec<u8> {
        let words = format!("enc -des-ede3-cbc -nopad -K {keys} -iv 0000000000000000");
        openssl::run(self.folder, &words, text)
    }

    fn code(&self, number: u8, message: &[u8]) -> Vec<u8> {
        let text = self.pad([self.counter(number), message.to_vec()].concat());
        let key = &self.authentication;
        if let Some(bits) = self.aes {
            let words = format!("mac -cipher AES-{bits}-CBC -macopt hexkey:{key} -binary CMAC");
            return openssl::run(self.folder, &words, &text)[..8].to_vec();
        }
        // The retail code: single DES with the first key up to the last block, which passes all three.
        let (first, second) = key.split_at(16);
        let (head, last) = text.split_at(text.len() - 8);
        let chained = self.des(&first.repeat(3), head);
        let before = &chained[chained.len() - 8..];
        let mixed: Vec<u8> = last.iter().zip(before).map(|(a, b)| a ^ b).collect();
        self.des(&format!("{first}{second}{first}"), &mixed)
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
