//! Plain identity told to a relying party: the second tier of Measures art. 8, for those whom a law obliges to keep it.

use std::{str::FromStr, time::Duration};

use crate::{
    consent::{self, Consent},
    notice::Purpose,
    refusal::Refusal,
    scene::{LegalBasis, Scene},
};

/// How long what was agreed to may be fetched. It is fetched in the same breath, by a server.
pub const FETCHABLE: Duration = Duration::from_mins(10);

/// What scope words for plain identity begin with.
const SCOPE: &str = "plain:";

/// A kind of plain identity.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PlainKind {
    /// The name, as the document has it.
    Name,
    /// What kind of document the identity was proved with.
    DocumentType,
    /// Its number.
    DocumentNumber,
    /// The date of birth.
    Born,
    /// The phone number.
    Phone,
}

/// No kind of plain identity has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such kind of plain identity")]
pub struct NotAPlainKind;

impl PlainKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Name, Self::DocumentType, Self::DocumentNumber, Self::Born, Self::Phone];

    /// Its name in registrations, records and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::DocumentType => "document_type",
            Self::DocumentNumber => "document_number",
            Self::Born => "born",
            Self::Phone => "phone",
        }
    }

    /// The word of a scope that asks for it.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Name => "plain:name",
            Self::DocumentType => "plain:document_type",
            Self::DocumentNumber => "plain:document_number",
            Self::Born => "plain:born",
            Self::Phone => "plain:phone",
        }
    }

    /// The kind a word of a scope asks for; none if it asks for something else.
    pub fn of_scope(word: &str) -> Option<Self> {
        word.strip_prefix(SCOPE).and_then(|name| name.parse().ok())
    }
}

impl FromStr for PlainKind {
    type Err = NotAPlainKind;

    fn from_str(name: &str) -> Result<Self, NotAPlainKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(NotAPlainKind)
    }
}

/// What a scene was registered to ask for, and the law that obliges the organisation to keep it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlainTerms {
    law: LegalBasis,
    kinds: Vec<PlainKind>,
}

impl PlainTerms {
    /// The terms; the law is named, and so is each kind.
    ///
    /// Measures art. 8: only where law truly requires retention; a purpose, a contract or a wish of the organisation's is no
    /// law.
    pub fn new(law: &str, mut kinds: Vec<PlainKind>) -> Result<Self, Refusal> {
        let law = law.parse().map_err(|_| Refusal::PlainLawMissing)?;
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.is_empty() { Err(Refusal::PlainKindsMissing) } else { Ok(Self { law, kinds }) }
    }

    /// The law.
    pub fn law(&self) -> &LegalBasis {
        &self.law
    }

    /// What may be asked, sorted.
    pub fn kinds(&self) -> &[PlainKind] {
        &self.kinds
    }
}

impl Scene {
    /// Is there a law anywhere that has identity kept for this reason? Opening an account, booking a ticket in one's name
    /// and insuring; coming back, changing something or being old enough needs no name.
    pub fn allows_plain_identity(self) -> bool {
        match self {
            Self::Own(own) => own.allows_plain_identity(),
            Self::Register | Self::BookTicket | Self::Insure => true,
            Self::LogIn
            | Self::RecoverPassword
            | Self::ChangePhone
            | Self::ManageMembership
            | Self::CheckAge => false,
        }
    }
}

/// May an organisation connect with a scene that asks for plain identity on these terms?
pub fn admit(scene: Scene, terms: Option<&PlainTerms>) -> Result<(), Refusal> {
    match terms {
        Some(_) if !scene.allows_plain_identity() => Err(Refusal::PlainBeyondScene),
        _ => Ok(()),
    }
}

/// May this be asked of anybody in a scene registered so?
pub fn may_ask(terms: Option<&PlainTerms>, asked: &[PlainKind]) -> Result<(), Refusal> {
    let registered = terms.map(PlainTerms::kinds).unwrap_or_default();
    match asked.iter().find(|kind| !registered.contains(kind)) {
        Some(&kind) => Err(Refusal::PlainBeyondRegistration(kind)),
        None => Ok(()),
    }
}

/// Who answers: the person, or somebody in their stead.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answering {
    /// The person, of fourteen or over.
    Person,
    /// A child under fourteen.
    Child,
    /// Somebody who acts for the person.
    Delegate,
}

