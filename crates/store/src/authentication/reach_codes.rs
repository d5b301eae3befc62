//! Reach codes: what a person reads out, so that one relying party may ask them, once. Only a keyed hash is kept.

use jiff::Timestamp;
use rules::PersonId;

use crate::{Authentication, Error, Tx, value::Value};

const TAKE: &str = "
    DELETE FROM reach_codes WHERE code_tag = $1 AND person_id = $2 AND expires_at > $3";
const FIND: &str = "SELECT person_id FROM reach_codes WHERE code_tag = $1 AND expires_at > $2";
const INSERT: &str = "
    INSERT INTO reach_codes (code_tag, person_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const PURGE: &str = "DELETE FROM reach_codes WHERE expires_at <= $1";
const DELETE_OF_PERSON: &str = "DELETE FROM reach_codes WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[TAKE, FIND, INSERT, PURGE, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// Puts a person's code in the place of whatever they had; `false` if somebody else has this one.
    pub async fn put_reach_code(
        &self,
        person: PersonId,
        tag: &[u8; 32],
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        self.forget_reach_codes_of(person).await?;
        let values =
            [Value::Bytes(tag), Value::Bytes(person.bytes()), Value::Int(expires_at.as_second())];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Whose code this is, once: it is gone afterwards.
    pub async fn take_reach_code(
        &self,
        tag: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<PersonId>, Error> {
        let now = Value::Int(now.as_second());
        let row = self.fetch_one("reach_codes", FIND, &[Value::Bytes(tag), now]).await?;
        let Some(mut row) = row else { return Ok(None) };
        let person = PersonId::from_bytes(row.array("person_id")?);
        let values = [Value::Bytes(tag), Value::Bytes(person.bytes()), now];
        Ok((self.execute(TAKE, &values).await? == 1).then_some(person))
    }

    /// Deletes codes that are over; how many.
    pub async fn purge_reach_codes(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }

    /// Forgets the code of a person who left, or draws another.
    pub async fn forget_reach_codes_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}
