//! Guardians: who stands behind a minor, and whether they may.

use jiff::civil::Date;

use crate::{
    age::{AgeThreshold, reached},
    document_number::DocumentNumber,
    phone_number::PhoneNumber,
    refusal::Refusal,
};

/// Whether a guardian stands behind an act of a minor.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Guardian {
    /// Nobody does.
    None,
    /// A guardian approved it; [`approve`] says who may.
    Approved,
}

/// What is known of someone who says they are a child's guardian.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Claimant<'a> {
    /// When they were born.
    pub born: Date,
    /// Whether they hold a net certificate that is in force.
    pub certificate: Certificate,
    /// The children the registry knows them as guardian of.
    pub wards: &'a [DocumentNumber],
}

/// Whether someone holds a net certificate in force.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Certificate {
    /// They do.
    Held,
    /// They do not.
    Missing,
}

impl Certificate {
    /// Refused where there is none.
    pub const fn held(self) -> Result<(), Refusal> {
        match self {
            Self::Held => Ok(()),
            Self::Missing => Err(Refusal::GuardianUncertified),
        }
    }
}

/// May this person approve for this child?
///
/// Measures art. 4, PIPL 31: the parent or other guardian, and nobody else; who approves holds a net
/// certificate, so that the approval is itself authenticated. Civil Code 27: a guardian is able to be
/// one, for which we take nobody under age.
pub fn approve(
    claimant: Claimant<'_>,
    child: &DocumentNumber,
    today: Date,
) -> Result<Guardian, Refusal> {
    if !claimant.wards.contains(child) || !reached(claimant.born, AgeThreshold::Eighteen, today) {
        return Err(Refusal::NotTheGuardian);
    }
    claimant.certificate.held().map(|()| Guardian::Approved)
}

/// May a child under fourteen be reached at this number?
///
/// Measures art. 4, PIPL 31: the guardian applies and consents on the child's behalf, so what there is to tell is told to
/// a guardian. A number that a stranger, or the child alone, reads would leave the guardian out.
pub fn contact(number: &PhoneNumber, guardians: &[PhoneNumber]) -> Result<(), Refusal> {
    if guardians.contains(number) { Ok(()) } else { Err(Refusal::GuardianPhoneWanted) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::document_class::DocumentClass;

    fn child() -> DocumentNumber {
        DocumentNumber::new(DocumentClass::ResidentIdentityCard, "11010519491231002X").unwrap()
    }

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn a_guardian_with_a_certificate_approves() {
        let wards = [child()];
        let parent =
            Claimant { born: date(1980, 1, 1), certificate: Certificate::Held, wards: &wards };
        assert_eq!(approve(parent, &child(), TODAY), Ok(Guardian::Approved));

        let without = Claimant { certificate: Certificate::Missing, ..parent };
        assert_eq!(approve(without, &child(), TODAY), Err(Refusal::GuardianUncertified));
    }

    #[test]
    fn nobody_else_does() {
        let other = DocumentNumber::new(DocumentClass::TaiwanTravelPermit, "12345678").unwrap();
        let wards = [other];
        let stranger =
            Claimant { born: date(1980, 1, 1), certificate: Certificate::Held, wards: &wards };
        assert_eq!(approve(stranger, &child(), TODAY), Err(Refusal::NotTheGuardian));

        let wards = [child()];
        let minor = Claimant { born: date(2009, 1, 1), wards: &wards, ..stranger };
        assert_eq!(approve(minor, &child(), TODAY), Err(Refusal::NotTheGuardian));
    }

    #[test]
    fn a_childs_contact_is_a_guardians_phone() {
        let [mother, father, child] = ["13800138000", "13900139000", "13700137000"]
            .map(|text| text.parse::<PhoneNumber>().unwrap());
        let guardians = [mother.clone(), father];
        assert_eq!(contact(&mother, &guardians), Ok(()));
        assert_eq!(contact(&child, &guardians), Err(Refusal::GuardianPhoneWanted));
        assert_eq!(contact(&mother, &[]), Err(Refusal::GuardianPhoneWanted));
    }
}
