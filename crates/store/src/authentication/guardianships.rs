//! Guardianships: who stands behind which child, confirmed by whom and when. At most one in force between two persons.

use std::str::FromStr;

use jiff::Timestamp;
use rules::{GuardianshipId, GuardianshipPaper, PersonId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A guardianship as remembered.
#[derive(Clone, Debug)]
pub struct Guardianship {
    /// Its id.
    pub id: GuardianshipId,
    /// Who stands behind the child.
    pub guardian: PersonId,
    /// The child.
    pub child: PersonId,
    /// Who said so.
    pub confirmed_by: Confirmed,
    /// By which paper, where officers said so.
    pub paper: Option<GuardianshipPaper>,
    /// Since when the platform knows.
    pub since: Timestamp,
    /// When it was last confirmed.
    pub confirmed_at: Timestamp,
    /// The day, counted from 1970, on which the child's age was last looked at.
    pub looked_on: i64,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// By which paper, where officers ended it.
    pub end_paper: Option<GuardianshipPaper>,
}

/// Who confirmed a guardianship.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Confirmed {
    /// The population registry, asked with the guardian's card.
    Registry,
    /// Officers at a counter, by documents.
    Counter,
}

impl Confirmed {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Counter => "counter",
        }
    }
}

/// A word that names nobody who confirms.
#[derive(Debug, thiserror::Error)]
#[error("nobody of this name confirms guardianships")]
pub struct NotAConfirmation;

impl FromStr for Confirmed {
    type Err = NotAConfirmation;

    fn from_str(word: &str) -> Result<Self, NotAConfirmation> {
        [Self::Registry, Self::Counter]
            .into_iter()
            .find(|by| by.as_str() == word)
            .ok_or(NotAConfirmation)
    }
}

const SELECT: &str = "
    SELECT guardianship_id, guardian_id, child_id, confirmed_by, paper, since, confirmed_at, looked_on,
           ended_at, end_paper
      FROM guardianships WHERE guardianship_id = $1";
const OF_CHILD: &str = "
    SELECT guardianship_id, guardian_id, child_id, confirmed_by, paper, since, confirmed_at, looked_on,
           ended_at, end_paper
      FROM guardianships WHERE child_id = $1 ORDER BY guardianship_id";
const OF_GUARDIAN: &str = "
    SELECT guardianship_id, guardian_id, child_id, confirmed_by, paper, since, confirmed_at, looked_on,
           ended_at, end_paper
      FROM guardianships WHERE guardian_id = $1 ORDER BY guardianship_id";
const NOT_LOOKED_AT: &str = "
    SELECT guardianship_id, guardian_id, child_id, confirmed_by, paper, since, confirmed_at, looked_on,
           ended_at, end_paper
      FROM guardianships WHERE ended_at IS NULL AND looked_on < $1 ORDER BY looked_on LIMIT $2";
const INSERT: &str = "
    INSERT INTO guardianships
           (guardianship_id, guardian_id, child_id, confirmed_by, paper, since, confirmed_at, looked_on)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
const CONFIRM: &str = "
    UPDATE guardianships SET confirmed_by = $1, paper = $2, confirmed_at = $3
     WHERE child_id = $4 AND guardian_id = $5 AND ended_at IS NULL";
const LOOKED: &str = "
    UPDATE guardianships SET looked_on = $1
     WHERE guardianship_id = $2 AND looked_on < $3 AND ended_at IS NULL";
const END: &str = "
    UPDATE guardianships SET ended_at = $1, end_paper = $2 WHERE guardianship_id = $3 AND ended_at IS NULL";
const PURGE: &str = "DELETE FROM guardianships WHERE ended_at < $1";
const DELETE_OF_PERSON: &str = "DELETE FROM guardianships WHERE guardian_id = $1 OR child_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    SELECT,
    OF_CHILD,
    OF_GUARDIAN,
    NOT_LOOKED_AT,
    INSERT,
    CONFIRM,
    LOOKED,
    END,
    PURGE,
    DELETE_OF_PERSON,
];

impl Tx<Authentication> {
    /// The guardianship with this id.
    pub async fn guardianship(&self, id: GuardianshipId) -> Result<Option<Guardianship>, Error> {
        let row = self.fetch_one("guardianships", SELECT, &[Value::Bytes(id.bytes())]).await?;
        row.map(Guardianship::try_from).transpose()
    }

