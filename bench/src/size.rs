//! Bytes a person and a login event take, idle memory, start on an existing database, size of the binary.

use std::{fs, path::Path, time::Duration};

use anyhow::Result;
use jiff::Timestamp;
use store::Location;

use crate::{
    Options, cpu,
    fill::fill,
    platform::{Platform, binary},
    story::drive,
};

/// Persons counted.
const COUNTED: u64 = 20_000;

pub(crate) async fn run(options: &Options) -> Result<()> {
    let from = Timestamp::now();
    let mut platform = Platform::start(None).await?;
    println!("first start, with its keys and databases made: {:.0?}", platform.started_in);
    let sessions = platform.sessions(16).await?;
    platform.restart().await?;
    println!("start on an existing database: {:.0?}", platform.started_in);
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("idle memory: {:.1} MB", megabytes(cpu::resident(platform.pid())?));
    println!("release binary: {:.1} MB", megabytes(fs::metadata(binary()?)?.len()));

    let location = Location::Sqlite(platform.data.path().to_owned());
    let before = stored(platform.data.path())?;
    fill(&location, 0..COUNTED, from, Timestamp::now()).await?;
    platform.restart().await?;
    let after = stored(platform.data.path())?;
    println!(
        "a person with certificate, device, three consents, one identifier, two events: {} bytes",
        (after - before) / COUNTED
    );

    let logins = drive(&platform.provider, &sessions, 16, options.length).await?.logins;
    platform.restart().await?;
    println!(
        "a login (event, grant, assertion; the last two go after minutes): {} bytes",
        (stored(platform.data.path())? - after) / logins
    );
    println!(
        "idle memory after {logins} logins: {:.1} MB",
        megabytes(cpu::resident(platform.pid())?)
    );
    Ok(())
}

/// Bytes of both databases, after a clean stop has folded the write-ahead log in.
fn stored(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "sqlite") {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}

#[expect(clippy::cast_precision_loss, reason = "sizes here are small")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
