//! Children and their guardians, and whoever acts for somebody else.
#![allow(
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on has failed"
)]

mod applying_for_a_child;
mod asking_the_guardian;
mod birthdays;
mod counter_families;
mod delegations;
mod guardian_approvals;
mod guardians_by_chip;
mod minors;
mod reports_for_children;
mod tidings;
