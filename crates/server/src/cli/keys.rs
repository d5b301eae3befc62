//! `yinzheng keys`: the keys by id, purpose and state, and their rotation. Secrets are never
//! printed.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use formats::Cipher;
use jiff::Timestamp;
use service::World;
use service::keys::{KeyPurpose, KeyRecord, KeyState, certify, request, rotate};

use super::{CliError, ConfigFile};
use crate::RealWorld;
use crate::key_file::KeyFile;

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List the keys: purpose, id, state, age
    List(ConfigFile),
    /// Put the next key of a purpose in force; a running platform notices within seconds
    Rotate(Rotate),
    /// Print a request for a certificate (PKCS #10) for the key of a purpose
    Request(Request),
    /// Keep the certificates that an authority gave for a key; what it signs carries them
    Certify(Certify),
}

#[derive(Args, Debug)]
pub(super) struct Rotate {
    /// Which keys; without it, every purpose that may rotate
    #[arg(value_enum)]
    purpose: Option<Rotating>,
    /// With what the next keys that seal do so; without it, as the ones before
    #[arg(long, value_enum)]
    cipher: Option<Sealing>,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args, Debug)]
pub(super) struct Request {
    /// For which key
    #[arg(value_enum)]
    purpose: Certified,
    /// For the key that the next rotation puts in force
    #[arg(long)]
    next: bool,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args, Debug)]
pub(super) struct Certify {
    /// Certificates in PEM: the key's own, each followed by the one that certifies it, the authority's own last
    #[arg(long, value_name = "FILE")]
    chain: PathBuf,
    #[command(flatten)]
    file: ConfigFile,
}

/// Ciphers that seal what is kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Sealing {
    /// AES with keys of 256 bits
    #[value(name = "aes-256-gcm")]
    Aes256Gcm,
    /// SM4 (GM/T 0002): the vault of the persons who come from now on, and everything else
    #[value(name = "sm4-gcm")]
    Sm4Gcm,
}

/// The purposes whose signatures wallets read.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Certified {
    /// Signs credentials, their status lists and the issuer's metadata
    CertificateSigning,
    /// Signs the questions that the platform asks wallets
    VerifierSigning,
}

/// The purposes that may rotate: on the others identifiers and verifiers depend.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rotating {
    /// Signs ID tokens
    TokenSigning,
    /// Signs net certificates
    CertificateSigning,
    /// Signs certificates of the Ed25519 suite
    Ed25519Signing,
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
            Rotating::Ed25519Signing => Self::Ed25519Signing,
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

impl From<Sealing> for Cipher {
    fn from(sealing: Sealing) -> Self {
        match sealing {
            Sealing::Aes256Gcm => Self::Aes256Gcm,
            Sealing::Sm4Gcm => Self::Sm4Gcm,
        }
    }
}

impl KeysCommand {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::List(file) => list(&KeyFile::open(&file.read()?.keys)?),
            Self::Rotate(rotate) => rotate.run(),
            Self::Request(request) => request.run(),
            Self::Certify(certify) => certify.run(),
        }
    }
}

