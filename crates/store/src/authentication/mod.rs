//! The aggregates of the authentication plane, one file each.

mod app_identifiers;
mod attempts;
mod certificates;
mod clients;
mod consents;
mod counts;
mod delegations;
mod deliveries;
mod devices;
mod dynamic_codes;
mod events;
mod grants;
mod guardian_approvals;
mod guardian_requests;
mod guardianships;
mod knocks;
mod lock_links;
mod native_spent;
mod net_numbers;
mod officers;
mod over_asking;
mod passkeys;
mod persons;
mod plain_disclosures;
mod presentations;
mod reach_codes;
mod registrations;
mod relying_parties;
mod reports;
mod scenes;
mod served_sessions;
mod sheets;
mod spent;
mod staff_log;
mod standing_access;
mod statuses;
mod tidings;
mod trust;
mod unwelcome;

pub use certificates::{Certificate, State};
pub use clients::ClientRecord;
pub use consents::{ConsentRecord, GivenBy};
pub use counts::Counts;
pub use delegations::DelegationRecord;
pub use deliveries::{DeliveryKind, DeliveryRow};
pub use devices::Device;
pub use dynamic_codes::DynamicCodeRecord;
pub use events::{Event, Kind};
pub use grants::RedeemedGrant;
pub use guardian_approvals::GuardianApproval;
pub use guardian_requests::GuardianRequest;
pub use guardianships::{Confirmed, Guardianship};
pub use knocks::{Knock, KnockState, Way};
pub use lock_links::{About, LockLink};
pub use officers::Officer;
pub use over_asking::OverAsking;
pub use passkeys::{Passkey, PasskeyOwner};
pub use persons::Person;
pub use plain_disclosures::PlainDisclosure;
pub use presentations::Answered;
pub use registrations::RegistrationRecord;
pub use relying_parties::RelyingParty;
pub use reports::ReportRecord;
pub use served_sessions::ServedSession;
pub use sheets::Sheet;
pub use spent::Spent;
pub use staff_log::{StaffAct, StaffEntry};
pub use standing_access::{ACCESSES_MAX, FormerToken, StandingAccess};
pub use statuses::{StatusListRow, StatusPlace};
pub use tidings::{Tiding, TidingAbout};
pub use trust::{TrustKind, TrustRecord};

#[cfg(test)]
pub(crate) const STATEMENTS: &[&[&str]] = &[
    app_identifiers::STATEMENTS,
    certificates::STATEMENTS,
    clients::STATEMENTS,
    consents::STATEMENTS,
    counts::STATEMENTS,
    delegations::STATEMENTS,
    deliveries::STATEMENTS,
    devices::STATEMENTS,
    dynamic_codes::STATEMENTS,
    events::STATEMENTS,
    grants::STATEMENTS,
    guardian_approvals::STATEMENTS,
    guardian_requests::STATEMENTS,
    guardianships::STATEMENTS,
    knocks::STATEMENTS,
    lock_links::STATEMENTS,
    native_spent::STATEMENTS,
    net_numbers::STATEMENTS,
    officers::STATEMENTS,
    over_asking::STATEMENTS,
    passkeys::STATEMENTS,
    persons::STATEMENTS,
    plain_disclosures::STATEMENTS,
    presentations::STATEMENTS,
    registrations::STATEMENTS,
    reach_codes::STATEMENTS,
    relying_parties::STATEMENTS,
    reports::STATEMENTS,
    scenes::STATEMENTS,
    served_sessions::STATEMENTS,
    sheets::STATEMENTS,
    spent::STATEMENTS,
    staff_log::STATEMENTS,
    standing_access::STATEMENTS,
    statuses::STATEMENTS,
    tidings::STATEMENTS,
    trust::STATEMENTS,
    unwelcome::STATEMENTS,
];
