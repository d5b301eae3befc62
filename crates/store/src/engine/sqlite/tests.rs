use super::*;
use crate::Vault;

/// A transaction that runs one statement and then goes well or not.
fn job(sql: &'static str, goes_well: bool) -> (Box<dyn Job>, oneshot::Receiver<Result<(), Error>>) {
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
    let writer = Writer::new(connection);
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
    let mut writer = Writer::new(connection);
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
}
