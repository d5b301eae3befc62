//! Registrations that clients made of themselves, in the sandbox: who may manage them, and until when they last.

use jiff::Timestamp;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A registration.
#[derive(Clone, Debug)]
pub struct RegistrationRecord {
    /// Whose.
    pub client: String,
    /// SHA-256 of the token by which it is managed.
    pub access_hash: [u8; 32],
    /// When it was made.
    pub made_at: Timestamp,
    /// When it lapses.
    pub lapses_at: Timestamp,
}

const SELECT: &str =
    "SELECT client_id, access_hash, made_at, lapses_at FROM registrations WHERE client_id = $1";
const COUNT: &str = "SELECT COUNT(*) AS many FROM registrations";
const INSERT: &str = "
    INSERT INTO registrations (client_id, access_hash, made_at, lapses_at)
    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const END: &str = "DELETE FROM registrations WHERE client_id = $1";
const SUSPEND_LAPSED: &str = "
    UPDATE clients SET suspended_at = $1
     WHERE suspended_at IS NULL
       AND client_id IN (SELECT client_id FROM registrations WHERE lapses_at <= $1)";
const PURGE: &str = "DELETE FROM registrations WHERE lapses_at <= $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, COUNT, INSERT, END, SUSPEND_LAPSED, PURGE];

impl Tx<Authentication> {
    /// The registration of a client.
    pub async fn registration(&self, client: &str) -> Result<Option<RegistrationRecord>, Error> {
        let row = self.fetch_one("registrations", SELECT, &[Value::Text(client)]).await?;
        row.map(RegistrationRecord::try_from).transpose()
    }

    /// How many there are.
    pub async fn count_registrations(&self) -> Result<i64, Error> {
        let row = self.fetch_one("registrations", COUNT, &[]).await?;
        row.map_or(Ok(0), |mut row| row.int("many"))
    }

    /// Adds one; `false` if the client has one.
    pub async fn add_registration(&self, record: &RegistrationRecord) -> Result<bool, Error> {
        let values = [
            Value::Text(&record.client),
            Value::Bytes(&record.access_hash),
            Value::Int(record.made_at.as_second()),
            Value::Int(record.lapses_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Ends one and suspends its client, whose name stays for the persons who used it; `false` if it had ended.
    pub async fn end_registration(&self, client: &str, now: Timestamp) -> Result<bool, Error> {
        self.suspend_client(client, now).await?;
        Ok(self.execute(END, &[Value::Text(client)]).await? == 1)
    }

    /// Ends those that lapsed; how many.
    pub async fn purge_registrations(&self, now: Timestamp) -> Result<u64, Error> {
        let values = [Value::Int(now.as_second())];
        let suspended = self.execute(SUSPEND_LAPSED, &values).await?;
        self.changed_clients(suspended > 0).await?;
        self.execute(PURGE, &values).await
    }
}

impl TryFrom<Row> for RegistrationRecord {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            client: row.text("client_id")?,
            access_hash: row.array("access_hash")?,
            made_at: row.instant("made_at")?,
            lapses_at: row.instant("lapses_at")?,
        })
    }
}
