//! Applications at a counter: sealed, short-lived; entered by one officer, confirmed by another, completed by the person.

use jiff::Timestamp;
use rules::{ApplicationId, OfficerId};

use crate::{
    Error, Tx, Vault,
    value::{Row, Value},
};

/// An application as it lies in the vault.
#[derive(Clone, Debug)]
pub struct ApplicationRow {
    /// Its id.
    pub id: ApplicationId,
    /// The office it was entered at.
    pub office: String,
    /// The officer who entered it.
    pub entered_by: OfficerId,
    /// 0: entered; 1: confirmed.
    pub step: i64,
    /// What was entered, sealed.
    pub sealed: Vec<u8>,
    /// When it lapses.
    pub expires_at: Timestamp,
}

const SELECT: &str = "
    SELECT application_id, office, entered_by, step, sealed, expires_at
      FROM applications WHERE application_id = $1";
const WAITING: &str = "
    SELECT application_id, office, entered_by, step, sealed, expires_at
      FROM applications WHERE office = $1 AND step = 0 AND expires_at > $2 ORDER BY application_id LIMIT $3";
const INSERT: &str = "
    INSERT INTO applications (application_id, office, entered_by, step, tries, sealed, expires_at)
    VALUES ($1, $2, $3, 0, 0, $4, $5)";
const CONFIRM: &str = "
    UPDATE applications SET step = 1, sealed = $1
     WHERE application_id = $2 AND step = 0 AND office = $3 AND entered_by <> $4";
const TRY: &str = "
    UPDATE applications SET tries = tries + 1 WHERE application_id = $1 AND step = 1 AND tries < $2";
const END: &str = "DELETE FROM applications WHERE application_id = $1 AND step = $2";
const PURGE: &str = "DELETE FROM applications WHERE expires_at < $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, WAITING, INSERT, CONFIRM, TRY, END, PURGE];

/// Applications shown at once; a counter that has more waiting than fit a page has another problem.
const SHOWN: i64 = 50;

impl Tx<Vault> {
    /// The application with this id.
    pub async fn application(&self, id: ApplicationId) -> Result<Option<ApplicationRow>, Error> {
        let row = self.fetch_one("applications", SELECT, &[Value::Bytes(id.bytes())]).await?;
        row.map(ApplicationRow::try_from).transpose()
    }

    /// Applications that wait for a second officer of this office, oldest first.
    pub async fn applications_waiting(
        &self,
        office: &str,
        now: Timestamp,
    ) -> Result<Vec<ApplicationRow>, Error> {
        let values = [Value::Text(office), Value::Int(now.as_second()), Value::Int(SHOWN)];
        let rows = self.fetch("applications", WAITING, &values).await?;
        rows.into_iter().map(ApplicationRow::try_from).collect()
    }

    /// Adds an application just entered.
    pub async fn add_application(&self, row: &ApplicationRow) -> Result<(), Error> {
        let values = [
            Value::Bytes(row.id.bytes()),
            Value::Text(&row.office),
            Value::Bytes(row.entered_by.bytes()),
            Value::Bytes(&row.sealed),
            Value::Int(row.expires_at.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Confirms; `false` if it was confirmed before, is elsewhere, or was entered by the same officer.
    pub async fn confirm_application(
        &self,
        id: ApplicationId,
        office: &str,
        confirmed_by: OfficerId,
        sealed: &[u8],
    ) -> Result<bool, Error> {
        let values = [
            Value::Bytes(sealed),
            Value::Bytes(id.bytes()),
            Value::Text(office),
            Value::Bytes(confirmed_by.bytes()),
        ];
        Ok(self.execute(CONFIRM, &values).await? == 1)
    }

    /// Counts a try at the person's step; `false` once `most` have been counted.
    pub async fn count_application_try(&self, id: ApplicationId, most: i64) -> Result<bool, Error> {
        Ok(self.execute(TRY, &[Value::Bytes(id.bytes()), Value::Int(most)]).await? == 1)
    }

    /// Ends an application at a step; `false` if it is not there.
    pub async fn end_application(&self, id: ApplicationId, step: i64) -> Result<bool, Error> {
        Ok(self.execute(END, &[Value::Bytes(id.bytes()), Value::Int(step)]).await? == 1)
    }

    /// Deletes applications that lapsed before `now`; how many.
    pub async fn purge_applications(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }
}

impl TryFrom<Row> for ApplicationRow {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: ApplicationId::from_bytes(row.array("application_id")?),
            office: row.text("office")?,
            entered_by: OfficerId::from_bytes(row.array("entered_by")?),
            step: row.int("step")?,
            sealed: row.bytes("sealed")?,
            expires_at: row.instant("expires_at")?,
        })
    }
}
