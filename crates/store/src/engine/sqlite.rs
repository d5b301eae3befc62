//! SQLite: one writer thread that commits what is waiting together, readers beside it.
//!
//! WAL with `synchronous=FULL`: a commit that was acknowledged survives `kill -9` and power loss. Transactions that need
//! only survive the former ([`Synced::Later`]) are committed without waiting for the disk, unless one among those they are
//! committed with needs more. A reader is used in place, without a change of thread: a point read costs a few
//! microseconds, a change of thread as many.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError, mpsc},
    task::{Context, Poll, Waker},
    thread,
};

use rusqlite::{Connection, config::DbConfig};
use tokio::sync::oneshot;

use crate::{
    Error, Plane, Tx,
    tx::Link,
    value::{Cell, Row, Value},
};

/// How many transactions share one commit at most: enough for every client that waits, few enough to bound the delay.
const MOST_IN_A_BATCH: usize = 256;
/// Prepared statements kept by each connection; more than the store has.
const STATEMENTS: usize = 128;

/// What the writer may keep in memory, in KiB (negative: SQLite's way to say so): pages of a batch
/// that do not fit are written more than once.
const WRITER_CACHE: i64 = -65_536;

/// When a commit has to be on disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Synced {
    /// Before it is acknowledged.
    Now,
    /// With the next that has to be: the operating system has it, and it outlives this process but not a loss of power.
    Later,
}

impl Synced {
    /// SQLite, "PRAGMA synchronous": with `NORMAL` in WAL mode, commits stay whole and in order, and are synced at the next
    /// `FULL` one or checkpoint.
    const fn pragma(self) -> &'static str {
        match self {
            Self::Now => "FULL",
            Self::Later => "NORMAL",
        }
    }
}

/// One SQLite file.
pub(crate) struct File {
    path: std::path::PathBuf,
    /// Whether whoever had it last closed it: the last to close folds the write-ahead log in, and removes it.
    pub(crate) was_closed: bool,
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
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let was_closed = !Path::new(&log).exists();
        let writer = connect(path)?;
        writer
            .pragma_update(None, "cache_size", WRITER_CACHE)
            .map_err(|cause| failed("setting up the writer", cause))?;
        let (jobs, waiting) = mpsc::channel::<Box<dyn Job>>();
        let thread = thread::Builder::new()
            .name(format!("{name}-writer"))
            .spawn(move || {
                let mut writer = Writer { connection: writer, sync: Synced::Now };
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
            was_closed,
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
        let reader = match idle {
            Some(reader) => reader,
            None => {
                let reader = connect(&self.path)?;
                reader
                    .pragma_update(None, "query_only", true)
                    .map_err(|cause| failed("opening a reader", cause))?;
                reader
            }
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

/// A transaction that waits for the writer.
trait Job: Send {
    /// Runs the body inside a savepoint of its own, so that its refusal undoes only itself.
    fn run(&mut self, connection: Connection) -> Connection;
    /// When its commit has to be on disk.
    fn sync(&self) -> Synced;
    /// Tells the caller, after the commit or its failure.
    fn finish(self: Box<Self>, committed: bool);
}

struct Waiting<P, F, T, E> {
    body: F,
    sync: Synced,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
    plane: std::marker::PhantomData<fn(P)>,
}

impl<P, F, T, E> Job for Waiting<P, F, T, E>
where
    P: Plane,
    F: AsyncFn(&Tx<P>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, connection: Connection) -> Connection {
        let tx = Tx::<P>::new(Link::Sqlite(Mutex::new(connection)));
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            control(&tx, "SAVEPOINT job")?;
            let outcome = at_once((self.body)(&tx));
            control(&tx, if outcome.is_ok() { "RELEASE job" } else { "ROLLBACK TO job" })?;
            outcome
        }));
        if outcome.is_err() {
            // A panic left the savepoint open; what it did must not be committed with the others.
            let _ = control(&tx, "ROLLBACK TO job");
        }
        self.outcome = outcome.ok();
        match tx.link {
            Link::Sqlite(connection) => unlocked(connection),
            Link::Postgres(_) => unreachable!("this transaction was made on SQLite"),
        }
    }

    fn sync(&self) -> Synced {
        self.sync
    }

    fn finish(self: Box<Self>, committed: bool) {
        let outcome = match self.outcome {
            Some(Ok(_)) if !committed => Err(Error::NotCommitted.into()),
            Some(outcome) => outcome,
            None => return,
        };
        // The caller may have gone away; what was committed stays committed.
        let _ = self.reply.send(outcome);
    }
}

/// Polls once: on SQLite nothing ever waits.
fn at_once<T, E: From<Error>>(future: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => {
            Err(Error::engine("a transaction that waited for something else", "it must not").into())
        }
    }
}

/// The one connection that writes.
struct Writer {
    connection: Connection,
    /// What its next commit waits for.
    sync: Synced,
}

