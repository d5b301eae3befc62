//! Who may apply and who may use: adults for themselves, minors with a guardian.

use jiff::civil::Date;

use crate::{
    age::{AgeThreshold, reached},
    guardian::Guardian,
    refusal::Refusal,
};

/// In what capacity someone acts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Capacity {
    /// Eighteen or over: alone.
    Adult,
    /// Fourteen to eighteen: under the guardian's supervision.
    Supervised,
    /// Under fourteen: the guardian acts for the child.
    Represented,
}

/// The capacity at this age; it changes by itself at the fourteenth and the eighteenth birthday.
pub fn capacity(born: Date, today: Date) -> Capacity {
    if reached(born, AgeThreshold::Eighteen, today) {
        Capacity::Adult
    } else if reached(born, AgeThreshold::Fourteen, today) {
        Capacity::Supervised
    } else {
        Capacity::Represented
    }
}

/// May this person apply for a net number today?
///
/// Measures art. 4: fourteen to eighteen, under the guardian's supervision; under fourteen the
/// child does not apply at all, see [`may_apply_for`].
pub fn may_apply(born: Date, today: Date, guardian: Guardian) -> Result<Capacity, Refusal> {
    match (capacity(born, today), guardian) {
        (Capacity::Represented, _) => Err(Refusal::GuardianMustApply),
        (Capacity::Supervised, Guardian::None) => Err(Refusal::GuardianMissing),
        (capacity, _) => Ok(capacity),
    }
}

/// May somebody apply on behalf of this person today?
///
/// Measures art. 4: a guardian for a child under fourteen, and nobody for anyone else.
pub fn may_apply_for(born: Date, today: Date, applicant: Guardian) -> Result<Capacity, Refusal> {
    match (capacity(born, today), applicant) {
        (Capacity::Represented, Guardian::Approved) => Ok(Capacity::Represented),
        (Capacity::Represented, Guardian::None) => Err(Refusal::GuardianMissing),
        _ => Err(Refusal::MustApplyInPerson),
    }
}

/// May this person use net number and net certificate towards a relying party today?
///
/// Measures art. 5: under fourteen, use too needs the guardian's consent; fourteen to eighteen it is
/// supervised, which the guardian's approval at application opened.
pub fn may_use(born: Date, today: Date, guardian_consent: Guardian) -> Result<Capacity, Refusal> {
    match (capacity(born, today), guardian_consent) {
        (Capacity::Represented, Guardian::None) => Err(Refusal::GuardianConsentMissing),
        (capacity, _) => Ok(capacity),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const BORN: Date = date(2010, 5, 20);
    const DAY_BEFORE_14: Date = date(2024, 5, 19);
    const DAY_OF_14: Date = date(2024, 5, 20);
    const DAY_BEFORE_18: Date = date(2028, 5, 19);
    const DAY_OF_18: Date = date(2028, 5, 20);

    #[test]
    fn an_adult_applies_and_uses_alone() {
        for guardian in [Guardian::None, Guardian::Approved] {
            assert_eq!(may_apply(BORN, DAY_OF_18, guardian), Ok(Capacity::Adult));
            assert_eq!(may_use(BORN, DAY_OF_18, guardian), Ok(Capacity::Adult));
            assert_eq!(may_apply_for(BORN, DAY_OF_18, guardian), Err(Refusal::MustApplyInPerson));
        }
    }

    #[test]
    fn from_fourteen_to_eighteen_the_guardian_supervises() {
        for today in [DAY_OF_14, DAY_BEFORE_18] {
            assert_eq!(may_apply(BORN, today, Guardian::None), Err(Refusal::GuardianMissing));
            assert_eq!(may_apply(BORN, today, Guardian::Approved), Ok(Capacity::Supervised));
            assert_eq!(may_use(BORN, today, Guardian::None), Ok(Capacity::Supervised));
            assert_eq!(
                may_apply_for(BORN, today, Guardian::Approved),
                Err(Refusal::MustApplyInPerson)
            );
        }
    }

    #[test]
    fn under_fourteen_the_guardian_acts() {
        for guardian in [Guardian::None, Guardian::Approved] {
            assert_eq!(may_apply(BORN, DAY_BEFORE_14, guardian), Err(Refusal::GuardianMustApply));
        }
        let (none, approved) = (Guardian::None, Guardian::Approved);
        assert_eq!(may_apply_for(BORN, DAY_BEFORE_14, approved), Ok(Capacity::Represented));
        assert_eq!(may_apply_for(BORN, DAY_BEFORE_14, none), Err(Refusal::GuardianMissing));
        assert_eq!(may_use(BORN, DAY_BEFORE_14, approved), Ok(Capacity::Represented));
        assert_eq!(may_use(BORN, DAY_BEFORE_14, none), Err(Refusal::GuardianConsentMissing));
    }
}
