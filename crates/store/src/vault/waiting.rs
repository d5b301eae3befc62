//! Applications that wait for a guardian, found by the link the guardian was given. One link, one application.

use jiff::Timestamp;

use crate::{Error, Tx, Vault, value::Value};

const ENROLMENT: &str = "SELECT enrolment_id FROM waiting WHERE link_hash = $1 AND expires_at > $2";
const INSERT: &str =
    "INSERT INTO waiting (link_hash, enrolment_id, expires_at) VALUES ($1, $2, $3)";
const PURGE: &str = "DELETE FROM waiting WHERE expires_at <= $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ENROLMENT, INSERT, PURGE];

impl Tx<Vault> {
    /// The enrolment that waits behind a link.
    pub async fn waiting_enrolment(
        &self,
        link_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<[u8; 32]>, Error> {
        let values = [Value::Bytes(link_hash), Value::Int(now.as_second())];
        let row = self.fetch_one("waiting", ENROLMENT, &values).await?;
        row.map(|mut row| row.array("enrolment_id")).transpose()
    }

    /// Puts an enrolment behind a link.
    pub async fn add_waiting(
        &self,
        link_hash: &[u8; 32],
        enrolment: &[u8; 32],
        expires_at: Timestamp,
    ) -> Result<(), Error> {
        let values =
            [Value::Bytes(link_hash), Value::Bytes(enrolment), Value::Int(expires_at.as_second())];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Deletes links that lapsed; how many.
    pub async fn purge_waiting(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }
}
