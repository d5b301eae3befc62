//! Where a plane's database is.

use std::{fmt, path::PathBuf, str::FromStr};

/// `sqlite:<directory>` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A directory; each plane is a file in it.
    Sqlite(PathBuf),
    /// A connection string; it may hold a password and is never printed.
    Postgres(String),
}

/// The text names no database.
#[derive(Debug, thiserror::Error)]
#[error("a database is `sqlite:<directory>` or `postgres://user@host/name`")]
pub struct NotALocation;

impl FromStr for Location {
    type Err = NotALocation;

    fn from_str(text: &str) -> Result<Self, NotALocation> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            _ => Err(NotALocation),
        }
    }
}

/// Names the engine and nothing that could be secret.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let location: Location = "postgres://yinzheng:hunter2@db/yinzheng".parse().unwrap();
        assert_eq!(format!("{location:?}"), "postgres://…");
        assert!("mysql://x".parse::<Location>().is_err());
    }
}
