//! What to do about a step that failed.

use anyhow::{Result, anyhow};

/// Puts the remedy below the cause.
pub(crate) trait Remedy<T> {
    /// Adds what to do.
    fn or_do(self, remedy: &str) -> Result<T>;
}

impl<T> Remedy<T> for Result<T> {
    fn or_do(self, remedy: &str) -> Result<T> {
        self.map_err(|cause| anyhow!("{cause:#}\nwhat to do: {remedy}"))
    }
}
