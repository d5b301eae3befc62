//! The blind index: which record a document belongs to, without saying which document.

use jiff::Timestamp;
use rules::{DocumentClass, PersonId};

use crate::{Error, Tx, Vault, value::Value};

/// A document that proved a person.
#[derive(Clone, Debug)]
pub struct Document {
    /// HMAC over document class and normalised number, 32 bytes.
    pub blind_index: [u8; 32],
    /// Its class.
    pub class: DocumentClass,
}

const OWNER: &str = "SELECT person_id FROM documents WHERE blind_index = $1";
const INSERT: &str = "
    INSERT INTO documents (blind_index, person_id, class, proved_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const DELETE_OF_PERSON: &str = "DELETE FROM documents WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OWNER, INSERT, DELETE_OF_PERSON];

impl Tx<Vault> {
    /// The person a document proved before.
    pub async fn owner_of(&self, blind_index: &[u8; 32]) -> Result<Option<PersonId>, Error> {
        let row = self.fetch_one("documents", OWNER, &[Value::Bytes(blind_index)]).await?;
        row.map(|mut row| row.array("person_id").map(PersonId::from_bytes)).transpose()
    }

    /// Adds a document; `false` if it proved somebody before.
    pub async fn add_document(
        &self,
        document: &Document,
        person: PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Bytes(&document.blind_index),
            Value::Bytes(person.bytes()),
            Value::Text(document.class.as_str()),
            Value::Int(now.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Forgets a person's documents; how many.
    pub async fn forget_documents_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}
