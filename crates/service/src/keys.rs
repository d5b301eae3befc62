//! The platform's keys: one purpose each, with an id, a state and a rotation that needs no downtime.
//!
//! Signing keys are published before their first use (`next`) and after their last (`retired`). Sealing keys open what
//! they sealed after they are retired. The keys of application identifiers, of the blind index and of passcodes never
//! rotate: identifiers and verifiers depend on them.
//!
//! OpenID Connect Core §10.1: what signs is published, under a `kid`; the algorithm is the only one a client can have registered.

mod certified;
mod making;
mod purpose;
mod record;
mod ring;
mod uses;

pub use certified::{NotCertified, certify, naming, request};
pub use making::{complete, first_keys, rotate};
pub use purpose::KeyPurpose;
pub use record::{BadKeys, KeyRecord, KeyState};
pub use ring::KeyRing;
