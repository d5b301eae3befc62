//! Requests that asked what may not be asked, counted a day: by client, scene and rule. Nobody's person stands in it.

use jiff::Timestamp;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// How often a client asked on a day what a rule forbids.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OverAsking {
    /// Which client.
    pub client: String,
    /// In which scene.
    pub scene: String,
    /// Against which rule: the code of its refusal.
    pub rule: String,
    /// The day's first second.
    pub day: Timestamp,
    /// How often.
    pub times: i64,
}

const LATEST: &str = "
    SELECT client_id, scene, rule, day, times FROM over_asking WHERE day >= $1
     ORDER BY day DESC, client_id, scene, rule LIMIT $2";
const COUNT: &str = "
    INSERT INTO over_asking (client_id, scene, rule, day, times) VALUES ($1, $2, $3, $4, 1)
    ON CONFLICT (client_id, scene, rule, day) DO UPDATE SET times = over_asking.times + 1";
const PURGE: &str = "DELETE FROM over_asking WHERE day < $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LATEST, COUNT, PURGE];

impl Tx<Authentication> {
    /// Counts one such request.
    pub async fn count_over_asking(
        &self,
        client: &str,
        scene: &str,
        rule: &str,
        day: Timestamp,
    ) -> Result<(), Error> {
        let values = [
            Value::Text(client),
            Value::Text(scene),
            Value::Text(rule),
            Value::Int(day.as_second()),
        ];
        self.execute(COUNT, &values).await.map(drop)
    }

    /// The counts since a day, the latest first, at most `most`.
    pub async fn over_asking_since(
        &self,
        day: Timestamp,
        most: u32,
    ) -> Result<Vec<OverAsking>, Error> {
        let values = [Value::Int(day.as_second()), Value::Int(most.into())];
        let rows = self.fetch("over_asking", LATEST, &values).await?;
        rows.into_iter().map(OverAsking::try_from).collect()
    }

    /// Forgets days before this one; how many rows.
    pub async fn purge_over_asking(&self, day: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(day.as_second())]).await
    }
}

impl TryFrom<Row> for OverAsking {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            client: row.text("client_id")?,
            scene: row.text("scene")?,
            rule: row.text("rule")?,
            day: row.instant("day")?,
            times: row.int("times")?,
        })
    }
}
