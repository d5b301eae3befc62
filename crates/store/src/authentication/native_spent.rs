//! Transactions of the native interface that were completed: a key that cannot be inserted was used before.

use jiff::Timestamp;

use crate::{Authentication, Error, Tx, value::Value};

const SELECT: &str = "SELECT spent_at FROM native_spent WHERE transaction_hash = $1";
const INSERT: &str = "
    INSERT INTO native_spent (transaction_hash, spent_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const PURGE: &str = "DELETE FROM native_spent WHERE spent_at < $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, INSERT, PURGE];

impl Tx<Authentication> {
    /// Was this transaction completed before?
    pub async fn native_spent(&self, transaction: &[u8; 32]) -> Result<bool, Error> {
        let row = self.fetch_one("native_spent", SELECT, &[Value::Bytes(transaction)]).await?;
        Ok(row.is_some())
    }

    /// Completes a transaction; `false` if it was completed before.
    pub async fn spend_native(
        &self,
        transaction: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [Value::Bytes(transaction), Value::Int(now.as_second())];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Forgets transactions completed before; how many.
    pub async fn purge_native_spent(&self, before: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(before.as_second())]).await
    }
}
