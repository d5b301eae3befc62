//! Papers by which officers see who stands behind a minor, or that somebody does no more. Their class is kept, and when
//! they were seen; never a copy, a number or a word of theirs.

use std::str::FromStr;

use crate::refusal::Refusal;

/// A paper shown at a counter.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum GuardianshipPaper {
    /// The child's birth certificate: it names the parents.
    BirthCertificate,
    /// The household register, with both in it, or one of them gone from it.
    HouseholdRegister,
    /// A judgment or ruling of a court.
    CourtOrder,
    /// A guardian's death certificate.
    DeathCertificate,
}

/// No paper has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no paper of a guardianship has this name")]
pub struct NotAGuardianshipPaper;

impl GuardianshipPaper {
    /// Every paper.
    pub const ALL: [Self; 4] =
        [Self::BirthCertificate, Self::HouseholdRegister, Self::CourtOrder, Self::DeathCertificate];

    /// Its name in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BirthCertificate => "birth_certificate",
            Self::HouseholdRegister => "household_register",
            Self::CourtOrder => "court_order",
            Self::DeathCertificate => "death_certificate",
        }
    }

    /// Does it show that somebody is a guardian?
    ///
    /// Civil Code 27: parents are; 31, 36: others by designation or by a court.
    pub const fn confirms(self) -> Result<(), Refusal> {
        match self {
            Self::BirthCertificate | Self::HouseholdRegister | Self::CourtOrder => Ok(()),
            Self::DeathCertificate => Err(Refusal::PaperUnfit),
        }
    }

    /// Does it show that somebody is one no more?
    ///
    /// Civil Code 39: a guardianship ends when the guardian dies, loses the capacity for it, or a court ends it. That
    /// a child was born is no end of anything.
    pub const fn ends(self) -> Result<(), Refusal> {
        match self {
            Self::HouseholdRegister | Self::CourtOrder | Self::DeathCertificate => Ok(()),
            Self::BirthCertificate => Err(Refusal::PaperUnfit),
        }
    }
}

impl FromStr for GuardianshipPaper {
    type Err = NotAGuardianshipPaper;

    fn from_str(name: &str) -> Result<Self, NotAGuardianshipPaper> {
        Self::ALL.into_iter().find(|paper| paper.as_str() == name).ok_or(NotAGuardianshipPaper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_death_makes_no_guardian_and_a_birth_ends_none() {
        assert_eq!(GuardianshipPaper::DeathCertificate.confirms(), Err(Refusal::PaperUnfit));
        assert_eq!(GuardianshipPaper::BirthCertificate.ends(), Err(Refusal::PaperUnfit));
        for paper in GuardianshipPaper::ALL {
            assert!(paper.confirms().is_ok() || paper.ends().is_ok(), "{paper:?} is of no use");
        }
    }

    #[test]
    fn papers_are_found_by_name() {
        for paper in GuardianshipPaper::ALL {
            assert_eq!(paper.as_str().parse(), Ok(paper));
        }
        assert_eq!("photocopy".parse::<GuardianshipPaper>(), Err(NotAGuardianshipPaper));
    }
}
