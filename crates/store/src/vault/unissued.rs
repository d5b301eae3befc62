//! Persons whose identity was kept just now, and who may have been left without a certificate by an interruption.

use jiff::Timestamp;
use rules::PersonId;

use crate::{
    Error, Tx, Vault,
    value::{Row, Value},
};

/// A person to be looked at.
#[derive(Clone, Copy, Debug)]
pub struct Unissued {
    /// Who.
    pub person: PersonId,
    /// When the identity was kept.
    pub since: Timestamp,
}

const OLDER: &str = "
    SELECT person_id, since FROM unissued WHERE since <= $1 ORDER BY since LIMIT $2";
const PUT: &str = "
    INSERT INTO unissued (person_id, since) VALUES ($1, $2)
    ON CONFLICT (person_id) DO UPDATE SET since = excluded.since";
const DELETE: &str = "DELETE FROM unissued WHERE person_id = $1 AND since = $2";
const DELETE_OF_PERSON: &str = "DELETE FROM unissued WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OLDER, PUT, DELETE, DELETE_OF_PERSON];

impl Tx<Vault> {
    /// Persons whose identity was kept no later than `before`, at most `most`.
    pub async fn unissued(&self, before: Timestamp, most: u32) -> Result<Vec<Unissued>, Error> {
        let values = [Value::Int(before.as_second()), Value::Int(most.into())];
        let rows = self.fetch("unissued", OLDER, &values).await?;
        let read = |mut row: Row| {
            let person = PersonId::from_bytes(row.array("person_id")?);
            Ok(Unissued { person, since: row.instant("since")? })
        };
        rows.into_iter().map(read).collect()
    }

    /// Marks a person whose identity is kept now.
    pub async fn put_unissued(&self, person: PersonId, since: Timestamp) -> Result<(), Error> {
        let values = [Value::Bytes(person.bytes()), Value::Int(since.as_second())];
        self.execute(PUT, &values).await.map(drop)
    }

    /// Takes a mark away; `false` if the identity was kept again meanwhile.
    pub async fn end_unissued(&self, marked: Unissued) -> Result<bool, Error> {
        let values = [Value::Bytes(marked.person.bytes()), Value::Int(marked.since.as_second())];
        Ok(self.execute(DELETE, &values).await? == 1)
    }

    /// Forgets the mark of a person who left.
    pub async fn forget_unissued(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}
