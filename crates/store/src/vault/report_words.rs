//! What persons wrote beside a report, sealed under their own data keys.

use jiff::Timestamp;
use rules::{PersonId, ReportId};

use crate::{Error, Tx, Vault, value::Value};

const SELECT: &str = "SELECT person_id, sealed FROM report_words WHERE report_id = $1";
const INSERT: &str = "
    INSERT INTO report_words (report_id, person_id, sealed, written_at) VALUES ($1, $2, $3, $4)";
const DELETE: &str = "DELETE FROM report_words WHERE report_id = $1";
const PURGE: &str = "DELETE FROM report_words WHERE written_at <= $1";
const DELETE_OF_PERSON: &str = "DELETE FROM report_words WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, INSERT, DELETE, PURGE, DELETE_OF_PERSON];

impl Tx<Vault> {
    /// The words of a report, sealed, and whose data key opens them.
    pub async fn report_words(
        &self,
        report: ReportId,
    ) -> Result<Option<(PersonId, Vec<u8>)>, Error> {
        let row = self.fetch_one("report_words", SELECT, &[Value::Bytes(report.bytes())]).await?;
        row.map(|mut row| Ok((PersonId::from_bytes(row.array("person_id")?), row.bytes("sealed")?)))
            .transpose()
    }

    /// Keeps the words of a report.
    pub async fn add_report_words(
        &self,
        report: ReportId,
        person: PersonId,
        sealed: &[u8],
        now: Timestamp,
    ) -> Result<(), Error> {
        let values = [
            Value::Bytes(report.bytes()),
            Value::Bytes(person.bytes()),
            Value::Bytes(sealed),
            Value::Int(now.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Forgets the words of a report.
    pub async fn forget_report_words(&self, report: ReportId) -> Result<u64, Error> {
        self.execute(DELETE, &[Value::Bytes(report.bytes())]).await
    }

    /// Forgets words that were written before; how many.
    pub async fn purge_report_words(&self, before: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(before.as_second())]).await
    }

    /// Forgets what a person wrote.
    pub async fn forget_report_words_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}
