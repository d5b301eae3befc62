//! TLS at our own door: which certificate, and how old a protocol.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use protocol::oauth::Issuer;
use rustls::pki_types::ServerName;
use url::{Host, Url};

use super::error::ConfigError;
use super::raw::{RawClientTls, RawTls};
use crate::tls::{CertificateFiles, Oldest, OwnCertificate, authorities_in};

/// TLS at our own door.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The certificate we show.
    pub own: CertificateFiles,
    /// The name it must be for: the issuer's host.
    pub name: ServerName<'static>,
    /// How old a protocol callers may speak.
    pub oldest: Oldest,
    /// The second address, at which clients show certificates.
    pub clients: Option<ClientTls>,
}

/// The address at which clients show certificates.
#[derive(Clone, Debug)]
pub struct ClientTls {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where relying parties find it.
    pub address: Issuer,
    /// The name our certificate must be for there.
    pub name: ServerName<'static>,
    /// The file of the authorities that certify clients.
    pub authorities: Option<PathBuf>,
}

impl Tls {
    /// Read here too, so that `config check` says what cannot be used.
    pub(super) fn new(raw: RawTls, issuer: &Issuer) -> Result<Self, ConfigError> {
        let RawTls { certificate_file: certificate, key_file: key, allow_tls12, clients } = raw;
        let url = Url::parse(issuer.as_str()).map_err(|_| ConfigError::Issuer)?;
        if url.scheme() != "https" {
            return Err(ConfigError::TlsWithoutHttps);
        }
        let name = host(&url).ok_or(ConfigError::Issuer)?;
        let own = CertificateFiles { certificate, key };
        OwnCertificate::load(&own, Some(name.clone()))
            .map_err(|source| ConfigError::TlsFiles { section: "tls", source })?;
        let clients = clients.map(|raw| ClientTls::new(raw, &own, &url)).transpose()?;
        Ok(Self { own, name, oldest: Oldest::new(allow_tls12), clients })
    }
}

impl ClientTls {
    fn new(raw: RawClientTls, own: &CertificateFiles, issuer: &Url) -> Result<Self, ConfigError> {
        let RawClientTls { listen, address, ca_file: authorities } = raw;
        let files = |source| ConfigError::TlsFiles { section: "tls.clients", source };
        let url = Url::parse(&address).map_err(|_| ConfigError::ClientsAddress)?;
        // The same origin would ask browsers, too.
        if url.scheme() != "https" || url.path() != "/" || url.origin() == issuer.origin() {
            return Err(ConfigError::ClientsAddress);
        }
        let name = host(&url).ok_or(ConfigError::ClientsAddress)?;
        let address = address.parse().map_err(|_| ConfigError::ClientsAddress)?;
        OwnCertificate::load(own, Some(name.clone())).map_err(files)?;
        authorities.as_deref().map(authorities_in).transpose().map_err(files)?;
        Ok(Self { listen, address, name, authorities })
    }
}

fn host(url: &Url) -> Option<ServerName<'static>> {
    Some(match url.host()? {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok()?,
        Host::Ipv4(address) => ServerName::IpAddress(IpAddr::V4(address).into()),
        Host::Ipv6(address) => ServerName::IpAddress(IpAddr::V6(address).into()),
    })
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
                clients: None,
            };
            let issuer = issuer.parse().expect("an issuer");
            Tls::new(raw, &issuer).map_err(|error| error.code())
        };
        assert!(resolved("https://id.example").is_ok());
        assert!(resolved("https://id.example:8443").is_ok());
        assert_eq!(resolved("https://example").expect_err("another"), "tls_files");
        assert_eq!(resolved("http://localhost:8080").expect_err("in clear"), "tls_without_https");
    }

    #[test]
    fn clients_show_certificates_elsewhere_than_browsers_come() {
        let (folder, authority) = (Folder::new(), Authority::new());
        let files = folder.write("own", &authority.certify("id.example"));
        let resolved = |address: &str, ca_file: Option<PathBuf>| {
            let raw = RawTls {
                certificate_file: files.certificate.clone(),
                key_file: files.key.clone(),
                allow_tls12: false,
                clients: Some(RawClientTls {
                    listen: "127.0.0.1:0".parse().expect("an address"),
                    address: address.to_owned(),
                    ca_file,
                }),
            };
            let issuer = "https://id.example".parse().expect("an issuer");
            Tls::new(raw, &issuer).map_err(|error| error.code())
        };
        let authorities = folder.authority(&authority);
        assert!(resolved("https://id.example:8444", Some(authorities)).is_ok());
        for odd in [
            "https://id.example",
            "https://id.example:443",
            "http://id.example:8444",
            "https://id.example:8444/clients",
            "https://id.example:8444/",
            "id.example:8444",
        ] {
            assert_eq!(resolved(odd, None).expect_err(odd), "clients_address");
        }
        let stranger = resolved("https://mtls.example", None);
        assert_eq!(stranger.expect_err("not in the certificate"), "tls_files");
        let gone = resolved("https://id.example:8444", Some("/none".into()));
        assert_eq!(gone.expect_err("no authorities"), "tls_files");
    }
}
