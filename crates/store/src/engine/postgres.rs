//! PostgreSQL: a pool, prepared statements kept by each connection, retry when the engine asks for it.
//!
//! A [`Session`] that is dropped before its end (the caller went away in the middle) closes its connection, so that no
//! open transaction returns to the pool.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, AtomicU8, Ordering::Relaxed},
};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use rustls::ClientConfig;
use tokio_postgres::{Client, Config, NoTls, config::SslMode, error::SqlState, types::ToSql};
use tokio_postgres_rustls::MakeRustlsConnect;

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
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    /// Opens the database over TLS if it is told how, and then in no other way.
    pub(crate) fn open(url: &str, tls: Option<ClientConfig>) -> Result<Self, Error> {
        let mut settings: Config =
            url.parse().map_err(|cause| failed("reading the address", cause))?;
        let recycled = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let tls = tls.map(MakeRustlsConnect::new);
        let manager = match tls.clone() {
            Some(tls) => {
                settings.ssl_mode(SslMode::Require);
                Manager::from_config(settings.clone(), tls, recycled)
            }
            None => Manager::from_config(settings.clone(), NoTls, recycled),
        };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .build()
            .map_err(|cause| Error::engine("building the pool", cause))?;
        Ok(Self { pool, settings: Box::new(settings), tls })
    }

    /// Makes the database, where the role may; an existing one is left as it is.
    pub(crate) async fn make(&self) -> Result<(), Error> {
        match self.connected(&self.settings).await {
            Ok(_) => return Ok(()),
            Err(cause) if cause.code() == Some(&SqlState::UNDEFINED_DATABASE) => {}
            Err(cause) => return Err(failed("connecting", cause)),
        }
        let name = self.settings.get_dbname().unwrap_or_default().replace('"', "\"\"");
        let mut maintenance = self.settings.clone();
        let client = self
            .connected(maintenance.dbname(MAINTENANCE))
            .await
            .map_err(|cause| failed("connecting to make the database", cause))?;
        let made = client.batch_execute(&format!("CREATE DATABASE \"{name}\"")).await;
        match made {
            // Another instance may have been faster.
            Err(cause) if cause.code() != Some(&SqlState::DUPLICATE_DATABASE) => {
                Err(failed("making the database", cause))
            }
            _ => Ok(()),
        }
    }

    /// A connection beside the pool, which ends with its client.
    async fn connected(&self, settings: &Config) -> Result<Client, tokio_postgres::Error> {
        Ok(if let Some(tls) = self.tls.clone() {
            let (client, connection) = settings.connect(tls).await?;
            tokio::spawn(connection);
            client
        } else {
            let (client, connection) = settings.connect(NoTls).await?;
            tokio::spawn(connection);
            client
        })
    }

    pub(crate) async fn session(&self) -> Result<Session, Error> {
        let connection =
            self.pool.get().await.map_err(|cause| Error::engine("connecting", cause))?;
        Ok(Session {
            connection: Some(connection),
            state: AtomicU8::new(IDLE),
            conflict: AtomicBool::new(false),
        })
    }
}

/// A connection on loan. `BEGIN` travels with the first statement.
pub(crate) struct Session {
    connection: Option<Object>,
    state: AtomicU8,
    conflict: AtomicBool,
}

/// No transaction.
const IDLE: u8 = 0;
/// A transaction that begins with its first statement.
const BEGINNING: u8 = 1;
/// A transaction.
const OPEN: u8 = 2;

impl Session {
    pub(crate) fn begin(&self) {
        self.state.store(BEGINNING, Relaxed);
    }

    pub(crate) async fn commit(&self) -> Result<(), Error> {
        self.end("COMMIT").await
    }

    pub(crate) async fn roll_back(&self) -> Result<(), Error> {
        self.end("ROLLBACK").await
    }

    async fn end(&self, how: &str) -> Result<(), Error> {
        if self.state.load(Relaxed) == OPEN {
            self.noted("ending a transaction", self.connection()?.batch_execute(how).await)?;
        }
        self.state.store(IDLE, Relaxed);
        Ok(())
    }

    /// The engine found this transaction in conflict with another and asks to run it again.
    pub(crate) fn conflict(&self) -> bool {
        self.conflict.load(Relaxed)
    }

    /// Several statements without parameters.
    pub(crate) async fn batch(&self, sql: &str) -> Result<(), Error> {
        let connection = self.connection()?;
        self.begun("running statements", connection.batch_execute(sql)).await
    }

    pub(crate) async fn execute(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, Error> {
        let connection = self.connection()?;
        let run = async {
            connection.execute(&connection.prepare_cached(sql).await?, &parameters(values)).await
        };
        self.begun("executing a statement", run).await
    }

    pub(crate) async fn fetch(
        &self,
        table: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, Error> {
        let connection = self.connection()?;
        let run = async {
            connection.query(&connection.prepare_cached(sql).await?, &parameters(values)).await
        };
        let found = self.begun("running a query", run).await?;
        found.iter().map(|row| cells(table, row)).collect()
    }

    #[cfg(test)]
    pub(crate) async fn prepare(&self, sql: &'static str) -> Result<(), Error> {
        let prepared = self.connection()?.prepare_cached(sql).await;
        self.noted("preparing", prepared).map(drop)
    }

    /// Runs a statement, with `BEGIN` before it on the wire if it is the first.
    async fn begun<T>(
        &self,
        doing: &'static str,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Error> {
        if self.state.compare_exchange(BEGINNING, OPEN, Relaxed, Relaxed).is_ok() {
            let first = self.connection()?.batch_execute("BEGIN");
            let (begun, outcome) = tokio::join!(biased; first, statement);
            self.noted("beginning a transaction", begun)?;
            self.noted(doing, outcome)
        } else {
            self.noted(doing, statement.await)
        }
    }

    fn connection(&self) -> Result<&Object, Error> {
        self.connection.as_ref().ok_or(Error::Closed)
    }

    fn noted<T>(
        &self,
        doing: &'static str,
        outcome: Result<T, tokio_postgres::Error>,
    ) -> Result<T, Error> {
        outcome.map_err(|cause| {
            let again = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED];
            if cause.code().is_some_and(|code| again.contains(code)) {
                self.conflict.store(true, Relaxed);
            }
            failed(doing, cause)
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.state.load(Relaxed) == OPEN {
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
