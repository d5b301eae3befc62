//! Certificates of clients: everybody is asked for one at the door made for it, nobody is turned away without.
//!
//! The handshake proves that the caller holds the certificate's key, and nothing more: a certificate may be self-signed,
//! and what is wrong with it is told in the words of OAuth, which a client's developer reads, and not by an alert.

use std::sync::Arc;

use formats::Certificate;
use jiff::Timestamp;
use protocol::oauth::{Chain, ClientCertificate};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, RootCertStore,
    SignatureScheme,
};

/// Whom clients' certificates may come from.
#[derive(Debug)]
pub(crate) struct ClientCertificates {
    provider: Arc<CryptoProvider>,
    /// The library's own judge of chains; none where the operator named no authority.
    authorities: Option<Arc<dyn ClientCertVerifier>>,
}

impl ClientCertificates {
    pub(crate) fn new(
        authorities: Option<RootCertStore>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, VerifierBuilderError> {
        let judge = |authorities| {
            let authorities = Arc::new(authorities);
            WebPkiClientVerifier::builder_with_provider(authorities, provider.clone()).build()
        };
        Ok(Self { authorities: authorities.map(judge).transpose()?, provider })
    }

    /// What a connection showed, judged.
    ///
    /// RFC 8705 §7.5: "implementors SHOULD use an established and well-tested X.509 library (such as one used by an
    /// established TLS library) for validation of X.509 certificate chains".
    pub(crate) fn judge(
        &self,
        shown: &[CertificateDer<'_>],
        now: Timestamp,
    ) -> Option<ClientCertificate> {
        let (own, above) = shown.split_first()?;
        let certificate = Certificate::parse(own).ok()?;
        let now = u64::try_from(now.as_second()).ok()?;
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now));
        let believed = self
            .authorities
            .as_ref()
            .is_some_and(|judge| judge.verify_client_cert(own, above, now).is_ok());
        let chain = if believed { Chain::Believed } else { Chain::Unknown };
        Some(ClientCertificate::new(certificate, chain))
    }
}

impl ClientCertVerifier for ClientCertificates {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    /// None: a client that sees names of authorities keeps a self-signed certificate to itself.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match Certificate::parse(end_entity) {
            Ok(_) => Ok(ClientCertVerified::assertion()),
            Err(_) => Err(CertificateError::BadEncoding.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
