//! The parties the platform asks: where they answer, how they know us, and how we know them.

use std::path::PathBuf;

use formats::Secret;
use url::{Host, Url};

use super::error::ConfigError;
use super::raw::{Profile, RawConfig, RawOutside};
use super::secret_file::secret_in;
use crate::tls::{self, CertificateFiles, Oldest, OwnCertificate};

/// The parties the platform asks.
#[derive(Clone, Debug)]
pub struct Outsiders {
    /// Says whether a document is genuine, and whose.
    pub registry: Outside,
    /// Sends phone codes.
    pub messages: Outside,
    /// Compares portraits, if anyone does.
    pub portrait: Option<Outside>,
}

/// One party the platform asks.
#[derive(Clone, Debug)]
pub struct Outside {
    /// Where it answers.
    pub url: Url,
    /// The bearer token it expects.
    pub token: Option<Secret<String>>,
    /// How it is spoken to over TLS; in clear, on loopback, without.
    pub tls: Option<OutsideTls>,
}

/// How a party is spoken to over TLS.
#[derive(Clone, Debug)]
pub struct OutsideTls {
    /// File of the authorities its certificate is believed by.
    pub authorities: PathBuf,
    /// The certificate we show it.
    pub own: Option<CertificateFiles>,
    /// How old a protocol it may speak.
    pub oldest: Oldest,
}

impl Outsiders {
    pub(super) fn new(raw: &RawConfig) -> Result<Self, ConfigError> {
        let outside = |name, party| outside(name, party, raw.profile);
        Ok(Self {
            registry: outside("registry", &raw.registry)?,
            messages: outside("messages", &raw.messages)?,
            portrait: raw.portrait.as_ref().map(|party| outside("portrait", party)).transpose()?,
        })
    }

    /// Each with its name in the file.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&'static str, &Outside)> {
        let always = [("registry", &self.registry), ("messages", &self.messages)];
        always.into_iter().chain(self.portrait.as_ref().map(|party| ("portrait", party)))
    }

    /// Gives every party the token it shall be shown.
    pub(crate) fn show(&mut self, token: &Secret<String>) {
        for party in [Some(&mut self.registry), Some(&mut self.messages), self.portrait.as_mut()]
            .into_iter()
            .flatten()
        {
            party.token = Some(token.clone());
        }
    }
}

fn outside(name: &'static str, raw: &RawOutside, profile: Profile) -> Result<Outside, ConfigError> {
    if raw.sandbox && profile != Profile::Sandbox {
        return Err(ConfigError::SandboxOutside(name));
    }
    let url = Url::parse(&raw.url).map_err(|_| ConfigError::OutsideUrl(name))?;
    let tls = match url.scheme() {
        "https" if url.host().is_some() => Some(outside_tls(name, raw)?),
        "http" if is_loopback(&url) && says_nothing_of_tls(raw) => None,
        "http" if is_loopback(&url) => return Err(ConfigError::TlsInClear(name)),
        _ => return Err(ConfigError::OutsideUrl(name)),
    };
    let userinfo = !url.username().is_empty() || url.password().is_some();
    if userinfo || url.query().is_some() || url.fragment().is_some() {
        return Err(ConfigError::OutsideUrl(name));
    }
    Ok(Outside { url, token: raw.token_file.as_deref().map(secret_in).transpose()?, tls })
}

fn says_nothing_of_tls(raw: &RawOutside) -> bool {
    raw.ca_file.is_none()
        && raw.certificate_file.is_none()
        && raw.key_file.is_none()
        && !raw.allow_tls12
}

/// Read here too, so that `config check` says what cannot be used.
fn outside_tls(name: &'static str, raw: &RawOutside) -> Result<OutsideTls, ConfigError> {
    let files = |source| ConfigError::TlsFiles { section: name, source };
    let authorities = raw.ca_file.clone().ok_or(ConfigError::NobodyBelieved(name))?;
    tls::authorities_in(&authorities).map_err(files)?;
    let own = match (raw.certificate_file.clone(), raw.key_file.clone()) {
        (Some(certificate), Some(key)) => Some(CertificateFiles { certificate, key }),
        (None, None) => None,
        _ => return Err(ConfigError::HalfACertificate(name)),
    };
    if let Some(own) = &own {
        OwnCertificate::load(own, None).map_err(files)?;
    }
    Ok(OutsideTls { authorities, own, oldest: Oldest::new(raw.allow_tls12) })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::papers::{Authority, Folder};

    fn raw(url: &str) -> RawOutside {
        RawOutside::at(url)
    }

    fn refused(raw: &RawOutside) -> &'static str {
        outside("registry", raw, Profile::Production).expect_err("refused").code()
    }

    #[test]
    fn in_clear_on_loopback_only() {
        for url in ["http://127.0.0.1:9001", "http://localhost:9001/registry", "http://[::1]:9001"]
        {
            let party = outside("registry", &raw(url), Profile::Production).expect("loopback");
            assert!(party.tls.is_none());
        }
        for odd in [
            "http://registry.example",
            "http://10.0.0.1",
            "http://127.0.0.1.example",
            "ftp://127.0.0.1",
            "http://me:hunter2@127.0.0.1:9001",
            "http://127.0.0.1:9001?key=1",
            "unix:/run/registry",
        ] {
            assert_eq!(refused(&raw(odd)), "outside_url", "{odd}");
        }
        let half = RawOutside { allow_tls12: true, ..raw("http://127.0.0.1:9001") };
        assert_eq!(refused(&half), "tls_in_clear");
    }

    #[test]
    fn over_tls_the_operator_says_who_is_believed() {
        let (folder, authority) = (Folder::new(), Authority::new());
        let far = || raw("https://registry.example");
        assert_eq!(refused(&far()), "nobody_believed");
        let ca_file = Some(folder.authority(&authority));
        let files = folder.write("ours", &authority.certify("id.example"));
        let believed = RawOutside { ca_file, ..far() };
        let party = outside("registry", &believed, Profile::Production).expect("complete");
        let tls = party.tls.expect("over TLS");
        assert!(tls.own.is_none() && tls.oldest == Oldest::Tls13);

        let half = RawOutside { key_file: Some(files.key.clone()), ..believed.clone() };
        assert_eq!(refused(&half), "half_a_certificate");
        let both = RawOutside { certificate_file: Some(files.certificate), ..half };
        let party = outside("registry", &both, Profile::Production).expect("complete");
        assert!(party.tls.is_some_and(|tls| tls.own.is_some()));
        let not_authorities = RawOutside { ca_file: Some(files.key), ..both };
        assert_eq!(refused(&not_authorities), "tls_files");
    }
}
