//! TLS at our own door: which certificate, and how old a protocol.

use protocol::oauth::Issuer;
use rustls::pki_types::ServerName;
use url::{Host, Url};

use super::error::ConfigError;
use super::raw::RawTls;
use crate::tls::{CertificateFiles, Oldest, OwnCertificate};

/// TLS at our own door.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The certificate we show.
    pub own: CertificateFiles,
    /// The name it must be for: the issuer's host.
    pub name: ServerName<'static>,
    /// How old a protocol callers may speak.
    pub oldest: Oldest,
}

impl Tls {
    /// Read here too, so that `config check` says what cannot be used.
    pub(super) fn new(raw: RawTls, issuer: &Issuer) -> Result<Self, ConfigError> {
        let RawTls { certificate_file: certificate, key_file: key, allow_tls12 } = raw;
        let url = Url::parse(issuer.as_str()).map_err(|_| ConfigError::Issuer)?;
        if url.scheme() != "https" {
            return Err(ConfigError::TlsWithoutHttps);
        }
        let name = match url.host() {
            Some(Host::Domain(name)) => {
                ServerName::try_from(name.to_owned()).map_err(|_| ConfigError::Issuer)?
            }
            Some(Host::Ipv4(address)) => {
                ServerName::IpAddress(std::net::IpAddr::V4(address).into())
            }
            Some(Host::Ipv6(address)) => {
                ServerName::IpAddress(std::net::IpAddr::V6(address).into())
            }
            None => return Err(ConfigError::Issuer),
        };
        let own = CertificateFiles { certificate, key };
        OwnCertificate::load(&own, Some(name.clone()))
            .map_err(|source| ConfigError::TlsFiles { section: "tls", source })?;
        Ok(Self { own, name, oldest: Oldest::new(allow_tls12) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::papers::{Authority, Folder};

    #[test]
    fn the_certificate_is_for_the_issuers_host() {
        let (folder, authority) = (Folder::new(), Authority::new());
        let files = folder.write("own", &authority.certify("id.example"));
        let resolved = |issuer: &str| {
            let raw = RawTls {
                certificate_file: files.certificate.clone(),
                key_file: files.key.clone(),
                allow_tls12: false,
            };
            let issuer = issuer.parse().expect("an issuer");
            Tls::new(raw, &issuer).map_err(|error| error.code())
        };
        assert!(resolved("https://id.example").is_ok());
        assert!(resolved("https://id.example:8443").is_ok());
        assert_eq!(resolved("https://example").expect_err("another"), "tls_files");
        assert_eq!(resolved("http://localhost:8080").expect_err("in clear"), "tls_without_https");
    }
}
