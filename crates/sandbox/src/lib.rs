//! The sandbox: everybody outside the platform, simulated and plainly named so.
//!
//! A population registry with ten thousand invented persons and their cards, an inbox for text messages, a face
//! verifier, a phone with a wallet, and five relying parties. Each speaks to the platform over HTTP or through bytes only, as the real one would.
//!
//! Knows: the shapes of documents (`rules`), signed bytes (`formats`), HTTP as outside parties speak it.
//! Must not know: the platform's insides: no `service`, no `store`, no `protocol` (a phone knows of it what `wallet` hands on).

pub mod authority;
mod bounded;
mod browser;
#[cfg(test)]
mod calls;
mod cards;
mod chance;
mod chip;
mod clock;
mod compare;
mod dice;
mod families;
mod inbox;
mod language;
mod names;
mod page;
mod papers;
mod people;
mod phone;
mod places;
mod portrait;
mod prove;
mod questions;
mod registration;
mod registry;
mod relying_party;
mod travel;

pub use chance::Chance;
pub use chip::{ANSWER_TYPE, CARD_TYPE, CardEvidence};
pub use clock::Clock;
pub use dice::Seed;
pub use families::Role;
pub use inbox::Inbox;
pub use names::{InventedName, Sex};
pub use people::{ORDINARY_COUNT, Person, PersonIndex, Population};
pub use phone::Phone;
pub use places::Place;
pub use portrait::{FaceVerifier, Match, NotASample, Verdict};
pub use registration::{CardRefusal, RegisteredDocument, RegisteredPerson, Registration};
pub use registry::{Registry, RegistrySetup};
pub use relying_party::{Credentials, RelyingParty, Unusable};
pub use travel::TravelDocument;
