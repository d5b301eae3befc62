//! What the platform remembers between its question to a chip and the chip's answer. It is sealed meanwhile.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::question::Bytes;

/// Length of an active authentication challenge.
///
/// ICAO 9303-11 §6.1: "the terminal ... generates ... a nonce RND.IFD - 8 bytes".
pub(crate) const CHALLENGE_LENGTH: usize = 8;

/// A question that was asked: which document, which of its keys must answer, and what the answer must show. Worth as
/// much as the chip's key, once.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChipChallenge {
    files: FilesDigest,
    keys: Keys,
    expected: Expected,
}

/// The files that say which keys the chip has, as genuine files had them: what is sealed need not be verified twice.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    /// DG14.
    pub(crate) infos: Option<Bytes>,
    /// DG15.
    pub(crate) active: Option<Bytes>,
}

/// What makes an answer the right one.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Expected {
    Active { challenge: [u8; CHALLENGE_LENGTH] },
    Chip { key_id: Option<Vec<u8>>, private: Private },
}

/// An ephemeral private key; leaves memory when dropped.
#[derive(Clone, Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(try_from = "Bytes", into = "Bytes")]
pub(crate) struct Private(pub(crate) Vec<u8>);

impl From<Bytes> for Private {
    fn from(bytes: Bytes) -> Self {
        Self(bytes.0)
    }
}

impl From<Private> for Bytes {
    fn from(private: Private) -> Self {
        Self(private.0.clone())
    }
}

/// Names the document that was asked: its security object's digest.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct FilesDigest(Bytes);

impl FilesDigest {
    pub(crate) fn of(sod: &[u8]) -> Self {
        Self(Bytes(formats::mac::sha256(sod).to_vec()))
    }
}

impl ChipChallenge {
    pub(crate) fn new(files: FilesDigest, keys: Keys, expected: Expected) -> Self {
        Self { files, keys, expected }
    }

    pub(crate) fn files(&self) -> &FilesDigest {
        &self.files
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(crate) fn expected(&self) -> &Expected {
        &self.expected
    }
}

impl fmt::Debug for ChipChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChipChallenge([secret])")
    }
}
