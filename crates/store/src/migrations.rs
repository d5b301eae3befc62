//! Bringing a plane's schema up to date, and refusing to run on an older one.

use jiff::Timestamp;

use crate::{Database, Error, Plane, plane::Migration, value::Value};

const MAKE: &str = "
    CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)";
const APPLIED: &str = "SELECT name FROM migrations ORDER BY name";

impl<P: Plane> Database<P> {
    /// Applies what is missing, each migration in a transaction of its own; the names applied now.
    /// A PostgreSQL database that is not there is made, where the role may make one.
    pub async fn migrate(&self, now: Timestamp) -> Result<Vec<&'static str>, Error> {
        self.make().await?;
        self.write("make the list of migrations", async |tx| tx.execute(MAKE, &[]).await).await?;
        let done = self.applied().await?;
        let missing = P::MIGRATIONS
            .iter()
            .filter(|migration| !done.iter().any(|name| name == migration.name));
        let mut applied = Vec::new();
        for Migration { name, sqlite, postgres } in missing {
            let record = format!(
                "INSERT INTO migrations (name, applied_at) VALUES ('{name}', {})",
                now.as_second()
            );
            self.run_migration((sqlite, postgres), &record).await?;
            applied.push(*name);
        }
        Ok(applied)
    }

    /// Fails with [`Error::Behind`] unless every migration this program knows has been applied.
    pub async fn check_schema(&self) -> Result<(), Error> {
        // Before the first migration there is no list, and the query fails.
        let found = self.applied().await.map_or(0, |names| names.len());
        let wanted = P::MIGRATIONS.len();
        if found < wanted { Err(Error::Behind { plane: P::NAME, found, wanted }) } else { Ok(()) }
    }

    async fn applied(&self) -> Result<Vec<String>, Error> {
        const NOTHING: &[Value<'_>] = &[];
        self.read(async |tx| {
            let rows = tx.fetch("migrations", APPLIED, NOTHING).await?;
            rows.into_iter().map(|mut row| row.text("name")).collect()
        })
        .await
    }
}
