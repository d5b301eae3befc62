//! PEM files: a certificate chain and its key, or the authorities somebody is believed by.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use crate::key_file::{KeyFileError, read_private};

/// The largest file of certificates read: every public authority together has some 220 KB.
const CERTIFICATES_MAX: u64 = 1024 * 1024;

/// Where a certificate of ours and its key lie.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertificateFiles {
    /// The chain, our own certificate first.
    pub certificate: PathBuf,
    /// Its private key, readable by its owner only.
    pub key: PathBuf,
}

/// Why such files cannot be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsFileError {
    /// A file of certificates cannot be read.
    #[error("cannot read {path}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The key file cannot be read, or others could read it.
    #[error("the private key cannot be used")]
    Key(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Not a word of PEM in it, or damaged PEM.
    #[error(
        "{path} must hold certificates in PEM, each between `-----BEGIN CERTIFICATE-----` and its end",
        path = .0.display()
    )]
    NotCertificates(PathBuf),
    /// No key in it.
    #[error(
        "{path} must hold one private key in PEM without a passphrase; \
         `openssl pkcs8 -topk8 -nocrypt` makes one of others",
        path = .0.display()
    )]
    NotAKey(PathBuf),
    /// A certificate and somebody else's key.
    #[error(
        "{key} is not the key of the first certificate in {certificate}: our own stands first, those above it follow",
        key = .0.key.display(), certificate = .0.certificate.display()
    )]
    Mismatch(CertificateFiles),
    /// The certificate is for another name.
    #[error(
        "{path} is not for {name}: browsers and relying parties would refuse it", path = path.display()
    )]
    WrongName {
        /// The file.
        path: PathBuf,
        /// The name of the issuer's host.
        name: String,
    },
    /// The certificate does not count now.
    #[error("{path} is {sentence}", path = path.display())]
    NotNow {
        /// The file.
        path: PathBuf,
        /// Since when, or until when.
        sentence: String,
    },
}

impl From<KeyFileError> for TlsFileError {
    fn from(error: KeyFileError) -> Self {
        Self::Key(error.into())
    }
}

impl CertificateFiles {
    /// Reads both and holds them against each other.
    pub(super) fn read(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsFileError> {
        let chain = certificates_in(&self.certificate)?;
        let pem = read_private(&self.key)?;
        let key = PrivateKeyDer::from_pem_slice(pem.expose())
            .map_err(|_| TlsFileError::NotAKey(self.key.clone()))?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => TlsFileError::Mismatch(self.clone()),
            rustls::Error::InvalidCertificate(_) => {
                TlsFileError::NotCertificates(self.certificate.clone())
            }
            _ => TlsFileError::NotAKey(self.key.clone()),
        })
    }
}

/// The authorities in a file; every one must be readable, so that none is left out unseen.
pub(crate) fn authorities_in(path: &Path) -> Result<RootCertStore, TlsFileError> {
    let mut authorities = RootCertStore::empty();
    for certificate in certificates_in(path)? {
        authorities.add(certificate).map_err(|_| TlsFileError::NotCertificates(path.to_owned()))?;
    }
    Ok(authorities)
}

fn certificates_in(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFileError> {
    let unreadable = |source| TlsFileError::Unreadable { path: path.to_owned(), source };
    let mut pem = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(CERTIFICATES_MAX).read_to_end(&mut pem).map_err(unreadable)?;
    let none = || TlsFileError::NotCertificates(path.to_owned());
    let certificates =
        CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>().map_err(|_| none())?;
    if certificates.is_empty() { Err(none()) } else { Ok(certificates) }
}
