//! Questions of children to their guardians: may I use my certificate there? Each asked once while it is open.

use jiff::Timestamp;
use rules::{GuardianRequestId, OrganisationCode, PersonId, Scene};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A question as remembered.
#[derive(Clone, Debug)]
pub struct GuardianRequest {
    /// Its id.
    pub id: GuardianRequestId,
    /// Who asks.
    pub child: PersonId,
    /// About whom.
    pub organisation: OrganisationCode,
    /// At which of its clients the child was.
    pub client: String,
    /// In which scene.
    pub scene: Scene,
    /// When.
    pub asked_at: Timestamp,
    /// When a guardian answered.
    pub answered_at: Option<Timestamp>,
}

const OF_CHILD: &str = "
    SELECT request_id, child_id, organisation, client_id, scene, asked_at, answered_at
      FROM guardian_requests WHERE child_id = $1 ORDER BY request_id DESC";
const INSERT: &str = "
    INSERT INTO guardian_requests (request_id, child_id, organisation, client_id, scene, asked_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
const ANSWER: &str = "
    UPDATE guardian_requests SET answered_at = $1
     WHERE child_id = $2 AND organisation = $3 AND answered_at IS NULL";
const CLOSE: &str = "
    UPDATE guardian_requests SET answered_at = $1 WHERE child_id = $2 AND answered_at IS NULL";
const PURGE: &str = "DELETE FROM guardian_requests WHERE asked_at < $1";
const DELETE_OF_PERSON: &str = "DELETE FROM guardian_requests WHERE child_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OF_CHILD, INSERT, ANSWER, CLOSE, PURGE, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// What a child asked, newest first, answered questions included.
    pub async fn guardian_requests_of(
        &self,
        child: PersonId,
    ) -> Result<Vec<GuardianRequest>, Error> {
        let values = [Value::Bytes(child.bytes())];
        let rows = self.fetch("guardian_requests", OF_CHILD, &values).await?;
        rows.into_iter().map(GuardianRequest::try_from).collect()
    }

    /// Asks; `false` if the same question is open.
    pub async fn add_guardian_request(&self, request: &GuardianRequest) -> Result<bool, Error> {
        let values = [
            Value::Bytes(request.id.bytes()),
            Value::Bytes(request.child.bytes()),
            Value::Text(request.organisation.as_str()),
            Value::Text(&request.client),
            Value::Text(request.scene.as_str()),
            Value::Int(request.asked_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Answers a child's open questions about an organisation; how many.
    pub async fn answer_guardian_requests(
        &self,
        child: PersonId,
        organisation: &OrganisationCode,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let values = [
            Value::Int(now.as_second()),
            Value::Bytes(child.bytes()),
            Value::Text(organisation.as_str()),
        ];
        self.execute(ANSWER, &values).await
    }

    /// Closes every open question of a child who needs no answer any more; how many.
    pub async fn close_guardian_requests_of(
        &self,
        child: PersonId,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(child.bytes())];
        self.execute(CLOSE, &values).await
    }

    /// Deletes questions asked before `before`; how many.
    pub async fn purge_guardian_requests(&self, before: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(before.as_second())]).await
    }

    /// Forgets every question of a child who left.
    pub async fn forget_guardian_requests_of(&self, child: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(child.bytes())]).await
    }
}

impl TryFrom<Row> for GuardianRequest {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: GuardianRequestId::from_bytes(row.array("request_id")?),
            child: PersonId::from_bytes(row.array("child_id")?),
            organisation: row.parsed("organisation")?,
            client: row.text("client_id")?,
            scene: row.parsed("scene")?,
            asked_at: row.instant("asked_at")?,
            answered_at: row.optional_instant("answered_at")?,
        })
    }
}
