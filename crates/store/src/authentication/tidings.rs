//! What is to be told to a person's phone: written with the change it tells of, until the carrier has taken it.
//!
//! This plane knows no number. The row says of whom and what about; the vault knows where that person is reached.

use std::str::FromStr;

use jiff::Timestamp;
use rules::PersonId;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// Something to be told.
#[derive(Clone, Debug)]
pub struct Tiding {
    /// Its id: two with the same are one.
    pub id: [u8; 16],
    /// Who is told.
    pub person: PersonId,
    /// What about.
    pub about: TidingAbout,
    /// How often it was handed to the carrier.
    pub tries: i64,
    /// When it is handed over next.
    pub due_at: Timestamp,
    /// When it is worth nothing any more.
    pub expires_at: Timestamp,
}

/// What a person can be told of beside changes that can be objected to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TidingAbout {
    /// A young person's application waits for this guardian.
    WardApplies,
    /// A child asks this guardian about an organisation.
    WardAsks,
    /// Another guardian said no, or took a word back.
    GuardianDisagrees,
    /// A guardianship was confirmed or ended at a counter.
    GuardianshipChanged,
    /// The person became fourteen.
    Fourteen,
    /// The person came of age.
    Eighteen,
    /// The child behind whom this guardian stands became fourteen.
    WardFourteen,
    /// The young person behind whom this guardian stood came of age.
    WardEighteen,
    /// A guardian locked the child's certificate, or another guardian did.
    WardLocked,
    /// A relying party asks the person, who answers on their own device.
    Asked,
    /// A document was added to the person's record.
    DocumentAdded,
    /// A document was taken out of it.
    DocumentRemoved,
}

impl TidingAbout {
    /// Everything one can be told of.
    pub const ALL: [Self; 12] = [
        Self::WardApplies,
        Self::WardAsks,
        Self::GuardianDisagrees,
        Self::GuardianshipChanged,
        Self::Fourteen,
        Self::Eighteen,
        Self::WardFourteen,
        Self::WardEighteen,
        Self::WardLocked,
        Self::DocumentAdded,
        Self::DocumentRemoved,
        Self::Asked,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WardApplies => "ward_applies",
            Self::WardAsks => "ward_asks",
            Self::GuardianDisagrees => "guardian_disagrees",
            Self::GuardianshipChanged => "guardianship_changed",
            Self::Fourteen => "fourteen",
            Self::Eighteen => "eighteen",
            Self::WardFourteen => "ward_fourteen",
            Self::WardEighteen => "ward_eighteen",
            Self::WardLocked => "ward_locked",
            Self::DocumentAdded => "document_added",
            Self::DocumentRemoved => "document_removed",
            Self::Asked => "asked",
        }
    }
}

/// A word for nothing one is told of.
#[derive(Debug, thiserror::Error)]
#[error("nothing one is told of has this name")]
pub struct NotATiding;

impl FromStr for TidingAbout {
    type Err = NotATiding;

    fn from_str(word: &str) -> Result<Self, NotATiding> {
        Self::ALL.into_iter().find(|about| about.as_str() == word).ok_or(NotATiding)
    }
}

const DUE: &str = "
    SELECT tiding_id, person_id, about, tries, due_at, expires_at
      FROM tidings WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
const OF_PERSON: &str = "
    SELECT tiding_id, person_id, about, tries, due_at, expires_at
      FROM tidings WHERE person_id = $1 ORDER BY due_at, tiding_id";
const INSERT: &str = "
    INSERT INTO tidings (tiding_id, person_id, about, tries, due_at, expires_at)
    VALUES ($1, $2, $3, 0, $4, $5) ON CONFLICT DO NOTHING";
const CLAIM: &str = "
    UPDATE tidings SET tries = tries + 1, due_at = $1 WHERE tiding_id = $2 AND tries = $3";
const DELETE: &str = "DELETE FROM tidings WHERE tiding_id = $1";
const PURGE: &str = "DELETE FROM tidings WHERE expires_at <= $1";
const DELETE_OF_PERSON: &str = "DELETE FROM tidings WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[DUE, OF_PERSON, INSERT, CLAIM, DELETE, PURGE, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// Tidings to be handed over now, at most `most`.
    pub async fn tidings_due(&self, now: Timestamp, most: u32) -> Result<Vec<Tiding>, Error> {
        let values = [Value::Int(now.as_second()), Value::Int(most.into())];
        let rows = self.fetch("tidings", DUE, &values).await?;
        rows.into_iter().map(Tiding::try_from).collect()
    }

    /// What waits to be told to a person.
    pub async fn tidings_of(&self, person: PersonId) -> Result<Vec<Tiding>, Error> {
        let rows = self.fetch("tidings", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(Tiding::try_from).collect()
    }

    /// Adds a tiding; `false` if it waits already.
    pub async fn add_tiding(&self, tiding: &Tiding) -> Result<bool, Error> {
        let values = [
            Value::Bytes(&tiding.id),
            Value::Bytes(tiding.person.bytes()),
            Value::Text(tiding.about.as_str()),
            Value::Int(tiding.due_at.as_second()),
            Value::Int(tiding.expires_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Takes a tiding in hand until `due_at`; `false` if somebody else did.
    pub async fn claim_tiding(
        &self,
        id: &[u8; 16],
        tries: i64,
        due_at: Timestamp,
    ) -> Result<bool, Error> {
        let values = [Value::Int(due_at.as_second()), Value::Bytes(id), Value::Int(tries)];
        Ok(self.execute(CLAIM, &values).await? == 1)
    }

    /// Deletes a tiding that was handed over, or never will be.
    pub async fn delete_tiding(&self, id: &[u8; 16]) -> Result<bool, Error> {
        Ok(self.execute(DELETE, &[Value::Bytes(id)]).await? == 1)
    }

    /// Deletes tidings that nobody took in time; how many.
    pub async fn purge_tidings(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }

    /// Forgets what was to be told to a person who left.
    pub async fn forget_tidings_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for Tiding {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.array("tiding_id")?,
            person: PersonId::from_bytes(row.array("person_id")?),
            about: row.parsed("about")?,
            tries: row.int("tries")?,
            due_at: row.instant("due_at")?,
            expires_at: row.instant("expires_at")?,
        })
    }
}
