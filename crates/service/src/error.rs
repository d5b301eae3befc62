//! Why a use-case ended without its result: the caller's doing, or ours.

use std::error::Error as StdError;

use jiff::Timestamp;
use protocol::oauth::{encryption::Unreadable, error::OAuthError};
use rules::{Mode, Scene};

/// The end of a use-case that gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller may not have it, and is told why.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// We broke. The caller learns only that; the log learns the chain.
    #[error("internal fault while {doing}")]
    Faulted {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        cause: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    pub(crate) fn fault(
        doing: &'static str,
        cause: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Faulted { doing, cause: cause.into() }
    }
}

impl From<store::Error> for Error {
    fn from(cause: store::Error) -> Self {
        Self::fault("using the database", cause)
    }
}

impl From<rules::Refusal> for Error {
    fn from(refusal: rules::Refusal) -> Self {
        Self::Refused(Refusal::Rule(refusal))
    }
}

impl From<OAuthError> for Error {
    fn from(error: OAuthError) -> Self {
        Self::Refused(Refusal::OAuth(error))
    }
}

/// A refusal. [`Refusal::code`] is stable; the sentence may change.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The law forbids it.
    #[error(transparent)]
    Rule(rules::Refusal),
    /// The OAuth or OpenID Connect message cannot be served.
    #[error("{0}")]
    OAuth(OAuthError),
    /// No enrolment has this token, or it has lapsed.
    #[error("this enrolment is unknown or has lapsed; begin again")]
    EnrolmentUnknown,
    /// The enrolment is at another step.
    #[error("this step was taken already, or another comes first")]
    StepNotDue,
    /// The card is not one the registry knows.
    #[error("the population registry does not know this document")]
    DocumentUnknown,
    /// The evidence is forged, copied, or answers another challenge.
    #[error("the document did not prove itself")]
    DocumentNotGenuine,
    /// The document was reported lost.
    #[error("the document was reported lost")]
    DocumentReportedLost,
    /// Not a document anybody enrols with here.
    #[error("this kind of document is not accepted here; enrol with one that is listed")]
    DocumentNotAccepted,
    /// The registry spoke for a document whose own chip must prove it.
    #[error(
        "this document proves itself by its own chip, read with its number; or go to a counter"
    )]
    ChipNeeded,
    /// The document leaves the date of birth open.
    #[error(
        "the document does not say the whole date of birth; enrol at a counter with a second one"
    )]
    BirthDateUnknown,
    /// A chip's evidence was refused.
    #[error("{0}; {advice}", advice = crate::chip_refusal::advice(*.0))]
    Chip(icao::Refused),
    /// The registry and what was proved here name two records for one document.
    #[error("this document belongs to another record; ask at a counter with all your documents")]
    DocumentOfAnother,
    /// The document is one of the person's own already.
    #[error("this document is kept for you already")]
    DocumentKept,
    /// A newer document took its place.
    #[error("a newer document took the place of this one; show the newer one")]
    DocumentReplaced,
    /// No document of the signed-in person is called this, or it was replaced.
    #[error("no such document is kept for you")]
    DocumentNotKept,
    /// An outside party does not answer; nothing was lost.
    #[error("{party} does not answer; nothing was lost, try again later")]
    OutsideAway {
        /// Which one.
        party: &'static str,
    },
    /// The face was not the document's.
    #[error("the portrait did not match; try again or choose another way")]
    PortraitNotMatched,
    /// No portrait is taken for this document: no verifier is there, or none that could compare.
    #[error("no portrait is compared here for this document; choose another way")]
    PortraitNotTaken,
    /// The live image is none.
    #[error("the image cannot be read; take a photograph (JPEG) again or choose another way")]
    PortraitUnreadable,
    /// The live image has too many bytes or pixels.
    #[error("the image is too large; take a smaller one or choose another way")]
    PortraitTooLarge,
    /// Nobody is in the live image.
    #[error("no face is seen; come closer, into the light, or choose another way")]
    PortraitWithoutFace,
    /// Somebody else is in the live image, too.
    #[error("several faces are seen; be alone before the camera, or choose another way")]
    PortraitOfSeveral,
    /// The document's own portrait cannot be compared with.
    #[error("the document's portrait cannot be compared with; choose another way")]
    DocumentPortraitUnusable,
    /// What the device keeps to compare with is not this certificate's, or was altered.
    #[error("what this device keeps for portraits is not this certificate's; choose another way")]
    PortraitReferenceInvalid,
    /// The phone code is wrong or too old.
    #[error("the code is wrong or has expired")]
    PhoneCodeWrong,
    /// Too many codes were sent to this number, or for this person, within the hour.
    #[error("too many codes were sent within the hour; wait, or give another number")]
    CodesExhausted,
    /// The link of a notice is altered, foreign, or too old.
    #[error("this link is not one of ours, or it is too old")]
    LinkUnknown,
    /// No status list has this number.
    #[error("no status list has this number")]
    StatusListUnknown,
    /// Too many codes were tried or sent.
    #[error("too many tries; begin again")]
    TriesExhausted,
    /// The device proof does not verify.
    #[error("the device did not prove its key")]
    DeviceProofInvalid,
    /// The challenge is unknown, too old, or was answered before.
    #[error("the challenge has expired or was used; reload the page")]
    ChallengeSpent,
    /// The device key already belongs to a certificate.
    #[error("this device key is bound to another certificate")]
    DeviceTaken,
    /// No certificate can be used with what was sent.
    #[error("no such certificate on this device; enrol first")]
    CertificateUnknown,
    /// The certificate was locked by its holder.
    #[error("the certificate is locked; its holder can unlock it")]
    CertificateLocked,
    /// The certificate has ended.
    #[error("the certificate has ended; enrol again")]
    CertificateEnded,
    /// No passkey of such an owner has this id.
    #[error("no such passkey; it may have been removed")]
    PasskeyUnknown,
    /// The answer is not this passkey's to this question.
    #[error("the passkey did not answer this question")]
    PasskeyNotGenuine,
    /// The authenticator did not verify its user.
    #[error("the authenticator did not verify its user")]
    PasskeyUserNotVerified,
    /// The authenticator counts back: there may be a copy of it.
    #[error("the passkey counts back; there may be a copy of it")]
    PasskeyCopied,
    /// The authenticator makes keys that are not taken.
    #[error("passkeys of this kind are not taken")]
    PasskeyNotTaken,
    /// The passkey is known already.
    #[error("this passkey is known already")]
    PasskeyTaken,
    /// The owner has as many passkeys as may be.
    #[error("there are ten passkeys already; remove one first")]
    PasskeysFull,
    /// The platform's address is a number; passkeys belong to names.
    #[error("passkeys are not offered at a numbered address")]
    PasskeysNotOffered,
    /// The device was never given a key of codes.
    #[error("no dynamic code was set up on the device")]
    CodeNotSetUp,
    /// The code is not this half minute's.
    #[error("the dynamic code is wrong or over")]
    CodeWrong {
        /// When it may be tried again; none: at once.
        retry_at: Option<Timestamp>,
    },
    /// The code, or a later one, was taken before.
    #[error("the dynamic code was used; wait for the next one")]
    CodeUsed,
    /// The registration lacks what its profile demands.
    #[error(
        "a client that keeps to FAPI 2.0 authenticates by private_key_jwt or by its certificate"
    )]
    ProfileNotKept,
    /// What browsers are to load at a logout is not on a host of the client's.
    #[error("frontchannel_logout_uri has not the origin of a redirect URI")]
    LogoutUriElsewhere,
    /// The registration wants the native interface beside a profile that cannot be kept by it.
    #[error("a client that keeps to FAPI 2.0 does not speak the native interface")]
    NativeNotForFapi,
    /// The registration needs a door for certificates, or authorities for clients, that are not there.
    #[error(
        "certificates of clients are not taken here: `[tls.clients]` says where they are shown, and its `ca_file` who certifies"
    )]
    MutualTlsNotOffered,
    /// The registration wants something encrypted that its client could not read.
    #[error(transparent)]
    Unreadable(Unreadable),
    /// The registration wants notifications, and says not where.
    #[error("a client that is pinged or pushed registers backchannel_client_notification_endpoint")]
    NowhereToTell,
    /// The registration wants tokens pushed that have to be bound to what its client holds.
    #[error(
        "tokens of a client of FAPI 2.0, or bound to its certificate, are not pushed: register poll or ping"
    )]
    NotToBePushed,
    /// A name or purpose that no wallet shows: empty, of more than 200 characters, or with characters that move what stands beside.
    #[error("a name or purpose is empty, too long, or has characters that are not shown")]
    NotShowable,
    /// The certificate is not locked.
    #[error("the certificate is not locked")]
    CertificateNotLocked,
    /// The passcode is wrong.
    #[error("the passcode is wrong")]
    PasscodeWrong {
        /// When it may be tried again; none: at once.
        retry_at: Option<Timestamp>,
    },
    /// A passcode comes in one form: as digits, or stretched.
    #[error(
        "tell the passcode in one form: as digits, or stretched (with its salt where it is set)"
    )]
    PasscodeForm,
    /// Neither a stretched passcode nor its salt.
    #[error("a stretched passcode has 32 bytes and its salt 16, in base64url")]
    StretchedMalformed,
    /// There is no session, or it is over.
    #[error("sign in first")]
    NotSignedIn,
    /// A sealed value is damaged, foreign, or too old.
    #[error("this page is too old or belongs to another session; go back and begin again")]
    TicketInvalid,
    /// No such consent of this person is in force.
    #[error("no such consent is in force")]
    ConsentUnknown,
    /// What stands on the sheet did not sign.
    #[error("this is not a recovery sheet of this platform")]
    SheetProofInvalid,
    /// No sheet in force has this key.
    #[error("no recovery sheet in force; it may have been revoked")]
    SheetUnknown,
    /// No officer is signed in here, or not any more.
    #[error("sign in as an officer first")]
    OfficerNotSignedIn,
    /// The officer may not work.
    #[error("this officer may not work at a counter")]
    OfficerSuspended,
    /// No such officer, or not in this state.
    #[error("no such officer, or suspended already")]
    OfficerUnknown,
    /// The person works at a counter already.
    #[error("this person is an officer already; one person is one officer")]
    OfficerAlready,
    /// A name or an office that is none.
    #[error("a name and an office have 1 to 60 characters on one line")]
    OfficerNameMalformed,
    /// The invitation was taken up, withdrawn, or lapsed.
    #[error("the invitation is no longer good; ask for another")]
    InvitationSpent,
    /// A field that an officer or a person typed is not what it should be.
    #[error("a name, a number or a date is not written as expected")]
    EntryMalformed,
    /// The passcode was typed differently the second time.
    #[error("the passcode was typed differently the second time")]
    PasscodesDiffer,
    /// No such application waits here.
    #[error("no such application waits here; it was completed, turned down, or lapsed")]
    ApplicationUnknown,
    /// No such delegation or offer concerns this person.
    #[error("no such delegation")]
    DelegationUnknown,
    /// Not the number that the delegate's screen shows.
    #[error("this is not the number on the other screen")]
    DelegationNumberWrong,
    /// No request waits behind this code, or it is over, or lies before somebody else.
    #[error("no request waits behind this code; it is over, or was written differently")]
    KnockUnknown,
    /// The phone has not answered yet.
    #[error("the phone has not answered yet")]
    KnockUnanswered,
    /// Not the number that the other screen shows.
    #[error("this is not the number on the other screen")]
    KnockNumberWrong,
    /// No guardianship of the signed-in person has this id, or it has ended.
    #[error("no such guardianship is in force")]
    GuardianshipUnknown,
    /// No word of the signed-in person has this id, or it was taken back.
    #[error("no such answer is in force")]
    ApprovalUnknown,
    /// Nobody of this code is admitted.
    #[error("no such organisation is admitted")]
    OrganisationUnknown,
    /// A child has too many questions open.
    #[error("too many questions are open; let the guardians answer first")]
    AskedTooOften,
    /// The card is not the signed-in person's own.
    #[error("this is somebody else's card")]
    CardOfAnother,
    /// No application waits behind this link, or it has lapsed.
    #[error("no application waits here; it may have been answered, or have lapsed")]
    GuardianRequestUnknown,
    /// The person's record has no such use of the certificate at a relying party.
    #[error("no such use stands in your record")]
    UseUnknown,
    /// A report that does not say what happened.
    #[error("a report says what happened")]
    GrievanceMissing,
    /// This use was reported before.
    #[error("this use was reported already")]
    ReportedAlready,
    /// No report has this id, or it is closed.
    #[error("no such report, or it is closed already")]
    ReportUnknown,
    /// No client has this id, or it is in that state already.
    #[error("no such client, or nothing to change: `yinzheng client list` shows them")]
    ClientNotThere,
    /// No organisation has this code, or it is in that state already.
    #[error("no such organisation, or nothing to change: `yinzheng client list` shows them")]
    OrganisationNotThere,
    /// The client or its organisation exists already.
    #[error("a client with this id exists")]
    ClientExists,
    /// A registration names a scene that the operator does not declare.
    #[error("scene {scene}: not declared here; there are {known}", scene = scene.as_str(), known = known.join(", "))]
    SceneNotDeclared {
        /// The scene.
        scene: Scene,
        /// Those there are.
        known: Vec<String>,
    },
    /// A scene asks for a way of verification that is not offered here.
    #[error("scene {scene}: mode {mode} is not offered: no portrait is compared here", scene = scene.as_str(), mode = mode.acr())]
    ModeNotOffered {
        /// The scene.
        scene: Scene,
        /// What it asks for.
        mode: Mode,
    },
}

