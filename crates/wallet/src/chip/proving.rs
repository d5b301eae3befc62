//! The platform's question, answered by the chip: is it the original?

use icao::{
    Bytes, ChipAnswer, ChipQuestion,
    lds::{Agreement, ChipKey, SecurityInfos},
    secure_messaging::{Cipher, Command, Status, objects::append},
};

use super::{
    Error, Files, Next, Progress,
    dialogue::{Answered, Expect, command, say},
    line::{Line, Listening},
    mapping_proof::ProvenKey,
};

/// ICAO 9303-11 §6.1: INTERNAL AUTHENTICATE.
const INTERNAL_AUTHENTICATE: [u8; 4] = [0x00, 0x88, 0x00, 0x00];
/// §6.2.4.1 MSE:Set KAT, "Set Key Agreement Template for computation".
const SET_AGREEMENT: [u8; 4] = [0x00, 0x22, 0x41, 0xA6];
/// §6.2.4.2 MSE:Set AT, "Set Authentication Template for internal authentication".
const SET_TEMPLATE: [u8; 4] = [0x00, 0x22, 0x41, 0xA4];
const GENERAL_AUTHENTICATE: [u8; 4] = [0x00, 0x86, 0x00, 0x00];

/// `id-CA`, 0.4.0.127.0.7.2.2.3, without tag (ICAO 9303-11 §9.2.7).
const CHIP_AUTHENTICATION: [u8; 8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03];

/// From this length on, DG15 holds an RSA key of 2048 bits or more, whose signature fits into no short response.
const LONG_KEY_FILE: usize = 290;
/// Longest signature there is room for then: RSA with 8192 bits, and more than any document has.
const LONGEST_SIGNATURE: usize = 1024;

/// A chip that was read and is still open.
#[derive(Debug)]
pub struct OpenChip {
    line: Line,
    keys: Vec<ChipKey>,
    long_signature: bool,
    proved: bool,
}

/// The signature of active authentication.
struct ExpectSignature {
    listening: Listening,
}

/// The chip is told which of its keys is meant.
struct ExpectKeySelected {
    listening: Listening,
    public_key: Vec<u8>,
    command: Vec<u8>,
}

/// The chip agrees on new keys with the platform.
struct ExpectAgreed {
    listening: Listening,
    command: Vec<u8>,
}

/// The chip answers under those keys, which only the platform has beside it.
struct ExpectProof;

impl OpenChip {
    pub(super) fn begin(files: Files, proven: Option<&ProvenKey>, line: Line) -> Next {
        // A DG14 that is not understood offers no keys; the platform, which checks it, says so.
        let keys = files
            .group(14)
            .and_then(|file| SecurityInfos::parse(file).ok())
            .map(|infos| infos.chip_keys)
            .unwrap_or_default();
        let long_signature = files.group(15).is_some_and(|file| file.len() >= LONG_KEY_FILE);
        let shown = proven.is_some_and(|key| key.is_among(&keys));
        Next::Read(files, Self { line, keys, long_signature, proved: shown })
    }

    /// Whether the chip proved to us, while it was opened, that it has a key which its DG14 names. Worth as much as DG14 is,
    /// which the platform checks.
    pub fn proved_itself(&self) -> bool {
        self.proved
    }

    /// Puts the platform's question to the chip.
    pub fn answer(self, question: ChipQuestion) -> Result<Next, Error> {
        match question {
            ChipQuestion::Active { challenge } => self.sign(&challenge.0),
            ChipQuestion::Chip { key_id, public_key, cipher, command } => {
                let id = key_id.map(|id| id.0);
                let key = self.keys.iter().find(|key| key.id == id);
                let agreement = key.ok_or(Error::QuestionUnknown)?.agreement;
                self.agree(id.as_deref(), agreement, cipher, public_key.0, command.0)
            }
        }
    }

