//! Checkpoints (C2SP tlog-checkpoint 1.0.0): a log's word for what it holds, under two signatures.
//!
//! Ed25519 as every log signs, and ML-DSA-44 beside it (C2SP tlog-cosignature: "The ML-DSA version SHOULD be used for new
//! deployments."). Both must hold here: who breaks one of the two has gained nothing (decision 0032).

use data_encoding::BASE64;

use crate::{
    BadSignature, Ed25519Key, MlDsa44Key, MlDsa44Public, Verified, ed25519,
    mac::sha256,
    note::{self, BadNote, KeyId, KeyName, SignatureType, UnverifiedNote},
};

/// What the message that ML-DSA-44 signs begins with: it keeps it apart from whatever else the key might sign.
const LABEL: &[u8; 12] = b"subtree/v1\n\0";

/// Length of the time before an ML-DSA-44 signature: seconds since 1970, big-endian.
const TIME_LENGTH: usize = 8;

/// The latest time. C2SP tlog-cosignature §Format: "It MUST NOT exceed 2^63 - 1".
const LATEST: u64 = i64::MAX.unsigned_abs();

/// What a log holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    /// Which log it is; also the name of the log's keys.
    ///
    /// C2SP tlog-checkpoint §Signatures: "The log’s key name in its signature line SHOULD match the origin line."
    pub origin: KeyName,
    /// How many entries it has.
    pub size: u64,
    /// The root of the Merkle tree over them (RFC 6962 §2.1).
    pub root: [u8; 32],
}

/// A checkpoint, and when the log signed it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signed {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// When, in seconds since 1970. No later checkpoint of this log was known to it then.
    pub time: u64,
}

/// A note that is no checkpoint of this log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadCheckpoint {
    /// No signed note at all.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// The text is not what a checkpoint says.
    #[error("a checkpoint is three lines: its origin, its size, its root")]
    Text,
    /// It is another log's.
    #[error("the checkpoint is of another log")]
    Origin,
    /// One of the log's two signatures is not there, or is there more than once.
    #[error("a checkpoint has one Ed25519 and one ML-DSA-44 signature of its log")]
    Signatures,
    /// One of the log's two signatures does not hold.
    #[error("a signature of the log does not hold")]
    Wrong,
}

impl From<BadSignature> for BadCheckpoint {
    fn from(_: BadSignature) -> Self {
        Self::Wrong
    }
}

impl Checkpoint {
    /// Its text, the last line end included.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(&self.root))
    }

    /// Reads a text. Further lines are not taken: ML-DSA-44 does not sign them.
    fn parse(text: &str) -> Result<Self, BadCheckpoint> {
        let lines: Vec<_> =
            text.strip_suffix('\n').ok_or(BadCheckpoint::Text)?.split('\n').collect();
        let [origin, size, root] = lines.as_slice() else { return Err(BadCheckpoint::Text) };
        let checkpoint = Self {
            origin: origin.parse().map_err(|_| BadCheckpoint::Text)?,
            size: size.parse().map_err(|_| BadCheckpoint::Text)?,
            root: BASE64
                .decode(root.as_bytes())
                .ok()
                .and_then(|root| root.try_into().ok())
                .ok_or(BadCheckpoint::Text)?,
        };
        // C2SP tlog-checkpoint §Note text: "the ASCII decimal representation of the number of leaves in the tree, with no leading
        // zeroes"; one value has one text. RFC 6962 §2.1: "The hash of an empty list is the hash of an empty string".
        let odd = checkpoint.size == 0 && checkpoint.root != sha256(b"");
        if checkpoint.text() == text && !odd { Ok(checkpoint) } else { Err(BadCheckpoint::Text) }
    }

    /// What ML-DSA-44 signs: the log's statement that it had no more entries at that time.
    ///
    /// C2SP tlog-cosignature §ML-DSA-44 signed message: "The signed message MUST be a `cosigned_message` structure."
    fn message(&self, time: u64) -> Vec<u8> {
        let name = self.origin.as_str().as_bytes();
        let length = u8::try_from(name.len()).unwrap_or(u8::MAX); // names have at most 255 bytes
        [
            &LABEL[..],
            &[length],
            name,
            &time.to_be_bytes(),
            &[length],
            name,
            &0_u64.to_be_bytes(),
            &self.size.to_be_bytes(),
            &self.root,
        ]
        .concat()
    }
}

