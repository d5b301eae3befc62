//! How an identity was proved before a certificate was issued.

use std::str::FromStr;

/// The evidence a certificate rests on.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Proofing {
    /// A card that answered the state register's challenge, and nothing beside it.
    RegistryCard,
    /// A document whose signed files were read and whose chip proved that it is no copy.
    GenuineChip,
    /// Two officers who saw person and document.
    Counter,
}

/// No way of proofing has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such way of proofing")]
pub struct NotAProofing;

impl Proofing {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::RegistryCard, Self::GenuineChip, Self::Counter];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RegistryCard => "registry_card",
            Self::GenuineChip => "genuine_chip",
            Self::Counter => "counter",
        }
    }
}

impl FromStr for Proofing {
    type Err = NotAProofing;

    fn from_str(word: &str) -> Result<Self, NotAProofing> {
        Self::ALL.into_iter().find(|proofing| proofing.as_str() == word).ok_or(NotAProofing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_by_its_word() {
        for proofing in Proofing::ALL {
            assert_eq!(proofing.as_str().parse(), Ok(proofing));
        }
        assert_eq!("hearsay".parse::<Proofing>(), Err(NotAProofing));
    }
}
