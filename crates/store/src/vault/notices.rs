//! The outbox: what is to be told to a phone, until the carrier has taken it.

use jiff::Timestamp;
use rules::PersonId;

use crate::{
    Error, Tx, Vault,
    value::{Row, Value},
};

/// A notice as it waits.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// Its id.
    pub id: [u8; 16],
    /// Whom it concerns.
    pub person: PersonId,
    /// To which phone, and what, under the person's data key.
    pub sealed: Vec<u8>,
    /// How often it was handed to the carrier.
    pub tries: i64,
    /// When it was written.
    pub made_at: Timestamp,
    /// When it is handed over next.
    pub due_at: Timestamp,
    /// When it is worth nothing any more.
    pub expires_at: Timestamp,
}

const DUE: &str = "
    SELECT notice_id, person_id, sealed, tries, made_at, due_at, expires_at
      FROM notices WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
const OF_PERSON: &str = "
    SELECT notice_id, person_id, sealed, tries, made_at, due_at, expires_at
      FROM notices WHERE person_id = $1 ORDER BY made_at, notice_id";
const INSERT: &str = "
    INSERT INTO notices (notice_id, person_id, sealed, tries, made_at, due_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const CLAIM: &str = "
    UPDATE notices SET tries = tries + 1, due_at = $1 WHERE notice_id = $2 AND tries = $3";
const DELETE: &str = "DELETE FROM notices WHERE notice_id = $1";
const PURGE: &str = "DELETE FROM notices WHERE expires_at <= $1";
const DELETE_OF_PERSON: &str = "DELETE FROM notices WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[DUE, OF_PERSON, INSERT, CLAIM, DELETE, PURGE, DELETE_OF_PERSON];

impl Tx<Vault> {
    /// Notices to be handed over now, at most `most`.
    pub async fn notices_due(&self, now: Timestamp, most: u32) -> Result<Vec<NoticeRow>, Error> {
        let values = [Value::Int(now.as_second()), Value::Int(most.into())];
        let rows = self.fetch("notices", DUE, &values).await?;
        rows.into_iter().map(NoticeRow::try_from).collect()
    }

    /// What waits to be told to a person, oldest first.
    pub async fn notices_of(&self, person: PersonId) -> Result<Vec<NoticeRow>, Error> {
        let rows = self.fetch("notices", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(NoticeRow::try_from).collect()
    }

    /// Adds a notice.
    pub async fn add_notice(&self, notice: &NoticeRow) -> Result<(), Error> {
        let values = [
            Value::Bytes(&notice.id),
            Value::Bytes(notice.person.bytes()),
            Value::Bytes(&notice.sealed),
            Value::Int(notice.tries),
            Value::Int(notice.made_at.as_second()),
            Value::Int(notice.due_at.as_second()),
            Value::Int(notice.expires_at.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Takes a notice in hand until `due_at`; `false` if somebody else did.
    pub async fn claim_notice(
        &self,
        id: &[u8; 16],
        tries: i64,
        due_at: Timestamp,
    ) -> Result<bool, Error> {
        let values = [Value::Int(due_at.as_second()), Value::Bytes(id), Value::Int(tries)];
        Ok(self.execute(CLAIM, &values).await? == 1)
    }

    /// Deletes a notice that was handed over, or never will be.
    pub async fn delete_notice(&self, id: &[u8; 16]) -> Result<bool, Error> {
        Ok(self.execute(DELETE, &[Value::Bytes(id)]).await? == 1)
    }

    /// Deletes notices that nobody took in time; how many.
    pub async fn purge_notices(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }

    /// Forgets what was to be told to a person.
    pub async fn forget_notices_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for NoticeRow {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.array("notice_id")?,
            person: PersonId::from_bytes(row.array("person_id")?),
            sealed: row.bytes("sealed")?,
            tries: row.int("tries")?,
            made_at: row.instant("made_at")?,
            due_at: row.instant("due_at")?,
            expires_at: row.instant("expires_at")?,
        })
    }
}
