//! The writer: transactions that wait are committed together, each inside a savepoint of its own.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{execute, locked, run, unlocked};
use crate::{Error, Plane, Tx, tx::Link};

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

/// A transaction that waits for the writer.
pub(super) trait Job: Send {
    /// Runs the body inside a savepoint of its own, so that its refusal undoes only itself.
    fn run(&mut self, connection: Connection) -> Connection;
    /// When its commit has to be on disk.
    fn sync(&self) -> Synced;
    /// Tells the caller, after the commit or its failure.
    fn finish(self: Box<Self>, committed: bool);
}

pub(super) struct Waiting<P, F, T, E> {
    pub(super) body: F,
    pub(super) sync: Synced,
    pub(super) outcome: Option<Result<T, E>>,
    pub(super) reply: oneshot::Sender<Result<T, E>>,
    pub(super) plane: std::marker::PhantomData<fn(P)>,
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
pub(super) struct Writer {
    pub(super) connection: Connection,
    /// What its next commit waits for.
    sync: Synced,
}

impl Writer {
    /// Of a connection set up to sync each commit.
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, sync: Synced::Now }
    }

    pub(super) fn commit_together(mut self, mut batch: Vec<Box<dyn Job>>) -> Self {
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
