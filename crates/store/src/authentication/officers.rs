//! Officers: staff of service counters. They hold passkeys and no net certificate by this office.

use jiff::Timestamp;
use rules::OfficerId;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// An officer as remembered.
#[derive(Clone, Debug)]
pub struct Officer {
    /// The officer.
    pub id: OfficerId,
    /// As the office calls them; shown to the operator and to colleagues, never to persons.
    pub name: String,
    /// Where they work; persons see this in their events.
    pub office: String,
    /// Which person they are: a keyed hash, from which nobody finds the person. Absent until they joined.
    pub person_index: Option<[u8; 32]>,
    /// When they were invited.
    pub invited_at: Timestamp,
    /// When they registered their first passkey.
    pub joined_at: Option<Timestamp>,
    /// Since when they may do nothing.
    pub suspended_at: Option<Timestamp>,
}

impl Officer {
    /// Whether the officer may work.
    pub fn is_active(&self) -> bool {
        self.joined_at.is_some() && self.suspended_at.is_none()
    }
}

const SELECT: &str = "
    SELECT officer_id, name, office, person_index, invited_at, joined_at, suspended_at
      FROM officers WHERE officer_id = $1";
const ALL: &str = "
    SELECT officer_id, name, office, person_index, invited_at, joined_at, suspended_at
      FROM officers ORDER BY office, officer_id";
const INSERT: &str = "
    INSERT INTO officers (officer_id, name, office, invited_at) VALUES ($1, $2, $3, $4)";
const JOIN: &str = "
    UPDATE officers SET joined_at = $1, person_index = $2
     WHERE officer_id = $3 AND joined_at IS NULL AND suspended_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM officers WHERE person_index = $4 AND suspended_at IS NULL)";
const OF_PERSON: &str = "
    SELECT officer_id, name, office, person_index, invited_at, joined_at, suspended_at
      FROM officers WHERE person_index = $1 ORDER BY officer_id";
const LEAVE: &str =
    "UPDATE officers SET person_index = NULL, suspended_at = $1 WHERE officer_id = $2";
const LAPSE: &str = "
    DELETE FROM officers WHERE joined_at IS NULL AND invited_at < $1";
const OLD: &str = "
    SELECT officer_id, name, office, person_index, invited_at, joined_at, suspended_at
      FROM officers WHERE suspended_at < $1
       AND NOT EXISTS (SELECT 1 FROM staff_log
                        WHERE staff_log.officer_id = officers.officer_id AND at >= $2)";
const DELETE: &str = "DELETE FROM officers WHERE officer_id = $1";
const SUSPEND: &str = "
    UPDATE officers SET suspended_at = $1 WHERE officer_id = $2 AND suspended_at IS NULL";
const HOLD: &str = "
    UPDATE officers SET invited_at = invited_at
     WHERE officer_id = $1 AND joined_at IS NOT NULL AND suspended_at IS NULL";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[SELECT, ALL, INSERT, JOIN, OF_PERSON, LEAVE, LAPSE, OLD, DELETE, SUSPEND, HOLD];

impl Tx<Authentication> {
    /// The officer with this id.
    pub async fn officer(&self, id: OfficerId) -> Result<Option<Officer>, Error> {
        let row = self.fetch_one("officers", SELECT, &[Value::Bytes(id.bytes())]).await?;
        row.map(Officer::try_from).transpose()
    }

    /// Every officer, by office.
    pub async fn officers(&self) -> Result<Vec<Officer>, Error> {
        let rows = self.fetch("officers", ALL, &[]).await?;
        rows.into_iter().map(Officer::try_from).collect()
    }

    /// Adds an officer who is invited.
    pub async fn add_officer(&self, officer: &Officer) -> Result<(), Error> {
        let values = [
            Value::Bytes(officer.id.bytes()),
            Value::Text(&officer.name),
            Value::Text(&officer.office),
            Value::Int(officer.invited_at.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// The officer registered a passkey, and showed which person they are; `false` if the invitation was used before,
    /// or withdrawn, or the person is an officer already.
    pub async fn officer_joined(
        &self,
        id: OfficerId,
        person_index: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Int(now.as_second()),
            Value::Bytes(person_index),
            Value::Bytes(id.bytes()),
            Value::Bytes(person_index),
        ];
        Ok(self.execute(JOIN, &values).await? == 1)
    }

    /// Every officer a person is or was.
    pub async fn officers_who_are(&self, person_index: &[u8; 32]) -> Result<Vec<Officer>, Error> {
        let rows = self.fetch("officers", OF_PERSON, &[Value::Bytes(person_index)]).await?;
        rows.into_iter().map(Officer::try_from).collect()
    }

    /// The person an officer was has left the platform: the officer works no more, and nothing says who it was.
    pub async fn officers_person_left(
        &self,
        officer: &Officer,
        now: Timestamp,
    ) -> Result<(), Error> {
        let since = officer.suspended_at.unwrap_or(now);
        let values = [Value::Int(since.as_second()), Value::Bytes(officer.id.bytes())];
        self.execute(LEAVE, &values).await.map(drop)
    }

    /// Deletes invitations of before `before` that nobody took up; how many.
    pub async fn purge_invitations(&self, before: Timestamp) -> Result<u64, Error> {
        self.execute(LAPSE, &[Value::Int(before.as_second())]).await
    }

    /// Officers suspended before `before`, of whom the log keeps no act since then.
    pub async fn officers_to_forget(&self, before: Timestamp) -> Result<Vec<Officer>, Error> {
        let before = Value::Int(before.as_second());
        let rows = self.fetch("officers", OLD, &[before, before]).await?;
        rows.into_iter().map(Officer::try_from).collect()
    }

    /// Forgets an officer.
    pub async fn forget_officer(&self, id: OfficerId) -> Result<u64, Error> {
        self.execute(DELETE, &[Value::Bytes(id.bytes())]).await
    }

    /// Suspends; `false` if there is no such officer, or they are suspended.
    pub async fn suspend_officer(&self, id: OfficerId, now: Timestamp) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(id.bytes())];
        Ok(self.execute(SUSPEND, &values).await? == 1)
    }

    /// Holds the officer's row until the transaction ends, so that no act is committed after a suspension; `false` if
    /// the officer may not work.
    pub async fn hold_officer(&self, id: OfficerId) -> Result<bool, Error> {
        Ok(self.execute(HOLD, &[Value::Bytes(id.bytes())]).await? == 1)
    }
}

impl TryFrom<Row> for Officer {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: OfficerId::from_bytes(row.array("officer_id")?),
            name: row.text("name")?,
            office: row.text("office")?,
            person_index: row.optional_array("person_index")?,
            invited_at: row.instant("invited_at")?,
            joined_at: row.optional_instant("joined_at")?,
            suspended_at: row.optional_instant("suspended_at")?,
        })
    }
}
