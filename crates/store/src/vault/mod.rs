//! The aggregates of the vault, one file each. Everything here is sealed, keyed or a counter.

mod applications;
mod data_keys;
mod documents;
mod enrolments;
mod former_phones;
mod identities;
mod notices;
mod phone_changes;
mod report_words;
mod sendings;
mod unissued;
mod waiting;

pub use applications::ApplicationRow;
pub use documents::{Entry, EntryKind, Kept};
pub use enrolments::EnrolmentRow;
pub use former_phones::FormerPhone;
pub use identities::SealedIdentity;
pub use notices::NoticeRow;
pub use phone_changes::PhoneChange;
pub use unissued::Unissued;

#[cfg(test)]
pub(crate) const STATEMENTS: &[&[&str]] = &[
    applications::STATEMENTS,
    data_keys::STATEMENTS,
    documents::STATEMENTS,
    enrolments::STATEMENTS,
    former_phones::STATEMENTS,
    identities::STATEMENTS,
    notices::STATEMENTS,
    phone_changes::STATEMENTS,
    report_words::STATEMENTS,
    sendings::STATEMENTS,
    unissued::STATEMENTS,
    waiting::STATEMENTS,
];