/// With what a log signs.
#[derive(Debug)]
pub struct LogKey {
    ed25519: Ed25519Key,
    ml_dsa: MlDsa44Key,
    public: LogKeys,
}

impl LogKey {
    /// The keys of a log.
    pub fn new(origin: KeyName, ed25519: Ed25519Key, ml_dsa: MlDsa44Key) -> Self {
        let public = LogKeys::new(origin, ed25519.public(), ml_dsa.public().clone());
        Self { ed25519, ml_dsa, public }
    }

    /// The public halves.
    pub fn public(&self) -> &LogKeys {
        &self.public
    }

    /// Signs what the log holds, as of a time in seconds since 1970.
    ///
    /// Who calls sees to it that the tree grew out of every one signed before. C2SP tlog-checkpoint §Signatures: "A log MUST not sign any checkpoint
    /// which is inconsistent with any checkpoint it previously signed."
    pub fn sign(&self, size: u64, root: [u8; 32], time: u64) -> String {
        let LogKeys { origin, ed25519_id, ml_dsa_id, .. } = &self.public;
        let checkpoint = Checkpoint { origin: origin.clone(), size, root };
        let (text, time) = (checkpoint.text(), time.min(LATEST));
        let classical = self.ed25519.sign(text.as_bytes());
        let timed =
            [&time.to_be_bytes()[..], &self.ml_dsa.sign(&checkpoint.message(time))].concat();
        note::write(&text, &[(origin, *ed25519_id, &classical), (origin, *ml_dsa_id, &timed)])
    }
}

/// By what a log's checkpoints are known.
#[derive(Clone, Debug)]
pub struct LogKeys {
    origin: KeyName,
    ed25519: [u8; ed25519::PUBLIC_LENGTH],
    ed25519_id: KeyId,
    ml_dsa: MlDsa44Public,
    ml_dsa_id: KeyId,
}

impl LogKeys {
    /// The public keys of a log.
    pub fn new(
        origin: KeyName,
        ed25519: [u8; ed25519::PUBLIC_LENGTH],
        ml_dsa: MlDsa44Public,
    ) -> Self {
        let ed25519_id = KeyId::of(&origin, SignatureType::Ed25519, &ed25519);
        let ml_dsa_id = KeyId::of(&origin, SignatureType::MlDsa44, ml_dsa.bytes());
        Self { origin, ed25519, ed25519_id, ml_dsa, ml_dsa_id }
    }

    /// Reads a checkpoint of this log: both of its signatures are there and hold. Signatures of others are not looked at.
    pub fn verify(&self, note: &[u8]) -> Result<Verified<Signed>, BadCheckpoint> {
        let note = UnverifiedNote::parse(note)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != self.origin {
            return Err(BadCheckpoint::Origin);
        }
        let classical = only(note.signatures(&self.origin, self.ed25519_id))?;
        let classical = classical.try_into().map_err(|_| BadCheckpoint::Wrong)?;
        ed25519::verify(&self.ed25519, note.text().as_bytes(), classical)?;

        let timed = only(note.signatures(&self.origin, self.ml_dsa_id))?;
        let (time, signature) =
            timed.split_first_chunk::<TIME_LENGTH>().ok_or(BadCheckpoint::Wrong)?;
        let time = u64::from_be_bytes(*time);
        if time > LATEST {
            return Err(BadCheckpoint::Wrong);
        }
        self.ml_dsa.verify(&checkpoint.message(time), signature)?;
        Ok(Verified::new(Signed { checkpoint, time }))
    }
}

fn only<'a>(mut signatures: impl Iterator<Item = &'a [u8]>) -> Result<&'a [u8], BadCheckpoint> {
    match (signatures.next(), signatures.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(BadCheckpoint::Signatures),
    }
}

#[cfg(test)]
mod tests;
