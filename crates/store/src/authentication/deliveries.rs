//! Messages to relying parties: written with what causes them, until the relying party has taken them.
//!
//! What a message says is sealed; the row says to whom, and of what kind.

use std::str::FromStr;

use jiff::Timestamp;
use rules::PersonId;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A message on its way.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// Its id.
    pub id: [u8; 16],
    /// About whom; none once the person left.
    pub person: Option<PersonId>,
    /// To which client.
    pub client: String,
    /// Of which kind.
    pub kind: DeliveryKind,
    /// What it says, sealed.
    pub sealed: Vec<u8>,
    /// How often it was sent.
    pub tries: i64,
    /// When it is sent next.
    pub due_at: Timestamp,
    /// When it is worth nothing any more.
    pub expires_at: Timestamp,
}

/// What relying parties are told without having asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DeliveryKind {
    /// That a session ended.
    Logout,
    /// That a person answered what the client asked by itself.
    Ping,
    /// What a person answered, or that nobody did.
    Push,
}

impl DeliveryKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Logout, Self::Ping, Self::Push];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Ping => "ping",
            Self::Push => "push",
        }
    }
}

/// A word for nothing relying parties are told.
#[derive(Debug, thiserror::Error)]
#[error("no kind of message has this name")]
pub struct NotADelivery;

impl FromStr for DeliveryKind {
    type Err = NotADelivery;

    fn from_str(word: &str) -> Result<Self, NotADelivery> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or(NotADelivery)
    }
}

const CLIENTS_DUE: &str = "
    SELECT client_id FROM deliveries WHERE due_at <= $1 AND expires_at > $1
     GROUP BY client_id ORDER BY MIN(due_at), client_id LIMIT $2";
const DUE_TO: &str = "
    SELECT delivery_id, person_id, client_id, kind, sealed, tries, due_at, expires_at
      FROM deliveries WHERE client_id = $1 AND due_at <= $2 AND expires_at > $2
     ORDER BY due_at, delivery_id LIMIT $3";
const OF_PERSON: &str = "
    SELECT delivery_id, person_id, client_id, kind, sealed, tries, due_at, expires_at
      FROM deliveries WHERE person_id = $1 ORDER BY due_at, delivery_id";
const INSERT: &str = "
    INSERT INTO deliveries (delivery_id, person_id, client_id, kind, sealed, tries, due_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";
const CLAIM: &str = "
    UPDATE deliveries SET tries = tries + 1, due_at = $1 WHERE delivery_id = $2 AND tries = $3";
const HASTEN: &str = "UPDATE deliveries SET due_at = $1 WHERE delivery_id = $2 AND due_at > $1";
const REST: &str = "UPDATE deliveries SET due_at = $1 WHERE client_id = $2 AND due_at < $1";
const DELETE: &str = "DELETE FROM deliveries WHERE delivery_id = $1";
const PURGE: &str = "DELETE FROM deliveries WHERE expires_at <= $1";
const PART: &str = "UPDATE deliveries SET person_id = NULL WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[CLIENTS_DUE, DUE_TO, OF_PERSON, INSERT, CLAIM, HASTEN, REST, DELETE, PURGE, PART];

impl Tx<Authentication> {
    /// Clients for which something is due, whoever has waited longest first, at most `most`.
    pub async fn clients_with_deliveries_due(
        &self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<String>, Error> {
        let values = [Value::Int(now.as_second()), Value::Int(most.into())];
        let rows = self.fetch("deliveries", CLIENTS_DUE, &values).await?;
        rows.into_iter().map(|mut row| row.text("client_id")).collect()
    }

    /// What is due to a client, at most `most`.
    pub async fn deliveries_due_to(
        &self,
        client: &str,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<DeliveryRow>, Error> {
        let values = [Value::Text(client), Value::Int(now.as_second()), Value::Int(most.into())];
        let rows = self.fetch("deliveries", DUE_TO, &values).await?;
        rows.into_iter().map(DeliveryRow::try_from).collect()
    }

    /// What waits to be told about a person.
    pub async fn deliveries_of(&self, person: PersonId) -> Result<Vec<DeliveryRow>, Error> {
        let rows = self.fetch("deliveries", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(DeliveryRow::try_from).collect()
    }

    /// Adds a message.
    pub async fn add_delivery(&self, delivery: &DeliveryRow) -> Result<(), Error> {
        let person = delivery.person.as_ref().map(PersonId::bytes);
        let values = [
            Value::Bytes(&delivery.id),
            person.map_or(Value::Null, |person| Value::Bytes(person)),
            Value::Text(&delivery.client),
            Value::Text(delivery.kind.as_str()),
            Value::Bytes(&delivery.sealed),
            Value::Int(delivery.due_at.as_second()),
            Value::Int(delivery.expires_at.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Takes a message in hand until `due_at`; `false` if somebody else did.
    pub async fn claim_delivery(
        &self,
        id: &[u8; 16],
        tries: i64,
        due_at: Timestamp,
    ) -> Result<bool, Error> {
        let values = [Value::Int(due_at.as_second()), Value::Bytes(id), Value::Int(tries)];
        Ok(self.execute(CLAIM, &values).await? == 1)
    }

    /// Has a message that waits for its time go at once; `false` if there is none that waits.
    pub async fn hasten_delivery(&self, id: &[u8; 16], now: Timestamp) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(id)];
        Ok(self.execute(HASTEN, &values).await? == 1)
    }

    /// Leaves a client alone until then; how many messages wait.
    pub async fn rest_deliveries(&self, client: &str, until: Timestamp) -> Result<u64, Error> {
        self.execute(REST, &[Value::Int(until.as_second()), Value::Text(client)]).await
    }

    /// Deletes a message that was taken, or never will be.
    pub async fn delete_delivery(&self, id: &[u8; 16]) -> Result<bool, Error> {
        Ok(self.execute(DELETE, &[Value::Bytes(id)]).await? == 1)
    }

    /// Deletes messages that nobody took in time; how many.
    pub async fn purge_deliveries(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }

    /// Parts messages still on their way from a person who left.
    pub async fn part_deliveries_from(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(PART, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for DeliveryRow {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.array("delivery_id")?,
            person: row.optional_array("person_id")?.map(PersonId::from_bytes),
            client: row.text("client_id")?,
            kind: row.parsed("kind")?,
            sealed: row.bytes("sealed")?,
            tries: row.int("tries")?,
            due_at: row.instant("due_at")?,
            expires_at: row.instant("expires_at")?,
        })
    }
}
