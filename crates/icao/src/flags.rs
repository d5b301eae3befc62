//! What is remarkable about a document that was believed all the same.

/// Something an operator, or a level of assurance, may want to weigh.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Flag {
    /// SHA-1 stands somewhere between the country and the data: an old document.
    Sha1,
    /// The chip proves itself with an RSA key shorter than 2048 bits.
    ShortChipKey,
    /// No revocation list of the country is at hand, or the newest is past its day.
    RevocationUnknown,
}

impl Flag {
    /// Stable word for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::ShortChipKey => "short_chip_key",
            Self::RevocationUnknown => "revocation_unknown",
        }
    }
}
