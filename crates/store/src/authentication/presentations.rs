//! What wallets answered to questions that the platform asks for relying parties, until it is fetched: no person stands here.
//!
//! The name of a question is a unique key: a second answer to it is none. A result that was fetched leaves its row empty until
//! the question is over, so that nobody answers or fetches again.

use jiff::Timestamp;

use crate::{Authentication, Error, Tx, value::Value};

/// What there is of an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answered {
    /// It lies here, sealed.
    Waiting(Vec<u8>),
    /// It was fetched.
    Fetched,
}

const INSERT: &str = "
    INSERT INTO presentations (question, code_hash, result, expires_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING";
const SELECT: &str = "
    SELECT result FROM presentations WHERE question = $1 AND code_hash = $2 AND expires_at > $3";
const TAKE: &str = "
    UPDATE presentations SET result = NULL
     WHERE question = $1 AND code_hash = $2 AND expires_at > $3 AND result IS NOT NULL";
const PURGE: &str = "DELETE FROM presentations WHERE expires_at <= $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[INSERT, SELECT, TAKE, PURGE];

impl Tx<Authentication> {
    /// Lays an answer down; `false` if the question was answered before.
    pub async fn answer_question(
        &self,
        question: &[u8; 32],
        code_hash: &[u8; 32],
        result: &[u8],
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Bytes(question),
            Value::Bytes(code_hash),
            Value::Bytes(result),
            Value::Int(expires_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Takes an answer, once, with the code that came with it; nothing, if there is none or the code is another.
    pub async fn take_answer(
        &self,
        question: &[u8; 32],
        code_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Answered>, Error> {
        let values = [Value::Bytes(question), Value::Bytes(code_hash), Value::Int(now.as_second())];
        let Some(mut row) = self.fetch_one("presentations", SELECT, &values).await? else {
            return Ok(None);
        };
        let Some(result) = row.optional_bytes("result")? else {
            return Ok(Some(Answered::Fetched));
        };
        let taken = self.execute(TAKE, &values).await? == 1;
        Ok(Some(if taken { Answered::Waiting(result) } else { Answered::Fetched }))
    }

    /// Deletes what is over; how many.
    pub async fn purge_presentations(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }
}
