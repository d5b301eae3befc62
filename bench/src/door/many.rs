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
/// Organisations admitted by one transaction.
const AT_ONCE: u64 = 10_000;

/// What was there, and what it cost.
struct Cost {
    login: f64,
    push: f64,
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
        "ratio: login {:.2}, pushed request {:.2}",
        among.login / alone.login,
        among.push / alone.push
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

/// CPU time of a FAPI 2.0 login at one client, of a pushed request dealt over all clients, and memory after both.
async fn cost(house: &House, parties: u64, length: Duration) -> Result<Cost> {
    let mut costs = Vec::new();
    for act in [Act::LogIn, Act::Push] {
        let mut workers = Vec::new();
        for number in 0..CONNECTIONS {
            let own = house.cookies.iter().skip(number).step_by(CONNECTIONS).cloned().collect();
            let mut worker = Worker::new(house.clients.doing(act, true).clone(), own).await?;
            if act == Act::Push && parties > 1 {
                worker.as_parties(number as u64 * parties / CONNECTIONS as u64..parties);
            }
            workers.push(worker);
        }
        let (_, workers) = drive(workers, act, Duration::from_secs(1)).await?;
        let before = cpu::of_process(house.pid)?;
        let (measured, _) = drive(workers, act, length).await?;
        let server = cpu::of_process(house.pid)?.saturating_sub(before);
        costs.push(1e6 / rate(measured.logins, server));
    }
    let [login, push] = costs.as_slice() else { anyhow::bail!("two costs") };
    let (resident, own) = (cpu::resident(house.pid)?, cpu::own_memory(house.pid)?);
    Ok(Cost { login: *login, push: *push, resident, own })
}

fn print(words: &str, cost: &Cost) {
    println!(
        "{words}: a FAPI 2.0 login {:.0} µs of server CPU, a pushed request {:.0} µs, {} MB resident, {} MB of them its own",
        cost.login,
        cost.push,
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
