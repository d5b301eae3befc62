//! The use-cases, one file a verb: the only place where law, standards and memory meet.
//!
//! Knows: transactions, keys, the outside parties behind traits, the time and chance of its [`World`].
//! Must not know: HTTP, headers, templates, the configuration file. → `server` brings those.

mod error;
mod faces;
mod letter;
mod outside;
mod platform;
mod world;

// What the verbs share.
mod assertion;
mod chip_refusal;
mod code;
mod deliveries;
mod device_proof;
mod disclosure;
mod dpop;
mod dynamic_code;
mod events;
mod export_reports;
mod exported_factors;
mod guardians;
mod guardians_word;
mod guardianship_at_counter;
mod identity_record;
mod judge;
pub mod keys;
mod knocks;
mod lock_token;
mod log_out;
mod modes;
mod notices;
mod over_asking;
mod passcode_told;
mod passcodes;
mod passkeys;
mod ping;
mod portrait_reference;
mod proved;
mod receipt;
mod recognise;
mod references;
mod reissue;
mod sealed;
mod sendings;
mod served;
mod session;
mod signed_act;
mod standing_access;
mod statuses;
mod tallies;
mod tidings;
mod token_life;
mod tokens;
mod tries;
mod unissued;
mod vault;
mod whole;

// The verbs.
mod act_for;
mod add_document;
mod add_passkey;
mod admit;
mod agree;
mod answer_child;
mod answer_plain;
mod apply_for_child;
mod ask_backchannel;
mod ask_by_device;
mod ask_guardian;
mod ask_presentation;
mod asked;
mod attest_verifier;
mod authorize;
mod await_guardian;
mod cancel;
mod change_phone;
mod children;
mod complete_at_counter;
mod confirm_children;
mod counter;
mod decline_sign_in;
mod delegate;
mod delegations;
mod end_guardianship;
mod end_session;
mod enrol;
mod export;
mod export_access;
mod export_disclosures;
mod export_guardians;
mod export_knocks;
mod export_plain;
mod export_sessions;
mod export_stand_ins;
mod hand_over;
mod hear_answer;
mod hear_of_credentials;
mod hear_presentation;
mod inspect;
mod introspect;
mod issue;
mod issue_codes;
mod issue_credentials;
mod issue_sealed_credentials;
mod issuer_metadata;
mod lock;
mod my_documents;
mod my_guardians;
mod native;
mod object;
mod offer_credentials;
mod officer_session;
mod officers;
mod on_phone;
mod open_knock;
mod overview;
mod own_token;
mod page_presentation;
mod prove_chip;
mod prove_document;
mod prove_guardian;
mod prove_phone;
mod prove_portrait;
mod purge;
mod push;
mod push_tokens;
mod redeem;
mod refresh;
mod register;
mod registered;
mod report;
mod reportable;
mod reports;
mod revoke;
mod sheets;
mod sign_in;
mod sign_in_portrait;
mod sign_in_with_passkey;
mod staff_log;
mod step;
mod suspend_client;
mod tell_plain;
mod token;
mod trust;
mod unlock;
mod unsynced;
mod wallets;
mod withdraw;

pub use admit::Admission;
pub use agree::Decision;
pub use answer_child::GuardianWord;
pub use answer_plain::PlainDecision;
pub use ask_guardian::{GuardianNeeded, Standing};
pub use asked::{AskedOfMe, ReadOut, TurnedAway, Waits};
pub use authorize::{Asked, Authorize};
pub use await_guardian::{ApplicationAnswer, ApplicationSeen};
pub use children::{Child, ChildRequest, ChildUse, Children, SaidWord};
pub use complete_at_counter::IssuedAtCounter;
pub use counter::{
    CounterEntry, CounterMatter, CounterOutcome, CounterView, Draft, GuardianBeside,
    GuardianshipAct, GuardianshipEntry, HAND_OVER_LIFETIME, Waiting, notices_read_aloud,
};
pub use delegate::DelegationOffer;
pub use delegations::{DelegationView, Delegations};
pub use disclosure::MayDisclose;
pub use dynamic_code::CodeKey;
pub use end_session::{AskedToSignOut, EndSession, SignedOut, SignedOutAt};
pub use enrol::{ConsentsGiven, EnrolmentToken};
pub use error::{Error, Refusal};
pub use export::Export;
pub use faces::{
    Comparable, Comparison, FaceError, FaceVerifier, Image, LIVE_IMAGE_MAX, Reference, Verdict,
};
pub use inspect::UserInfoAnswer;
pub use introspect::{Form as IntrospectionForm, Introspected};
pub use issue::{CERTIFICATE_LIFETIME, Issued};
pub use issue_sealed_credentials::HandedOut;
pub use knocks::Knocked;
pub use letter::{Content, Heard, Letter, RelyingParties};
pub use my_documents::MyDocument;
pub use my_guardians::MyGuardians;
pub use object::Objection;
pub use offer_credentials::Offered;
pub use officer_session::{OFFICER_SESSION_LIFETIME, OfficerSession};
pub use officers::InvitedOfficer;
pub use on_phone::{OnPhone, Scanned, Watched};
pub use outside::{
    BoxFuture, CardEvidence, Message, MessageSender, OutsideError, PopulationRegistry,
    RegisteredPerson, Registration, RegistryError,
};
pub use overview::{
    CertificateState, Overview, OverviewAccess, OverviewConsent, OverviewDisclosure, OverviewEvent,
    OverviewReport,
};
pub use passcode_told::{PasscodeSet, PasscodeTold};
pub use passkeys::{PasskeyHolders, PasskeyQuestion};
pub use platform::{Outside, Platform, Registering, Settings};
pub use prove_document::Evidence;
pub use prove_portrait::{PortraitChoice, PortraitTaken};
pub use register::REGISTER_PATH;
pub use report::Said;
pub use reportable::{About, OwnUse, Reportable};
pub use reports::{ReportCount, ReportSeen, ReportsTold};
pub use session::{SESSION_LIFETIME, Session};
pub use sign_in_portrait::PortraitShown;
pub use staff_log::Verdict as StaffVerdict;
pub use statuses::WrittenList;
pub use step::Step;
pub use store::authentication::Way;
pub use tallies::Tally;
pub use trust::{OPERATOR, TrustChange, TrustError};
pub use wallets::WalletAsks;
pub use world::World;
