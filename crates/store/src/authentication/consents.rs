//! Consents: who agreed to what, under which notice, when, and when they took it back.

use std::str::FromStr;

use jiff::Timestamp;
use rules::{
    ConsentId, PersonId,
    notice::{NoticeVersion, Purpose},
};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A consent as remembered.
#[derive(Clone, Debug)]
pub struct ConsentRecord {
    /// Its id.
    pub id: ConsentId,
    /// Whose.
    pub person: PersonId,
    /// To what.
    pub purpose: Purpose,
    /// For which client; empty where none is concerned.
    pub client: String,
    /// In which scene; empty where none is concerned.
    pub scene: String,
    /// What may be told: claim names and `verified_claims`, sorted, space-separated.
    pub attributes: String,
    /// The notice the person saw.
    pub notice: NoticeVersion,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// By whose act it was given.
    pub given_by: GivenBy,
}

/// By whose act a consent was given.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum GivenBy {
    /// The person's own.
    #[default]
    Person,
    /// A guardian's, for a child under fourteen (PIPL 31). Which guardian, the guardianship says.
    Guardian,
    /// A delegate's, in the name of the person who gave the delegation.
    Delegate,
}

impl GivenBy {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Guardian => "guardian",
            Self::Delegate => "delegate",
        }
    }
}

/// A word that names nobody who gives consents.
#[derive(Debug, thiserror::Error)]
#[error("nobody of this name gives consents")]
pub struct NotAGiver;

impl FromStr for GivenBy {
    type Err = NotAGiver;

    fn from_str(word: &str) -> Result<Self, NotAGiver> {
        [Self::Person, Self::Guardian, Self::Delegate]
            .into_iter()
            .find(|by| by.as_str() == word)
            .ok_or(NotAGiver)
    }
}

const IN_FORCE: &str = "
    SELECT consent_id, person_id, purpose, client_id, scene, attributes, notice_version, given_at, withdrawn_at,
           given_by
      FROM consents
     WHERE person_id = $1 AND purpose = $2 AND client_id = $3 AND scene = $4 AND attributes = $5
       AND given_by <> 'delegate' AND withdrawn_at IS NULL";
const STANDS: &str = "SELECT given_at FROM consents WHERE consent_id = $1 AND withdrawn_at IS NULL";
const OF_PERSON: &str = "
    SELECT consent_id, person_id, purpose, client_id, scene, attributes, notice_version, given_at, withdrawn_at,
           given_by
      FROM consents WHERE person_id = $1 ORDER BY consent_id DESC";
const INSERT: &str = "
    INSERT INTO consents (consent_id, person_id, purpose, client_id, scene, attributes, notice_version, given_at,
                          given_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
const SUPERSEDE: &str = "
    UPDATE consents SET withdrawn_at = $1
     WHERE person_id = $2 AND purpose = $3 AND client_id = $4 AND scene = $5 AND attributes = $6
       AND (given_by = 'delegate') = ($7 = 'delegate') AND withdrawn_at IS NULL";
const WITHDRAW: &str = "
    UPDATE consents SET withdrawn_at = $1 WHERE consent_id = $2 AND person_id = $3 AND withdrawn_at IS NULL";
const DELETE_OF_PERSON: &str = "DELETE FROM consents WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[IN_FORCE, STANDS, OF_PERSON, INSERT, SUPERSEDE, WITHDRAW, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// The consent in force for exactly this, if any: the person's own, or a guardian's. What a delegate approved is for
    /// that once, and speaks for nobody afterwards.
    pub async fn consent_in_force(
        &self,
        person: PersonId,
        purpose: Purpose,
        client: &str,
        scene: &str,
        attributes: &str,
    ) -> Result<Option<ConsentRecord>, Error> {
        let values = [
            Value::Bytes(person.bytes()),
            Value::Text(purpose.as_str()),
            Value::Text(client),
            Value::Text(scene),
            Value::Text(attributes),
        ];
        self.fetch_one("consents", IN_FORCE, &values)
            .await?
            .map(ConsentRecord::try_from)
            .transpose()
    }

    /// Whether a consent is still in force.
    pub async fn consent_stands(&self, id: ConsentId) -> Result<bool, Error> {
        Ok(self.fetch_one("consents", STANDS, &[Value::Bytes(id.bytes())]).await?.is_some())
    }

    /// Everything a person consented to, newest first, withdrawn ones included.
    pub async fn consents_of(&self, person: PersonId) -> Result<Vec<ConsentRecord>, Error> {
        let rows = self.fetch("consents", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(ConsentRecord::try_from).collect()
    }

    /// Puts a consent in the place of the same one in force, which ends: an older notice does not linger. What delegates
    /// approve stands beside what the person said, and neither takes the other's place.
    pub async fn replace_consent(&self, consent: &ConsentRecord) -> Result<(), Error> {
        let same = [
            Value::Int(consent.given_at.as_second()),
            Value::Bytes(consent.person.bytes()),
            Value::Text(consent.purpose.as_str()),
            Value::Text(&consent.client),
            Value::Text(&consent.scene),
            Value::Text(&consent.attributes),
            Value::Text(consent.given_by.as_str()),
        ];
        self.execute(SUPERSEDE, &same).await?;
        self.add_consent(consent).await.map(drop)
    }

    /// Adds a consent; `false` if the same is in force.
    pub async fn add_consent(&self, consent: &ConsentRecord) -> Result<bool, Error> {
        let values = [
            Value::Bytes(consent.id.bytes()),
            Value::Bytes(consent.person.bytes()),
            Value::Text(consent.purpose.as_str()),
            Value::Text(&consent.client),
            Value::Text(&consent.scene),
            Value::Text(&consent.attributes),
            Value::Int(consent.notice.0.into()),
            Value::Int(consent.given_at.as_second()),
            Value::Text(consent.given_by.as_str()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Withdraws a person's own consent; `false` if it is not theirs or not in force.
    pub async fn withdraw_consent(
        &self,
        id: ConsentId,
        person: PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values =
            [Value::Int(now.as_second()), Value::Bytes(id.bytes()), Value::Bytes(person.bytes())];
        Ok(self.execute(WITHDRAW, &values).await? == 1)
    }

    /// Forgets every consent of a person who left.
    pub async fn forget_consents_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for ConsentRecord {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: ConsentId::from_bytes(row.array("consent_id")?),
            person: PersonId::from_bytes(row.array("person_id")?),
            purpose: row.parsed("purpose")?,
            client: row.text("client_id")?,
            scene: row.text("scene")?,
            attributes: row.text("attributes")?,
            notice: NoticeVersion(
                row.int("notice_version")?.try_into().map_err(|_| row.corrupt("notice_version"))?,
            ),
            given_at: row.instant("given_at")?,
            withdrawn_at: row.optional_instant("withdrawn_at")?,
            given_by: row.parsed("given_by")?,
        })
    }
}
