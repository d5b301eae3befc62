//! SQLite: one writer thread that commits what is waiting together, readers beside it.
//!
//! WAL with `synchronous=FULL`: a commit that was acknowledged survives `kill -9` and power loss. Transactions that need
//! only survive the former ([`Synced::Later`]) are committed without waiting for the disk, unless one among those they are
//! committed with needs more. A reader is used in place, without a change of thread: a point read costs a few
//! microseconds, a change of thread as many.

mod writer;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use rusqlite::{Connection, config::DbConfig};
use tokio::sync::oneshot;

use crate::{
    Error, Plane, Tx,
    value::{Cell, Row, Value},
};

pub(crate) use self::writer::Synced;
use self::writer::{Job, Waiting, Writer};

/// How many transactions share one commit at most: enough for every client that waits, few enough to bound the delay.
const MOST_IN_A_BATCH: usize = 256;
/// Prepared statements kept by each connection; more than the store has.
pub(crate) const STATEMENTS: usize = 512;

/// What the writer may keep in memory, in KiB (negative: SQLite's way to say so): pages of a batch
/// that do not fit are written more than once.
const WRITER_CACHE: i64 = -65_536;

/// One SQLite file.
pub(crate) struct File {
    path: std::path::PathBuf,
    /// `Some` until the file is closed.
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    writer: Option<thread::JoinHandle<()>>,
    readers: Mutex<Vec<Connection>>,
}

/// Closing waits for what is being written. The writer's connection goes last: the last one folds the
/// write-ahead log into the file.
impl Drop for File {
    fn drop(&mut self) {
        self.readers.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        drop(self.jobs.take());
        // The last owner may be a transaction itself; a thread cannot wait for its own end.
        if let Some(writer) = self.writer.take()
            && writer.thread().id() != thread::current().id()
        {
            let _ = writer.join();
        }
    }
}

impl File {
    pub(crate) fn open(path: &Path, name: &'static str) -> Result<Self, Error> {
        let writer = connect(path)?;
        writer
            .pragma_update(None, "cache_size", WRITER_CACHE)
            .map_err(|cause| failed("setting up the writer", cause))?;
        let (jobs, waiting) = mpsc::channel::<Box<dyn Job>>();
        let thread = thread::Builder::new()
            .name(format!("{name}-writer"))
            .spawn(move || {
                let mut writer = Writer::new(writer);
                while let Ok(first) = waiting.recv() {
                    let batch = std::iter::once(first)
                        .chain(waiting.try_iter().take(MOST_IN_A_BATCH - 1))
                        .collect();
                    writer = writer.commit_together(batch);
                }
            })
            .map_err(|cause| Error::engine("starting the writer", cause))?;
        Ok(Self {
            path: path.to_owned(),
            jobs: Some(jobs),
            writer: Some(thread),
            readers: Mutex::default(),
        })
    }

    pub(crate) async fn write<P, T, E, F>(&self, sync: Synced, body: F) -> Result<T, E>
    where
        P: Plane,
        F: AsyncFn(&Tx<P>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let plane = std::marker::PhantomData::<fn(P)>;
        let job = Waiting { body, sync, outcome: None, reply, plane };
        let jobs = self.jobs.as_ref().ok_or(Error::Closed)?;
        jobs.send(Box::new(job)).map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    pub(crate) fn reader(&self) -> Result<Connection, Error> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = if let Some(reader) = idle {
            reader
        } else {
            let reader = connect(&self.path)?;
            reader
                .pragma_update(None, "query_only", true)
                .map_err(|cause| failed("opening a reader", cause))?;
            reader
        };
        execute(&reader, "BEGIN", &[])?;
        Ok(reader)
    }

    pub(crate) fn put_back(&self, reader: Connection) -> Result<(), Error> {
        execute(&reader, "COMMIT", &[])?;
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        Ok(())
    }
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(path).map_err(|cause| failed("opening", cause))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A plan is made once, not again for other values: each of ours has one index to go by.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|cause| failed("setting up", cause))?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;
             PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096;
             PRAGMA wal_autocheckpoint = 8000; PRAGMA mmap_size = 268435456;",
        )
        .map_err(|cause| failed("setting up", cause))?;
    Ok(connection)
}

fn failed(doing: &'static str, cause: rusqlite::Error) -> Error {
    Error::engine(doing, cause)
}

/// The connection of a transaction, for one statement. Nothing ever waits for it.
pub(crate) fn locked(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The connection back, when its transaction is over.
pub(crate) fn unlocked(connection: Mutex<Connection>) -> Connection {
    connection.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// A statement without values, parsed once.
fn run(connection: &Connection, sql: &'static str) -> Result<(), rusqlite::Error> {
    connection.prepare_cached(sql)?.execute(()).map(drop)
}

pub(crate) fn execute(
    connection: &Connection,
    sql: &'static str,
    values: &[Value<'_>],
) -> Result<u64, Error> {
    let run = || connection.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values));
    run().map(|rows| rows as u64).map_err(|cause| failed("executing a statement", cause))
}

pub(crate) fn fetch(
    connection: &Connection,
    table: &'static str,
    sql: &'static str,
    values: &[Value<'_>],
) -> Result<Vec<Row>, Error> {
    let run = || {
        let mut statement = connection.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut found = statement.query(rusqlite::params_from_iter(values))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let cells =
                (0..columns).map(|i| row.get_ref(i).map(cell)).collect::<Result<Vec<_>, _>>()?;
            rows.push(Row { table, cells: cells.into_iter() });
        }
        Ok(rows)
    };
    run().map_err(|cause| failed("running a query", cause))
}

/// Reals are never written, and read as null they fail the total match.
fn cell(value: rusqlite::types::ValueRef<'_>) -> Cell {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Null | ValueRef::Real(_) => Cell::Null,
    }
}

#[cfg(test)]
mod tests;
