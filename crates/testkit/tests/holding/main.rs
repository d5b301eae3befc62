//! What a person does with a certificate: factors, devices, locking, losing, leaving.
#![allow(
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on has failed"
)]

mod cancel;
mod codes;
mod credentials;
mod deferred;
mod device;
mod dynamic_code;
mod gates;
mod handover;
mod lock;
mod locking;
mod passcode;
mod passkeys;
mod phone;
mod pocket;
mod portrait_login;
mod recovery;
mod sheets;
mod stretched;
