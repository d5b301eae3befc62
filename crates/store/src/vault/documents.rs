//! The blind index: which record a document or a register number belongs to, without saying which one it is.

use std::str::FromStr;

use jiff::Timestamp;
use rules::{DocumentClass, PersonId, document_class::NotADocumentClass};

use crate::{Error, Tx, Vault, value::Value};

/// What one person is recognised by.
#[derive(Clone, Debug)]
pub struct Entry {
    /// HMAC over kind and normalised number, 32 bytes.
    pub blind_index: [u8; 32],
    /// What it is.
    pub kind: EntryKind,
}

/// What an entry of the index stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EntryKind {
    /// A document of this class that was proved.
    Document(DocumentClass),
    /// The number under which the population registry keeps the person.
    Register,
}

impl EntryKind {
    /// Its name in the column and in the blind index: never change one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document(class) => class.as_str(),
            Self::Register => "register",
        }
    }
}

impl FromStr for EntryKind {
    type Err = NotADocumentClass;

    fn from_str(name: &str) -> Result<Self, NotADocumentClass> {
        if name == Self::Register.as_str() {
            return Ok(Self::Register);
        }
        name.parse().map(Self::Document)
    }
}

const OWNER: &str = "SELECT person_id FROM documents WHERE blind_index = $1";
const OF_PERSON: &str = "
    SELECT class, proved_at FROM documents WHERE person_id = $1 ORDER BY proved_at, class";
const INSERT: &str = "
    INSERT INTO documents (blind_index, person_id, class, proved_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const DELETE_OF_PERSON: &str = "DELETE FROM documents WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OWNER, OF_PERSON, INSERT, DELETE_OF_PERSON];

impl Tx<Vault> {
    /// The person an entry belongs to.
    pub async fn owner_of(&self, blind_index: &[u8; 32]) -> Result<Option<PersonId>, Error> {
        let row = self.fetch_one("documents", OWNER, &[Value::Bytes(blind_index)]).await?;
        row.map(|mut row| row.array("person_id").map(PersonId::from_bytes)).transpose()
    }

    /// What a person is recognised by, and since when; the oldest first.
    pub async fn entries_of(&self, person: PersonId) -> Result<Vec<(EntryKind, Timestamp)>, Error> {
        let rows = self.fetch("documents", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter()
            .map(|mut row| Ok((row.parsed("class")?, row.instant("proved_at")?)))
            .collect()
    }

    /// Adds an entry; `false` if it belongs to somebody already.
    pub async fn add_entry(
        &self,
        entry: &Entry,
        person: PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Bytes(&entry.blind_index),
            Value::Bytes(person.bytes()),
            Value::Text(entry.kind.as_str()),
            Value::Int(now.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Forgets what a person is recognised by; how many entries.
    pub async fn forget_entries_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}
