//! Where the planes' databases are, passwords put in from their files.

use std::path::Path;

use store::{Location, NotALocation};
use url::Url;

use super::error::ConfigError;
use super::raw::RawDatabase;
use super::secret_file::secret_in;

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
