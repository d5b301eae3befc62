//! The aggregates of the vault, one file each. Everything here is sealed, keyed or a counter.

mod applications;
mod data_keys;
mod documents;
mod enrolments;
mod identities;
mod waiting;

pub use applications::ApplicationRow;
pub use documents::{Entry, EntryKind};
pub use enrolments::EnrolmentRow;
pub use identities::SealedIdentity;

#[cfg(test)]
pub(crate) const STATEMENTS: &[&[&str]] = &[
    applications::STATEMENTS,
    data_keys::STATEMENTS,
    documents::STATEMENTS,
    enrolments::STATEMENTS,
    identities::STATEMENTS,
    waiting::STATEMENTS,
];
