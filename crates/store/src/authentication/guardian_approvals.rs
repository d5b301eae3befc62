//! What guardians said about organisations: one word of each guardian on each organisation in force.

use jiff::Timestamp;
use rules::{ApprovalId, GuardianshipId, OrganisationCode, PersonId, approval::Word};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A guardian's word as remembered.
#[derive(Clone, Debug)]
pub struct GuardianApproval {
    /// Its id.
    pub id: ApprovalId,
    /// The guardianship it rests on, and ends with.
    pub guardianship: GuardianshipId,
    /// Who said it.
    pub guardian: PersonId,
    /// For whom.
    pub child: PersonId,
    /// About whom.
    pub organisation: OrganisationCode,
    /// What.
    pub word: Word,
    /// When.
    pub said_at: Timestamp,
    /// When it was lifted, replaced, or ended with the guardianship.
    pub ended_at: Option<Timestamp>,
}

const OF_CHILD: &str = "
    SELECT approval_id, guardianship_id, guardian_id, child_id, organisation, word, scenes, until, said_at, ended_at
      FROM guardian_approvals WHERE child_id = $1 ORDER BY approval_id DESC";
const OF_GUARDIAN: &str = "
    SELECT approval_id, guardianship_id, guardian_id, child_id, organisation, word, scenes, until, said_at, ended_at
      FROM guardian_approvals WHERE guardian_id = $1 ORDER BY approval_id DESC";
const INSERT: &str = "
    INSERT INTO guardian_approvals (approval_id, guardianship_id, guardian_id, child_id, organisation, word, scenes,
                                    until, said_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
const SUPERSEDE: &str = "
    UPDATE guardian_approvals SET ended_at = $1
     WHERE guardianship_id = $2 AND organisation = $3 AND ended_at IS NULL";
const LIFT: &str = "
    UPDATE guardian_approvals SET ended_at = $1
     WHERE approval_id = $2 AND guardian_id = $3 AND ended_at IS NULL";
const END_OF_GUARDIANSHIP: &str = "
    UPDATE guardian_approvals SET ended_at = $1 WHERE guardianship_id = $2 AND ended_at IS NULL";
const PURGE: &str = "DELETE FROM guardian_approvals WHERE ended_at < $1 OR until < $2";
const DELETE_OF_PERSON: &str =
    "DELETE FROM guardian_approvals WHERE guardian_id = $1 OR child_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[OF_CHILD, OF_GUARDIAN, INSERT, SUPERSEDE, LIFT, END_OF_GUARDIANSHIP, PURGE, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// What was said for a child, newest first, ended words included.
    pub async fn guardian_approvals_of_child(
        &self,
        child: PersonId,
    ) -> Result<Vec<GuardianApproval>, Error> {
        let values = [Value::Bytes(child.bytes())];
        let rows = self.fetch("guardian_approvals", OF_CHILD, &values).await?;
        rows.into_iter().map(GuardianApproval::try_from).collect()
    }

    /// What a guardian said, newest first, ended words included.
    pub async fn guardian_approvals_by(
        &self,
        guardian: PersonId,
    ) -> Result<Vec<GuardianApproval>, Error> {
        let values = [Value::Bytes(guardian.bytes())];
        let rows = self.fetch("guardian_approvals", OF_GUARDIAN, &values).await?;
        rows.into_iter().map(GuardianApproval::try_from).collect()
    }

    /// Puts a word in the place of the same guardian's word on the same organisation, which ends.
    pub async fn replace_guardian_approval(
        &self,
        approval: &GuardianApproval,
    ) -> Result<bool, Error> {
        let same = [
            Value::Int(approval.said_at.as_second()),
            Value::Bytes(approval.guardianship.bytes()),
            Value::Text(approval.organisation.as_str()),
        ];
        self.execute(SUPERSEDE, &same).await?;
        let (word, scenes, until) = written(&approval.word);
        let values = [
            Value::Bytes(approval.id.bytes()),
            Value::Bytes(approval.guardianship.bytes()),
            Value::Bytes(approval.guardian.bytes()),
            Value::Bytes(approval.child.bytes()),
            Value::Text(approval.organisation.as_str()),
            Value::Text(word),
            Value::Text(&scenes),
            until.into(),
            Value::Int(approval.said_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Lifts a guardian's own word; `false` if it is not theirs or has ended.
    pub async fn lift_guardian_approval(
        &self,
        id: ApprovalId,
        guardian: PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values =
            [Value::Int(now.as_second()), Value::Bytes(id.bytes()), Value::Bytes(guardian.bytes())];
        Ok(self.execute(LIFT, &values).await? == 1)
    }

    /// Ends whatever rests on a guardianship; how many words.
    pub async fn end_guardian_approvals_on(
        &self,
        guardianship: GuardianshipId,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(guardianship.bytes())];
        self.execute(END_OF_GUARDIANSHIP, &values).await
    }

    /// Deletes words that ended, by themselves too, before `before`; how many.
    pub async fn purge_guardian_approvals(&self, before: Timestamp) -> Result<u64, Error> {
        let before = Value::Int(before.as_second());
        self.execute(PURGE, &[before, before]).await
    }

    /// Forgets every word of or for a person who left.
    pub async fn forget_guardian_approvals_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

const YES: &str = "yes";
const NO: &str = "no";

fn written(word: &Word) -> (&'static str, String, Option<i64>) {
    match word {
        Word::Yes { scenes, until } => (YES, scenes.text(), Some(until.as_second())),
        Word::No => (NO, String::new(), None),
    }
}

impl TryFrom<Row> for GuardianApproval {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        let id = ApprovalId::from_bytes(row.array("approval_id")?);
        let guardianship = GuardianshipId::from_bytes(row.array("guardianship_id")?);
        let guardian = PersonId::from_bytes(row.array("guardian_id")?);
        let child = PersonId::from_bytes(row.array("child_id")?);
        let organisation = row.parsed("organisation")?;
        let (word, scenes) = (row.text("word")?, row.text("scenes")?);
        let until = row.optional_instant("until")?;
        let word = match (word.as_str(), scenes.as_str(), until) {
            (YES, scenes, Some(until)) => {
                let scenes = scenes.parse().map_err(|_| row.corrupt("scenes"))?;
                Word::Yes { scenes, until }
            }
            (NO, "", None) => Word::No,
            _ => return Err(row.corrupt("word")),
        };
        let (said_at, ended_at) = (row.instant("said_at")?, row.optional_instant("ended_at")?);
        Ok(Self { id, guardianship, guardian, child, organisation, word, said_at, ended_at })
    }
}
