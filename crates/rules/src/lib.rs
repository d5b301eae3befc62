//! The law as functions: the Measures for the national network identity authentication public
//! service, and the shapes of the numbers they speak of.
//!
//! Knows: persons, documents, net numbers, application identifiers, guardians, scenes, notices and
//! consents, modes, retention, refusals. Every article is a pure function: facts in, verdict out.
//!
//! Must not know: the time of day, chance, IO, databases, HTTP, JSON, OAuth, keys. Time and chance
//! are handed in; `service` is where law, standards and memory meet. Which article is which
//! function, and which test shows it, stands in `docs/measures.md`.

pub mod access;
pub mod age;
pub mod app_identifier;
pub mod approval;
pub mod assurance;
pub mod attempts;
pub mod attribute;
pub mod capacity;
pub mod citizen_number;
pub mod consent;
pub mod counter;
pub mod delegation;
pub mod document;
pub mod document_class;
pub mod document_number;
pub mod dynamic_code;
pub mod factor;
pub mod guardian;
pub mod guardianship_paper;
pub mod identity;
pub mod ids;
pub mod mode;
pub mod my_documents;
pub mod net_number;
pub mod notice;
pub mod objection;
pub mod organisation_code;
pub mod own_scene;
pub mod passcode;
pub mod passkey_name;
pub mod phone_number;
pub mod plain;
pub mod proofing;
pub mod recovery;
pub mod refusal;
pub mod regions;
pub mod register_number;
pub mod release;
pub mod report;
pub mod retention;
pub mod scene;
pub mod travel_document;

pub use access::Access;
pub use age::AgeThreshold;
pub use app_identifier::AppIdentifier;
pub use attempts::Attempts;
pub use attribute::Attribute;
pub use capacity::Capacity;
pub use citizen_number::CitizenNumber;
pub use consent::Consent;
pub use counter::Inspection;
pub use delegation::{Delegation, DelegationScope, FamiliarName};
pub use document::Document;
pub use document_class::DocumentClass;
pub use document_number::DocumentNumber;
pub use dynamic_code::DynamicCode;
pub use factor::{Factor, Factors};
pub use guardian::Guardian;
pub use guardianship_paper::GuardianshipPaper;
pub use identity::{Name, PlainIdentity};
pub use ids::{
    AccessId, ApplicationId, ApprovalId, CertificateId, ConsentId, DelegationId, DisclosureId,
    EnrolmentId, EventId, GrantId, GuardianRequestId, GuardianshipId, KnockId, OfficerId, PersonId,
    ReportId,
};
pub use mode::Mode;
pub use net_number::NetNumber;
pub use notice::{NoticeVersion, Purpose};
pub use organisation_code::OrganisationCode;
pub use own_scene::{OwnScene, OwnScenes, SceneDeclaration};
pub use passcode::Passcode;
pub use passkey_name::PasskeyName;
pub use phone_number::PhoneNumber;
pub use plain::{PlainKind, PlainTerms};
pub use proofing::Proofing;
pub use recovery::CoolDown;
pub use refusal::Refusal;
pub use register_number::RegisterNumber;
pub use release::{Release, ReleaseConsent};
pub use retention::EventLifetime;
pub use scene::{LegalBasis, Scene, SceneRegistration};
