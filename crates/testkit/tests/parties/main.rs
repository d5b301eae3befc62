//! What relying parties ask, and what they get.
#![allow(
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on has failed"
)]

mod admission;
mod age;
mod agreements;
mod asking;
mod authorization_details;
mod back_channel;
mod backchannel;
mod certified;
mod codes;
mod consent;
mod device_grant;
mod fapi;
mod introspection;
mod login;
mod logout;
mod mutual_tls;
mod native;
mod on_phone;
mod own_scenes;
mod own_tokens;
mod own_verifier;
mod page_questions;
mod plain_identity;
mod presentations;
mod prompts;
mod pushing;
mod receipts;
mod registration;
mod reports;
mod request_objects;
mod response_modes;
mod sealed_answers;
mod standing_access;
mod verified_claims;
