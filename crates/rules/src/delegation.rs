//! Delegations: somebody of one's own choice acts in one's stead, so far and so long, and never further.
//!
//! For people without a device of their own, or who cannot do it alone. Civil Code 161–162, 173: an agent acts in the
//! principal's name within the authority given, and the principal may take it back.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{Timestamp, civil::Date};

use crate::{
    age::{AgeThreshold, reached},
    ids::PersonId,
    organisation_code::OrganisationCode,
    refusal::Refusal,
    scene::Scene,
};

/// The longest a delegation lasts: a year, so that it is thought about again.
pub const LONGEST: Duration = days(366);

/// The shortest: a day. Less would be over before it is understood.
pub const SHORTEST: Duration = days(1);

/// How long an offer waits to be accepted and confirmed: two people sit together.
pub const OFFER: Duration = Duration::from_mins(30);

/// What a delegation is for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DelegationScope {
    /// In these scenes and no others.
    pub scenes: Vec<Scene>,
    /// At these organisations; empty: at any.
    pub organisations: Vec<OrganisationCode>,
}

/// A delegation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delegation {
    /// For whom.
    pub person: PersonId,
    /// By whom.
    pub delegate: PersonId,
    /// How far.
    pub scope: DelegationScope,
    /// Until when.
    pub expires_at: Timestamp,
    /// Since when; none: the person has not confirmed it yet.
    pub confirmed_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// What somebody calls a member of the family: for the two of them, nobody else reads it.
#[derive(Clone, Eq, PartialEq)]
pub struct FamiliarName(String);

/// Nothing one is called.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("1 to {LONGEST_NAME} characters on one line expected")]
pub struct NotAFamiliarName;

/// Longest familiar name.
const LONGEST_NAME: usize = 20;

impl FamiliarName {
    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FamiliarName {
    type Err = NotAFamiliarName;

    fn from_str(text: &str) -> Result<Self, NotAFamiliarName> {
        let text = text.trim();
        let fits = (1..=LONGEST_NAME).contains(&text.chars().count());
        if fits && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAFamiliarName)
        }
    }
}

impl fmt::Debug for FamiliarName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FamiliarName([private])")
    }
}

/// Something done with a net certificate.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Act {
    /// Having a relying party told the result.
    Authenticate,
    /// Telling anything beside the result, an age above all: whoever sits there is another person.
    TellAttribute,
    /// Having plain identity told, or taking it along.
    Disclose,
    /// Letting a third person act.
    Delegate,
    /// Locking, unlocking, cancelling.
    Dispose,
    /// Changing phone, passcode, passkeys, sheets.
    ChangeFactors,
}

/// May this scene be delegated at all?
///
/// Not where the point is who sits there: checking an age. Not where the account itself would change hands.
pub fn delegable(scene: Scene) -> bool {
    match scene {
        Scene::Own(own) => own.is_delegable(),
        Scene::CheckAge | Scene::RecoverPassword | Scene::ChangePhone => false,
        Scene::Register
        | Scene::LogIn
        | Scene::ManageMembership
        | Scene::BookTicket
        | Scene::Insure => true,
    }
}

/// May this be offered?
pub fn may_offer(
    scope: &DelegationScope,
    born: Date,
    lasts: Duration,
    today: Date,
) -> Result<(), Refusal> {
    of_age(born, today)?;
    if scope.scenes.is_empty() {
        return Err(Refusal::DelegationEmpty);
    }
    if scope.scenes.iter().any(|&scene| !delegable(scene)) {
        return Err(Refusal::DelegationOutOfScope);
    }
    if (SHORTEST..=LONGEST).contains(&lasts) { Ok(()) } else { Err(Refusal::DelegationTooLong) }
}

/// May this person accept it?
pub fn may_accept(
    person: PersonId,
    delegate: PersonId,
    delegate_born: Date,
    today: Date,
) -> Result<(), Refusal> {
    if person == delegate {
        return Err(Refusal::DelegationToOneself);
    }
    of_age(delegate_born, today)
}

/// May the delegate do this now?
///
/// Only have a relying party told the result, at an organisation and in a scene the person named, while it is in force.
pub fn may_act(
    delegation: &Delegation,
    act: Act,
    scene: Scene,
    organisation: &OrganisationCode,
    now: Timestamp,
) -> Result<(), Refusal> {
    in_force(delegation, now)?;
    if act != Act::Authenticate {
        return Err(Refusal::NotForAnother);
    }
    let scope = &delegation.scope;
    let at_this_one = scope.organisations.is_empty() || scope.organisations.contains(organisation);
    if delegable(scene) && scope.scenes.contains(&scene) && at_this_one {
        Ok(())
    } else {
        Err(Refusal::DelegationOutOfScope)
    }
}

/// Is it in force?
pub fn in_force(delegation: &Delegation, now: Timestamp) -> Result<(), Refusal> {
    let confirmed = delegation.confirmed_at.is_some();
    if confirmed && delegation.revoked_at.is_none() && now < delegation.expires_at {
        Ok(())
    } else {
        Err(Refusal::DelegationOver)
    }
}