impl Refusal {
    /// Stable word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rule(refusal) => refusal.code(),
            Self::OAuth(error) => error.reason,
            Self::EnrolmentUnknown => "enrolment_unknown",
            Self::StepNotDue => "step_not_due",
            Self::DocumentUnknown => "document_unknown",
            Self::DocumentNotGenuine => "document_not_genuine",
            Self::DocumentReportedLost => "document_reported_lost",
            Self::DocumentNotAccepted => "document_not_accepted",
            Self::ChipNeeded => "chip_needed",
            Self::BirthDateUnknown => "birth_date_unknown",
            Self::Chip(refused) => refused.code(),
            Self::DocumentOfAnother => "document_of_another",
            Self::DocumentKept => "document_kept",
            Self::DocumentReplaced => "document_replaced",
            Self::DocumentNotKept => "document_not_kept",
            Self::OutsideAway { .. } => "outside_party_away",
            Self::PortraitNotMatched => "portrait_not_matched",
            Self::PortraitNotTaken => "portrait_not_taken",
            Self::PortraitUnreadable => "portrait_unreadable",
            Self::PortraitTooLarge => "portrait_too_large",
            Self::PortraitWithoutFace => "portrait_without_face",
            Self::PortraitOfSeveral => "portrait_of_several",
            Self::DocumentPortraitUnusable => "document_portrait_unusable",
            Self::PortraitReferenceInvalid => "portrait_reference_invalid",
            Self::PhoneCodeWrong => "phone_code_wrong",
            Self::CodesExhausted => "codes_exhausted",
            Self::LinkUnknown => "link_unknown",
            Self::StatusListUnknown => "status_list_unknown",
            Self::TriesExhausted => "tries_exhausted",
            Self::DeviceProofInvalid => "device_proof_invalid",
            Self::ChallengeSpent => "challenge_spent",
            Self::DeviceTaken => "device_taken",
            Self::CertificateUnknown => "certificate_unknown",
            Self::CertificateLocked => "certificate_locked",
            Self::CertificateEnded => "certificate_ended",
            Self::PasskeyUnknown => "passkey_unknown",
            Self::PasskeyNotGenuine => "passkey_not_genuine",
            Self::PasskeyUserNotVerified => "passkey_user_not_verified",
            Self::PasskeyCopied => "passkey_copied",
            Self::PasskeyNotTaken => "passkey_not_taken",
            Self::PasskeyTaken => "passkey_taken",
            Self::PasskeysFull => "passkeys_full",
            Self::PasskeysNotOffered => "passkeys_not_offered",
            Self::CodeNotSetUp => "code_not_set_up",
            Self::CodeWrong { .. } => "code_wrong",
            Self::CodeUsed => "code_used",
            Self::NativeNotForFapi => "native_not_for_fapi",
            Self::NowhereToTell => "nowhere_to_tell",
            Self::NotToBePushed => "not_to_be_pushed",
            Self::NotShowable => "name_not_showable",
            Self::ProfileNotKept => "profile_not_kept",
            Self::LogoutUriElsewhere => "logout_uri_elsewhere",
            Self::MutualTlsNotOffered => "mutual_tls_not_offered",
            Self::Unreadable(_) => "encryption_key_missing",
            Self::CertificateNotLocked => "certificate_not_locked",
            Self::PasscodeWrong { .. } => "passcode_wrong",
            Self::PasscodeForm => "passcode_form",
            Self::StretchedMalformed => "stretched_malformed",
            Self::NotSignedIn => "not_signed_in",
            Self::TicketInvalid => "ticket_invalid",
            Self::ConsentUnknown => "consent_unknown",
            Self::SheetProofInvalid => "sheet_invalid",
            Self::SheetUnknown => "sheet_unknown",
            Self::OfficerNotSignedIn => "officer_not_signed_in",
            Self::OfficerSuspended => "officer_suspended",
            Self::OfficerUnknown => "officer_unknown",
            Self::OfficerAlready => "officer_already",
            Self::OfficerNameMalformed => "officer_name_malformed",
            Self::InvitationSpent => "invitation_spent",
            Self::EntryMalformed => "entry_malformed",
            Self::PasscodesDiffer => "passcodes_differ",
            Self::ApplicationUnknown => "application_unknown",
            Self::DelegationUnknown => "delegation_unknown",
            Self::DelegationNumberWrong => "delegation_number_wrong",
            Self::KnockUnknown => "knock_unknown",
            Self::KnockUnanswered => "knock_unanswered",
            Self::KnockNumberWrong => "knock_number_wrong",
            Self::GuardianshipUnknown => "guardianship_unknown",
            Self::ApprovalUnknown => "approval_unknown",
            Self::OrganisationUnknown => "organisation_unknown",
            Self::AskedTooOften => "asked_too_often",
            Self::CardOfAnother => "card_of_another",
            Self::GuardianRequestUnknown => "guardian_request_unknown",
            Self::UseUnknown => "use_unknown",
            Self::GrievanceMissing => "grievance_missing",
            Self::ReportedAlready => "reported_already",
            Self::ReportUnknown => "report_unknown",
            Self::ClientNotThere => "client_not_there",
            Self::OrganisationNotThere => "organisation_not_there",
            Self::ClientExists => "client_exists",
            Self::SceneNotDeclared { .. } => rules::Refusal::SceneNotDeclared.code(),
            Self::ModeNotOffered { .. } => "mode_not_offered",
        }
    }
}
