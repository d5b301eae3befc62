//! How many codes a number, or a person, was sent of late: keyed counters with a life of an hour.

use jiff::Timestamp;

use crate::{Error, Tx, Vault, value::Value};

const COUNT: &str = "
    INSERT INTO sendings (counter, sent, expires_at) VALUES ($1, 1, $2)
    ON CONFLICT (counter) DO UPDATE SET sent = sendings.sent + 1 WHERE sendings.sent < $3";
const UNCOUNT: &str = "UPDATE sendings SET sent = sent - 1 WHERE counter = $1 AND sent > 0";
const LAPSE: &str = "DELETE FROM sendings WHERE counter = $1 AND expires_at <= $2";
const PURGE: &str = "DELETE FROM sendings WHERE expires_at <= $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[COUNT, UNCOUNT, LAPSE, PURGE];

impl Tx<Vault> {
    /// Counts a sending; `false` once `most` have been counted since the first, whose counter lapses at `expires_at`.
    pub async fn count_sending(
        &self,
        counter: &[u8; 32],
        most: u32,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        self.execute(LAPSE, &[Value::Bytes(counter), Value::Int(now.as_second())]).await?;
        let values =
            [Value::Bytes(counter), Value::Int(expires_at.as_second()), Value::Int(most.into())];
        Ok(self.execute(COUNT, &values).await? == 1)
    }

    /// Takes one back, if the counter has not lapsed meanwhile.
    pub async fn uncount_sending(&self, counter: &[u8; 32]) -> Result<(), Error> {
        self.execute(UNCOUNT, &[Value::Bytes(counter)]).await.map(drop)
    }

    /// Deletes counters that lapsed; how many.
    pub async fn purge_sendings(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }
}
