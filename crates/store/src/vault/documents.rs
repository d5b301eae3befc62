//! The blind index: which record a document or a register number belongs to, without saying which one it is.

use std::str::FromStr;

use jiff::Timestamp;
use rules::{DocumentClass, PersonId, document_class::NotADocumentClass};

use crate::{
    Error, Tx, Vault,
    value::{Row, Value},
};

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

/// An entry as it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// HMAC over kind and normalised number.
    pub blind_index: [u8; 32],
    /// Whose it is.
    pub person: PersonId,
    /// What it is.
    pub kind: EntryKind,
    /// When it was proved first.
    pub proved_at: Timestamp,
    /// When a newer document took its place; none: it is in force.
    pub ended_at: Option<Timestamp>,
}

const SELECT: &str = "
    SELECT blind_index, person_id, class, proved_at, ended_at FROM documents WHERE blind_index = $1";
const OF_PERSON: &str = "
    SELECT blind_index, person_id, class, proved_at, ended_at FROM documents
     WHERE person_id = $1 ORDER BY proved_at, class, blind_index";
const INSERT: &str = "
    INSERT INTO documents (blind_index, person_id, class, proved_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const END: &str = "
    UPDATE documents SET ended_at = $1 WHERE blind_index = $2 AND person_id = $3 AND ended_at IS NULL";
const DELETE: &str = "
    DELETE FROM documents WHERE blind_index = $1 AND person_id = $2 AND ended_at IS NULL";
const DELETE_OF_PERSON: &str = "DELETE FROM documents WHERE person_id = $1";
const PURGE: &str = "DELETE FROM documents WHERE ended_at <= $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[SELECT, OF_PERSON, INSERT, END, DELETE, DELETE_OF_PERSON, PURGE];

impl Tx<Vault> {
    /// What is kept under a blind index.
    pub async fn entry(&self, blind_index: &[u8; 32]) -> Result<Option<Kept>, Error> {
        let row = self.fetch_one("documents", SELECT, &[Value::Bytes(blind_index)]).await?;
        row.map(Kept::try_from).transpose()
    }

    /// The person an entry belongs to.
    pub async fn owner_of(&self, blind_index: &[u8; 32]) -> Result<Option<PersonId>, Error> {
        Ok(self.entry(blind_index).await?.map(|kept| kept.person))
    }

    /// What a person is recognised by, ended entries included; the oldest first.
    pub async fn entries_of(&self, person: PersonId) -> Result<Vec<Kept>, Error> {
        let rows = self.fetch("documents", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(Kept::try_from).collect()
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

    /// Ends an entry of a person, which stays, so that nobody else takes it; `false` if there is none in force.
    pub async fn end_entry(
        &self,
        blind_index: &[u8; 32],
        person: PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values =
            [Value::Int(now.as_second()), Value::Bytes(blind_index), Value::Bytes(person.bytes())];
        Ok(self.execute(END, &values).await? == 1)
    }

    /// Removes an entry of a person; `false` if there is none in force.
    pub async fn remove_entry(
        &self,
        blind_index: &[u8; 32],
        person: PersonId,
    ) -> Result<bool, Error> {
        let values = [Value::Bytes(blind_index), Value::Bytes(person.bytes())];
        Ok(self.execute(DELETE, &values).await? == 1)
    }

    /// Forgets what a person is recognised by; how many entries.
    pub async fn forget_entries_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }

    /// Forgets entries that ended by `before`; how many.
    pub async fn purge_ended_entries(&self, before: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(before.as_second())]).await
    }
}

impl TryFrom<Row> for Kept {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            blind_index: row.array("blind_index")?,
            person: PersonId::from_bytes(row.array("person_id")?),
            kind: row.parsed("class")?,
            proved_at: row.instant("proved_at")?,
            ended_at: row.optional_instant("ended_at")?,
        })
    }
}
