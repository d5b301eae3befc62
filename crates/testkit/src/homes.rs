//! Where a town's two databases live while its story is told.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use store::Location;
use tempfile::TempDir;
use tokio_postgres::NoTls;

/// Two databases of a town's own.
pub(crate) enum Homes {
    /// Files in a directory that goes away with this value.
    Sqlite(TempDir),
    /// Databases of a server, until [`Homes::clear`].
    Postgres {
        /// The server's address, without a database.
        server: String,
        /// What the databases' names begin with.
        name: String,
    },
}

/// The planes, as their databases are named.
pub(crate) const PLANES: [&str; 2] = ["authentication", "vault"];

/// Towns founded by this process: their databases' names must differ.
static FOUNDED: AtomicU64 = AtomicU64::new(0);

impl Homes {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a temporary directory"))
    }

    pub(crate) async fn postgres(server: &str) -> Self {
        let number = FOUNDED.fetch_add(1, Ordering::Relaxed);
        let name = format!("town_{}_{number}", std::process::id());
        let homes = Self::Postgres { server: server.trim_end_matches('/').to_owned(), name };
        // What a process of the same number once left behind goes first.
        homes.clear().await;
        homes.each_database("CREATE DATABASE", "").await;
        homes
    }

    pub(crate) fn location(&self, plane: &str) -> Location {
        match self {
            Self::Sqlite(directory) => Location::Sqlite(directory.path().to_owned()),
            Self::Postgres { server, name } => {
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

    /// Drops the databases; SQLite's files go by themselves.
    pub(crate) async fn clear(&self) {
        self.each_database("DROP DATABASE IF EXISTS", "WITH (FORCE)").await;
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

    async fn each_database(&self, verb: &str, how: &str) {
        let Self::Postgres { server, name } = self else { return };
        let admin = connect(&format!("{server}/postgres")).await;
        for plane in PLANES {
            let done = admin.batch_execute(&format!("{verb} {name}_{plane} {how}")).await;
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
