//! The files of the travel document application, and how far their reading is.

use std::{collections::BTreeMap, fmt};

use formats::Secret;

/// A file of a chip.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum File {
    /// Which ways to open it the chip knows.
    CardAccess,
    /// The key that the chip proves itself with while it is opened, signed.
    CardSecurity,
    /// Which data groups there are.
    Common,
    /// The document security object: their hashes, signed.
    SecurityObject,
    /// A data group, by its number.
    Group(u8),
}

/// The data groups that are read where a chip has them, the longest last.
///
/// Not 3 and 4: fingers and eyes are nobody's business here, and no chip shows them to us.
pub(super) const GROUPS: [u8; 5] = [1, 11, 14, 15, 2];

impl File {
    /// Its identifier. ICAO 9303-10 table 38 and §3.11.3; EF.CardSecurity lies beside the application, EF.SOD in it.
    pub(super) fn identifier(self) -> [u8; 2] {
        match self {
            Self::CardAccess => [0x01, 0x1C],
            Self::Common => [0x01, 0x1E],
            Self::CardSecurity | Self::SecurityObject => [0x01, 0x1D],
            Self::Group(number) => [0x01, number],
        }
    }

    /// The tag it begins with. ICAO 9303-10 table 38.
    pub(super) fn tag(self) -> u8 {
        match self {
            Self::CardAccess => 0x31,
            Self::CardSecurity => 0x30,
            Self::Common => 0x60,
            Self::SecurityObject => 0x77,
            Self::Group(number) => icao::DataGroup::new(number).map_or(0, icao::DataGroup::tag),
        }
    }

    /// The longest one that is read; the platform takes no longer ones.
    pub(super) fn longest(self) -> usize {
        match self {
            Self::CardAccess | Self::Common => 4 * 1024,
            Self::CardSecurity | Self::SecurityObject => 32 * 1024,
            Self::Group(2) => 256 * 1024,
            Self::Group(_) => 16 * 1024,
        }
    }

    /// Whether there is no document without it.
    pub(super) fn is_needed(self) -> bool {
        matches!(self, Self::SecurityObject | Self::Group(1))
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CardAccess => f.write_str("EF.CardAccess"),
            Self::CardSecurity => f.write_str("EF.CardSecurity"),
            Self::Common => f.write_str("EF.COM"),
            Self::SecurityObject => f.write_str("EF.SOD"),
            Self::Group(number) => write!(f, "DG{number}"),
        }
    }
}

/// How far reading is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Progress {
    /// The chip is being opened.
    Opening,
    /// A file is being read.
    Reading {
        /// Which one.
        file: File,
        /// How many of its bytes are here.
        done: usize,
        /// How many there are, once that is known.
        of: usize,
    },
    /// The chip answers the platform's question.
    Answering,
}

/// The files that were read. They name a person; they print nothing and leave memory when dropped.
#[derive(Debug)]
pub struct Files {
    sod: Secret<Vec<u8>>,
    groups: BTreeMap<u8, Secret<Vec<u8>>>,
}

impl Files {
    pub(super) fn new() -> Self {
        Self { sod: Secret::new(Vec::new()), groups: BTreeMap::new() }
    }

    pub(super) fn keep(&mut self, file: File, bytes: Secret<Vec<u8>>) {
        match file {
            File::SecurityObject => self.sod = bytes,
            File::Group(number) => drop(self.groups.insert(number, bytes)),
            File::CardAccess | File::CardSecurity | File::Common => {}
        }
    }

    /// The document security object.
    pub fn sod(&self) -> &[u8] {
        self.sod.expose()
    }

    /// One data group, if the chip has it.
    pub fn group(&self, number: u8) -> Option<&[u8]> {
        self.groups.get(&number).map(|bytes| bytes.expose().as_slice())
    }

    /// Every data group that was read, by its number.
    pub fn groups(&self) -> impl Iterator<Item = (u8, &[u8])> {
        self.groups.iter().map(|(&number, bytes)| (number, bytes.expose().as_slice()))
    }
}
