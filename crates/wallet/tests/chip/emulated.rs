//! A chip: files, two ways to open it, a signature. Its random numbers are always the same.

use std::collections::BTreeMap;

use p256::{
    PublicKey, Scalar,
    elliptic_curve::{Group, PrimeField, sec1::ToSec1Point},
};
use sha1::{Digest, Sha1};

use crate::secure::{Cipher, Session, derive, framed, object};

const CHALLENGE: [u8; 8] = [0x46, 8, 0xF9, 0x19, 0x88, 0x70, 0x22, 0x12];
const NONCE: [u8; 16] = [0x3F; 16];

/// How a chip is opened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Opens {
    WithBac,
    WithPace,
}

/// A chip in the field of a reader.
pub(crate) struct Chip {
    opens: Opens,
    secret: Vec<u8>,
    files: BTreeMap<[u8; 2], Vec<u8>>,
    selected: Option<Vec<u8>>,
    session: Option<Session>,
    pace: Pace,
}

#[derive(Default)]
struct Pace {
    mapped: Option<p256::ProjectivePoint>,
    ours: Vec<u8>,
    theirs: Vec<u8>,
    secret: Vec<u8>,
}

fn scalar(text: u8) -> Scalar {
    Scalar::from_repr([text; 32].into()).unwrap()
}

fn encoded(point: p256::ProjectivePoint) -> Vec<u8> {
    point.to_affine().to_sec1_point(false).as_bytes().to_vec()
}

impl Chip {
    /// A chip with these files, opened by a password's secret.
    pub(crate) fn new(opens: Opens, secret: &[u8], files: &[([u8; 2], Vec<u8>)]) -> Self {
        let mut files: BTreeMap<_, _> = files.iter().cloned().collect();
        if opens == Opens::WithPace {
            // PACE-ECDH-GM-AES-CBC-CMAC-128 on NIST P-256.
            let info = b"\x31\x14\x30\x12\x06\x0A\x04\x00\x7F\x00\x07\x02\x02\x04\x02\x02\x02\x01\x02\x02\x01\x0C";
            files.insert([1, 0x1C], info.to_vec());
        }
        let secret = secret.to_vec();
        Self { opens, secret, files, selected: None, session: None, pace: Pace::default() }
    }

    /// What it answers to a command.
    pub(crate) fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        let Some(mut session) = self.session.take() else {
            if command[0] == 0x0C {
                return vec![0x69, 0x88];
            }
            let asked = command.last().map_or(0, |last| usize::from(*last));
            let (data, status) = self.execute(command, &data_of(command), asked);
            return [data, status.to_vec()].concat();
        };
        let Some((data, asked)) = session.open(command) else { return vec![0x69, 0x88] };
        let (data, status) = self.execute(command, &data, asked);
        let answer = session.protect(command[1] % 2 == 1, &data, status);
        self.session = Some(session);
        answer
    }

    fn execute(&mut self, command: &[u8], data: &[u8], asked: usize) -> (Vec<u8>, [u8; 2]) {
        let done = |data: Vec<u8>| (data, [0x90, 0]);
        match (command[1], command[2]) {
            (0xA4, 4) => done(Vec::new()),
            (0xA4, _) => match self.files.get(data) {
                Some(file) => {
                    self.selected = Some(file.clone());
                    done(Vec::new())
                }
                None => (Vec::new(), [0x6A, 0x82]),
            },
            (0xB0, _) => {
                let offset = usize::from(command[2]) << 8 | usize::from(command[3]);
                done(self.read(offset, asked))
            }
            (0xB1, _) => {
                let offset =
                    object(data).1.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
                done(framed(0x53, &self.read(offset, asked - 3)))
            }
            (0x84, _) => done(CHALLENGE.to_vec()),
            (0x82, _) => self.external_authenticate(data),
            (0x22, _) => done(Vec::new()),
            (0x86, _) if self.opens == Opens::WithPace => self.general_authenticate(data),
            (0x88, _) => done(Sha1::digest(data).to_vec()),
            _ => (Vec::new(), [0x6D, 0]),
        }
    }

    /// Never more bytes than are asked for, and at times fewer.
    fn read(&self, offset: usize, asked: usize) -> Vec<u8> {
        let file = self.selected.as_ref().unwrap();
        let most = asked.min(200);
        file[offset..file.len().min(offset + most)].to_vec()
    }

    fn external_authenticate(&mut self, data: &[u8]) -> (Vec<u8>, [u8; 2]) {
        let keys = Session::new(Cipher::TripleDes, &self.secret[..16], 0);
        let (text, mac) = data.split_at(32);
        if keys.mac(text) != mac {
            return (Vec::new(), [0x63, 0]);
        }
        let text = keys.decrypt_plainly(text);
        let ours = [0x0B; 16];
        let answer = keys.encrypt_plainly(&[&text[8..16], &text[..8], &ours].concat());
        let answer = [answer.clone(), keys.mac(&answer)].concat();
        let secret: Vec<u8> = ours.iter().zip(&text[16..]).map(|(a, b)| a ^ b).collect();
        let counter = [&CHALLENGE[4..], &text[4..8]].concat();
        let counter = u64::from_be_bytes(counter.try_into().unwrap()).into();
        self.session = Some(Session::new(Cipher::TripleDes, &secret, counter));
        (answer, [0x90, 0])
    }

    fn general_authenticate(&mut self, data: &[u8]) -> (Vec<u8>, [u8; 2]) {
        let inside = object(data).1;
        let said = |tag, value: &[u8]| (framed(0x7C, &framed(tag, value)), [0x90, 0]);
        if inside.is_empty() {
            return said(0x80, &self.sealed_nonce());
        }
        let (tag, value) = object(&inside);
        let point = || PublicKey::from_sec1_bytes(&value).unwrap().to_projective();
        match tag {
            0x81 => {
                let nonce = [[0; 16], NONCE].concat();
                let nonce = Scalar::from_repr(<[u8; 32]>::try_from(nonce).unwrap().into()).unwrap();
                self.pace.mapped =
                    Some(p256::ProjectivePoint::generator() * nonce + point() * scalar(3));
                said(0x82, &encoded(p256::ProjectivePoint::generator() * scalar(3)))
            }
            0x83 => {
                self.pace.ours = encoded(self.pace.mapped.unwrap() * scalar(5));
                self.pace.secret = encoded(point() * scalar(5))[1..33].to_vec();
                self.pace.theirs = value;
                said(0x84, &self.pace.ours)
            }
            _ => {
                let session = Session::new(Cipher::Aes128, &self.pace.secret, 0);
                if session.mac(&token_of(&self.pace.ours)) != value {
                    return (Vec::new(), [0x63, 0]);
                }
                let token = session.mac(&token_of(&self.pace.theirs));
                self.session = Some(session);
                said(0x86, &token)
            }
        }
    }

    fn sealed_nonce(&self) -> Vec<u8> {
        use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
        let key = derive(&self.secret, 3).into();
        cbc::Encryptor::<aes::Aes128>::new(&key, &[0; 16].into())
            .encrypt_padded_vec::<NoPadding>(&NONCE)
    }
}

fn token_of(public: &[u8]) -> Vec<u8> {
    let identifier = b"\x04\x00\x7F\x00\x07\x02\x02\x04\x02\x02";
    let inside = [framed(0x06, identifier), framed(0x86, public)].concat();
    [vec![0x7F], framed(0x49, &inside)].concat()
}

fn data_of(command: &[u8]) -> Vec<u8> {
    if command.len() <= 5 {
        return Vec::new();
    }
    command[5..5 + usize::from(command[4])].to_vec()
}
