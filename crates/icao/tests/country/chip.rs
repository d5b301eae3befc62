//! The chip of a document: a key of its own, and how it proves that it has it.

use std::{collections::BTreeMap, fs, sync::Arc};

use icao::{Bytes, ChipAnswer, ChipQuestion};

use super::{
    der::{small, split, wrap},
    openssl, secure_chip,
};

/// How a chip can prove that it is the original.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Proof {
    /// Not at all.
    None,
    /// Active authentication with RSA of so many bits; SHA-1 and the trailer `BC`.
    ActiveRsaSha1(u16),
    /// Active authentication with RSA of so many bits; SHA-256 and the trailer `34CC`.
    ActiveRsa(u16),
    /// Active authentication with ECDSA on this curve (as OpenSSL names it) and SHA-256.
    ActiveEcdsa(&'static str),
    /// Chip authentication on this curve (as OpenSSL names it), and this cipher: `3des`, `aes128`, `aes192` or `aes256`.
    ChipEcdh(&'static str, &'static str),
    /// Chip authentication in this prime field (as OpenSSL's `genpkey` is told: algorithm and option), and this cipher.
    ChipDh(Field, &'static str),
}

/// A prime field, and how its numbers are written.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Field {
    /// RFC 5114 §2.1, with its order: X9.42.
    Bits1024,
    /// RFC 5114 §2.3, with its order: X9.42.
    Bits2048,
    /// RFC 7919 `ffdhe2048`, prime and base alone: PKCS #3.
    Pkcs3,
}

impl Field {
    fn words(self) -> &'static str {
        match self {
            Self::Bits1024 => "-algorithm DHX -pkeyopt dh_rfc5114:1",
            Self::Bits2048 => "-algorithm DHX -pkeyopt dh_rfc5114:3",
            Self::Pkcs3 => "-algorithm DH -pkeyopt group:ffdhe2048",
        }
    }

    fn length(self) -> usize {
        if self == Self::Bits1024 { 128 } else { 256 }
    }
}

/// A chip. Its clones are the same chip.
#[derive(Clone)]
pub struct Chip {
    proof: Proof,
    folder: Option<Arc<tempfile::TempDir>>,
}

impl Chip {
    pub(super) fn make(proof: Proof) -> Self {
        let words = match proof {
            Proof::None => return Self { proof, folder: None },
            Proof::ActiveRsa(bits) | Proof::ActiveRsaSha1(bits) => {
                format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out key.pem")
            }
            Proof::ActiveEcdsa(curve) | Proof::ChipEcdh(curve, _) => {
                format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{curve} -out key.pem")
            }
            Proof::ChipDh(field, _) => format!("genpkey {} -out key.pem", field.words()),
        };
        let folder = tempfile::tempdir().unwrap();
        openssl::run(folder.path(), &words, b"");
        Self { proof, folder: Some(Arc::new(folder)) }
    }

    /// The private key, as an unencrypted PKCS#8 text, for an emulated chip that shall be this one.
    pub fn private_key_pem(&self) -> String {
        fs::read_to_string(self.path().join("key.pem")).unwrap()
    }

    /// The public key, as `SubjectPublicKeyInfo` in DER.
    pub fn public_key(&self) -> Vec<u8> {
        openssl::run(self.path(), "pkey -in key.pem -pubout -outform DER", b"")
    }

    /// DG14 and DG15, as far as it needs them.
    pub(super) fn groups(&self) -> Vec<(u8, Vec<u8>)> {
        // 2.23.136.1.1.5 with ecdsa-plain-SHA256; id-PK-DH and id-PK-ECDH; id-CA-DH-… and id-CA-ECDH-….
        const ACTIVE: &[u8] = b"\x06\x06\x67\x81\x08\x01\x01\x05";
        const PLAIN_SHA256: &[u8] = b"\x06\x0a\x04\x00\x7f\x00\x07\x01\x01\x04\x01\x03";
        const PUBLIC_KEY: &[u8] = b"\x04\x00\x7f\x00\x07\x02\x02\x01";
        const CHIP: &[u8] = b"\x04\x00\x7f\x00\x07\x02\x02\x03";
        let infos = |infos: &[&[u8]]| (14, wrap(0x6e, &[&wrap(0x31, infos)]));
        match self.proof {
            Proof::None => Vec::new(),
            Proof::ActiveRsa(_) | Proof::ActiveRsaSha1(_) => {
                vec![(15, wrap(0x6f, &[&self.public_key()]))]
            }
            Proof::ActiveEcdsa(_) => vec![
                infos(&[&wrap(0x30, &[ACTIVE, &small(1), PLAIN_SHA256])]),
                (15, wrap(0x6f, &[&self.public_key()])),
            ],
            Proof::ChipEcdh(_, cipher) | Proof::ChipDh(_, cipher) => {
                let arm = if matches!(self.proof, Proof::ChipDh(..)) { 1 } else { 2 };
                let number = ["3des", "aes128", "aes192", "aes256"]
                    .iter()
                    .position(|name| *name == cipher)
                    .unwrap();
                let number = u8::try_from(number + 1).unwrap();
                let protocol = wrap(0x06, &[CHIP, &[arm, number]]);
                let key = wrap(0x06, &[PUBLIC_KEY, &[arm]]);
                vec![infos(&[
                    &wrap(0x30, &[&key, &self.public_key()]),
                    &wrap(0x30, &[&protocol, &small(1)]),
                ])]
            }
        }
    }

