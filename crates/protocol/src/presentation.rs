//! Presentations (`OpenID4VP` 1.0): a verifier asks a wallet for credentials, and gets what it asked for or nothing.
//!
//! Both sides as rules without IO: [`Query`] is what is asked for, read by the wallet and held against the answer by the verifier;
//! [`request`] is the signed question, [`asked`] how a wallet reads it, [`attestation`] who asks, [`response`] the encrypted answer. How a credential is verified is its format's business:
//! here it is claims that somebody verified.

pub mod asked;
pub mod attestation;
pub mod attesting;
pub mod dc_api;
pub mod path;
pub mod query;
pub mod request;
pub mod response;
mod satisfied;
mod selection;
pub mod through;
pub mod transaction_data;
pub mod verify;

pub use asked::{Asked, BadRequest};
pub use attestation::Attestation;
pub use path::Path;
pub use query::{BadQuery, Query};
pub use satisfied::{Presented, Unsatisfied};
pub use selection::{Held, Selected};
pub use verify::{Awaited, Proved, Unproved, verify};
