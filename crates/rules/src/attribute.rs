//! What may be told of a person beside the bare result: predicates, never a date or a name.

use std::str::FromStr;

use crate::age::AgeThreshold;

/// One thing a relying party may ask, answered yes or no.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Attribute {
    /// Has the person reached this age?
    AgeOver(AgeThreshold),
    /// Is the person under eighteen?
    Minor,
    /// Does a guardian stand behind this use: under fourteen by an approval of this organisation, from fourteen to
    /// eighteen by the approval when applying? Never who.
    GuardianAgreed,
}

/// No attribute has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such attribute")]
pub struct NotAnAttribute;

impl Attribute {
    /// Every attribute there is.
    pub const ALL: [Self; 7] = [
        Self::AgeOver(AgeThreshold::Fourteen),
        Self::AgeOver(AgeThreshold::Sixteen),
        Self::AgeOver(AgeThreshold::Eighteen),
        Self::AgeOver(AgeThreshold::Sixty),
        Self::AgeOver(AgeThreshold::SixtyFive),
        Self::Minor,
        Self::GuardianAgreed,
    ];

    /// Its name as a scope and as a claim.
    pub const fn claim(self) -> &'static str {
        match self {
            Self::AgeOver(threshold) => threshold.claim(),
            Self::Minor => "minor",
            Self::GuardianAgreed => "guardian_agreed",
        }
    }
}

impl FromStr for Attribute {
    type Err = NotAnAttribute;

    fn from_str(claim: &str) -> Result<Self, NotAnAttribute> {
        Self::ALL.into_iter().find(|attribute| attribute.claim() == claim).ok_or(NotAnAttribute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_by_its_claim_and_only_so() {
        for attribute in Attribute::ALL {
            assert_eq!(attribute.claim().parse(), Ok(attribute));
        }
        for odd in ["", "age_over_17", "AGE_OVER_18", "name", "birthdate"] {
            assert_eq!(odd.parse::<Attribute>(), Err(NotAnAttribute));
        }
    }
}