fn list(file: &KeyFile) -> Result<(), CliError> {
    let mut keys = file.read()?;
    keys.sort_by_key(|key| label(key.purpose));
    for key in keys {
        let certified = key.certified_until();
        let certified =
            certified.map(|until| format!("  certified until {}", until.strftime("%F")));
        println!(
            "{:<20} {:<8} {}  {}{}{}",
            label(key.purpose),
            state(key.state),
            key.made_at.strftime("%F"),
            key.id,
            key.cipher().map_or("", cipher_label),
            certified.unwrap_or_default()
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
        let now = RealWorld.now();
        let lost = loses_certificates(&keys, &purposes, now);
        for purpose in purposes {
            // Said of one purpose it must fit; said of all, it is for those that seal.
            let fits = self.purpose.is_some() || purpose.seals();
            let cipher = self.cipher.filter(|_| fits).map(Cipher::from);
            rotate(&mut keys, purpose, cipher, now, &mut |bytes| RealWorld.fill(bytes))?;
        }
        file.write(&keys, &RealWorld)?;
        for purpose in lost {
            eprintln!(
                "warning: wallets that believe certificates refuse what {0} signs from now on: its key has none, and the one before had.\n\
                 Run `yinzheng keys request {0}`, have it certified, and `yinzheng keys certify`; before the next rotation, with `--next`.",
                label(purpose)
            );
        }
        list(&file)
    }
}

/// Of these purposes, the ones whose key in force is certified and the next is not.
fn loses_certificates(
    keys: &[KeyRecord],
    purposes: &[KeyPurpose],
    now: Timestamp,
) -> Vec<KeyPurpose> {
    let certified = |purpose: KeyPurpose, state| {
        let mut of_both = keys.iter().filter(|key| key.purpose == purpose && key.state == state);
        of_both.any(|key| key.certified_until().is_some_and(|until| now < until))
    };
    let loses = |purpose: &KeyPurpose| {
        certified(*purpose, KeyState::Active) && !certified(*purpose, KeyState::Next)
    };
    purposes.iter().copied().filter(loses).collect()
}

impl Request {
    fn run(self) -> Result<(), CliError> {
        let config = self.file.read()?;
        let purpose = match self.purpose {
            Certified::CertificateSigning => KeyPurpose::CertificateSigning,
            Certified::VerifierSigning => KeyPurpose::VerifierSigning,
        };
        let state = if self.next { KeyState::Next } else { KeyState::Active };
        let keys = KeyFile::open(&config.keys)?.read()?;
        print!("{}", request(&keys, (purpose, state), &config.issuer)?);
        Ok(())
    }
}

impl Certify {
    fn run(self) -> Result<(), CliError> {
        let config = self.file.read()?;
        let mut pem = Vec::new();
        let chain = File::open(&self.chain).map(|file| file.take(CHAIN_MAX));
        chain
            .and_then(|mut chain| chain.read_to_end(&mut pem))
            .map_err(|source| CliError::Io { doing: "read the certificates", source })?;
        let file = KeyFile::open(&config.keys)?;
        let _alone = file.alone()?;
        let mut keys = file.read()?;
        certify(&mut keys, &pem, &config.issuer, RealWorld.now())?;
        file.write(&keys, &RealWorld)?;
        list(&file)
    }
}

/// The largest file of certificates read.
const CHAIN_MAX: u64 = 64 * 1024;

fn label(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::TokenSigning => "token-signing",
        KeyPurpose::CertificateSigning => "certificate-signing",
        KeyPurpose::Ed25519Signing => "ed25519-signing",
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

fn cipher_label(cipher: Cipher) -> &'static str {
    match cipher {
        Cipher::Aes256Gcm => "  AES-256-GCM",
        Cipher::Sm4Gcm => "  SM4-GCM",
    }
}

fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::Next => "next",
        KeyState::Active => "active",
        KeyState::Retired => "retired",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use service::keys::{KeyRing, first_keys};

    const NOW: Timestamp = Timestamp::constant(1_795_000_000, 0);

    #[test]
    fn a_rotation_that_loses_certificates_is_told() {
        let issuer = "https://id.example".parse().expect("an issuer");
        let today = NOW.to_zoned(jiff::tz::TimeZone::UTC).date();
        let authority = sandbox::authority::Authority::new(today).expect("an authority");
        let mut chance = |bytes: &mut [u8]| RealWorld.fill(bytes);
        let mut keys = first_keys(NOW, &mut chance);
        let asking = [KeyPurpose::VerifierSigning];
        assert!(loses_certificates(&keys, &asking, NOW).is_empty(), "nobody had any");
        let ring = KeyRing::try_from(keys.as_slice()).expect("a ring");
        // The one in force, and the next.
        for key in ring.verifier_keys().keys() {
            let pem = authority.certify("https://id.example", key.verifying_key());
            certify(&mut keys, pem.expect("certified").as_bytes(), &issuer, NOW).expect("kept");
        }
        assert!(loses_certificates(&keys, &asking, NOW).is_empty());
        rotate(&mut keys, KeyPurpose::VerifierSigning, None, NOW, &mut chance).expect("rotated");
        let loses = |purposes: &[_], now| loses_certificates(&keys, purposes, now);
        assert_eq!(loses(&asking, NOW), asking);
        assert!(loses(&[KeyPurpose::TokenSigning], NOW).is_empty(), "another's loss");
        let years = SignedDuration::from_hours(3 * 365 * 24);
        assert!(loses(&asking, NOW + years).is_empty(), "they were over before");
    }
}
