//! Where the planes' databases are, passwords put in from their files.

use std::net::IpAddr;
use std::path::Path;

use rustls::RootCertStore;
use store::{Location, NotALocation};
use url::Url;

use super::error::ConfigError;
use super::raw::RawDatabase;
use super::secret_file::secret_in;
use crate::tls;

/// The authentication plane's database, then the vault's.
pub(super) fn databases(
    raw: &RawDatabase,
    data_directory: &Path,
) -> Result<(Location, Location), ConfigError> {
    let standard = || format!("sqlite:{}", data_directory.display());
    let url = raw.url.clone().unwrap_or_else(standard);
    let vault_url = raw.vault_url.clone().unwrap_or_else(|| vault_beside(&url));
    let vault_password = match raw.vault_url {
        Some(_) => raw.vault_password_file.as_deref(),
        None => raw.vault_password_file.as_deref().or(raw.password_file.as_deref()),
    };
    let both = [("database.url", &url), ("database.vault_url", &vault_url)];
    match &raw.ca_file {
        Some(path) => drop(authorities(path)?),
        None => {
            if let Some((field, _)) = both.into_iter().find(|(_, url)| is_elsewhere(url)) {
                return Err(ConfigError::DatabaseInClear(field));
            }
        }
    }
    Ok((
        database("database.url", &url, raw.password_file.as_deref())?,
        database("database.vault_url", &vault_url, vault_password)?,
    ))
}

/// The planes never share a PostgreSQL database: a role for one must not reach the other's tables.
fn vault_beside(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut beside) if beside.scheme() != "sqlite" => {
            beside.set_path(&format!("{}_vault", beside.path()));
            beside.into()
        }
        _ => url.to_owned(),
    }
}

fn authorities(path: &Path) -> Result<RootCertStore, ConfigError> {
    tls::authorities_in(path)
        .map_err(|source| ConfigError::TlsFiles { section: "database", source })
}

/// Is it reached through a network? By what the address says: its host, and hosts in its query.
fn is_elsewhere(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return false;
    }
    let host = url.host_str().unwrap_or_default();
    let more = url.query_pairs().filter(|(name, _)| matches!(name.as_ref(), "host" | "hostaddr"));
    let mut hosts = vec![host.to_owned()];
    hosts.extend(
        more.flat_map(|(_, hosts)| hosts.split(',').map(str::to_owned).collect::<Vec<_>>()),
    );
    hosts.iter().any(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        // A folder of sockets, escaped or not.
        let here = host.is_empty() || host == "localhost" || host.starts_with('/');
        !(here || address || host.to_ascii_lowercase().starts_with("%2f"))
    })
}

fn database(
    field: &'static str,
    text: &str,
    password_file: Option<&Path>,
) -> Result<Location, ConfigError> {
    let location = text.parse().map_err(|source| ConfigError::Database { field, source })?;
    let Location::Postgres(text) = &location else {
        return match password_file {
            Some(_) => Err(ConfigError::PasswordWithoutServer(field)),
            None => Ok(location),
        };
    };
    let mut url =
        Url::parse(text).map_err(|_| ConfigError::Database { field, source: NotALocation })?;
    if url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password") {
        return Err(ConfigError::PasswordInUrl(field));
    }
    let Some(path) = password_file else { return Ok(location) };
    url.set_password(Some(secret_in(path)?.expose()))
        .map_err(|()| ConfigError::Database { field, source: NotALocation })?;
    Ok(Location::Postgres(url.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::papers::{Authority, Folder};

    fn resolved(
        url: &str,
        vault_url: Option<&str>,
        ca_file: Option<&Path>,
    ) -> Result<(), &'static str> {
        let raw = RawDatabase {
            url: Some(url.to_owned()),
            vault_url: vault_url.map(str::to_owned),
            ca_file: ca_file.map(Path::to_owned),
            ..RawDatabase::default()
        };
        databases(&raw, Path::new("data")).map(drop).map_err(|error| error.code())
    }

    #[test]
    fn elsewhere_over_tls_only() {
        for here in [
            "sqlite:data",
            "postgres://me@127.0.0.1/id",
            "postgres://me@localhost:5433/id",
            "postgres://me@[::1]/id",
            "postgres:///id?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/id",
        ] {
            assert_eq!(resolved(here, None, None), Ok(()), "{here}");
        }
        let folder = Folder::new();
        let authorities = folder.authority(&Authority::new());
        for there in [
            "postgres://me@db.example/id",
            "postgres://me@10.0.0.1/id",
            "postgres://me@127.0.0.1,db.example/id",
            "postgres:///id?host=db.example",
            "postgres:///id?host=/run/postgresql,db.example",
            "postgres://localhost/id?hostaddr=10.0.0.1",
        ] {
            assert_eq!(resolved(there, None, None), Err("database_in_clear"), "{there}");
            let vault = resolved("sqlite:data", Some(there), None);
            assert_eq!(vault, Err("database_in_clear"), "{there}");
            assert_eq!(resolved(there, None, Some(&authorities)), Ok(()), "{there}");
        }
        let none = resolved("postgres://db.example/id", None, Some(Path::new("/none")));
        assert_eq!(none, Err("tls_files"));
    }
}