    /// Who stands or stood behind a child, ended ones included, the oldest first.
    pub async fn guardianships_of_child(
        &self,
        child: PersonId,
    ) -> Result<Vec<Guardianship>, Error> {
        let rows = self.fetch("guardianships", OF_CHILD, &[Value::Bytes(child.bytes())]).await?;
        rows.into_iter().map(Guardianship::try_from).collect()
    }

    /// Behind whom a guardian stands or stood, ended ones included, the oldest first.
    pub async fn guardianships_of_guardian(
        &self,
        guardian: PersonId,
    ) -> Result<Vec<Guardianship>, Error> {
        let values = [Value::Bytes(guardian.bytes())];
        let rows = self.fetch("guardianships", OF_GUARDIAN, &values).await?;
        rows.into_iter().map(Guardianship::try_from).collect()
    }

    /// Guardianships in force at whose child's age nobody looked since this day, at most `most`.
    pub async fn guardianships_to_look_at(
        &self,
        day: i64,
        most: u32,
    ) -> Result<Vec<Guardianship>, Error> {
        let values = [Value::Int(day), Value::Int(most.into())];
        let rows = self.fetch("guardianships", NOT_LOOKED_AT, &values).await?;
        rows.into_iter().map(Guardianship::try_from).collect()
    }

    /// Confirms the guardianship in force between two persons; makes one if there is none.
    /// `true` if it was made now.
    pub async fn confirm_guardianship(&self, guardianship: &Guardianship) -> Result<bool, Error> {
        let confirmed = [
            Value::Text(guardianship.confirmed_by.as_str()),
            Value::Text(written(guardianship.paper)),
            Value::Int(guardianship.confirmed_at.as_second()),
            Value::Bytes(guardianship.child.bytes()),
            Value::Bytes(guardianship.guardian.bytes()),
        ];
        if self.execute(CONFIRM, &confirmed).await? == 1 {
            return Ok(false);
        }
        let values = [
            Value::Bytes(guardianship.id.bytes()),
            Value::Bytes(guardianship.guardian.bytes()),
            Value::Bytes(guardianship.child.bytes()),
            Value::Text(guardianship.confirmed_by.as_str()),
            Value::Text(written(guardianship.paper)),
            Value::Int(guardianship.since.as_second()),
            Value::Int(guardianship.confirmed_at.as_second()),
            Value::Int(guardianship.looked_on),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Records that a child's age was looked at on a day; `false` if somebody was faster.
    pub async fn guardianship_was_looked_at(
        &self,
        id: GuardianshipId,
        day: i64,
    ) -> Result<bool, Error> {
        let values = [Value::Int(day), Value::Bytes(id.bytes()), Value::Int(day)];
        Ok(self.execute(LOOKED, &values).await? == 1)
    }

    /// Ends a guardianship; `false` if it had ended.
    pub async fn end_guardianship(
        &self,
        id: GuardianshipId,
        paper: Option<GuardianshipPaper>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values =
            [Value::Int(now.as_second()), Value::Text(written(paper)), Value::Bytes(id.bytes())];
        Ok(self.execute(END, &values).await? == 1)
    }

    /// Deletes guardianships that ended before `before`; how many.
    pub async fn purge_guardianships(&self, before: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(before.as_second())]).await
    }

    /// Forgets every guardianship of a person who left, on either side.
    pub async fn forget_guardianships_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for Guardianship {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: GuardianshipId::from_bytes(row.array("guardianship_id")?),
            guardian: PersonId::from_bytes(row.array("guardian_id")?),
            child: PersonId::from_bytes(row.array("child_id")?),
            confirmed_by: row.parsed("confirmed_by")?,
            paper: paper(&mut row, "paper")?,
            since: row.instant("since")?,
            confirmed_at: row.instant("confirmed_at")?,
            looked_on: row.int("looked_on")?,
            ended_at: row.optional_instant("ended_at")?,
            end_paper: paper(&mut row, "end_paper")?,
        })
    }
}

fn written(paper: Option<GuardianshipPaper>) -> &'static str {
    paper.map_or("", GuardianshipPaper::as_str)
}

/// Empty where officers saw none.
fn paper(row: &mut Row, column: &'static str) -> Result<Option<GuardianshipPaper>, Error> {
    match row.text(column)?.as_str() {
        "" => Ok(None),
        name => name.parse().map(Some).map_err(|_| row.corrupt(column)),
    }
}
