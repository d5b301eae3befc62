//! What a whole enrolment costs the platform: a chip's files verified, its answer checked, everything stored durably.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use icao::{
    ChipFiles, passive,
    trust::{Anchor, TrustStore},
};
use jiff::{Timestamp, tz::TimeZone};
use sandbox::Person;
use url::Url;

use crate::{
    Options,
    applicant::{Applicant, Surroundings},
    cpu, floor,
    login::postmaster,
    story::rate,
    town::{self, Town},
};

/// Enrolments before the measured ones.
const WARM_UP: usize = 32;

/// What some enrolments came to.
pub(crate) struct Enrolled {
    pub(crate) persons: u64,
    pub(crate) wall: Duration,
    pub(crate) server: Duration,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
}

impl Enrolled {
    /// Server CPU of one.
    pub(crate) fn each(&self) -> Duration {
        self.server / u32::try_from(self.persons.max(1)).unwrap_or(u32::MAX)
    }
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let floor = Floor::measure()?;
    floor.print();
    println!(
        "{:<12} {:>7} {:>9} {:>8} {:>12} {:>14} {:>10} {:>10} {:>10}",
        "",
        "clients",
        "enrolled",
        "each s",
        "server CPU",
        "without hash",
        "engine",
        "median",
        "p99"
    );
    measure("SQLite FULL", None, None, options, &floor).await?;
    if let Some(url) = &options.postgres {
        let engine = postmaster(url)?;
        let database = format!("{url}/bench_enrol_{}", std::process::id());
        measure("PostgreSQL", Some(&database), Some(engine), options, &floor).await?;
    }
    Ok(())
}

async fn measure(
    who: &str,
    database: Option<&str>,
    engine: Option<u32>,
    options: &Options,
    floor: &Floor,
) -> Result<()> {
    let town = Town::found(database).await?;
    let mut travellers = town::travellers(&town.registry);
    let share = (travellers.len() - WARM_UP) / options.clients.len();
    enrol(&town, travellers.split_off(travellers.len() - WARM_UP), 4).await?;
    for &clients in &options.clients {
        let some = travellers.split_off(travellers.len() - share);
        let engine_time = || engine.map_or(Ok(Duration::ZERO), cpu::of_family);
        let before = engine_time()?;
        let enrolled = enrol(&town, some, clients).await?;
        let engine = engine_time()?.saturating_sub(before)
            / u32::try_from(enrolled.persons).unwrap_or(u32::MAX);
        println!(
            "{who:<12} {clients:>7} {:>9} {:>8.0} {:>12.2?} {:>14.2?} {engine:>10.2?} {:>10.1?} {:>10.1?}",
            enrolled.persons,
            rate(enrolled.persons, enrolled.wall),
            enrolled.each(),
            enrolled.each().saturating_sub(floor.passcode),
            enrolled.median,
            enrolled.p99,
        );
    }
    Ok(())
}

/// Enrols these people, `clients` of them at a time.
pub(crate) async fn enrol(town: &Town, people: Vec<Person>, clients: usize) -> Result<Enrolled> {
    let around = Surroundings {
        issuer: town.issuer.clone(),
        inbox: town.inbox.clone(),
        registry: town.registry.clone(),
    };
    let (queue, begun) = (Arc::new(std::sync::Mutex::new(people)), Instant::now());
    let before = cpu::of_process(town.pid())?;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let (around, queue) = (around.clone(), Arc::clone(&queue));
        running.spawn(async move {
            let mut applicant = Applicant::arrive(around).await?;
            let mut times = Vec::new();
            loop {
                let next = queue.lock().map_err(|_| anyhow::anyhow!("a client failed"))?.pop();
                let Some(person) = next else { return anyhow::Ok(times) };
                let begun = Instant::now();
                applicant.enrol(&person).await?;
                times.push(begun.elapsed());
            }
        });
    }
    let mut times = Vec::new();
    while let Some(done) = running.join_next().await {
        times.extend(done??);
    }
    let (wall, server) = (begun.elapsed(), cpu::of_process(town.pid())?.saturating_sub(before));
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    Ok(Enrolled { persons: times.len() as u64, wall, server, median: at(50), p99: at(99) })
}

/// What no enrolment can do without, measured in the same run.
struct Floor {
    sign: Duration,
    verify: Duration,
    chip: Duration,
    passcode: Duration,
}

impl Floor {
    fn measure() -> Result<Self> {
        let (sign, verify) = floor::measure()?;
        Ok(Self { sign, verify, chip: chip()?, passcode: passcode()? })
    }

    fn print(&self) {
        let Self { sign, verify, chip, passcode } = self;
        println!(
            "one ES256 signature {sign:.1?}, one verification {verify:.1?}; a chip's files verified {chip:.1?}; \
             one passcode hash (Argon2id, 19 MiB, two passes) {passcode:.2?}\n"
        );
    }
}

/// Time of verifying the files of one chip (ES256 throughout).
fn chip() -> Result<Duration> {
    const ROUNDS: u32 = 200;
    let registry = town::registry(Url::parse("http://localhost:1")?);
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    let anchors: Result<Vec<_>, _> = registry.authorities().map(Anchor::parse).collect();
    let trust = TrustStore::new(anchors?, []);
    let person = town::travellers(&registry).into_iter().next().context("a traveller")?;
    let document = person.documents().nth(1).context("a passport")?;
    let read = registry.read_chip(person.index, document).context("a chip")?;
    let groups = read.groups.into_iter().map(|(at, file)| (at, file.0)).collect();
    let files = ChipFiles::new(read.sod.0, groups)?;
    passive::verify(files.clone(), &trust, &now)?;
    cpu::of_call(ROUNDS, || passive::verify(files.clone(), &trust, &now).is_ok())
}

/// Time of one hash at the parameters of `service::passcodes`.
fn passcode() -> Result<Duration> {
    const ROUNDS: u32 = 20;
    let parameters = Params::new(19 * 1024, 2, 1, Some(32));
    let parameters = parameters.map_err(|cause| anyhow::anyhow!("{cause}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    cpu::of_call(ROUNDS, || argon2.hash_password_into(b"20481357", &[7; 16], &mut [0; 32]).is_ok())
}
