//! Files that hold one secret: a password or a token.

use std::fs;
use std::path::Path;

use formats::Secret;

use super::error::ConfigError;

/// The longest password or token taken from a file; a longer file is not one.
const SECRET_FILE_MAX: u64 = 4096;

/// The secret in this file.
pub(super) fn secret_in(path: &Path) -> Result<Secret<String>, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.into(), source };
    if fs::metadata(path).map_err(unreadable)?.len() > SECRET_FILE_MAX {
        return Err(ConfigError::NotASecret(path.into()));
    }
    let text = Secret::new(fs::read_to_string(path).map_err(unreadable)?);
    let mut lines = text.expose().lines();
    match (lines.next().filter(|line| !line.is_empty()), lines.next()) {
        (Some(line), None) => Ok(Secret::new(line.to_owned())),
        _ => Err(ConfigError::NotASecret(path.into())),
    }
}
