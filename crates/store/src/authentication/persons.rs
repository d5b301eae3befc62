//! Persons as this plane knows them: a net number and what identifiers and predicates are computed from.

use jiff::Timestamp;
use rules::{NetNumber, PersonId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A person's life on this plane.
#[derive(Debug)]
pub enum Person {
    /// Holds a net number.
    Enrolled {
        /// The person.
        id: PersonId,
        /// The net number, for life.
        net_number: NetNumber,
        /// Salt of the application identifiers, 32 bytes; destroyed with the person.
        salt: [u8; 32],
        /// Date of birth, sealed under the attribute key.
        sealed_birth: Vec<u8>,
        /// When.
        enrolled_at: Timestamp,
        /// From when on plain identity may be told, after a certificate was issued anew.
        disclosure_from: Option<Timestamp>,
    },
    /// Left. Nothing is known of the person but that the record is closed.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

const COLUMNS: &str = "
    SELECT person_id, net_number, salt, sealed_birth, enrolled_at, disclosure_from, cancelled_at
      FROM persons WHERE person_id = $1";
const INSERT: &str = "
    INSERT INTO persons (person_id, net_number, salt, sealed_birth, enrolled_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
const CANCEL: &str = "
    UPDATE persons SET cancelled_at = $1, net_number = NULL, salt = NULL, sealed_birth = NULL, disclosure_from = NULL
     WHERE person_id = $2 AND cancelled_at IS NULL";
const TO_FORGET: &str = "
    SELECT person_id FROM persons WHERE cancelled_at IS NOT NULL AND forgotten_at IS NULL";
const FORGOTTEN: &str = "
    UPDATE persons SET forgotten_at = $1 WHERE person_id = $2 AND cancelled_at IS NOT NULL";
const COOL_DOWN: &str = "
    UPDATE persons SET disclosure_from = $1 WHERE person_id = $2 AND cancelled_at IS NULL";
const HOLD: &str =
    "UPDATE persons SET enrolled_at = enrolled_at WHERE person_id = $1 AND cancelled_at IS NULL";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[COLUMNS, INSERT, CANCEL, TO_FORGET, FORGOTTEN, COOL_DOWN, HOLD];

impl Tx<Authentication> {
    /// The person with this id.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, Error> {
        let row = self.fetch_one("persons", COLUMNS, &[Value::Bytes(id.bytes())]).await?;
        row.map(Person::try_from).transpose()
    }

    /// Adds a person; `false` if the person is there already.
    pub async fn add_person(
        &self,
        id: PersonId,
        net_number: &NetNumber,
        salt: &[u8; 32],
        sealed_birth: &[u8],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Bytes(id.bytes()),
            Value::Text(net_number.as_str()),
            Value::Bytes(salt),
            Value::Bytes(sealed_birth),
            Value::Int(now.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Holds the person's row until the transaction ends, so that what is done to one person's records is done one
    /// after the other; `false` if the person left. An update that changes nothing is a lock in both dialects.
    pub async fn hold_person(&self, id: PersonId) -> Result<bool, Error> {
        Ok(self.execute(HOLD, &[Value::Bytes(id.bytes())]).await? == 1)
    }

    /// Keeps plain identity closed until then; `false` if the person left.
    pub async fn cool_down(&self, id: PersonId, until: Timestamp) -> Result<bool, Error> {
        let values = [Value::Int(until.as_second()), Value::Bytes(id.bytes())];
        Ok(self.execute(COOL_DOWN, &values).await? == 1)
    }

    /// Persons who left and whom the vault may still hold.
    pub async fn persons_to_forget(&self) -> Result<Vec<PersonId>, Error> {
        let rows = self.fetch("persons", TO_FORGET, &[]).await?;
        rows.into_iter().map(|mut row| row.array("person_id").map(PersonId::from_bytes)).collect()
    }

    /// Records that the vault holds nothing of a person who left.
    pub async fn person_is_forgotten(&self, id: PersonId, now: Timestamp) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(id.bytes())];
        Ok(self.execute(FORGOTTEN, &values).await? == 1)
    }

    /// Closes the record and destroys the salt; `false` if it was closed.
    pub async fn cancel_person(&self, id: PersonId, now: Timestamp) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(id.bytes())];
        Ok(self.execute(CANCEL, &values).await? == 1)
    }
}

impl TryFrom<Row> for Person {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        let id = PersonId::from_bytes(row.array("person_id")?);
        let number = row.optional_text("net_number")?;
        let salt = row.optional_bytes("salt")?;
        let birth = row.optional_bytes("sealed_birth")?;
        let enrolled_at = row.instant("enrolled_at")?;
        let disclosure_from = row.optional_instant("disclosure_from")?;
        match (number, salt, birth, row.optional_instant("cancelled_at")?) {
            (Some(number), Some(salt), Some(sealed_birth), None) => Ok(Self::Enrolled {
                id,
                net_number: number.parse().map_err(|_| row.corrupt("net_number"))?,
                salt: salt.try_into().map_err(|_| row.corrupt("salt"))?,
                sealed_birth,
                enrolled_at,
                disclosure_from,
            }),
            (None, None, None, Some(at)) => Ok(Self::Cancelled { at }),
            _ => Err(row.corrupt("cancelled_at")),
        }
    }
}
