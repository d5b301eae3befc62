//! Memory: one file per aggregate, all SQL, both databases.
//!
//! Knows: rows, statements, transactions, migrations, the two planes.
//! Must not know: HTTP, tokens in clear, decisions. A function here guards a transition with its `WHERE`;
//! whether the transition is allowed was decided by `rules` or `protocol`, and `service` brought them together.
//!
//! Each statement is written once, in the dialect both engines share (`docs/decisions/0001-one-sql-two-engines.md`).

mod database;
mod engine;
mod error;
mod location;
mod migrations;
mod plane;
mod statements;
mod tx;
mod value;

pub mod authentication;
pub mod vault;

pub use database::Database;
pub use error::Error;
pub use location::{Location, NotALocation};
pub use plane::{Authentication, Plane, Vault};
pub use tx::Tx;
