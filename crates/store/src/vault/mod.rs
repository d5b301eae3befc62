//! The aggregates of the vault, one file each. Everything here is sealed, keyed or a counter.

mod data_keys;
mod documents;
mod enrolments;
mod identities;
mod waiting;

pub use documents::Document;
pub use enrolments::EnrolmentRow;
pub use identities::SealedIdentity;

#[cfg(test)]
pub(crate) const STATEMENTS: &[&[&str]] = &[
    data_keys::STATEMENTS,
    documents::STATEMENTS,
    enrolments::STATEMENTS,
    identities::STATEMENTS,
    waiting::STATEMENTS,
];
