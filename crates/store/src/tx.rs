//! A transaction: two arms, one text.

use std::{marker::PhantomData, sync::Mutex};

use crate::{
    Error, Plane,
    engine::{postgres, sqlite},
    value::{Row, Value},
};

/// A transaction, or a reading, on one plane. The aggregates in [`crate::authentication`] and [`crate::vault`]
/// give it its verbs.
///
/// Verbs that do not wait for each other's answers may be awaited together (`tokio::try_join!`): they
/// reach the engine in the order written, on PostgreSQL in one round trip.
pub struct Tx<P: Plane> {
    pub(crate) link: Link,
    plane: PhantomData<P>,
}

pub(crate) enum Link {
    /// Locked for one statement at a time, so that statements may be handed out together.
    Sqlite(Mutex<rusqlite::Connection>),
    Postgres(Box<postgres::Session>),
}

impl<P: Plane> Tx<P> {
    pub(crate) fn new(link: Link) -> Self {
        Self { link, plane: PhantomData }
    }

    /// Runs a statement; the number of rows it changed. (PostgreSQL's futures are large: boxed, they do
    /// not weigh on every caller's.)
    pub(crate) async fn execute(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, Error> {
        match &self.link {
            Link::Sqlite(connection) => sqlite::execute(&sqlite::locked(connection), sql, values),
            Link::Postgres(session) => Box::pin(session.execute(sql, values)).await,
        }
    }

    /// Runs a query on `table`; every row it found.
    pub(crate) async fn fetch(
        &self,
        table: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, Error> {
        match &self.link {
            Link::Sqlite(connection) => {
                sqlite::fetch(&sqlite::locked(connection), table, sql, values)
            }
            Link::Postgres(session) => Box::pin(session.fetch(table, sql, values)).await,
        }
    }

    /// Runs a query by key; the one row, if there is one.
    pub(crate) async fn fetch_one(
        &self,
        table: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, Error> {
        Ok(self.fetch(table, sql, values).await?.pop())
    }
}
