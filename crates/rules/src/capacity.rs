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