impl Writer {
    fn commit_together(mut self, mut batch: Vec<Box<dyn Job>>) -> Self {
        let now = batch.iter().any(|job| job.sync() == Synced::Now);
        let begun = self
            .will_sync(if now { Synced::Now } else { Synced::Later })
            .and_then(|()| run(&self.connection, "BEGIN IMMEDIATE"));
        let mut whole = begun.is_ok();
        for job in &mut batch {
            if !whole {
                break;
            }
            self.connection = job.run(self.connection);
            // A full disk or a failed read can make SQLite roll everything back by itself. What ran before is gone then,
            // and a later savepoint would begin a transaction of its own, whose commit must not speak for it.
            whole = !self.connection.is_autocommit();
        }
        let ended = if whole { run(&self.connection, "COMMIT") } else { begun };
        let committed = whole && ended.is_ok();
        if !committed {
            // Neither statement has a value in it, and so neither have the engine's words.
            let error = ended.err().map(|cause| cause.to_string());
            tracing::error!(transactions = batch.len(), error, "a commit failed");
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        for job in batch {
            job.finish(committed);
        }
        self
    }

    fn will_sync(&mut self, sync: Synced) -> Result<(), rusqlite::Error> {
        if self.sync != sync {
            self.connection.pragma_update(None, "synchronous", sync.pragma())?;
            self.sync = sync;
        }
        Ok(())
    }
}

fn control<P: Plane>(tx: &Tx<P>, sql: &'static str) -> Result<(), Error> {
    match &tx.link {
        Link::Sqlite(connection) => execute(&locked(connection), sql, &[]).map(drop),
        Link::Postgres(_) => Ok(()),
    }
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
mod tests {
    use super::*;
    use crate::Vault;

    /// A transaction that runs one statement and then goes well or not.
    fn job(
        sql: &'static str,
        goes_well: bool,
    ) -> (Box<dyn Job>, oneshot::Receiver<Result<(), Error>>) {
        let (reply, answer) = oneshot::channel();
        let body = async move |tx: &Tx<Vault>| {
            tx.execute(sql, &[]).await?;
            if goes_well { Ok(()) } else { Err(Error::Closed) }
        };
        let plane = std::marker::PhantomData::<fn(Vault)>;
        (Box::new(Waiting { body, sync: Synced::Now, outcome: None, reply, plane }), answer)
    }

    #[test]
    fn nothing_is_acknowledged_that_the_engine_rolled_back_by_itself() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (x INTEGER)").unwrap();
        // As after a full disk: `ROLLBACK` ends the whole batch; a refused transaction comes last.
        let (first, mut told_first) = job("INSERT INTO t VALUES (1)", true);
        let (broken, mut told_broken) = job("ROLLBACK", false);
        let (refused, mut told_refused) = job("INSERT INTO t VALUES (2)", false);
        let writer = Writer { connection, sync: Synced::Now };
        let writer = writer.commit_together(vec![first, broken, refused]);
        let kept: i64 =
            writer.connection.query_row("SELECT COUNT(*) FROM t", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 0);
        assert!(told_first.try_recv().unwrap().is_err());
        assert!(told_broken.try_recv().unwrap().is_err());
        assert!(told_refused.try_recv().is_err(), "it never ran, and its caller is told so");
        let (again, mut told_again) = job("INSERT INTO t VALUES (3)", true);
        let writer = writer.commit_together(vec![again]);
        assert!(told_again.try_recv().unwrap().is_ok() && writer.connection.is_autocommit());
    }

    /// A transaction that notes what its commit will wait for: 1 is `NORMAL`, 2 is `FULL`.
    fn noting(sync: Synced) -> (Box<dyn Job>, oneshot::Receiver<Result<i64, Error>>) {
        let (reply, answer) = oneshot::channel();
        let body = async move |tx: &Tx<Vault>| {
            let row = tx.fetch_one("t", "PRAGMA synchronous", &[]).await?;
            row.ok_or(Error::Closed)?.int("synchronous")
        };
        let plane = std::marker::PhantomData::<fn(Vault)>;
        (Box::new(Waiting { body, sync, outcome: None, reply, plane }), answer)
    }

    #[test]
    fn whoever_needs_the_disk_has_all_with_it_wait_for_the_disk() {
        use Synced::{Later, Now};
        let connection = Connection::open_in_memory().unwrap();
        let mut writer = Writer { connection, sync: Now };
        writer.connection.pragma_update(None, "synchronous", "FULL").unwrap();
        for (batch, waits) in [
            (vec![Now], 2),
            (vec![Later], 1),
            (vec![Later, Later], 1),
            (vec![Later, Now, Later], 2),
            (vec![Later], 1),
            (vec![Now], 2),
        ] {
            let (jobs, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(noting).unzip();
            writer = writer.commit_together(jobs);
            for mut answer in answers {
                assert_eq!(answer.try_recv().unwrap().unwrap(), waits);
            }
        }
    }

    #[tokio::test]
    async fn closing_folds_the_write_ahead_log_in() {
        let directory = tempfile::tempdir().unwrap();
        let location = crate::Location::Sqlite(directory.path().to_owned());
        let database = crate::Database::<Vault>::open(&location).unwrap();
        database.migrate(jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        database.check_schema().await.unwrap();
        let log = directory.path().join("vault.sqlite-wal");
        assert!(log.exists());
        drop(database);
        assert!(!log.exists(), "SQLite deletes the log when its last connection has folded it in");
        let open = |path: &Path| File::open(path, "vault").unwrap();
        let path = directory.path().join("vault.sqlite");
        let first = open(&path);
        assert!(first.was_closed && !open(&path).was_closed, "the first still has it");
        drop(first);
        assert!(open(&path).was_closed);
    }
}
