//! Once-only things: client assertions, device challenges. A key that cannot be inserted was seen before.

use jiff::Timestamp;

use crate::{Authentication, Error, Tx, value::Value};

/// The key of a once-only thing: its expiry first, so that keys of one time lie together and go together.
#[derive(Clone, Debug)]
pub struct Spent([u8; 40]);

impl Spent {
    /// `digest` identifies the thing among all that expire at the same second.
    pub fn new(expires_at: Timestamp, digest: &[u8; 32]) -> Self {
        let mut key = [0; 40];
        let (expiry, rest) = key.split_at_mut(8);
        expiry.copy_from_slice(&expires_at.as_second().to_be_bytes());
        rest.copy_from_slice(digest);
        Self(key)
    }
}

const INSERT: &str = "INSERT INTO spent (thing) VALUES ($1) ON CONFLICT DO NOTHING";
const FIND: &str = "SELECT thing FROM spent WHERE thing = $1";
const PURGE: &str = "DELETE FROM spent WHERE thing < $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[INSERT, FIND, PURGE];

impl Tx<Authentication> {
    /// Spends a once-only thing; `false` if it was spent before.
    pub async fn spend(&self, thing: &Spent) -> Result<bool, Error> {
        Ok(self.execute(INSERT, &[Value::Bytes(&thing.0)]).await? == 1)
    }

    /// Was it spent? For what ends another thing; what is to happen once is spent, not asked for.
    pub async fn is_spent(&self, thing: &Spent) -> Result<bool, Error> {
        Ok(self.fetch_one("spent", FIND, &[Value::Bytes(&thing.0)]).await?.is_some())
    }

    /// Deletes what expired before `now`; how many.
    pub async fn purge_spent(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Bytes(&now.as_second().to_be_bytes())]).await
    }
}
