//! The documents a person is recognised by: adding one by the person's own proof, and taking one away. Rules of our own,
//! under Measures art. 4 (whoever holds a valid legal document may apply, and a person may hold several).
//!
//! Whoever adds a document opens a way to the record: what is enough to look is not enough for that.

use std::time::Duration;

use jiff::{Timestamp, civil::Date};

use crate::{
    capacity::{Capacity, capacity},
    document_class::DocumentClass,
    factor::{Factor, Factors},
    recovery,
    refusal::Refusal,
};

/// How long ago somebody may have signed in who adds or removes a document: long enough to fetch the passport from its
/// drawer, too short for a browser that was left open.
pub const RECENT: Duration = Duration::from_mins(15);

/// May this sign-in change what the person is recognised by?
///
/// As for the phone: with something known or verified beside the thing, and outside the cool-down of a new certificate.
pub fn may_change_documents(
    factors: Factors,
    signed_in_at: Timestamp,
    disclosure_from: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let known = factors.has(Factor::Passcode) || factors.has(Factor::Passkey);
    if !known || !factors.shows_certificate() {
        return Err(Refusal::ModeTooWeak);
    }
    if now.duration_since(signed_in_at).unsigned_abs() > RECENT {
        return Err(Refusal::SignInTooOld);
    }
    recovery::may_disclose(disclosure_from, now)
}

/// May a document of somebody born then be added by themselves?
///
/// Measures art. 4: under fourteen, the guardian acts on the child's behalf, here as at enrolment.
pub fn may_add_document(born: Date, today: Date) -> Result<(), Refusal> {
    match capacity(born, today) {
        Capacity::Represented => Err(Refusal::GuardianMustApply),
        Capacity::Supervised | Capacity::Adult => Ok(()),
    }
}

/// Which earlier documents a new one of this class takes the place of.
///
/// The documents that the Measures name are held one of a kind: a new number is a renewed document. Of other states a
/// person may hold several, so only the person can say.
pub const fn replaces_its_kind(class: DocumentClass) -> bool {
    class.is_registered()
}

/// May a document be taken away? Never the one that the record's plain identity was taken from, and so never the last.
pub const fn may_remove_document(identity_rests_on_it: bool) -> Result<(), Refusal> {
    if identity_rests_on_it { Err(Refusal::DocumentInUse) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_784_088_000, 0);

    #[test]
    fn who_only_has_the_phone_or_only_knows_the_passcode_changes_nothing() {
        let may = |factors: &[Factor]| may_change_documents(Factors::of(factors), NOON, None, NOON);
        assert_eq!(may(&[Factor::DeviceKey, Factor::Passcode]), Ok(()));
        assert_eq!(may(&[Factor::Passkey]), Ok(()));
        assert_eq!(may(&[Factor::Sheet, Factor::Passcode]), Ok(()));
        for weak in [
            &[Factor::DeviceKey][..],
            &[Factor::DeviceKey, Factor::DynamicCode],
            &[Factor::DeviceKey, Factor::Portrait],
            &[Factor::Sheet],
            &[Factor::Passcode],
        ] {
            assert_eq!(may(weak), Err(Refusal::ModeTooWeak), "{weak:?}");
        }
    }

    #[test]
    fn a_browser_left_open_changes_nothing_nor_does_a_new_phone_in_its_first_days() {
        let both = Factors::of(&[Factor::DeviceKey, Factor::Passcode]);
        let may = |since: Duration, from| may_change_documents(both, NOON, from, NOON + since);
        assert_eq!(may(RECENT, None), Ok(()));
        let later = RECENT + Duration::from_secs(1);
        assert_eq!(may(later, None), Err(Refusal::SignInTooOld));
        assert_eq!(
            may_change_documents(both, NOON + later, None, NOON),
            Err(Refusal::SignInTooOld)
        );
        let until = NOON + Duration::from_mins(1);
        assert_eq!(may(Duration::ZERO, Some(until)), Err(Refusal::CoolingDown { until }));
        assert_eq!(may(Duration::from_mins(1), Some(until)), Ok(()));
    }

    #[test]
    fn under_fourteen_the_guardian_acts() {
        let may = |today| may_add_document(date(2012, 5, 1), today);
        assert_eq!(may(date(2026, 4, 30)), Err(Refusal::GuardianMustApply));
        assert_eq!(may(date(2026, 5, 1)), Ok(()));
    }

    #[test]
    fn the_document_that_names_the_person_stays() {
        assert_eq!(may_remove_document(true), Err(Refusal::DocumentInUse));
        assert_eq!(may_remove_document(false), Ok(()));
    }

    #[test]
    fn only_of_other_states_are_several_of_a_kind_held() {
        for class in DocumentClass::ALL {
            assert_eq!(replaces_its_kind(class), class != DocumentClass::ForeignPassport);
        }
    }
}
