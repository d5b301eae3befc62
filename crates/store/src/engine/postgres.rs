//! PostgreSQL: a pool, prepared statements kept by each connection, retry when the engine asks for it.
//!
//! A [`Session`] that is dropped before its end (the caller went away in the middle) closes its connection, so that no
//! open transaction returns to the pool.

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio_postgres::{Config, NoTls, error::SqlState, types::ToSql};

use crate::{
    Error,
    value::{Cell, Row, Value},
};

/// Connections to one database: PostgreSQL itself batches commits, more would only queue there.
const CONNECTIONS: usize = 16;

/// The database every PostgreSQL has, from which others are made.
const MAINTENANCE: &str = "postgres";

/// One PostgreSQL database.
pub(crate) struct Server {
    pool: Pool,
    settings: Box<Config>,
}

impl Server {
    pub(crate) fn open(url: &str) -> Result<Self, Error> {
        let settings: Config = url.parse().map_err(|cause| failed("reading the address", cause))?;
        let manager = Manager::from_config(
            settings.clone(),
            NoTls,
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .build()
            .map_err(|cause| Error::engine("building the pool", cause))?;
        Ok(Self { pool, settings: Box::new(settings) })
    }

    /// Makes the database, where the role may; an existing one is left as it is.
    pub(crate) async fn make(&self) -> Result<(), Error> {
        match self.settings.connect(NoTls).await {
            Ok(_) => return Ok(()),
            Err(cause) if cause.code() == Some(&SqlState::UNDEFINED_DATABASE) => {}
            Err(cause) => return Err(failed("connecting", cause)),
        }
        let name = self.settings.get_dbname().unwrap_or_default().replace('"', "\"\"");
        let mut maintenance = self.settings.clone();
        let (client, connection) = maintenance
            .dbname(MAINTENANCE)
            .connect(NoTls)
            .await
            .map_err(|cause| failed("connecting to make the database", cause))?;
        let connection = tokio::spawn(connection);
        let made = client.batch_execute(&format!("CREATE DATABASE \"{name}\"")).await;
        connection.abort();
        match made {
            // Another instance may have been faster.
            Err(cause) if cause.code() != Some(&SqlState::DUPLICATE_DATABASE) => {
                Err(failed("making the database", cause))
            }
            _ => Ok(()),
        }
    }

    pub(crate) async fn session(&self) -> Result<Session, Error> {
        let connection =
            self.pool.get().await.map_err(|cause| Error::engine("connecting", cause))?;
        Ok(Session { connection: Some(connection), open: false, conflict: false })
    }
}

/// A connection on loan.
pub(crate) struct Session {
    connection: Option<Object>,
    open: bool,
    conflict: bool,
}

impl Session {
    pub(crate) async fn begin(&mut self) -> Result<(), Error> {
        self.open = true;
        self.batch("BEGIN").await
    }

    pub(crate) async fn commit(&mut self) -> Result<(), Error> {
        self.batch("COMMIT").await?;
        self.open = false;
        Ok(())
    }

    pub(crate) async fn roll_back(&mut self) -> Result<(), Error> {
        self.batch("ROLLBACK").await?;
        self.open = false;
        Ok(())
    }

    /// The engine found this transaction in conflict with another and asks to run it again.
    pub(crate) fn conflict(&self) -> bool {
        self.conflict
    }

    /// Several statements without parameters.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<(), Error> {
        let done = self.connection()?.batch_execute(sql).await;
        self.noted("running statements", done)
    }

    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, Error> {
        let connection = self.connection()?;
        let done = async {
            connection.execute(&connection.prepare_cached(sql).await?, &parameters(values)).await
        }
        .await;
        self.noted("executing a statement", done)
    }

    pub(crate) async fn fetch(
        &mut self,
        table: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, Error> {
        let connection = self.connection()?;
        let found = async {
            connection.query(&connection.prepare_cached(sql).await?, &parameters(values)).await
        }
        .await;
        self.noted("running a query", found)?.iter().map(|row| cells(table, row)).collect()
    }

    #[cfg(test)]
    pub(crate) async fn prepare(&mut self, sql: &'static str) -> Result<(), Error> {
        let prepared = self.connection()?.prepare_cached(sql).await;
        self.noted("preparing", prepared).map(drop)
    }

    fn connection(&self) -> Result<&Object, Error> {
        self.connection.as_ref().ok_or(Error::Closed)
    }

    fn noted<T>(
        &mut self,
        doing: &'static str,
        outcome: Result<T, tokio_postgres::Error>,
    ) -> Result<T, Error> {
        outcome.map_err(|cause| {
            self.conflict |= matches!(
                cause.code(),
                Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED)
            );
            failed(doing, cause)
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.open {
            // Taken out of the pool and dropped: the connection closes and the engine rolls back.
            drop(self.connection.take().map(Object::take));
        }
    }
}

fn failed(doing: &'static str, cause: tokio_postgres::Error) -> Error {
    Error::engine(doing, cause)
}

fn parameters<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn cells(table: &'static str, row: &tokio_postgres::Row) -> Result<Row, Error> {
    use tokio_postgres::types::Type;
    let read = |(i, column): (usize, &tokio_postgres::Column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(i)?.map_or(Cell::Null, Cell::Int),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i)?.map_or(Cell::Null, Cell::Bytes),
            _ => row.try_get::<_, Option<String>>(i)?.map_or(Cell::Null, Cell::Text),
        })
    };
    let cells = row
        .columns()
        .iter()
        .enumerate()
        .map(read)
        .collect::<Result<Vec<_>, tokio_postgres::Error>>();
    Ok(Row { table, cells: cells.map_err(|cause| failed("reading a row", cause))?.into_iter() })
}
