//! Every net number ever drawn. A row is never deleted, so no number is ever given twice.

use jiff::Timestamp;
use rules::NetNumber;

use crate::{Authentication, Error, Tx, value::Value};

const TAKE: &str = "
    INSERT INTO net_numbers (net_number, drawn_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[TAKE];

impl Tx<Authentication> {
    /// Takes a number out of the world's stock; `false` if it was drawn before.
    pub async fn take_net_number(&self, number: &NetNumber, now: Timestamp) -> Result<bool, Error> {
        let rows = self
            .execute(TAKE, &[Value::Text(number.as_str()), Value::Int(now.as_second())])
            .await?;
        Ok(rows == 1)
    }
}
