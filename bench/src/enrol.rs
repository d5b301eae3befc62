//! What a whole enrolment costs the platform: a chip's files verified, its answer checked, everything stored durably.
//!
//! The passcodes are stretched before the clock runs: on telephones that is everybody's own work, here it would make the
//! generator the slowest part.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use formats::{Salt, Stretched};
use icao::{
    ChipFiles, passive,
    trust::{Anchor, TrustStore},
};
use jiff::{Timestamp, tz::TimeZone};
use sandbox::Person;
use url::Url;

use crate::{
    Options,
    applicant::{Applicant, Prepared, Surroundings},
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
    /// The server's CPU by the names of its threads.
    threads: BTreeMap<String, Duration>,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
}

impl Enrolled {
    /// Server CPU of one.
    pub(crate) fn each(&self) -> Duration {
        self.server / self.count()
    }

    /// The same by the threads that took it.
    fn by_thread(&self) -> String {
        let each = self.threads.iter().map(|(name, took)| (name, *took / self.count()));
        let told = each.filter(|(_, took)| took.as_micros() > 9);
        told.map(|(name, took)| format!("{name} {took:.2?}")).collect::<Vec<_>>().join(", ")
    }

    fn count(&self) -> u32 {
        u32::try_from(self.persons.max(1)).unwrap_or(u32::MAX)
    }
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let floor = Floor::measure()?;
    floor.print();
    println!(
        "{:<12} {:>7} {:>9} {:>8} {:>12} {:>10} {:>10} {:>10}  by thread",
        "", "clients", "enrolled", "each s", "server CPU", "engine", "median", "p99"
    );
    measure("SQLite FULL", None, None, options).await?;
    if let Some(url) = &options.postgres {
        let engine = postmaster(url)?;
        let database = format!("{url}/bench_enrol_{}", std::process::id());
        measure("PostgreSQL", Some(&database), Some(engine), options).await?;
    }
    Ok(())
}

async fn measure(
    who: &str,
    database: Option<&str>,
    engine: Option<u32>,
    options: &Options,
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
            "{who:<12} {clients:>7} {:>9} {:>8.0} {:>12.2?} {engine:>10.2?} {:>10.1?} {:>10.1?}  {}",
            enrolled.persons,
            rate(enrolled.persons, enrolled.wall),
            enrolled.each(),
            enrolled.median,
            enrolled.p99,
            enrolled.by_thread(),
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
    let prepared =
        (0..).zip(people).map(|(number, person)| Prepared::new(person, number)).collect();
    let queue = Arc::new(std::sync::Mutex::<Vec<_>>::new(prepared));
    let (before, threads) = (cpu::of_process(town.pid())?, cpu::of_threads(town.pid())?);
    let begun = Instant::now();
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
    let mut by_thread = cpu::of_threads(town.pid())?;
    for (name, took) in &mut by_thread {
        *took = took.saturating_sub(threads.get(name).copied().unwrap_or_default());
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    Ok(Enrolled {
        persons: times.len() as u64,
        wall,
        server,
        threads: by_thread,
        median: at(50),
        p99: at(99),
    })
}

/// What no enrolment can do without, measured in the same run; the passcode is the wallet's.
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
             one passcode stretched, by the wallet {passcode:.2?}\n"
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

/// Time of stretching one passcode.
fn passcode() -> Result<Duration> {
    const ROUNDS: u32 = 20;
    cpu::of_call(ROUNDS, || Stretched::of(b"20481357", &Salt::new([7; 16])))
}
