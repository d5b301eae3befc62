//! The use-cases, one file a verb: the only place where law, standards and memory meet.
//!
//! Knows: transactions, keys, the outside parties behind traits, the time and chance of its [`World`].
//! Must not know: HTTP, headers, templates, the configuration file. → `server` brings those.

mod error;
mod outside;
mod platform;
mod world;

// What the verbs share.
mod code;
mod device_proof;
mod events;
mod identity_record;
mod judge;
pub mod keys;
mod modes;
mod passcodes;
mod references;
mod session;
mod vault;
mod whole;

// The verbs.
mod admit;
mod agree;
mod authorize;
mod cancel;
mod enrol;
mod export;
mod inspect;
mod issue;
mod lock;
mod overview;
mod prove_document;
mod prove_phone;
mod prove_portrait;
mod purge;
mod redeem;
mod sign_in;
mod unlock;
mod withdraw;

pub use admit::Admission;
pub use agree::Decision;
pub use authorize::{Asked, Authorize};
pub use enrol::{ConsentsGiven, EnrolmentToken, Step};
pub use error::{Error, Refusal};
pub use export::Export;
pub use issue::{CERTIFICATE_LIFETIME, Issued};
pub use modes::OFFERED;
pub use outside::{
    BoxFuture, CardEvidence, FaceVerifier, Message, MessageSender, OutsideError,
    PopulationRegistry, RegisteredPerson, Registration, RegistryError,
};
pub use overview::{CertificateState, Overview, OverviewConsent, OverviewEvent};
pub use platform::{Outside, Platform, Settings};
pub use prove_portrait::PortraitChoice;
pub use session::{SESSION_LIFETIME, Session};
pub use world::World;
