//! What a login costs among 10,000 enrolled persons and among a million.

use anyhow::Result;
use jiff::Timestamp;
use store::Location;

use crate::{
    Options,
    fill::fill,
    login::measure_once,
    platform::Platform,
    story::{drive, rate},
};

/// Persons who log in, spread over the whole range of keys.
const PERSONS: usize = 256;
const FEW: u64 = 10_000;
const CLIENTS: usize = 16;

pub(crate) async fn run(options: &Options) -> Result<()> {
    let from = Timestamp::now();
    let mut platform = Platform::start(None).await?;
    let sessions = platform.sessions(PERSONS).await?;
    let to = Timestamp::now();
    let location = Location::Sqlite(platform.data.path().to_owned());
    let mut costs = Vec::new();
    for (have, want) in [(0, FEW), (FEW, options.persons)] {
        fill(&location, want - have, from, to).await?;
        platform.restart().await?;
        drive(&platform.provider, &sessions, CLIENTS, options.length).await?;
        let (measured, server) =
            measure_once(&platform.provider, &sessions, platform.pid(), CLIENTS, options.length)
                .await?;
        let cost = 1e6 / rate(measured.logins, server);
        println!(
            "{want:>9} persons: {:>6.0} logins/s, {cost:>5.0} µs of server CPU each, median {:.2?}, p99 {:.2?}",
            measured.per_second(),
            measured.median,
            measured.p99
        );
        costs.push(cost);
    }
    if let [few, many] = costs.as_slice() {
        println!("cost ratio: {:.2}", many / few);
    }
    Ok(())
}
