//! Sealed plain identity, one row per person.

use jiff::Timestamp;
use rules::PersonId;

use crate::{Error, Tx, Vault, value::Value};

/// Plain identity as it lies in the vault.
#[derive(Clone, Debug)]
pub struct SealedIdentity {
    /// Under the person's data key; associated data: person and form.
    pub sealed: Vec<u8>,
    /// Version of the form of what is sealed.
    pub form: i64,
}

const SELECT: &str = "SELECT sealed, form FROM identities WHERE person_id = $1";
const PUT: &str = "
    INSERT INTO identities (person_id, sealed, form, updated_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (person_id) DO UPDATE
       SET sealed = excluded.sealed, form = excluded.form, updated_at = excluded.updated_at";
const HOLD: &str = "UPDATE identities SET form = form WHERE person_id = $1";
const DELETE: &str = "DELETE FROM identities WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, PUT, HOLD, DELETE];

impl Tx<Vault> {
    /// A person's sealed identity.
    pub async fn identity(&self, person: PersonId) -> Result<Option<SealedIdentity>, Error> {
        let row = self.fetch_one("identities", SELECT, &[Value::Bytes(person.bytes())]).await?;
        row.map(|mut row| {
            Ok(SealedIdentity { sealed: row.bytes("sealed")?, form: row.int("form")? })
        })
        .transpose()
    }

    /// Holds a person's sealed identity until the transaction ends, so that whoever changes a part of it changes the
    /// last one written; `false` if there is none. An update that changes nothing is a lock in both dialects.
    pub async fn hold_identity(&self, person: PersonId) -> Result<bool, Error> {
        Ok(self.execute(HOLD, &[Value::Bytes(person.bytes())]).await? == 1)
    }

    /// Puts a person's sealed identity, replacing an older one.
    pub async fn put_identity(
        &self,
        person: PersonId,
        identity: &SealedIdentity,
        now: Timestamp,
    ) -> Result<(), Error> {
        let values = [
            Value::Bytes(person.bytes()),
            Value::Bytes(&identity.sealed),
            Value::Int(identity.form),
            Value::Int(now.as_second()),
        ];
        self.execute(PUT, &values).await.map(drop)
    }

    /// Deletes a person's sealed identity.
    pub async fn delete_identity(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE, &[Value::Bytes(person.bytes())]).await
    }
}
