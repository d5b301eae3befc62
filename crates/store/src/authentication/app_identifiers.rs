//! Application identifiers, computed once per person and organisation and kept while the person keeps the relation.

use rules::{AppIdentifier, PersonId, organisation_code::OrganisationCode};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

const SELECT: &str =
    "SELECT identifier FROM app_identifiers WHERE person_id = $1 AND organisation = $2";
const KNOWN_AS: &str =
    "SELECT person_id FROM app_identifiers WHERE identifier = $1 AND organisation = $2";
const OF_PERSON: &str = "
    SELECT organisation, identifier FROM app_identifiers WHERE person_id = $1 ORDER BY organisation";
const INSERT: &str = "
    INSERT INTO app_identifiers (person_id, organisation, identifier) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const DELETE_OF_PERSON: &str = "DELETE FROM app_identifiers WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, KNOWN_AS, OF_PERSON, INSERT, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// The identifier of a person at an organisation, if one was computed.
    pub async fn app_identifier(
        &self,
        person: PersonId,
        organisation: &OrganisationCode,
    ) -> Result<Option<AppIdentifier>, Error> {
        let values = [Value::Bytes(person.bytes()), Value::Text(organisation.as_str())];
        let row = self.fetch_one("app_identifiers", SELECT, &values).await?;
        row.map(|mut row| row.parsed("identifier")).transpose()
    }

    /// The person whom an organisation knows by this identifier.
    pub async fn person_known_as(
        &self,
        organisation: &OrganisationCode,
        identifier: &str,
    ) -> Result<Option<PersonId>, Error> {
        let values = [Value::Text(identifier), Value::Text(organisation.as_str())];
        let row = self.fetch_one("app_identifiers", KNOWN_AS, &values).await?;
        row.map(|mut row| row.array("person_id").map(PersonId::from_bytes)).transpose()
    }

    /// A person's identifiers, with the organisations that know them.
    pub async fn app_identifiers_of(
        &self,
        person: PersonId,
    ) -> Result<Vec<(OrganisationCode, AppIdentifier)>, Error> {
        let values = [Value::Bytes(person.bytes())];
        let rows = self.fetch("app_identifiers", OF_PERSON, &values).await?;
        let read = |mut row: Row| Ok((row.parsed("organisation")?, row.parsed("identifier")?));
        rows.into_iter().map(read).collect()
    }

    /// Remembers an identifier; the same again changes nothing.
    pub async fn add_app_identifier(
        &self,
        person: PersonId,
        organisation: &OrganisationCode,
        identifier: &AppIdentifier,
    ) -> Result<(), Error> {
        let values = [
            Value::Bytes(person.bytes()),
            Value::Text(organisation.as_str()),
            Value::Text(identifier.as_str()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Forgets every identifier of a person who left.
    pub async fn forget_app_identifiers_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}
