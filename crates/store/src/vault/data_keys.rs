//! Wrapped data keys, one per person. Destroying the row turns everything sealed under it into noise.

use jiff::Timestamp;
use rules::PersonId;

use crate::{Error, Tx, Vault, value::Value};

const SELECT: &str = "SELECT wrapped FROM data_keys WHERE person_id = $1";
const INSERT: &str = "
    INSERT INTO data_keys (person_id, wrapped, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const DELETE: &str = "DELETE FROM data_keys WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, INSERT, DELETE];

impl Tx<Vault> {
    /// A person's wrapped data key.
    pub async fn data_key(&self, person: PersonId) -> Result<Option<Vec<u8>>, Error> {
        let row = self.fetch_one("data_keys", SELECT, &[Value::Bytes(person.bytes())]).await?;
        row.map(|mut row| row.bytes("wrapped")).transpose()
    }

    /// Adds a person's data key; `false` if there is one.
    pub async fn add_data_key(
        &self,
        person: PersonId,
        wrapped: &[u8],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values =
            [Value::Bytes(person.bytes()), Value::Bytes(wrapped), Value::Int(now.as_second())];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Destroys a person's data key; `false` if there was none.
    pub async fn destroy_data_key(&self, person: PersonId) -> Result<bool, Error> {
        Ok(self.execute(DELETE, &[Value::Bytes(person.bytes())]).await? == 1)
    }
}
