//! Relying parties: admitted organisations.

use jiff::Timestamp;
use rules::organisation_code::OrganisationCode;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// An admitted organisation.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    /// Its unified social credit code.
    pub organisation: OrganisationCode,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// When it was admitted.
    pub admitted_at: Timestamp,
    /// Since when it is suspended.
    pub suspended_at: Option<Timestamp>,
}

const SELECT: &str = "
    SELECT organisation, name_zh, name_en, admitted_at, suspended_at FROM relying_parties WHERE organisation = $1";
const INSERT: &str = "
    INSERT INTO relying_parties (organisation, name_zh, name_en, admitted_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING";
const SUSPEND: &str =
    "UPDATE relying_parties SET suspended_at = $1 WHERE organisation = $2 AND suspended_at IS NULL";
const RESUME: &str = "
    UPDATE relying_parties SET suspended_at = NULL WHERE organisation = $1 AND suspended_at IS NOT NULL";
const SUSPENDED: &str = "
    SELECT organisation, name_zh, name_en, admitted_at, suspended_at FROM relying_parties
     WHERE suspended_at IS NOT NULL ORDER BY organisation LIMIT $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, INSERT, SUSPEND, RESUME, SUSPENDED];

impl Tx<Authentication> {
    /// The relying party with this code.
    pub async fn relying_party(
        &self,
        organisation: &OrganisationCode,
    ) -> Result<Option<RelyingParty>, Error> {
        let row = self
            .fetch_one("relying_parties", SELECT, &[Value::Text(organisation.as_str())])
            .await?;
        row.map(RelyingParty::try_from).transpose()
    }

    /// Admits an organisation; `false` if it is admitted already.
    pub async fn add_relying_party(&self, party: &RelyingParty) -> Result<bool, Error> {
        let values = [
            Value::Text(party.organisation.as_str()),
            Value::Text(&party.name_zh),
            Value::Text(&party.name_en),
            Value::Int(party.admitted_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Suspends an organisation; `false` if there is none or it is suspended.
    pub async fn suspend_relying_party(
        &self,
        organisation: &OrganisationCode,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Text(organisation.as_str())];
        self.changed_clients(self.execute(SUSPEND, &values).await? == 1).await
    }

    /// Ends a suspension; `false` if there is none.
    pub async fn resume_relying_party(
        &self,
        organisation: &OrganisationCode,
    ) -> Result<bool, Error> {
        let resumed = self.execute(RESUME, &[Value::Text(organisation.as_str())]).await? == 1;
        self.changed_clients(resumed).await
    }

    /// Organisations that are suspended, at most `most`.
    pub async fn suspended_relying_parties(&self, most: u32) -> Result<Vec<RelyingParty>, Error> {
        let rows = self.fetch("relying_parties", SUSPENDED, &[Value::Int(most.into())]).await?;
        rows.into_iter().map(RelyingParty::try_from).collect()
    }
}

impl TryFrom<Row> for RelyingParty {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            organisation: row.parsed("organisation")?,
            name_zh: row.text("name_zh")?,
            name_en: row.text("name_en")?,
            admitted_at: row.instant("admitted_at")?,
            suspended_at: row.optional_instant("suspended_at")?,
        })
    }
}
