//! Changes of phone under way: a code was sent to the new number. One at a time for a person.

use jiff::Timestamp;
use rules::PersonId;

use crate::{
    Error, Tx, Vault,
    value::{Row, Value},
};

/// A change under way.
#[derive(Clone, Debug)]
pub struct PhoneChange {
    /// Whose phone.
    pub person: PersonId,
    /// Distinguishes it from the changes before and after.
    pub id: [u8; 16],
    /// The new number and the code, under the person's data key.
    pub sealed: Vec<u8>,
    /// Tries at the code.
    pub tries: i64,
    /// When the code is worth nothing any more.
    pub expires_at: Timestamp,
}

const SELECT: &str = "
    SELECT person_id, change_id, sealed, tries, expires_at FROM phone_changes WHERE person_id = $1";
const PUT: &str = "
    INSERT INTO phone_changes (person_id, change_id, sealed, tries, expires_at) VALUES ($1, $2, $3, 0, $4)
    ON CONFLICT (person_id) DO UPDATE
       SET change_id = excluded.change_id, sealed = excluded.sealed, tries = 0, expires_at = excluded.expires_at";
const TRY: &str = "
    UPDATE phone_changes SET tries = tries + 1 WHERE person_id = $1 AND change_id = $2 AND tries < $3";
const DELETE: &str = "DELETE FROM phone_changes WHERE person_id = $1 AND change_id = $2";
const PURGE: &str = "DELETE FROM phone_changes WHERE expires_at <= $1";
const DELETE_OF_PERSON: &str = "DELETE FROM phone_changes WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, PUT, TRY, DELETE, PURGE, DELETE_OF_PERSON];

impl Tx<Vault> {
    /// The change under way.
    pub async fn phone_change(&self, person: PersonId) -> Result<Option<PhoneChange>, Error> {
        let row = self.fetch_one("phone_changes", SELECT, &[Value::Bytes(person.bytes())]).await?;
        row.map(PhoneChange::try_from).transpose()
    }

    /// Begins a change, in place of one that was under way.
    pub async fn put_phone_change(&self, change: &PhoneChange) -> Result<(), Error> {
        let values = [
            Value::Bytes(change.person.bytes()),
            Value::Bytes(&change.id),
            Value::Bytes(&change.sealed),
            Value::Int(change.expires_at.as_second()),
        ];
        self.execute(PUT, &values).await.map(drop)
    }

    /// Counts a try at the code; `false` once `most` have been counted, or if the change is another one now.
    pub async fn count_phone_change_try(
        &self,
        person: PersonId,
        id: &[u8; 16],
        most: i64,
    ) -> Result<bool, Error> {
        let values = [Value::Bytes(person.bytes()), Value::Bytes(id), Value::Int(most)];
        Ok(self.execute(TRY, &values).await? == 1)
    }

    /// Ends a change; `false` if it is over, or another one now.
    pub async fn end_phone_change(&self, person: PersonId, id: &[u8; 16]) -> Result<bool, Error> {
        Ok(self.execute(DELETE, &[Value::Bytes(person.bytes()), Value::Bytes(id)]).await? == 1)
    }

    /// Deletes changes whose code expired; how many.
    pub async fn purge_phone_changes(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }

    /// Forgets the change a person had under way.
    pub async fn forget_phone_change_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for PhoneChange {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            person: PersonId::from_bytes(row.array("person_id")?),
            id: row.array("change_id")?,
            sealed: row.bytes("sealed")?,
            tries: row.int("tries")?,
            expires_at: row.instant("expires_at")?,
        })
    }
}
