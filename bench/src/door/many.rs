//! The door among a million persons signed in and a hundred thousand relying parties: what that costs in memory, a login
//! and a pushed request.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use rules::OrganisationCode;
use store::{
    Authentication, Database, Error, Location, Tx,
    authentication::{ClientRecord, RelyingParty},
};

use super::{
    drive,
    house::{Clients, House},
    worker::{Act, Worker},
};
use crate::{Options, cpu, fill::fill, story::rate};

const CONNECTIONS: usize = 8;
const WARM_UP: Duration = Duration::from_secs(1);
/// Organisations admitted by one transaction.
const AT_ONCE: u64 = 10_000;

/// What was there, and what it cost.
struct Cost {
    login: f64,
    /// Of clients that come for the first time.
    push: f64,
    /// Of the same clients, once every one of them has come.
    push_again: f64,
    resident: u64,
    own: u64,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut house = House::ours("SQLite FULL", None).await?;
    let from = Timestamp::now();
    // Both are measured on a process that enrolled nobody: hashing passcodes takes memory.
    if let Some(platform) = &mut house.platform {
        platform.restart().await?;
    }
    again(&mut house)?;
    let alone = cost(&house, 1, options.length).await?;
    print("alone", &alone);
    let Some(platform) = &mut house.platform else { return Ok(()) };
    let location = Location::Sqlite(platform.data.path().to_owned());
    add_parties(&location, options.parties).await?;
    fill(&location, 0..options.sessions, from, Timestamp::now()).await?;
    platform.restart().await?;
    again(&mut house)?;
    let among = cost(&house, options.parties, options.length).await?;
    let words = format!("{} sessions, {} parties", options.sessions, options.parties);
    print(&words, &among);
    println!(
        "ratio: login {:.2}, pushed request {:.2}, of clients that came before {:.2}",
        among.login / alone.login,
        among.push / alone.push,
        among.push_again / alone.push_again
    );
    Ok(())
}

/// After a restart everything is elsewhere.
fn again(house: &mut House) -> Result<()> {
    let Some(platform) = &house.platform else { return Ok(()) };
    house.pid = platform.pid();
    house.clients = Clients::of(&platform.provider, " offline_access");
    cpu::resident(house.pid).map(|_| ())
}

/// CPU time of a FAPI 2.0 login at one client, of a pushed request dealt over all clients the first time and again, and memory after all.
async fn cost(house: &House, parties: u64, length: Duration) -> Result<Cost> {
    let workers = workers(house, Act::LogIn, 1).await?;
    let (_, workers) = drive(workers, Act::LogIn, WARM_UP).await?;
    let (login, ..) = measured(house, workers, Act::LogIn, length).await?;
    let workers = self::workers(house, Act::Push, parties).await?;
    let (_, workers) = drive(workers, Act::Push, WARM_UP).await?;
    let (push, mut came, mut workers) = measured(house, workers, Act::Push, length).await?;
    // Some connections are slower than others.
    while came < parties + parties / 8 {
        let (more, same) = drive(workers, Act::Push, length).await?;
        (came, workers) = (came + more.logins, same);
    }
    let (push_again, ..) = measured(house, workers, Act::Push, length).await?;
    let (resident, own) = (cpu::resident(house.pid)?, cpu::own_memory(house.pid)?);
    Ok(Cost { login, push, push_again, resident, own })
}

/// With the parties dealt out among them, if there are many.
async fn workers(house: &House, act: Act, parties: u64) -> Result<Vec<Worker>> {
    let mut workers = Vec::new();
    for number in 0..CONNECTIONS {
        let own = house.cookies.iter().skip(number).step_by(CONNECTIONS).cloned().collect();
        let mut worker = Worker::new(house.clients.doing(act, true).clone(), own).await?;
        if parties > 1 {
            let share = |number| number as u64 * parties / CONNECTIONS as u64;
            worker.as_parties(share(number)..share(number + 1));
        }
        workers.push(worker);
    }
    Ok(workers)
}

/// µs of the server's CPU time each, how many there were, and who did it.
async fn measured(
    house: &House,
    workers: Vec<Worker>,
    act: Act,
    length: Duration,
) -> Result<(f64, u64, Vec<Worker>)> {
    let before = cpu::of_process(house.pid)?;
    let (measured, workers) = drive(workers, act, length).await?;
    let server = cpu::of_process(house.pid)?.saturating_sub(before);
    Ok((1e6 / rate(measured.logins, server), measured.logins, workers))
}

fn print(words: &str, cost: &Cost) {
    println!(
        "{words}: a FAPI 2.0 login {:.0} µs of server CPU, a pushed request {:.0} µs, again {:.0} µs, {} MB resident, {} MB of them its own",
        cost.login,
        cost.push,
        cost.push_again,
        cost.resident / 1_000_000,
        cost.own / 1_000_000,
    );
}

/// The name of a party's client.
pub(crate) fn name(number: u64) -> String {
    format!("party-{number}")
}

/// Organisations with a client each like the FAPI client there is.
async fn add_parties(location: &Location, parties: u64) -> Result<()> {
    let database = Database::<Authentication>::open(location)?;
    for first in (0..parties).step_by(AT_ONCE.try_into()?) {
        let some = first..parties.min(first + AT_ONCE);
        database.write("add parties", async move |tx| add_some(tx, some.clone()).await).await?;
    }
    Ok(())
}

async fn add_some(tx: &Tx<Authentication>, some: std::ops::Range<u64>) -> Result<(), Error> {
    let like = tx.client("bench-fapi").await?.ok_or(Error::Closed)?;
    let scenes = tx.scenes_of("bench-fapi").await?;
    for number in some {
        let own = format!("MB{number:06}");
        let organisation =
            OrganisationCode::compose("91", "110000", &own).map_err(|_| Error::Closed)?;
        let party = RelyingParty {
            organisation: organisation.clone(),
            name_zh: format!("虚构第{number}号"),
            name_en: format!("Invented No. {number}"),
            admitted_at: like.admitted_at,
            suspended_at: None,
        };
        tx.add_relying_party(&party).await?;
        let mut record = ClientRecord { organisation, ..like.clone() };
        record.client.id = name(number).parse().map_err(|_| Error::Closed)?;
        tx.add_client(&record).await?;
        for (position, scene) in (0..).zip(&scenes) {
            tx.add_scene(record.client.id.as_str(), position, scene).await?;
        }
    }
    Ok(())
}
