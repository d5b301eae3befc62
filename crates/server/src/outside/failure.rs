//! Why a party's answer is of no use, in words that tell the operator what to do.
//!
//! It never holds what was asked or answered: that is about a person.

use std::error::Error as StdError;
use std::io;

use reqwest::StatusCode;
use rustls::{AlertDescription, CertificateError, Error as TlsError};
use service::OutsideError;

use super::ANSWER_MAX;
use crate::tls::TlsFileError;

/// Why a party's answer is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PartyError {
    #[error("its address cannot be used")]
    Address,
    #[error("the files for TLS with it cannot be used")]
    Files(#[from] TlsFileError),
    #[error("TLS with it cannot be set up")]
    Tls(#[source] TlsError),
    #[error("it failed several times in a row and is left alone for a moment")]
    LeftAlone,
    #[error(
        "its certificate is of no authority in `ca_file`: correct that file, or ask who answers there"
    )]
    NotBelieved(#[source] reqwest::Error),
    #[error(
        "its certificate is for another name than `url` says: correct `url`, or ask who answers there"
    )]
    AnotherName(#[source] reqwest::Error),
    #[error(
        "its certificate does not count at this time: it has to renew it, unless our clock is wrong"
    )]
    NotNow(#[source] reqwest::Error),
    #[error(
        "it does not accept our certificate: see `certificate_file`, and whether it has expired"
    )]
    NotAccepted(#[source] reqwest::Error),
    #[error("nobody is believed: say in `[relying_parties] ca_file` whose certificates count")]
    NobodyBelieved,
    #[error("it speaks no TLS 1.3: have it updated, or say `allow_tls12 = true` if it speaks 1.2")]
    TooOld(#[source] reqwest::Error),
    #[error("it did not answer in time")]
    TooSlow(#[source] reqwest::Error),
    #[error("it cannot be reached, or broke off")]
    Unreached(#[source] reqwest::Error),
    #[error("its answer is larger than {ANSWER_MAX} bytes")]
    TooLarge,
    #[error("it answered {0}, which is not expected")]
    Status(StatusCode),
    #[error("its answer is not of the expected form")]
    Form,
}

impl From<PartyError> for OutsideError {
    fn from(error: PartyError) -> Self {
        Self(error.into())
    }
}

impl From<reqwest::Error> for PartyError {
    fn from(error: reqwest::Error) -> Self {
        // The address may say whom we ask about; it stays out of the error.
        let error = error.without_url();
        if error.is_timeout() {
            return Self::TooSlow(error);
        }
        match tls_error(&error).map(Kind::of) {
            Some(Kind::NotBelieved) => Self::NotBelieved(error),
            Some(Kind::AnotherName) => Self::AnotherName(error),
            Some(Kind::NotNow) => Self::NotNow(error),
            Some(Kind::NotAccepted) => Self::NotAccepted(error),
            Some(Kind::TooOld) => Self::TooOld(error),
            Some(Kind::Other) | None => Self::Unreached(error),
        }
    }
}

/// What an operator can do about an error of TLS.
enum Kind {
    NotBelieved,
    AnotherName,
    NotNow,
    NotAccepted,
    TooOld,
    Other,
}

impl Kind {
    fn of(error: &TlsError) -> Self {
        match error {
            TlsError::InvalidCertificate(certificate) => match certificate {
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => Self::AnotherName,
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. } => Self::NotNow,
                _ => Self::NotBelieved,
            },
            // RFC 8446 §6.2: what a server says of a client's certificate.
            TlsError::AlertReceived(
                AlertDescription::CertificateRequired
                | AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                // An authority of the right name with another key.
                | AlertDescription::DecryptError
                | AlertDescription::AccessDenied,
            ) => Self::NotAccepted,
            TlsError::AlertReceived(AlertDescription::ProtocolVersion)
            | TlsError::PeerIncompatible(_) => Self::TooOld,
            _ => Self::Other,
        }
    }
}

/// The error of TLS beneath, if that is what it was. `io::Error` skips itself as a source.
fn tls_error<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e TlsError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<TlsError>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
