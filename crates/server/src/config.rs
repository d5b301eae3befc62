//! Configuration: the file as written ([`RawConfig`]), then what it means ([`Config`]).
//!
//! There is no global: a [`Config`] is made once by a command and handed down. Secrets never stand
//! in the file; it names files that hold them.

mod database;
mod error;
mod operator;
mod outside;
mod own_scenes;
mod portrait_models;
mod raw;
mod reference;
mod relying_parties;
mod resolved;
mod secret_file;
mod tls;
mod wallets;

pub use error::ConfigError;
pub use operator::Operator;
pub use outside::{Outside, OutsideTls, Outsiders};
pub use portrait_models::PortraitModels;
pub use raw::{
    Profile, RawClientTls, RawConfig, RawDatabase, RawDocuments, RawKeys, RawLimits, RawOperator,
    RawOutside, RawPortraitModels, RawRecovery, RawRelyingParties, RawRetention, RawScene, RawTls,
    RawTour, RawWallet, RawWalletKeys,
};
pub(crate) use reference::reference;
pub use relying_parties::RelyingParties;
pub use resolved::{Config, KeyFiles, Limits};
pub use tls::{ClientTls, Tls};