    fn sign(self, challenge: &[u8]) -> Result<Next, Error> {
        let longest = if self.long_signature { LONGEST_SIGNATURE } else { 0x100 };
        let command =
            Command::new(INTERNAL_AUTHENTICATE).with_data(challenge)?.expecting(longest)?;
        let (bytes, listening) = self.line.say(&command)?;
        Ok(say(bytes, Progress::Answering, ExpectSignature { listening }))
    }

    fn agree(
        self,
        id: Option<&[u8]>,
        agreement: Agreement,
        cipher: Cipher,
        public_key: Vec<u8>,
        after: Vec<u8>,
    ) -> Result<Next, Error> {
        let mut data = Vec::new();
        if cipher == Cipher::TripleDes {
            append(0x91, &public_key, &mut data);
            append_id(id, &mut data);
            let command = command(SET_AGREEMENT, &data, Answered::WithStatus)?;
            let (bytes, listening) = self.line.say(&command)?;
            let expecting = ExpectAgreed { listening, command: after };
            return Ok(say(bytes, Progress::Answering, expecting));
        }
        append(0x80, &protocol(agreement, cipher), &mut data);
        append_id(id, &mut data);
        let command = command(SET_TEMPLATE, &data, Answered::WithStatus)?;
        let (bytes, listening) = self.line.say(&command)?;
        let expecting = ExpectKeySelected { listening, public_key, command: after };
        Ok(say(bytes, Progress::Answering, expecting))
    }
}

impl Expect for ExpectSignature {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let (response, _) = self.listening.hear(response)?;
        if response.status() != Status::DONE || response.data().is_empty() {
            return Err(Error::Refused { doing: "to sign", status: response.status() });
        }
        let response = Bytes(response.data().to_vec());
        Ok(Next::Answered(ChipAnswer { response }))
    }
}

impl Expect for ExpectKeySelected {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { listening, public_key, command: after } = *self;
        let (response, line) = listening.hear(response)?;
        done(response.status(), "its key")?;
        let (mut inside, mut data) = (Vec::new(), Vec::new());
        append(0x80, &public_key, &mut inside);
        append(0x7C, &inside, &mut data);
        let command = command(GENERAL_AUTHENTICATE, &data, Answered::WithData)?;
        let (bytes, listening) = line.say(&command)?;
        Ok(say(bytes, Progress::Answering, ExpectAgreed { listening, command: after }))
    }
}

impl Expect for ExpectAgreed {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { listening, command } = *self;
        // ICAO 9303-11 §9.8.2: the response of the key agreement is still under the old keys; what follows is under the
        // new ones, and goes through us unread.
        let (response, _) = listening.hear(response)?;
        done(response.status(), "to agree on keys")?;
        Ok(say(command, Progress::Answering, ExpectProof))
    }
}

impl Expect for ExpectProof {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        if response.len() < 2 {
            return Err(Error::NoAnswer);
        }
        Ok(Next::Answered(ChipAnswer { response: Bytes(response.to_vec()) }))
    }
}

fn done(status: Status, doing: &'static str) -> Result<(), Error> {
    if status == Status::DONE { Ok(()) } else { Err(Error::Refused { doing, status }) }
}

fn append_id(id: Option<&[u8]>, data: &mut Vec<u8>) {
    if let Some(id) = id {
        append(0x84, id, data);
    }
}

/// ICAO 9303-11 §9.2.7: `id-CA-DH` is arm 1 and `id-CA-ECDH` arm 2, and the cipher is the last number.
fn protocol(agreement: Agreement, cipher: Cipher) -> Vec<u8> {
    let arm = match agreement {
        Agreement::Dh => 1,
        Agreement::Ecdh => 2,
    };
    let last = match cipher {
        Cipher::TripleDes => 1,
        Cipher::Aes128 => 2,
        Cipher::Aes192 => 3,
        Cipher::Aes256 => 4,
    };
    [CHIP_AUTHENTICATION.as_slice(), &[arm, last]].concat()
}
