//! A transaction: two arms, one text.

use std::marker::PhantomData;

use crate::{
    Error, Plane,
    engine::{postgres, sqlite},
    value::{Row, Value},
};

/// A transaction, or a reading, on one plane. The aggregates in [`crate::authentication`] and [`crate::vault`]
/// give it its verbs.
pub struct Tx<P: Plane> {
    pub(crate) link: Link,
    plane: PhantomData<P>,
}

pub(crate) enum Link {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Session>),
}

impl<P: Plane> Tx<P> {
    pub(crate) fn new(link: Link) -> Self {
        Self { link, plane: PhantomData }
    }

    /// Runs a statement; the number of rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, Error> {
        match &mut self.link {
            Link::Sqlite(connection) => sqlite::execute(connection, sql, values),
            Link::Postgres(session) => session.execute(sql, values).await,
        }
    }

    /// Runs a query on `table`; every row it found.
    pub(crate) async fn fetch(
        &mut self,
        table: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, Error> {
        match &mut self.link {
            Link::Sqlite(connection) => sqlite::fetch(connection, table, sql, values),
            Link::Postgres(session) => session.fetch(table, sql, values).await,
        }
    }

    /// Runs a query by key; the one row, if there is one.
    pub(crate) async fn fetch_one(
        &mut self,
        table: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, Error> {
        Ok(self.fetch(table, sql, values).await?.pop())
    }
}
