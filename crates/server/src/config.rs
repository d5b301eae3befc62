//! Configuration: the file as written ([`raw`]), then what it means ([`resolved`]).
//!
//! There is no global: a [`Config`] is made once by a command and handed down. Secrets never stand
//! in the file; it names files that hold them.

mod error;
mod raw;
mod reference;
mod resolved;

pub use error::ConfigError;
pub use raw::{
    Profile, RawConfig, RawDatabase, RawKeys, RawLimits, RawOutside, RawRetention, RawTour,
};
pub(crate) use reference::reference;
pub use resolved::{Config, KeyFiles, Limits, Outside, Outsiders};
