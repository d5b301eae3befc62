//! What can go wrong below a use-case. All of it is ours, none of it the caller's.

use std::error::Error as StdError;

/// A fault of memory.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The engine refused or broke.
    #[error("the database failed while {doing}")]
    Engine {
        /// What was being done.
        doing: &'static str,
        /// The engine's own words.
        #[source]
        cause: Box<dyn StdError + Send + Sync>,
    },
    /// A row that no code of ours writes.
    #[error("corrupt row in {table}: {column}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column, never its content.
        column: &'static str,
    },
    /// The transactions of a batch could not be made durable: a full disk, or another program that holds the file.
    #[error("the database could not commit; nothing of the transaction was kept")]
    NotCommitted,
    /// The writer is gone: the process is stopping, or a statement panicked.
    #[error("the database is closed")]
    Closed,
    /// The schema is older than this program; `yinzheng migrate` mends it.
    #[error("the {plane} database has {found} of {wanted} migrations: run `yinzheng migrate`")]
    Behind {
        /// Which plane.
        plane: &'static str,
        /// Migrations applied.
        found: usize,
        /// Migrations this program knows.
        wanted: usize,
    },
}

impl Error {
    pub(crate) fn engine(
        doing: &'static str,
        cause: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::Engine { doing, cause: cause.into() }
    }

    pub(crate) fn corrupt(table: &'static str, column: &'static str) -> Self {
        Self::Corrupt { table, column }
    }
}
