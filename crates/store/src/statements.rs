//! What buys back the compile-time check that one text for two engines gives up: every statement is
//! prepared on both, and reads the same on both.

#![cfg(test)]

use std::{collections::BTreeSet, path::Path};

use crate::{
    Authentication, Database, Location, Plane, Vault, authentication, engine::sqlite, tx::Link,
    vault,
};

#[test]
fn parameters_ascend() {
    // SQLite numbers `$1` by first appearance, PostgreSQL by its digit: they agree only when the
    // first appearances ascend.
    for statement in authentication::STATEMENTS.iter().chain(vault::STATEMENTS).copied().flatten() {
        let mut seen = 0;
        for number in statement.split('$').skip(1).map(leading_number) {
            assert!(number <= seen + 1, "{statement}");
            seen = seen.max(number);
        }
    }
}

/// What a statement begins with.
const VERBS: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

#[test]
fn no_statement_is_left_out() {
    for (folder, listed) in
        [("src/authentication", authentication::STATEMENTS), ("src/vault", vault::STATEMENTS)]
    {
        let mut written = 0;
        for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let consts = text
                .split(": &str =")
                .skip(1)
                .map(|rest| rest.trim_start_matches(['"', ' ', '\n']));
            written +=
                consts.filter(|text| VERBS.iter().any(|verb| text.starts_with(verb))).count();
        }
        let listed: BTreeSet<_> = listed.iter().copied().flatten().collect();
        assert_eq!(written, listed.len(), "{folder}: a statement is not in its STATEMENTS");
    }
}

#[test]
fn a_connection_keeps_every_statement_prepared() {
    for statements in [authentication::STATEMENTS, vault::STATEMENTS] {
        assert!(statements.iter().copied().flatten().count() <= sqlite::STATEMENTS);
    }
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(directory.path().to_owned());
    prepare_all::<Authentication>(&location, authentication::STATEMENTS).await;
    prepare_all::<Vault>(&location, vault::STATEMENTS).await;
}

#[tokio::test]
async fn every_statement_prepares_on_postgres() {
    // `cargo xtask test` starts a PostgreSQL of its own and names it here.
    let Some(url) = option_env_at_run("TEST_POSTGRES") else { return };
    for (plane, statements) in
        [("authentication", authentication::STATEMENTS), ("vault", vault::STATEMENTS)]
    {
        let name = format!("statements_{plane}_{}", std::process::id());
        let admin =
            Database::<Vault>::open(&Location::Postgres(format!("{url}/postgres"))).unwrap();
        let location = Location::Postgres(format!("{url}/{name}"));
        if plane == "vault" {
            prepare_all::<Vault>(&location, statements).await;
        } else {
            prepare_all::<Authentication>(&location, statements).await;
        }
        batch(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

async fn batch(database: &Database<Vault>, sql: &str) {
    database
        .read(async |tx| match &tx.link {
            Link::Postgres(session) => session.batch(sql).await,
            Link::Sqlite(_) => Ok(()),
        })
        .await
        .unwrap();
}

async fn prepare_all<P: Plane>(location: &Location, statements: &[&[&'static str]]) {
    let database = Database::<P>::open(location).unwrap();
    database.migrate(jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(database.migrate(jiff::Timestamp::UNIX_EPOCH).await.unwrap(), Vec::<&str>::new());
    database.check_schema().await.unwrap();
    for statement in statements.iter().copied().flatten() {
        database
            .read(async |tx| match &tx.link {
                Link::Sqlite(connection) => crate::engine::sqlite::locked(connection)
                    .prepare(statement)
                    .map(drop)
                    .map_err(|e| crate::Error::engine("preparing", e)),
                Link::Postgres(session) => session.prepare(statement).await,
            })
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    }
}

fn leading_number(text: &str) -> usize {
    text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "how the test script names its PostgreSQL")]
fn option_env_at_run(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
