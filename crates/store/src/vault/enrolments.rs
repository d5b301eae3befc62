//! Enrolments in flight: sealed, short-lived, each step taken once.

use jiff::Timestamp;

use crate::{
    Error, Tx, Vault,
    value::{Row, Value},
};

/// An enrolment as it lies in the vault.
#[derive(Clone, Debug)]
pub struct EnrolmentRow {
    /// SHA-256 of the token the browser holds.
    pub id: [u8; 32],
    /// How many steps were taken; every step is guarded by it.
    pub step: i64,
    /// Failed tries at the present step.
    pub tries: i64,
    /// What has been proved, sealed.
    pub sealed: Vec<u8>,
    /// When it lapses.
    pub expires_at: Timestamp,
}

const SELECT: &str = "
    SELECT enrolment_id, step, tries, sealed, expires_at FROM enrolments WHERE enrolment_id = $1";
const INSERT: &str = "
    INSERT INTO enrolments (enrolment_id, step, tries, sealed, expires_at) VALUES ($1, $2, $3, $4, $5)";
const ADVANCE: &str = "
    UPDATE enrolments SET step = step + 1, tries = 0, sealed = $1 WHERE enrolment_id = $2 AND step = $3";
const ADVANCE_UNTIL: &str = "
    UPDATE enrolments SET step = step + 1, tries = 0, sealed = $1, expires_at = $2
     WHERE enrolment_id = $3 AND step = $4";
const TRY: &str = "
    UPDATE enrolments SET tries = tries + 1 WHERE enrolment_id = $1 AND step = $2 AND tries < $3";
const FORGIVE: &str = "
    UPDATE enrolments SET tries = tries - 1 WHERE enrolment_id = $1 AND step = $2 AND tries > 0";
const DELETE: &str = "DELETE FROM enrolments WHERE enrolment_id = $1 AND step = $2";
const PURGE: &str = "DELETE FROM enrolments WHERE expires_at < $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[SELECT, INSERT, ADVANCE, ADVANCE_UNTIL, TRY, FORGIVE, DELETE, PURGE];

impl Tx<Vault> {
    /// The enrolment with this id.
    pub async fn enrolment(&self, id: &[u8; 32]) -> Result<Option<EnrolmentRow>, Error> {
        self.fetch_one("enrolments", SELECT, &[Value::Bytes(id)])
            .await?
            .map(EnrolmentRow::try_from)
            .transpose()
    }

    /// Adds an enrolment that begins.
    pub async fn add_enrolment(&self, row: &EnrolmentRow) -> Result<(), Error> {
        let values = [
            Value::Bytes(&row.id),
            Value::Int(row.step),
            Value::Int(row.tries),
            Value::Bytes(&row.sealed),
            Value::Int(row.expires_at.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Takes the next step; `false` if step number `step` was taken already.
    pub async fn advance_enrolment(
        &self,
        id: &[u8; 32],
        step: i64,
        sealed: &[u8],
    ) -> Result<bool, Error> {
        Ok(self
            .execute(ADVANCE, &[Value::Bytes(sealed), Value::Bytes(id), Value::Int(step)])
            .await?
            == 1)
    }

    /// Takes the next step and moves the end; `false` if step number `step` was taken already.
    pub async fn advance_enrolment_until(
        &self,
        id: &[u8; 32],
        step: i64,
        sealed: &[u8],
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Bytes(sealed),
            Value::Int(expires_at.as_second()),
            Value::Bytes(id),
            Value::Int(step),
        ];
        Ok(self.execute(ADVANCE_UNTIL, &values).await? == 1)
    }

    /// Counts a try at a step; `false` once `most` have been counted.
    pub async fn count_enrolment_try(
        &self,
        id: &[u8; 32],
        step: i64,
        most: i64,
    ) -> Result<bool, Error> {
        Ok(self.execute(TRY, &[Value::Bytes(id), Value::Int(step), Value::Int(most)]).await? == 1)
    }

    /// Takes back a counted try at a step; nothing, if the step was taken since.
    pub async fn forgive_enrolment_try(&self, id: &[u8; 32], step: i64) -> Result<(), Error> {
        self.execute(FORGIVE, &[Value::Bytes(id), Value::Int(step)]).await.map(drop)
    }

    /// Ends an enrolment at a step; `false` if that step was taken already.
    pub async fn end_enrolment(&self, id: &[u8; 32], step: i64) -> Result<bool, Error> {
        Ok(self.execute(DELETE, &[Value::Bytes(id), Value::Int(step)]).await? == 1)
    }

    /// Deletes enrolments that lapsed before `now`; how many.
    pub async fn purge_enrolments(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }
}

impl TryFrom<Row> for EnrolmentRow {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.array("enrolment_id")?,
            step: row.int("step")?,
            tries: row.int("tries")?,
            sealed: row.bytes("sealed")?,
            expires_at: row.instant("expires_at")?,
        })
    }
}
