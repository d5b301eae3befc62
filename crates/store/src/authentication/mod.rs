//! The aggregates of the authentication plane, one file each.

mod app_identifiers;
mod certificates;
mod clients;
mod consents;
mod counts;
mod devices;
mod events;
mod grants;
mod guardian_approvals;
mod guardian_requests;
mod guardianships;
mod net_numbers;
mod persons;
mod relying_parties;
mod scenes;
mod spent;

pub use certificates::{Certificate, State};
pub use clients::ClientRecord;
pub use consents::{ConsentRecord, GivenBy};
pub use counts::Counts;
pub use devices::Device;
pub use events::{Event, Kind};
pub use grants::RedeemedGrant;
pub use guardian_approvals::GuardianApproval;
pub use guardian_requests::GuardianRequest;
pub use guardianships::{Confirmed, Guardianship};
pub use persons::Person;
pub use relying_parties::RelyingParty;
pub use spent::Spent;

#[cfg(test)]
pub(crate) const STATEMENTS: &[&[&str]] = &[
    app_identifiers::STATEMENTS,
    certificates::STATEMENTS,
    clients::STATEMENTS,
    consents::STATEMENTS,
    counts::STATEMENTS,
    devices::STATEMENTS,
    events::STATEMENTS,
    grants::STATEMENTS,
    guardian_approvals::STATEMENTS,
    guardian_requests::STATEMENTS,
    guardianships::STATEMENTS,
    net_numbers::STATEMENTS,
    persons::STATEMENTS,
    relying_parties::STATEMENTS,
    scenes::STATEMENTS,
    spent::STATEMENTS,
];
