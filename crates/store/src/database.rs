//! One plane's database: opened once, then written and read through named transactions.

use std::{
    marker::PhantomData,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use rustls::ClientConfig;

use crate::{
    Error, Location, Plane, Tx,
    engine::{postgres, sqlite},
    tx::Link,
};

/// How often a transaction is run again when the engine reports a conflict.
const TRIES: usize = 5;

/// The database of plane `P`. Cheap to clone.
pub struct Database<P: Plane> {
    engine: Arc<Engine>,
    /// How many transactions had to be on disk.
    durable: Arc<AtomicU64>,
    plane: PhantomData<fn(P)>,
}

impl<P: Plane> Clone for Database<P> {
    fn clone(&self) -> Self {
        let (engine, durable) = (Arc::clone(&self.engine), Arc::clone(&self.durable));
        Self { engine, durable, plane: PhantomData }
    }
}

enum Engine {
    Sqlite(sqlite::File),
    Postgres(postgres::Server),
}

impl<P: Plane> Database<P> {
    /// Opens the database; SQLite's file and directory are made when missing.
    pub fn open(location: &Location) -> Result<Self, Error> {
        Self::open_with(location, None)
    }

    /// The same; a PostgreSQL database over TLS, if it is told how, and in no other way.
    pub fn open_with(location: &Location, tls: Option<ClientConfig>) -> Result<Self, Error> {
        let engine = match location {
            Location::Sqlite(directory) => {
                std::fs::create_dir_all(directory)
                    .map_err(|cause| Error::engine("making the data directory", cause))?;
                Engine::Sqlite(sqlite::File::open(
                    &directory.join(format!("{}.sqlite", P::NAME)),
                    P::NAME,
                )?)
            }
            Location::Postgres(url) => Engine::Postgres(postgres::Server::open(url, tls)?),
        };
        Ok(Self { engine: Arc::new(engine), durable: Arc::default(), plane: PhantomData })
    }

    /// Runs `body` as one durable transaction, named for the logs by what it does.
    ///
    /// It commits when `body` returns `Ok` and leaves nothing when it returns `Err`. It may run more than once, so
    /// nothing irreversible happens inside. When this returns `Ok`, the commit is on disk.
    pub async fn write<T, E, F>(&self, doing: &'static str, body: F) -> Result<T, E>
    where
        F: AsyncFn(&Tx<P>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.durable.fetch_add(1, Relaxed);
        match &*self.engine {
            Engine::Sqlite(file) => file.write(sqlite::Synced::Now, body).await,
            Engine::Postgres(server) => {
                let mut tries = 1;
                loop {
                    let session = Box::new(server.session().await?);
                    session.begin();
                    let tx = Tx::<P>::new(Link::Postgres(session));
                    let outcome = body(&tx).await;
                    let Link::Postgres(session) = tx.link else {
                        return Err(Error::Closed.into());
                    };
                    let outcome = match outcome {
                        Ok(value) => session.commit().await.map(|()| value).map_err(E::from),
                        Err(refused) => {
                            session.roll_back().await.map_err(E::from).and(Err(refused))
                        }
                    };
                    if outcome.is_ok() || !session.conflict() || tries == TRIES {
                        return outcome;
                    }
                    tries += 1;
                    tracing::debug!(doing, tries, "conflict, running again");
                }
            }
        }
    }

    /// The same for what need not wait for the disk: once this returns `Ok`, every process sees it and it outlives this
    /// one, but where [`may_forget`](Self::may_forget) a loss of power can undo it.
    pub async fn write_unsynced<T, E, F>(&self, doing: &'static str, body: F) -> Result<T, E>
    where
        F: AsyncFn(&Tx<P>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &*self.engine {
            Engine::Sqlite(file) => file.write(sqlite::Synced::Later, body).await,
            Engine::Postgres(_) => self.write(doing, body).await,
        }
    }

    /// How many transactions waited for the disk, or wait now, since it was opened: a login costs one.
    pub fn durable_writes(&self) -> u64 {
        self.durable.load(Relaxed)
    }

    /// Whether a loss of power can undo what was written unsynced.
    pub fn may_forget(&self) -> bool {
        match &*self.engine {
            Engine::Sqlite(_) => true,
            Engine::Postgres(_) => false,
        }
    }

    /// Runs `body` on a reader. What it sees was committed; on SQLite all its statements see the same moment, which spares
    /// each of them finding out what has changed since the last.
    pub async fn read<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Tx<P>) -> Result<T, E> + Send,
        E: From<Error>,
    {
        match &*self.engine {
            Engine::Sqlite(file) => {
                let tx = Tx::new(Link::Sqlite(Mutex::new(file.reader()?)));
                let outcome = body(&tx).await;
                if let Link::Sqlite(reader) = tx.link {
                    file.put_back(sqlite::unlocked(reader))?;
                }
                outcome
            }
            Engine::Postgres(server) => {
                body(&Tx::new(Link::Postgres(Box::new(server.session().await?)))).await
            }
        }
    }

    pub(crate) async fn make(&self) -> Result<(), Error> {
        match &*self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(server) => server.make().await,
        }
    }

    pub(crate) async fn run_migration(
        &self,
        sql_for: (&'static str, &'static str),
        record: &str,
    ) -> Result<(), Error> {
        match &*self.engine {
            Engine::Sqlite(_) => {
                let sql = format!("{}; {record}", sql_for.0);
                self.write("migrate", async move |tx| match &tx.link {
                    Link::Sqlite(connection) => sqlite::locked(connection)
                        .execute_batch(&sql)
                        .map_err(|cause| Error::engine("migrating", cause)),
                    Link::Postgres(_) => Err(Error::Closed),
                })
                .await
            }
            Engine::Postgres(server) => {
                let session = server.session().await?;
                session.begin();
                session.batch(record).await?;
                session.batch(sql_for.1).await?;
                session.commit().await
            }
        }
    }
}
