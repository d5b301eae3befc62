//! What can be stated of a holder: eight subjects, always all of them, each with a small number as its value.

/// What a statement is about. Its number is its place among the commitments, for good.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Subject {
    /// Has the holder reached fourteen? 1 or 0, as in the five that follow.
    AgeOver14,
    /// Sixteen?
    AgeOver16,
    /// Eighteen?
    AgeOver18,
    /// Sixty?
    AgeOver60,
    /// Sixty-five?
    AgeOver65,
    /// Is the holder under eighteen?
    Minor,
    /// How well the identity was proved.
    Assurance,
    /// Which kind of residency the document shows.
    Residency,
}

/// What a value of [`Subject::Residency`] means, by its place: whose register stands behind the document that was proved.
pub const RESIDENCIES: [&str; 7] =
    ["unknown", "mainland", "hong_kong_macao", "taiwan", "permanent_resident", "abroad", "foreign"];

/// How many subjects there are: a power of two, as the commitments are a tree.
pub(super) const COUNT: usize = 8;

impl Subject {
    /// Every subject, in the order of their numbers.
    pub const ALL: [Self; COUNT] = [
        Self::AgeOver14,
        Self::AgeOver16,
        Self::AgeOver18,
        Self::AgeOver60,
        Self::AgeOver65,
        Self::Minor,
        Self::Assurance,
        Self::Residency,
    ];

    /// Its number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The subject of that number.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Its name, as it is called wherever it is a claim.
    pub const fn claim(self) -> &'static str {
        match self {
            Self::AgeOver14 => "age_over_14",
            Self::AgeOver16 => "age_over_16",
            Self::AgeOver18 => "age_over_18",
            Self::AgeOver60 => "age_over_60",
            Self::AgeOver65 => "age_over_65",
            Self::Minor => "minor",
            Self::Assurance => "assurance",
            Self::Residency => "residency",
        }
    }

    /// The subject with that name.
    pub fn of_claim(claim: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.claim() == claim)
    }
}

/// One thing stated.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Statement {
    /// About what.
    pub subject: Subject,
    /// A yes (1), a no (0), or a class.
    pub value: u8,
}

/// The value of every subject, in the order of their numbers.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Statements(pub [u8; COUNT]);

impl Statements {
    /// What is stated about one subject.
    pub fn about(&self, subject: Subject) -> Statement {
        let value = self.0.get(usize::from(subject.number())).copied().unwrap_or_default();
        Statement { subject, value }
    }
}

impl std::fmt::Debug for Statements {
    /// What a holder keeps is told by showing it, not by printing it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Statements([secret])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_name_are_of_one_subject() {
        for (number, subject) in (0..).zip(Subject::ALL) {
            assert_eq!(subject.number(), number);
            assert_eq!(Subject::of_number(number), Some(subject));
            assert_eq!(Subject::of_claim(subject.claim()), Some(subject));
        }
        assert_eq!(Subject::of_number(8), None);
        assert_eq!(Subject::of_claim("age_over_17"), None);
    }
}
