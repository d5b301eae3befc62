//! What a key is for: one thing each.

use formats::Suite;
use serde::{Deserialize, Serialize};

/// What a key is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPurpose {
    /// Signs ID tokens.
    TokenSigning,
    /// Signs net certificates.
    CertificateSigning,
    /// Signs certificates of the Ed25519 suite, for QR codes.
    Ed25519Signing,
    /// Signs certificates of the `ShangMi` suite, for QR codes.
    ShangMiSigning,
    /// Signs what the platform says of verifiers, and the questions it asks for them.
    VerifierSigning,
    /// Signs receipts. Its public keys stay published for good: a receipt is looked at years later.
    ReceiptSigning,
    /// Seals codes, tokens, sessions, tickets and enrolments in flight.
    References,
    /// Opens what wallets encrypt for us.
    RequestOpening,
    /// Wraps the data keys of the vault, and seals the portrait references that devices keep.
    VaultWrapping,
    /// Seals what age predicates are computed from.
    Attributes,
    /// Makes application identifiers.
    AppIdentifiers,
    /// Makes the blind index of documents.
    BlindIndex,
    /// Goes into every passcode verifier, so that a stolen database cannot be guessed at.
    Passcodes,
}

impl KeyPurpose {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::TokenSigning,
        Self::CertificateSigning,
        Self::Ed25519Signing,
        Self::ShangMiSigning,
        Self::VerifierSigning,
        Self::ReceiptSigning,
        Self::References,
        Self::RequestOpening,
        Self::VaultWrapping,
        Self::Attributes,
        Self::AppIdentifiers,
        Self::BlindIndex,
        Self::Passcodes,
    ];

    pub(super) const fn signs(self) -> bool {
        self.suite().is_some()
    }

    /// Whether authorities outside certify its keys: those whose signatures wallets read.
    pub(super) const fn is_certified(self) -> bool {
        matches!(self, Self::CertificateSigning | Self::VerifierSigning)
    }

    /// The suite of its signatures, if it signs.
    pub(super) const fn suite(self) -> Option<Suite> {
        match self {
            Self::TokenSigning
            | Self::CertificateSigning
            | Self::VerifierSigning
            | Self::ReceiptSigning => Some(Suite::International),
            Self::Ed25519Signing => Some(Suite::Ed25519),
            Self::ShangMiSigning => Some(Suite::ShangMi),
            _ => None,
        }
    }

    /// Purposes that came after key files were first made: an older file lacks them, and nothing depends on that.
    pub(super) const LATER: [Self; 5] = [
        Self::ReceiptSigning,
        Self::Ed25519Signing,
        Self::ShangMiSigning,
        Self::RequestOpening,
        Self::VerifierSigning,
    ];

    /// Whether its keys seal, so that a cipher may be chosen for them.
    pub const fn seals(self) -> bool {
        matches!(self, Self::References | Self::VaultWrapping | Self::Attributes)
    }

    /// Whether keys of this purpose may be rotated.
    pub const fn rotates(self) -> bool {
        !matches!(self, Self::AppIdentifiers | Self::BlindIndex | Self::Passcodes)
    }
}
