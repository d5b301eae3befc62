//! Enrolment at a counter: what two officers must agree on before anything is issued.
//!
//! For whoever has no reader, no phone, or cannot do it alone. Measures art. 4: whoever holds a *valid legal document*
//! may apply; nothing there asks for a telephone.

use std::str::FromStr;

use jiff::civil::Date;

use crate::{
    capacity::{Capacity, capacity, may_apply, may_apply_for},
    document::Document,
    guardian::Guardian,
    ids::OfficerId,
    refusal::Refusal,
};

/// How an officer inspected the document.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Inspection {
    /// The original, held against its holder's face.
    Original,
    /// The original and a second paper of the same person, such as a visa or a household register.
    OriginalAndSecondPaper,
}

/// No way of inspecting has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such way of inspecting")]
pub struct NotAnInspection;

impl Inspection {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Original, Self::OriginalAndSecondPaper];

    /// Its name in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::OriginalAndSecondPaper => "original_and_second_paper",
        }
    }
}

impl FromStr for Inspection {
    type Err = NotAnInspection;

    fn from_str(name: &str) -> Result<Self, NotAnInspection> {
        Self::ALL.into_iter().find(|way| way.as_str() == name).ok_or(NotAnInspection)
    }
}

/// What the registry says of a document, a name and a date of birth; it says no more.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RegistryVerdict {
    /// It has all three like that.
    Agrees,
    /// It has the document for somebody else.
    Differs,
    /// It does not keep documents of this class.
    NotKept,
}

/// May this person be enrolled at a counter on this evidence?
///
/// Measures art. 4: a valid document of an accepted class. A minor comes with a guardian: under fourteen the guardian
/// applies, up to eighteen agrees. What the registry does not keep is believed on two papers, never on one.
pub fn may_enter(
    document: &Document,
    born: Date,
    verdict: RegistryVerdict,
    inspection: Inspection,
    guardian: Guardian,
    today: Date,
) -> Result<Capacity, Refusal> {
    document.valid_on(today)?;
    match (verdict, inspection) {
        (RegistryVerdict::Agrees, _)
        | (RegistryVerdict::NotKept, Inspection::OriginalAndSecondPaper) => {}
        (RegistryVerdict::NotKept, Inspection::Original) => {
            return Err(Refusal::SecondPaperMissing);
        }
        (RegistryVerdict::Differs, _) => return Err(Refusal::RegistryDiffers),
    }
    match (capacity(born, today), guardian) {
        (Capacity::Represented, _) => may_apply_for(born, today, guardian),
        (Capacity::Adult, Guardian::Approved) => Err(Refusal::MustApplyInPerson),
        (Capacity::Supervised | Capacity::Adult, _) => may_apply(born, today, guardian),
    }
}

/// May this officer confirm what that one entered?
///
/// One officer alone, honest or not, enrols nobody.
pub fn may_confirm(entered_by: OfficerId, confirming: OfficerId) -> Result<(), Refusal> {
    if entered_by == confirming { Err(Refusal::SameOfficer) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::document_class::DocumentClass;

    const TODAY: Date = date(2026, 11, 22);
    const BORN: Date = date(1948, 2, 3);

    fn permit(valid_until: Date) -> Document {
        Document::new(DocumentClass::TaiwanTravelPermit, "12345678", Some(valid_until)).unwrap()
    }

    #[test]
    fn the_registry_agrees_or_two_papers_do() {
        let held = permit(TODAY);
        let entered = |verdict, inspection| {
            may_enter(&held, BORN, verdict, inspection, Guardian::None, TODAY)
        };
        for inspection in Inspection::ALL {
            assert!(entered(RegistryVerdict::Agrees, inspection).is_ok());
            assert_eq!(
                entered(RegistryVerdict::Differs, inspection),
                Err(Refusal::RegistryDiffers),
                "papers do not outweigh the registry"
            );
        }
        assert_eq!(
            entered(RegistryVerdict::NotKept, Inspection::Original),
            Err(Refusal::SecondPaperMissing)
        );
        assert!(entered(RegistryVerdict::NotKept, Inspection::OriginalAndSecondPaper).is_ok());
    }

    #[test]
    fn the_document_is_valid_and_its_holder_of_age() {
        let entered = |document: &Document, born| with(Guardian::None, document, born);
        assert_eq!(entered(&permit(date(2026, 11, 21)), BORN), Err(Refusal::DocumentExpired));
        assert!(entered(&permit(TODAY), date(2008, 11, 22)).is_ok());
        assert_eq!(
            entered(&permit(TODAY), date(2008, 11, 23)),
            Err(Refusal::GuardianMissing),
            "a minor comes with a guardian"
        );
    }

    #[test]
    fn a_minor_comes_with_a_guardian_and_an_adult_without() {
        let held = permit(TODAY);
        let (child, young, adult) = (date(2012, 11, 23), date(2012, 11, 22), date(2008, 11, 22));
        assert_eq!(with(Guardian::None, &held, child), Err(Refusal::GuardianMissing));
        assert_eq!(with(Guardian::Approved, &held, child), Ok(Capacity::Represented));
        assert_eq!(with(Guardian::None, &held, young), Err(Refusal::GuardianMissing));
        assert_eq!(with(Guardian::Approved, &held, young), Ok(Capacity::Supervised));
        assert_eq!(with(Guardian::None, &held, adult), Ok(Capacity::Adult));
        assert_eq!(with(Guardian::Approved, &held, adult), Err(Refusal::MustApplyInPerson));
    }

    fn with(guardian: Guardian, document: &Document, born: Date) -> Result<Capacity, Refusal> {
        let (agrees, original) = (RegistryVerdict::Agrees, Inspection::Original);
        may_enter(document, born, agrees, original, guardian, TODAY)
    }

    #[test]
    fn one_officer_alone_confirms_nothing() {
        let [li, wang] = [1, 2].map(|n| OfficerId::from_bytes([n; 16]));
        assert_eq!(may_confirm(li, wang), Ok(()));
        assert_eq!(may_confirm(li, li), Err(Refusal::SameOfficer));
    }

    #[test]
    fn ways_of_inspecting_are_found_by_name() {
        for way in Inspection::ALL {
            assert_eq!(way.as_str().parse(), Ok(way));
        }
        assert_eq!("photocopy".parse::<Inspection>(), Err(NotAnInspection));
    }
}
