//! Delegations: who may act for whom, how far and until when.

use jiff::Timestamp;
use rules::{Delegation, DelegationId, DelegationScope, PersonId, Scene};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A delegation as remembered.
#[derive(Clone, Debug)]
pub struct DelegationRecord {
    /// Its id.
    pub id: DelegationId,
    /// What the rules judge.
    pub delegation: Delegation,
    /// What the two call each other, under the attribute key.
    pub sealed_names: Vec<u8>,
    /// What the delegate's screen shows until the person has typed it.
    pub number: Option<String>,
    /// Until when it waits for that.
    pub offered_until: Timestamp,
    /// When the delegate accepted it.
    pub accepted_at: Timestamp,
}

const SELECT: &str = "
    SELECT delegation_id, person_id, delegate_id, scenes, organisations, sealed_names, number, offered_until,
           expires_at, accepted_at, confirmed_at, revoked_at
      FROM delegations WHERE delegation_id = $1";
const OF_PERSON: &str = "
    SELECT delegation_id, person_id, delegate_id, scenes, organisations, sealed_names, number, offered_until,
           expires_at, accepted_at, confirmed_at, revoked_at
      FROM delegations WHERE person_id = $1 ORDER BY delegation_id DESC";
const OF_DELEGATE: &str = "
    SELECT delegation_id, person_id, delegate_id, scenes, organisations, sealed_names, number, offered_until,
           expires_at, accepted_at, confirmed_at, revoked_at
      FROM delegations WHERE delegate_id = $1 ORDER BY delegation_id DESC";
const INSERT: &str = "
    INSERT INTO delegations (delegation_id, person_id, delegate_id, scenes, organisations, sealed_names, number,
                             tries, offered_until, expires_at, accepted_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10) ON CONFLICT DO NOTHING";
const TRY: &str = "
    UPDATE delegations SET tries = tries + 1
     WHERE delegation_id = $1 AND confirmed_at IS NULL AND revoked_at IS NULL AND tries < $2";
const CONFIRM: &str = "
    UPDATE delegations SET confirmed_at = $1, number = NULL
     WHERE delegation_id = $2 AND person_id = $3 AND confirmed_at IS NULL AND revoked_at IS NULL
       AND offered_until > $4";
const REVOKE: &str = "
    UPDATE delegations SET revoked_at = $1, number = NULL
     WHERE delegation_id = $2 AND (person_id = $3 OR delegate_id = $3) AND revoked_at IS NULL";
const PURGE: &str = "
    DELETE FROM delegations
     WHERE expires_at < $1 OR revoked_at < $1 OR (confirmed_at IS NULL AND offered_until < $1)";
const DELETE_OF_PERSON: &str = "DELETE FROM delegations WHERE person_id = $1 OR delegate_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[SELECT, OF_PERSON, OF_DELEGATE, INSERT, TRY, CONFIRM, REVOKE, PURGE, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// The delegation with this id.
    pub async fn delegation(&self, id: DelegationId) -> Result<Option<DelegationRecord>, Error> {
        let row = self.fetch_one("delegations", SELECT, &[Value::Bytes(id.bytes())]).await?;
        row.map(DelegationRecord::try_from).transpose()
    }

    /// Those a person gave, newest first.
    pub async fn delegations_given(
        &self,
        person: PersonId,
    ) -> Result<Vec<DelegationRecord>, Error> {
        let rows = self.fetch("delegations", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(DelegationRecord::try_from).collect()
    }

    /// Those a person holds, newest first.
    pub async fn delegations_held(
        &self,
        delegate: PersonId,
    ) -> Result<Vec<DelegationRecord>, Error> {
        let rows =
            self.fetch("delegations", OF_DELEGATE, &[Value::Bytes(delegate.bytes())]).await?;
        rows.into_iter().map(DelegationRecord::try_from).collect()
    }

    /// Adds a delegation that was accepted; `false` if the offer was taken before.
    pub async fn add_delegation(&self, record: &DelegationRecord) -> Result<bool, Error> {
        let Delegation { person, delegate, scope, expires_at, .. } = &record.delegation;
        let (scenes, organisations) = (scenes_text(scope), organisations_text(scope));
        let values = [
            Value::Bytes(record.id.bytes()),
            Value::Bytes(person.bytes()),
            Value::Bytes(delegate.bytes()),
            Value::Text(&scenes),
            Value::Text(&organisations),
            Value::Bytes(&record.sealed_names),
            record.number.as_deref().map_or(Value::Null, Value::Text),
            Value::Int(record.offered_until.as_second()),
            Value::Int(expires_at.as_second()),
            Value::Int(record.accepted_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Counts a try at the number; `false` once `most` have been counted.
    pub async fn count_delegation_try(&self, id: DelegationId, most: i64) -> Result<bool, Error> {
        Ok(self.execute(TRY, &[Value::Bytes(id.bytes()), Value::Int(most)]).await? == 1)
    }

    /// Confirms; `false` unless it is this person's and waits for it.
    pub async fn confirm_delegation(
        &self,
        id: DelegationId,
        person: PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Int(now.as_second()),
            Value::Bytes(id.bytes()),
            Value::Bytes(person.bytes()),
            Value::Int(now.as_second()),
        ];
        Ok(self.execute(CONFIRM, &values).await? == 1)
    }

    /// Revokes, by either of the two; `false` if it was revoked before or is neither's.
    pub async fn revoke_delegation(
        &self,
        id: DelegationId,
        by: PersonId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values =
            [Value::Int(now.as_second()), Value::Bytes(id.bytes()), Value::Bytes(by.bytes())];
        Ok(self.execute(REVOKE, &values).await? == 1)
    }

    /// Deletes what was over before `before`; how many.
    pub async fn purge_delegations(&self, before: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(before.as_second())]).await
    }

    /// Forgets every delegation a person who left gave or held.
    pub async fn forget_delegations_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

/// As written: names of scenes, space-separated.
fn scenes_text(scope: &DelegationScope) -> String {
    let names: Vec<_> = scope.scenes.iter().map(Scene::as_str).collect();
    names.join(" ")
}

/// As written: codes of organisations, space-separated.
fn organisations_text(scope: &DelegationScope) -> String {
    let codes: Vec<_> = scope.organisations.iter().map(rules::OrganisationCode::as_str).collect();
    codes.join(" ")
}

impl TryFrom<Row> for DelegationRecord {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        let id = DelegationId::from_bytes(row.array("delegation_id")?);
        let person = PersonId::from_bytes(row.array("person_id")?);
        let delegate = PersonId::from_bytes(row.array("delegate_id")?);
        let scenes = row.text("scenes")?;
        let organisations = row.text("organisations")?;
        let scenes: Result<_, _> = scenes.split_whitespace().map(str::parse).collect();
        let organisations: Result<_, _> =
            organisations.split_whitespace().map(str::parse).collect();
        let scope = DelegationScope {
            scenes: scenes.map_err(|_| row.corrupt("scenes"))?,
            organisations: organisations.map_err(|_| row.corrupt("organisations"))?,
        };
        let sealed_names = row.bytes("sealed_names")?;
        let number = row.optional_text("number")?;
        let offered_until = row.instant("offered_until")?;
        let expires_at = row.instant("expires_at")?;
        let accepted_at = row.instant("accepted_at")?;
        let confirmed_at = row.optional_instant("confirmed_at")?;
        let revoked_at = row.optional_instant("revoked_at")?;
        let delegation =
            Delegation { person, delegate, scope, expires_at, confirmed_at, revoked_at };
        Ok(Self { id, delegation, sealed_names, number, offered_until, accepted_at })
    }
}
