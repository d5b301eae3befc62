//! Organisations that a person will not be asked by, on their own device.

use jiff::Timestamp;
use rules::{OrganisationCode, PersonId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

const IS: &str = "
    SELECT organisation, since FROM unwelcome WHERE person_id = $1 AND organisation = $2";
const OF_PERSON: &str = "
    SELECT organisation, since FROM unwelcome WHERE person_id = $1 ORDER BY organisation";
const INSERT: &str = "
    INSERT INTO unwelcome (person_id, organisation, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const DELETE: &str = "DELETE FROM unwelcome WHERE person_id = $1 AND organisation = $2";
const DELETE_OF_PERSON: &str = "DELETE FROM unwelcome WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[IS, OF_PERSON, INSERT, DELETE, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// Will this person not be asked by this organisation?
    pub async fn is_unwelcome(
        &self,
        person: PersonId,
        organisation: &OrganisationCode,
    ) -> Result<bool, Error> {
        let values = [Value::Bytes(person.bytes()), Value::Text(organisation.as_str())];
        Ok(self.fetch_one("unwelcome", IS, &values).await?.is_some())
    }

    /// By whom a person will not be asked, and since when.
    pub async fn unwelcome_to(
        &self,
        person: PersonId,
    ) -> Result<Vec<(OrganisationCode, Timestamp)>, Error> {
        let rows = self.fetch("unwelcome", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        let read = |mut row: Row| Ok((row.parsed("organisation")?, row.instant("since")?));
        rows.into_iter().map(read).collect()
    }

    /// From now on the person will not be asked by this organisation; the same again changes nothing.
    pub async fn turn_away(
        &self,
        person: PersonId,
        organisation: &OrganisationCode,
        now: Timestamp,
    ) -> Result<(), Error> {
        let values = [
            Value::Bytes(person.bytes()),
            Value::Text(organisation.as_str()),
            Value::Int(now.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// It may ask again; `false` if it always might.
    pub async fn welcome_again(
        &self,
        person: PersonId,
        organisation: &OrganisationCode,
    ) -> Result<bool, Error> {
        let values = [Value::Bytes(person.bytes()), Value::Text(organisation.as_str())];
        Ok(self.execute(DELETE, &values).await? == 1)
    }

    /// Forgets whom a person who left would not be asked by.
    pub async fn forget_unwelcome_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}
