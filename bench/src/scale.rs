//! What a login costs among 10,000 enrolled persons and among a million.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use store::Location;

use crate::{Options, fill::fill, login::measure_once, platform::Platform, story::rate};

/// Persons who log in, spread over the whole range of keys.
const PERSONS: usize = 256;
const FEW: u64 = 10_000;
const CLIENTS: usize = 16;

/// Measured in turn, so that whatever else the machine does falls on both.
const ROUNDS: u32 = 4;

struct Among {
    persons: u64,
    platform: Platform,
    sessions: Vec<String>,
    logins: u64,
    server: Duration,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut both = Vec::new();
    for persons in [FEW, options.persons] {
        both.push(among(persons).await?);
        println!("{persons:>9} persons are there");
    }
    for round in 0..=ROUNDS {
        for one in &mut both {
            let pid = one.platform.pid();
            let (measured, server) =
                measure_once(&one.platform.provider, &one.sessions, pid, CLIENTS, options.length)
                    .await?;
            // The first round warms caches.
            if round > 0 {
                one.logins += measured.logins;
                one.server += server;
            }
        }
    }
    let costs: Vec<f64> = both.iter().map(|one| 1e6 / rate(one.logins, one.server)).collect();
    for (one, cost) in both.iter().zip(&costs) {
        println!(
            "{:>9} persons: {} logins, {cost:.0} µs of server CPU each",
            one.persons, one.logins
        );
    }
    if let [few, many] = costs.as_slice() {
        println!("cost ratio: {:.2}", many / few);
    }
    Ok(())
}

async fn among(persons: u64) -> Result<Among> {
    let from = Timestamp::now();
    let mut platform = Platform::start(None).await?;
    let sessions = platform.sessions(PERSONS).await?;
    let location = Location::Sqlite(platform.data.path().to_owned());
    fill(&location, 0..persons, from, Timestamp::now()).await?;
    platform.restart().await?;
    Ok(Among { persons, platform, sessions, logins: 0, server: Duration::ZERO })
}
