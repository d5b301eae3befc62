//! `Town`: a whole platform in one process, with people, phones, relying parties, and a world moved by hand.
//!
//! Stories in `tests/` are told against the real thing: the real use-cases on a real engine, the sandbox's population
//! registry with real signatures, a real wallet. They run on SQLite always, and on PostgreSQL as well when
//! `TEST_POSTGRES` names a server (`postgres://user@host:port`, no database); each story then has two databases of its own.
//!
//! Knows: everything below `server`. Nothing in production knows it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "whatever cannot go on here is a test that has failed"
)]

mod adding;
mod applications;
mod ask;
mod authenticator;
mod bank;
mod census;
mod certified;
#[path = "../../icao/tests/country/mod.rs"]
pub mod country;
pub mod decodings;
mod delegates;
mod enrolment;
mod faces;
mod guardians;
mod holder;
mod homes;
pub mod inn;
mod key_holder;
mod mailboxes;
pub mod officer;
mod outside;
mod phones;
mod pocket;
pub mod presenting;
mod resident;
mod story;
mod token_call;
mod told_log;
mod town;
mod world;

pub use applications::Application;
pub use ask::{Ask, Code, Journey, Page, arrived, back};
pub use authenticator::Authenticator;
pub use bank::Bank;
pub use census::{Cell, Census};
pub use certified::Certified;
pub use enrolment::Enrolment;
pub use holder::Holder;
pub use key_holder::KeyHolder;
pub use mailboxes::{Mailboxes, Posted};
pub use outside::Switch;
pub use phones::Phones;

pub use officer::Officer;
pub use pocket::{InPocket, Offer, Pocket};
pub use resident::Resident;
pub use story::{on_postgres, on_sqlite, refusal};
pub use token_call::{TokenCall, Told};
pub use told_log::ToldLog;
pub use town::{ISSUER, MUTUAL, Town, has_card};
pub use world::HandWorld;
