//! `yinzheng keys`: the keys by id, purpose and state, and their rotation. Secrets are never
//! printed.

use clap::{Args, Subcommand, ValueEnum};
use service::World;
use service::keys::{KeyPurpose, KeyState, rotate};

use super::{CliError, ConfigFile};
use crate::RealWorld;
use crate::key_file::KeyFile;

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List the keys: purpose, id, state, age
    List(ConfigFile),
    /// Put the next key of a purpose in force; a running platform notices within seconds
    Rotate(Rotate),
}

#[derive(Args, Debug)]
pub(super) struct Rotate {
    /// Which keys; without it, every purpose that may rotate
    #[arg(value_enum)]
    purpose: Option<Rotating>,
    #[command(flatten)]
    file: ConfigFile,
}

/// The purposes that may rotate: on the others identifiers and verifiers depend.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rotating {
    /// Signs ID tokens
    TokenSigning,
    /// Signs net certificates
    CertificateSigning,
    /// Signs certificates of the `ShangMi` suite
    ShangMiSigning,
    /// Signs what the platform says of verifiers, and the questions it asks for them
    VerifierSigning,
    /// Signs receipts; the keys before stay published
    ReceiptSigning,
    /// Seals codes, tokens, sessions and enrolments in flight
    References,
    /// Opens what wallets encrypt for the platform
    RequestOpening,
    /// Wraps the data keys of the vault
    VaultWrapping,
    /// Seals what age predicates are computed from
    Attributes,
}

impl From<Rotating> for KeyPurpose {
    fn from(rotating: Rotating) -> Self {
        match rotating {
            Rotating::TokenSigning => Self::TokenSigning,
            Rotating::CertificateSigning => Self::CertificateSigning,
            Rotating::ShangMiSigning => Self::ShangMiSigning,
            Rotating::VerifierSigning => Self::VerifierSigning,
            Rotating::ReceiptSigning => Self::ReceiptSigning,
            Rotating::References => Self::References,
            Rotating::RequestOpening => Self::RequestOpening,
            Rotating::VaultWrapping => Self::VaultWrapping,
            Rotating::Attributes => Self::Attributes,
        }
    }
}

impl KeysCommand {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::List(file) => list(&KeyFile::open(&file.read()?.keys)?),
            Self::Rotate(rotate) => rotate.run(),
        }
    }
}

fn list(file: &KeyFile) -> Result<(), CliError> {
    let mut keys = file.read()?;
    keys.sort_by_key(|key| label(key.purpose));
    for key in keys {
        println!(
            "{:<20} {:<8} {}  {}",
            label(key.purpose),
            state(key.state),
            key.made_at.strftime("%F"),
            key.id
        );
    }
    Ok(())
}

impl Rotate {
    fn run(self) -> Result<(), CliError> {
        let file = KeyFile::open(&self.file.read()?.keys)?;
        file.complete(&RealWorld)?;
        let purposes = match self.purpose {
            Some(purpose) => vec![purpose.into()],
            None => KeyPurpose::ALL.into_iter().filter(|purpose| purpose.rotates()).collect(),
        };
        let _alone = file.alone()?;
        let mut keys = file.read()?;
        for purpose in purposes {
            rotate(&mut keys, purpose, RealWorld.now(), &mut |bytes| RealWorld.fill(bytes))?;
        }
        file.write(&keys, &RealWorld)?;
        list(&file)
    }
}

fn label(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::TokenSigning => "token-signing",
        KeyPurpose::CertificateSigning => "certificate-signing",
        KeyPurpose::ShangMiSigning => "shang-mi-signing",
        KeyPurpose::VerifierSigning => "verifier-signing",
        KeyPurpose::ReceiptSigning => "receipt-signing",
        KeyPurpose::References => "references",
        KeyPurpose::RequestOpening => "request-opening",
        KeyPurpose::VaultWrapping => "vault-wrapping",
        KeyPurpose::Attributes => "attributes",
        KeyPurpose::AppIdentifiers => "app-identifiers",
        KeyPurpose::BlindIndex => "blind-index",
        KeyPurpose::Passcodes => "passcodes",
    }
}

fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::Next => "next",
        KeyState::Active => "active",
        KeyState::Retired => "retired",
    }
}