/// A minor has a guardian, not a delegate, and is none.
fn of_age(born: Date, today: Date) -> Result<(), Refusal> {
    if reached(born, AgeThreshold::Eighteen, today) {
        Ok(())
    } else {
        Err(Refusal::DelegationOfMinor)
    }
}

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 22);
    const NOW: Timestamp = Timestamp::constant(1_795_300_000, 0);
    const BORN: Date = date(1944, 5, 6);
    const ACTS: [Act; 6] = [
        Act::Authenticate,
        Act::TellAttribute,
        Act::Disclose,
        Act::Delegate,
        Act::Dispose,
        Act::ChangeFactors,
    ];

    fn organisation(n: usize) -> OrganisationCode {
        // Codes in public use, as the tests of the code have them.
        ["91350100M000100Y43", "911100007109288314"][n].parse().unwrap()
    }

    fn scope(scenes: &[Scene]) -> DelegationScope {
        DelegationScope { scenes: scenes.to_vec(), organisations: vec![organisation(0)] }
    }

    fn delegation() -> Delegation {
        Delegation {
            person: PersonId::from_bytes([1; 16]),
            delegate: PersonId::from_bytes([2; 16]),
            scope: scope(&[Scene::LogIn, Scene::BookTicket]),
            expires_at: NOW + Duration::from_secs(1),
            confirmed_at: Some(NOW),
            revoked_at: None,
        }
    }

    #[test]
    fn a_delegate_has_the_result_told_and_does_nothing_else() {
        for act in ACTS {
            let verdict = may_act(&delegation(), act, Scene::LogIn, &organisation(0), NOW);
            let wanted =
                if act == Act::Authenticate { Ok(()) } else { Err(Refusal::NotForAnother) };
            assert_eq!(verdict, wanted, "{act:?}");
        }
    }

    #[test]
    fn only_where_and_why_the_person_said() {
        let act = |delegation: &Delegation, scene, at: usize| {
            may_act(delegation, Act::Authenticate, scene, &organisation(at), NOW)
        };
        let given = delegation();
        for scene in Scene::ALL {
            let wanted = if given.scope.scenes.contains(&scene) {
                Ok(())
            } else {
                Err(Refusal::DelegationOutOfScope)
            };
            assert_eq!(act(&given, scene, 0), wanted, "{scene:?}");
        }
        assert_eq!(act(&given, Scene::LogIn, 1), Err(Refusal::DelegationOutOfScope));
        let anywhere = Delegation {
            scope: DelegationScope { organisations: Vec::new(), ..given.scope },
            ..delegation()
        };
        assert_eq!(act(&anywhere, Scene::LogIn, 1), Ok(()));
        // One that crept into the store is worth nothing.
        let crept = Delegation { scope: scope(&[Scene::CheckAge]), ..delegation() };
        assert_eq!(act(&crept, Scene::CheckAge, 0), Err(Refusal::DelegationOutOfScope));
    }

    #[test]
    fn it_is_in_force_between_confirming_and_its_end() {
        assert_eq!(in_force(&delegation(), NOW), Ok(()));
        let over = [
            Delegation { confirmed_at: None, ..delegation() },
            Delegation { revoked_at: Some(NOW), ..delegation() },
            Delegation { expires_at: NOW, ..delegation() },
        ];
        for one in over {
            assert_eq!(in_force(&one, NOW), Err(Refusal::DelegationOver));
            let act = may_act(&one, Act::Authenticate, Scene::LogIn, &organisation(0), NOW);
            assert_eq!(act, Err(Refusal::DelegationOver));
        }
    }

    #[test]
    fn it_lasts_a_day_to_a_year_and_names_a_scene() {
        let offer = |scenes: &[Scene], lasts| may_offer(&scope(scenes), BORN, lasts, TODAY);
        for lasts in [SHORTEST, LONGEST] {
            assert_eq!(offer(&[Scene::LogIn], lasts), Ok(()));
        }
        for lasts in [
            Duration::ZERO,
            SHORTEST.checked_sub(Duration::from_secs(1)).unwrap(),
            LONGEST + SHORTEST,
        ] {
            assert_eq!(offer(&[Scene::LogIn], lasts), Err(Refusal::DelegationTooLong));
        }
        assert_eq!(offer(&[], SHORTEST), Err(Refusal::DelegationEmpty));
        assert_eq!(
            offer(&[Scene::LogIn, Scene::CheckAge], SHORTEST),
            Err(Refusal::DelegationOutOfScope),
            "an age is nobody else's to show"
        );
    }

    #[test]
    fn a_familiar_name_is_short_and_does_not_print() {
        let name: FamiliarName = " 妈妈 ".parse().unwrap();
        assert_eq!(name.as_str(), "妈妈");
        assert!(!format!("{name:?}").contains('妈'));
        for odd in ["", "  ", "a\nb", &"长".repeat(21)] {
            assert_eq!(odd.parse::<FamiliarName>(), Err(NotAFamiliarName), "{odd:?}");
        }
    }

    #[test]
    fn two_adults_and_not_one_twice() {
        let [mother, son] = [1, 2].map(|n| PersonId::from_bytes([n; 16]));
        assert_eq!(may_accept(mother, son, BORN, TODAY), Ok(()));
        assert_eq!(may_accept(mother, mother, BORN, TODAY), Err(Refusal::DelegationToOneself));
        let minor = date(2008, 11, 23);
        assert_eq!(may_accept(mother, son, minor, TODAY), Err(Refusal::DelegationOfMinor));
        assert_eq!(
            may_offer(&scope(&[Scene::LogIn]), minor, SHORTEST, TODAY),
            Err(Refusal::DelegationOfMinor)
        );
    }
}
