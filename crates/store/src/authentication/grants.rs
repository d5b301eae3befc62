//! Redeemed grants. A grant that waits lives sealed in its own code; its row is made when it is redeemed, and the row's
//! key is what makes a code good once only.

use jiff::Timestamp;
use rules::{GrantId, PersonId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A grant that was redeemed.
#[derive(Clone, Debug)]
pub struct RedeemedGrant {
    /// Its id, which its code and tokens carry.
    pub id: GrantId,
    /// Who agreed.
    pub person: PersonId,
    /// Who redeemed it.
    pub client: String,
    /// When.
    pub redeemed_at: Timestamp,
    /// Since when its tokens are void.
    pub revoked_at: Option<Timestamp>,
}

const SELECT: &str = "
    SELECT grant_id, person_id, client_id, redeemed_at, revoked_at FROM grants WHERE grant_id = $1";
const INSERT: &str = "
    INSERT INTO grants (grant_id, person_id, client_id, redeemed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const REVOKE: &str = "UPDATE grants SET revoked_at = $1 WHERE grant_id = $2 AND revoked_at IS NULL";
const PURGE: &str = "DELETE FROM grants WHERE grant_id < $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, INSERT, REVOKE, PURGE];

impl Tx<Authentication> {
    /// The grant with this id, if it was redeemed.
    pub async fn grant(&self, id: GrantId) -> Result<Option<RedeemedGrant>, Error> {
        self.fetch_one("grants", SELECT, &[Value::Bytes(id.bytes())])
            .await?
            .map(RedeemedGrant::try_from)
            .transpose()
    }

    /// Redeems a grant; `false` if it was redeemed before.
    pub async fn redeem_grant(&self, grant: &RedeemedGrant) -> Result<bool, Error> {
        let values = [
            Value::Bytes(grant.id.bytes()),
            Value::Bytes(grant.person.bytes()),
            Value::Text(&grant.client),
            Value::Int(grant.redeemed_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Voids a grant's tokens.
    pub async fn revoke_grant(&self, id: GrantId, now: Timestamp) -> Result<bool, Error> {
        Ok(self.execute(REVOKE, &[Value::Int(now.as_second()), Value::Bytes(id.bytes())]).await?
            == 1)
    }

    /// Deletes grants made before `before` (an id that sorts there); how many.
    pub async fn purge_grants(&self, before: GrantId) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Bytes(before.bytes())]).await
    }
}

impl TryFrom<Row> for RedeemedGrant {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: GrantId::from_bytes(row.array("grant_id")?),
            person: PersonId::from_bytes(row.array("person_id")?),
            client: row.text("client_id")?,
            redeemed_at: row.instant("redeemed_at")?,
            revoked_at: row.optional_instant("revoked_at")?,
        })
    }
}
