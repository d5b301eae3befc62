//! Counts for the operator's status line: numbers, never who.

use crate::{Authentication, Error, Tx};

/// How many there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Counts {
    /// Persons who hold a net number.
    pub persons: i64,
    /// Certificates that may be used or unlocked.
    pub certificates: i64,
    /// Admitted organisations.
    pub relying_parties: i64,
    /// Their clients.
    pub clients: i64,
}

const COUNT: &str = "
    SELECT (SELECT COUNT(*) FROM persons WHERE cancelled_at IS NULL),
           (SELECT COUNT(*) FROM certificates WHERE ended_at IS NULL),
           (SELECT COUNT(*) FROM relying_parties),
           (SELECT COUNT(*) FROM clients)";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[COUNT];

impl Tx<Authentication> {
    /// Counts what is there.
    pub async fn counts(&self) -> Result<Counts, Error> {
        let row = self.fetch_one("persons", COUNT, &[]).await?;
        let mut row = row.ok_or_else(|| Error::corrupt("persons", "count"))?;
        Ok(Counts {
            persons: row.int("persons")?,
            certificates: row.int("certificates")?,
            relying_parties: row.int("relying_parties")?,
            clients: row.int("clients")?,
        })
    }
}
