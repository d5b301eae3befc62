//! Where a town's two databases live while its story is told.

use std::path::PathBuf;

use store::{Authentication, Database, Location, Vault};
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio_postgres::NoTls;

use crate::town::BEGINNING;

/// Two databases of a town's own, their schemas up to date.
pub(crate) enum Homes {
    /// Files in a directory that goes away with this value.
    Sqlite(TempDir),
    /// Databases of a server, until [`Homes::clear`].
    Postgres(Pair),
}

/// Two databases of a server.
#[derive(Clone)]
pub(crate) struct Pair {
    /// The server's address, without a database.
    server: String,
    /// What the databases' names begin with.
    name: String,
}

/// The planes, as their databases are named.
pub(crate) const PLANES: [&str; 2] = ["authentication", "vault"];

/// The towns of this process. Making databases takes as long as many stories: a town moves into those that another left.
static TOWNS: Mutex<Towns> = Mutex::const_new(Towns { made: 0, alive: 0, empty: Vec::new() });

struct Towns {
    /// How many pairs were made; their names must differ.
    made: u64,
    /// How many stories are being told, on either engine. With the last of them the pairs go.
    alive: u64,
    /// The pairs that are as they were made.
    empty: Vec<Pair>,
}

/// Keeps aside what migrations put into tables.
const REMEMBER: &str = "
    CREATE SCHEMA beginning;
    DO $$ DECLARE name TEXT; filled BOOLEAN; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('SELECT EXISTS (TABLE public.%I)', name) INTO filled;
            IF filled THEN EXECUTE format('CREATE TABLE beginning.%I AS TABLE public.%1$I', name); END IF;
        END LOOP;
    END $$";

/// Makes every table what it was, once nobody is connected.
const EMPTY: &str = "
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    DO $$ DECLARE name TEXT; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('DELETE FROM public.%I', name);
        END LOOP;
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'beginning' LOOP
            EXECUTE format('INSERT INTO public.%I TABLE beginning.%1$I', name);
        END LOOP;
    END $$";

impl Homes {
    pub(crate) async fn sqlite() -> Self {
        TOWNS.lock().await.alive += 1;
        let homes = Self::Sqlite(tempfile::tempdir().expect("a temporary directory"));
        homes.migrate().await;
        homes
    }

    pub(crate) async fn postgres(server: &str) -> Self {
        let mut towns = TOWNS.lock().await;
        towns.alive += 1;
        if let Some(pair) = towns.empty.pop() {
            return Self::Postgres(pair);
        }
        towns.made += 1;
        let name = format!("town_{}_{}", std::process::id(), towns.made);
        drop(towns);
        let pair = Pair { server: server.trim_end_matches('/').to_owned(), name };
        // What a process of the same number once left behind goes first.
        pair.drop_databases().await;
        let homes = Self::Postgres(pair);
        homes.migrate().await;
        homes.run_on_both(REMEMBER).await;
        homes
    }

    async fn migrate(&self) {
        let [authentication, vault] = PLANES.map(|plane| self.location(plane));
        let now = BEGINNING.parse().expect("a moment");
        let authentication = Database::<Authentication>::open(&authentication).expect("opened");
        authentication.migrate(now).await.expect("migrated");
        let vault = Database::<Vault>::open(&vault).expect("opened");
        vault.migrate(now).await.expect("migrated");
    }

    pub(crate) fn location(&self, plane: &str) -> Location {
        match self {
            Self::Sqlite(directory) => Location::Sqlite(directory.path().to_owned()),
            Self::Postgres(Pair { server, name }) => {
                Location::Postgres(format!("{server}/{name}_{plane}"))
            }
        }
    }

    /// The files of SQLite: databases, write-ahead logs, and whatever else lies there.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let Self::Sqlite(directory) = self else { return Vec::new() };
        let entries = std::fs::read_dir(directory.path()).expect("the town's directory");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }

    /// Empties the databases for the next town; after the last one all are dropped. SQLite's files go by themselves.
    pub(crate) async fn clear(&self) {
        if let Self::Postgres(_) = self {
            self.run_on_both(EMPTY).await;
        }
        let mut towns = TOWNS.lock().await;
        if let Self::Postgres(pair) = self {
            towns.empty.push(pair.clone());
        }
        towns.alive -= 1;
        if towns.alive == 0 {
            for pair in towns.empty.drain(..) {
                pair.drop_databases().await;
            }
        }
    }

    /// Runs statements on a plane's database, past the program.
    pub(crate) async fn run(&self, plane: &str, statements: &str) {
        match self.location(plane) {
            Location::Sqlite(directory) => {
                let file = directory.join(format!("{plane}.sqlite"));
                let connection = rusqlite::Connection::open(file).expect("the database");
                connection.execute_batch(statements).expect("run");
            }
            Location::Postgres(url) => {
                connect(&url).await.batch_execute(statements).await.expect("run");
            }
        }
    }

    async fn run_on_both(&self, statements: &str) {
        for plane in PLANES {
            self.run(plane, statements).await;
        }
    }
}

impl Pair {
    async fn drop_databases(&self) {
        let Self { server, name } = self;
        let admin = connect(&format!("{server}/postgres")).await;
        for plane in PLANES {
            let drop = format!("DROP DATABASE IF EXISTS {name}_{plane} WITH (FORCE)");
            let done = admin.batch_execute(&drop).await;
            done.expect("TEST_POSTGRES names a server whose user may make databases");
        }
    }
}

/// A connection beside the store's own.
pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("PostgreSQL");
    tokio::spawn(connection);
    client
}
