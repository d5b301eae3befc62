//! Refusals: what may not be, under which article, in a word that never changes.

use jiff::Timestamp;

use crate::{
    approval::NotATerm, attribute::Attribute, document_number::NotADocumentNumber,
    dynamic_code::NotADynamicCode, notice::Purpose, passcode::NotAPasscode,
    passkey_name::NotAPasskeyName, phone_number::NotAPhoneNumber, plain::PlainKind,
};

/// Why the law, or a rule we set under it, says no.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Under fourteen: a guardian applies on the child's behalf.
    #[error("under fourteen, a guardian must apply on the child's behalf")]
    GuardianMustApply,
    /// Fourteen to eighteen, or on a child's behalf, without a guardian's approval.
    #[error("a guardian's approval is missing")]
    GuardianMissing,
    /// Who claims to be the guardian is not known as one of this child.
    #[error("this person is not known as the child's guardian")]
    NotTheGuardian,
    /// A guardian without a net certificate of their own.
    #[error("a guardian must hold a net certificate")]
    GuardianUncertified,
    /// Under fourteen, using it needs the guardian's consent too.
    #[error("under fourteen, using a net certificate needs the guardian's consent")]
    GuardianConsentMissing,
    /// A guardian said no to this organisation, and it stands.
    #[error("a guardian said no to this organisation")]
    GuardianRefused,
    /// The guardianship was not confirmed for a year.
    #[error("the guardianship has to be confirmed again")]
    GuardianshipUnconfirmed,
    /// From fourteen on, no organisation needs a guardian's word.
    #[error("from fourteen on, organisations need no guardian's word")]
    ApprovalNotNeeded,
    /// No approval is given for so long.
    #[error(transparent)]
    ApprovalTerm(#[from] NotATerm),
    /// An approval without a scene approves nothing.
    #[error("an approval names at least one scene")]
    ApprovalWithoutScene,
    /// Someone else applies for a person of fourteen or over.
    #[error("from fourteen on, a person applies in person")]
    MustApplyInPerson,
    /// The document's validity is over.
    #[error("the document is no longer valid")]
    DocumentExpired,
    /// No such document number.
    #[error(transparent)]
    Document(#[from] NotADocumentNumber),
    /// No such phone number.
    #[error(transparent)]
    PhoneNumber(#[from] NotAPhoneNumber),
    /// Not a passcode.
    #[error(transparent)]
    Passcode(#[from] NotAPasscode),
    /// Not a dynamic code.
    #[error(transparent)]
    DynamicCode(#[from] NotADynamicCode),
    /// Not a name for a passkey.
    #[error(transparent)]
    PasskeyName(#[from] NotAPasskeyName),
    /// The passcode was wrong too often.
    #[error("too many wrong tries; the next one counts from {retry_at}")]
    TooManyTries {
        /// When the next try is looked at.
        retry_at: Timestamp,
    },
    /// Nobody consented to this.
    #[error("consent is missing: {}", .0.as_str())]
    ConsentMissing(Purpose),
    /// The notice has a newer text, or never had this one.
    #[error("this is not the notice of today: {}", .0.as_str())]
    NoticeOutdated(Purpose),
    /// A scene that nobody declared, or nobody declares any more.
    #[error("the operator declares no such scene")]
    SceneNotDeclared,
    /// A scene without a purpose in both languages.
    #[error("a scene says in Chinese and in English what it is for")]
    PurposeMissing,
    /// A scene without a legal basis.
    #[error("a scene names its legal basis")]
    LegalBasisMissing,
    /// A scene that leaves no other way.
    #[error("a scene declares at least one other method of verification")]
    OtherMethodsMissing,
    /// Every other method is a face again.
    #[error("every other method is a face again; one that is none must stay")]
    OnlyFaceRemains,
    /// The scene does not justify asking this.
    #[error("this scene does not justify asking {}", .0.claim())]
    BeyondScene(Attribute),
    /// The organisation did not register to ask this.
    #[error("the organisation did not register to ask {}", .0.claim())]
    BeyondRegistration(Attribute),
    /// The scene is over once it was passed: there is nothing to go on asking about.
    #[error("in this scene a relying party asks once, and not again without the person")]
    StandingBeyondScene,
    /// Plain identity without a law that wants it kept.
    #[error("plain identity is asked for by a law that is named, and by nothing else")]
    PlainLawMissing,
    /// A registration for plain identity that names none.
    #[error("a registration for plain identity names its kinds")]
    PlainKindsMissing,
    /// No law has identity kept for this reason.
    #[error("no law has identity kept in this scene")]
    PlainBeyondScene,
    /// The organisation did not register to ask for this kind.
    #[error("the organisation did not register to ask for {}", .0.scope())]
    PlainBeyondRegistration(PlainKind),
    /// The person agreed in another scene.
    #[error("the person did not agree in this scene")]
    SceneNotAgreed,
    /// The person did not agree to tell this.
    #[error("the person did not agree to tell {}", .0.claim())]
    NotAgreed(Attribute),
    /// The person authenticated in a lighter mode than the scene wants.
    #[error("the scene wants a stronger mode of authentication")]
    ModeTooWeak,
    /// The officer who entered an application would confirm it as well.
    #[error("another officer than the one who entered it must confirm")]
    SameOfficer,
    /// An officer would handle a matter of their own, or of their own child.
    #[error("nobody is an officer in a matter of their own")]
    OfficersOwnMatter,
    /// A paper that does not show what it was brought for.
    #[error("this paper does not show that")]
    PaperUnfit,
    /// Under fourteen, a guardian's phone is the contact.
    #[error("under fourteen, the contact is a guardian's phone")]
    GuardianPhoneWanted,
    /// What was entered is not what the registry has.
    #[error("the registry has another name or date of birth for this document")]
    RegistryDiffers,
    /// A document the registry does not keep, inspected alone.
    #[error("a document the registry does not keep needs a second paper beside it")]
    SecondPaperMissing,
    /// A person would act for themselves.
    #[error("nobody needs a delegation to act for themselves")]
    DelegationToOneself,
    /// A minor would give or hold a delegation.
    #[error("both must be of age")]
    DelegationOfMinor,
    /// It would last longer than the ceiling, or no time at all.
    #[error("a delegation lasts a day at least and a year at most")]
    DelegationTooLong,
    /// It would be for nothing.
    #[error("a delegation names at least one scene that can be delegated")]
    DelegationEmpty,
    /// It is over, was revoked, or was never confirmed.
    #[error("the delegation is not in force")]
    DelegationOver,
    /// It does not reach this far.
    #[error("the delegation is not for this")]
    DelegationOutOfScope,
    /// Whoever acts for another may do this for nobody but themselves.
    #[error("this cannot be done for another")]
    NotForAnother,
    /// Signed in too long ago for what is asked now.
    #[error("this needs a sign-in of the last minutes; sign in again")]
    SignInTooOld,
    /// The document that the record's plain identity was taken from would be taken away.
    #[error("the record rests on this document; prove another of its kind first")]
    DocumentInUse,
    /// What was written beside a report has no words, too many, or characters nobody sees.
    #[error("what is written beside a report has 1 to 500 visible characters")]
    WordsMalformed,
    /// The person reported often lately.
    #[error("reported often lately; what was reported is being looked at")]
    ReportedTooOften,
    /// Events would be kept longer than the ceiling.
    #[error("events may not be kept this long")]
    RetentionTooLong,
    /// The certificate was issued anew a short while ago: what cannot be undone waits.
    #[error("the certificate was issued anew; this waits until {until}")]
    CoolingDown {
        /// When it may be done.
        until: Timestamp,
    },
    /// A cool-down shorter or longer than the bounds.
    #[error("a cool-down lasts between a day and a month")]
    CoolDownOutOfBounds,
}

impl Refusal {
    /// A stable word for machines; the sentence may change.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::GuardianMustApply => "guardian_must_apply",
            Self::GuardianMissing => "guardian_missing",
            Self::NotTheGuardian => "not_the_guardian",
            Self::GuardianUncertified => "guardian_uncertified",
            Self::GuardianConsentMissing => "guardian_consent_missing",
            Self::GuardianRefused => "guardian_refused",
            Self::GuardianshipUnconfirmed => "guardianship_unconfirmed",
            Self::ApprovalNotNeeded => "approval_not_needed",
            Self::ApprovalTerm(NotATerm) => "approval_term_malformed",
            Self::ApprovalWithoutScene => "approval_without_scene",
            Self::MustApplyInPerson => "must_apply_in_person",
            Self::DocumentExpired => "document_expired",
            Self::Document(NotADocumentNumber) => "document_number_malformed",
            Self::PhoneNumber(NotAPhoneNumber) => "phone_number_malformed",
            Self::Passcode(NotAPasscode::Malformed) => "passcode_malformed",
            Self::Passcode(NotAPasscode::Consecutive) => "passcode_consecutive",
            Self::DynamicCode(NotADynamicCode) => "dynamic_code_malformed",
            Self::PasskeyName(NotAPasskeyName) => "passkey_name_malformed",
            Self::TooManyTries { .. } => "too_many_tries",
            Self::ConsentMissing(_) => "consent_missing",
            Self::NoticeOutdated(_) => "notice_outdated",
            Self::SceneNotDeclared => "scene_not_declared",
            Self::PurposeMissing => "purpose_missing",
            Self::LegalBasisMissing => "legal_basis_missing",
            Self::OnlyFaceRemains => "only_face_remains",
            Self::OtherMethodsMissing => "other_methods_missing",
            Self::BeyondScene(_) => "beyond_scene",
            Self::BeyondRegistration(_) => "beyond_registration",
            Self::StandingBeyondScene => "standing_beyond_scene",
            Self::PlainLawMissing => "plain_law_missing",
            Self::PlainKindsMissing => "plain_kinds_missing",
            Self::PlainBeyondScene => "plain_beyond_scene",
            Self::PlainBeyondRegistration(_) => "plain_beyond_registration",
            Self::SceneNotAgreed => "scene_not_agreed",
            Self::NotAgreed(_) => "not_agreed",
            Self::ModeTooWeak => "mode_too_weak",
            Self::SameOfficer => "same_officer",
            Self::OfficersOwnMatter => "officers_own_matter",
            Self::PaperUnfit => "paper_unfit",
            Self::GuardianPhoneWanted => "guardian_phone_wanted",
            Self::RegistryDiffers => "registry_differs",
            Self::SecondPaperMissing => "second_paper_missing",
            Self::DelegationToOneself => "delegation_to_oneself",
            Self::DelegationOfMinor => "delegation_of_minor",
            Self::DelegationTooLong => "delegation_too_long",
            Self::DelegationEmpty => "delegation_empty",
            Self::DelegationOver => "delegation_over",
            Self::DelegationOutOfScope => "delegation_out_of_scope",
            Self::NotForAnother => "not_for_another",
            Self::SignInTooOld => "sign_in_too_old",
            Self::DocumentInUse => "document_in_use",
            Self::WordsMalformed => "words_malformed",
            Self::ReportedTooOften => "reported_too_often",
            Self::RetentionTooLong => "retention_too_long",
            Self::CoolingDown { .. } => "cooling_down",
            Self::CoolDownOutOfBounds => "cool_down_out_of_bounds",
        }
    }

    /// The article it rests on; `None` for a mere slip of the pen or a rule of our own.
    pub const fn article(&self) -> Option<&'static str> {
        match self {
            Self::GuardianMustApply
            | Self::GuardianMissing
            | Self::NotTheGuardian
            | Self::GuardianUncertified
            | Self::MustApplyInPerson
            | Self::PaperUnfit
            | Self::GuardianPhoneWanted
            | Self::RegistryDiffers
            | Self::SecondPaperMissing
            | Self::DocumentExpired => Some("Measures art. 4"),
            Self::GuardianConsentMissing
            | Self::GuardianRefused
            | Self::ApprovalNotNeeded
            | Self::GuardianshipUnconfirmed => Some("Measures art. 5"),
            Self::OtherMethodsMissing | Self::OnlyFaceRemains => Some("Measures art. 6"),
            Self::LegalBasisMissing
            | Self::SceneNotDeclared
            | Self::BeyondScene(_)
            | Self::BeyondRegistration(_)
            | Self::StandingBeyondScene
            | Self::PlainLawMissing
            | Self::PlainKindsMissing
            | Self::PlainBeyondScene
            | Self::PlainBeyondRegistration(_)
            | Self::SceneNotAgreed
            | Self::NotAgreed(_) => Some("Measures art. 8"),
            Self::RetentionTooLong => Some("Measures art. 9"),
            Self::ConsentMissing(_) | Self::NoticeOutdated(_) | Self::PurposeMissing => {
                Some("Measures art. 10")
            }
            Self::Document(_)
            | Self::ApprovalTerm(_)
            | Self::ApprovalWithoutScene
            | Self::PhoneNumber(_)
            | Self::Passcode(_)
            | Self::DynamicCode(_)
            | Self::PasskeyName(_)
            | Self::TooManyTries { .. }
            | Self::SameOfficer
            | Self::OfficersOwnMatter
            | Self::DelegationToOneself
            | Self::DelegationOfMinor
            | Self::DelegationTooLong
            | Self::DelegationEmpty
            | Self::DelegationOver
            | Self::DelegationOutOfScope
            | Self::NotForAnother
            | Self::SignInTooOld
            | Self::WordsMalformed
            | Self::ReportedTooOften
            | Self::DocumentInUse
            | Self::CoolingDown { .. }
            | Self::CoolDownOutOfBounds
            | Self::ModeTooWeak => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::age::AgeThreshold;

    fn every() -> Vec<Refusal> {
        let asked = Attribute::AgeOver(AgeThreshold::Eighteen);
        vec![
            Refusal::GuardianMustApply,
            Refusal::GuardianMissing,
            Refusal::NotTheGuardian,
            Refusal::GuardianUncertified,
            Refusal::GuardianConsentMissing,
            Refusal::GuardianRefused,
            Refusal::GuardianshipUnconfirmed,
            Refusal::ApprovalNotNeeded,
            NotATerm.into(),
            Refusal::ApprovalWithoutScene,
            Refusal::MustApplyInPerson,
            Refusal::DocumentExpired,
            NotADocumentNumber.into(),
            NotAPhoneNumber.into(),
            NotAPasscode::Malformed.into(),
            NotAPasscode::Consecutive.into(),
            NotADynamicCode.into(),
            NotAPasskeyName.into(),
            Refusal::TooManyTries { retry_at: Timestamp::UNIX_EPOCH },
            Refusal::ConsentMissing(Purpose::Portrait),
            Refusal::NoticeOutdated(Purpose::Portrait),
            Refusal::SceneNotDeclared,
            Refusal::PurposeMissing,
            Refusal::LegalBasisMissing,
            Refusal::OtherMethodsMissing,
            Refusal::OnlyFaceRemains,
            Refusal::BeyondScene(asked),
            Refusal::BeyondRegistration(asked),
            Refusal::StandingBeyondScene,
            Refusal::PlainLawMissing,
            Refusal::PlainKindsMissing,
            Refusal::PlainBeyondScene,
            Refusal::PlainBeyondRegistration(PlainKind::Name),
            Refusal::SceneNotAgreed,
            Refusal::NotAgreed(asked),
            Refusal::ModeTooWeak,
            Refusal::SameOfficer,
            Refusal::OfficersOwnMatter,
            Refusal::PaperUnfit,
            Refusal::GuardianPhoneWanted,
            Refusal::RegistryDiffers,
            Refusal::SecondPaperMissing,
            Refusal::DelegationToOneself,
            Refusal::DelegationOfMinor,
            Refusal::DelegationTooLong,
            Refusal::DelegationEmpty,
            Refusal::DelegationOver,
            Refusal::DelegationOutOfScope,
            Refusal::NotForAnother,
            Refusal::SignInTooOld,
            Refusal::DocumentInUse,
            Refusal::WordsMalformed,
            Refusal::ReportedTooOften,
            Refusal::RetentionTooLong,
            Refusal::CoolingDown { until: Timestamp::UNIX_EPOCH },
            Refusal::CoolDownOutOfBounds,
        ]
    }

    #[test]
    fn codes_are_unique_stable_words() {
        let codes: BTreeSet<_> = every().iter().map(Refusal::code).collect();
        assert_eq!(codes.len(), every().len());
        for code in codes {
            assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
        }
    }

    #[test]
    fn every_is_every() {
        let (source, _) = include_str!("refusal.rs").split_once("#[cfg(test)]").unwrap();
        assert_eq!(source.matches("=> \"").count(), every().len());
    }

    #[test]
    fn sentences_and_articles_are_there() {
        for refusal in every() {
            assert!(!refusal.to_string().is_empty());
            assert!(refusal.article().is_none_or(|article| article.starts_with("Measures art. ")));
        }
        assert_eq!(Refusal::GuardianMissing.article(), Some("Measures art. 4"));
    }
}