/// Can whoever answers be asked to tell it at all? Else the relying party learns that it was declined.
///
/// PIPL 31: of a child under fourteen everything is sensitive and the consent is the guardian's, whom no page of ours asks
/// for it. Nobody tells another's identity: a delegate acts, and does not disclose.
pub const fn may_be_asked(answering: Answering) -> bool {
    matches!(answering, Answering::Person)
}

/// May this be told, once, on this consent?
///
/// PIPL 23 and 29, Measures art. 8: by consent of its own, given to the notice of today; and no more than was named in it.
pub fn may_tell(
    terms: Option<&PlainTerms>,
    agreed: &[PlainKind],
    consent: Consent,
) -> Result<(), Refusal> {
    may_ask(terms, agreed)?;
    consent::require(&[consent], Purpose::PlainIdentity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::NoticeVersion;

    fn terms(kinds: &[PlainKind]) -> PlainTerms {
        PlainTerms::new("反洗钱法第二十九条", kinds.to_vec()).unwrap()
    }

    #[test]
    fn kinds_are_found_by_their_words() {
        for kind in PlainKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(PlainKind::of_scope(kind.scope()), Some(kind));
        }
        for word in ["name", "plain:", "plain:portrait", "plain:name ", "PLAIN:name"] {
            assert_eq!(PlainKind::of_scope(word), None);
        }
    }

    #[test]
    fn a_law_and_what_it_wants_are_named() {
        assert_eq!(PlainTerms::new(" ", vec![PlainKind::Name]), Err(Refusal::PlainLawMissing));
        assert_eq!(PlainTerms::new("a law", Vec::new()), Err(Refusal::PlainKindsMissing));
        let twice = terms(&[PlainKind::Phone, PlainKind::Name, PlainKind::Name]);
        assert_eq!(twice.kinds(), [PlainKind::Name, PlainKind::Phone]);
    }

    #[test]
    fn only_scenes_that_a_law_can_mean_ask_for_it() {
        for scene in Scene::ALL {
            assert_eq!(admit(scene, None), Ok(()));
            let verdict = admit(scene, Some(&terms(&[PlainKind::Name])));
            let may = matches!(scene, Scene::Register | Scene::BookTicket | Scene::Insure);
            assert_eq!(verdict, if may { Ok(()) } else { Err(Refusal::PlainBeyondScene) });
        }
    }

    #[test]
    fn only_what_was_registered_is_asked_and_only_what_was_agreed_is_told() {
        let bank = terms(&[PlainKind::Name, PlainKind::DocumentNumber]);
        let today = Consent::recorded(Purpose::PlainIdentity, Purpose::PlainIdentity.current());
        let beyond = Err(Refusal::PlainBeyondRegistration(PlainKind::Phone));
        assert_eq!(may_ask(Some(&bank), &[PlainKind::Name]), Ok(()));
        assert_eq!(may_ask(Some(&bank), &[PlainKind::Name, PlainKind::Phone]), beyond);
        assert_eq!(may_tell(Some(&bank), &[PlainKind::Phone], today), beyond);
        assert!(may_ask(None, &[PlainKind::Name]).is_err());
        assert_eq!(may_ask(None, &[]), Ok(()));
        assert_eq!(may_tell(Some(&bank), &[PlainKind::Name], today), Ok(()));
    }

    #[test]
    fn consent_to_something_else_or_to_an_older_notice_is_none() {
        let bank = terms(&[PlainKind::Name]);
        let release = Consent::recorded(Purpose::Release, Purpose::Release.current());
        assert_eq!(
            may_tell(Some(&bank), &[PlainKind::Name], release),
            Err(Refusal::ConsentMissing(Purpose::PlainIdentity))
        );
        let older = Consent::recorded(Purpose::PlainIdentity, NoticeVersion(0));
        assert_eq!(
            may_tell(Some(&bank), &[PlainKind::Name], older),
            Err(Refusal::NoticeOutdated(Purpose::PlainIdentity))
        );
    }

    #[test]
    fn nobody_tells_it_for_another() {
        assert!(may_be_asked(Answering::Person));
        assert!(!may_be_asked(Answering::Child));
        assert!(!may_be_asked(Answering::Delegate));
    }
}
