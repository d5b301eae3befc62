//! Numbers a person was reached at before: still told, for a cool-down, then forgotten.

use jiff::Timestamp;
use rules::PersonId;

use crate::{
    Error, Tx, Vault,
    value::{Row, Value},
};

/// A former number.
#[derive(Clone, Debug)]
pub struct FormerPhone {
    /// The hash of the link by which the change is objected to.
    pub id: [u8; 32],
    /// Whose it is.
    pub person: PersonId,
    /// The number, under the person's data key.
    pub sealed: Vec<u8>,
    /// When it is forgotten.
    pub until: Timestamp,
}

const SELECT: &str = "
    SELECT former_id, person_id, sealed, until FROM former_phones WHERE former_id = $1";
const OF_PERSON: &str = "
    SELECT former_id, person_id, sealed, until
      FROM former_phones WHERE person_id = $1 AND until > $2 ORDER BY until, former_id";
const INSERT: &str = "
    INSERT INTO former_phones (former_id, person_id, sealed, until) VALUES ($1, $2, $3, $4)";
const DELETE: &str = "DELETE FROM former_phones WHERE former_id = $1";
const PURGE: &str = "DELETE FROM former_phones WHERE until <= $1";
const DELETE_OF_PERSON: &str = "DELETE FROM former_phones WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[SELECT, OF_PERSON, INSERT, DELETE, PURGE, DELETE_OF_PERSON];

impl Tx<Vault> {
    /// The number that the change behind this link took the place of.
    pub async fn former_phone(&self, id: &[u8; 32]) -> Result<Option<FormerPhone>, Error> {
        let row = self.fetch_one("former_phones", SELECT, &[Value::Bytes(id)]).await?;
        row.map(FormerPhone::try_from).transpose()
    }

    /// Numbers at which a person is still told, the first to be forgotten first.
    pub async fn former_phones_of(
        &self,
        person: PersonId,
        now: Timestamp,
    ) -> Result<Vec<FormerPhone>, Error> {
        let values = [Value::Bytes(person.bytes()), Value::Int(now.as_second())];
        let rows = self.fetch("former_phones", OF_PERSON, &values).await?;
        rows.into_iter().map(FormerPhone::try_from).collect()
    }

    /// Adds a former number.
    pub async fn add_former_phone(&self, former: &FormerPhone) -> Result<(), Error> {
        let values = [
            Value::Bytes(&former.id),
            Value::Bytes(former.person.bytes()),
            Value::Bytes(&former.sealed),
            Value::Int(former.until.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Takes a former number away; `false` if it is gone.
    pub async fn delete_former_phone(&self, id: &[u8; 32]) -> Result<bool, Error> {
        Ok(self.execute(DELETE, &[Value::Bytes(id)]).await? == 1)
    }

    /// Forgets numbers whose cool-down is over; how many.
    pub async fn purge_former_phones(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }

    /// Forgets a person's former numbers.
    pub async fn forget_former_phones_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for FormerPhone {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.array("former_id")?,
            person: PersonId::from_bytes(row.array("person_id")?),
            sealed: row.bytes("sealed")?,
            until: row.instant("until")?,
        })
    }
}