    pub(super) fn answer(
        &self,
        question: &ChipQuestion,
        groups: &BTreeMap<u8, Vec<u8>>,
    ) -> ChipAnswer {
        let response = match (question, self.proof) {
            (ChipQuestion::Active { challenge }, Proof::ActiveRsa(_) | Proof::ActiveRsaSha1(_)) => {
                self.sign_rsa(&challenge.0)
            }
            (ChipQuestion::Active { challenge }, Proof::ActiveEcdsa(_)) => {
                self.sign_ecdsa(&challenge.0)
            }
            (
                ChipQuestion::Chip { public_key, command, .. },
                Proof::ChipEcdh(_, cipher) | Proof::ChipDh(_, cipher),
            ) => secure_chip::respond(
                self.path(),
                cipher,
                &self.agree(&public_key.0),
                &command.0,
                &groups[&14],
            ),
            _ => panic!("this chip does not understand the question"),
        };
        ChipAnswer { response: Bytes(response) }
    }

    /// ISO/IEC 9796-2 scheme 1: what is signed raw is header, own nonce, digest, trailer.
    fn sign_rsa(&self, challenge: &[u8]) -> Vec<u8> {
        let (bits, digest, trailer): (u16, &str, &[u8]) = match self.proof {
            Proof::ActiveRsaSha1(bits) => (bits, "sha1", &[0xbc]),
            Proof::ActiveRsa(bits) => (bits, "sha256", &[0x34, 0xcc]),
            _ => unreachable!(),
        };
        let digest_length = if digest == "sha1" { 20 } else { 32 };
        let room = usize::from(bits / 8) - 1 - digest_length - trailer.len();
        let nonce = openssl::run(self.path(), &format!("rand {room}"), b"");
        let hash = openssl::run(
            self.path(),
            &format!("dgst -{digest} -binary"),
            &[&nonce, challenge].concat(),
        );
        let message = [&[0x6a], nonce.as_slice(), &hash, trailer].concat();
        openssl::run(
            self.path(),
            "pkeyutl -decrypt -inkey key.pem -pkeyopt rsa_padding_mode:none",
            &message,
        )
    }

    fn sign_ecdsa(&self, challenge: &[u8]) -> Vec<u8> {
        let signature = openssl::run(self.path(), "dgst -sha256 -sign key.pem", challenge);
        let (_, numbers, _) = split(&signature);
        let (_, r, rest) = split(numbers);
        let (_, s, _) = split(rest);
        let length = self.coordinate_length();
        let plain = |number: &[u8]| {
            let number = if number[0] == 0 { &number[1..] } else { number };
            [&vec![0; length - number.len()], number].concat()
        };
        [plain(r), plain(s)].concat()
    }

    /// The x coordinate of the point, or the number, that both sides reach.
    fn agree(&self, theirs: &[u8]) -> Vec<u8> {
        // The other side's key has this one's algorithm: only the point, or the number, differs.
        let own = self.public_key();
        let (_, inside, _) = split(&own);
        let (_, _, key) = split(inside);
        let algorithm = &inside[..inside.len() - key.len()];
        let dh = matches!(self.proof, Proof::ChipDh(..));
        let sign: &[u8] = if theirs[0] >= 0x80 { &[0] } else { &[] };
        let number = wrap(0x02, &[sign, theirs]);
        let key = wrap(0x03, &[&[0], if dh { &number } else { theirs }]);
        let path = self.path();
        // Questions may be answered side by side.
        let file = tempfile::NamedTempFile::new_in(path).unwrap();
        fs::write(file.path(), wrap(0x30, &[algorithm, &key])).unwrap();
        let name = file.path().display();
        let words = format!("pkeyutl -derive -inkey key.pem -peerkey {name} -peerform DER");
        let secret = openssl::run(path, &words, b"");
        // OpenSSL leaves out the zeros that a number begins with.
        let length = match self.proof {
            Proof::ChipDh(field, _) => field.length(),
            _ => secret.len(),
        };
        [vec![0; length - secret.len()], secret].concat()
    }

    fn coordinate_length(&self) -> usize {
        let Proof::ActiveEcdsa(curve) = self.proof else { unreachable!() };
        let bits =
            ["192", "224", "320", "384", "512", "521"].iter().find(|bits| curve.contains(*bits));
        bits.map_or(32, |bits| bits.parse::<usize>().unwrap().div_ceil(8))
    }

    fn path(&self) -> &std::path::Path {
        self.folder.as_ref().expect("a chip with a key").path()
    }
}
