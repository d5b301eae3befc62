//! The relying party's door: what each thing a relying party does costs, and how much of that is signatures.
//!
//! (a) the login of [`crate::login`]; (b) the login of the FAPI 2.0 Security Profile: request pushed, `private_key_jwt`, PKCE,
//! every token bound by `DPoP` under the server's nonce, pairwise identifier, consent looked up, event written durably,
//! userinfo; (c) refresh, rotating and sender-constrained; (d) introspection; (e) client credentials.

mod holder;
mod house;
mod many;
mod worker;

use std::time::{Duration, Instant};

use anyhow::Result;
pub(crate) use many::run as run_many;

use self::{
    house::House,
    worker::{Act, Worker},
};
use crate::{
    Options,
    cores::Cores,
    cpu, floor,
    login::postmaster,
    story::{Measured, rate},
};

/// Before each measured act, for caches and just-in-time compilers.
const WARM_UP: Duration = Duration::from_millis(1500);

/// One thing to measure, and what of it is pure signature work on the server.
struct Task {
    name: &'static str,
    act: Act,
    fapi: bool,
    signatures: u32,
    verifications: u32,
}

const TASKS: [Task; 7] = [
    // The ID token; the assertion.
    Task { name: "(a) login", act: Act::LogIn, fapi: false, signatures: 1, verifications: 1 },
    // The ID token; an assertion and a proof with the pushed request and the code, a proof at userinfo.
    Task {
        name: "(b) FAPI 2.0 login",
        act: Act::LogIn,
        fapi: true,
        signatures: 1,
        verifications: 5,
    },
    Task { name: "(c) refresh", act: Act::Refresh, fapi: false, signatures: 1, verifications: 1 },
    Task {
        name: "(c) FAPI refresh",
        act: Act::Refresh,
        fapi: true,
        signatures: 1,
        verifications: 2,
    },
    Task {
        name: "(d) introspection",
        act: Act::Introspect,
        fapi: false,
        signatures: 0,
        verifications: 1,
    },
    Task {
        name: "(e) credentials",
        act: Act::Credentials,
        fapi: false,
        signatures: 0,
        verifications: 1,
    },
    Task {
        name: "(e) FAPI credentials",
        act: Act::Credentials,
        fapi: true,
        signatures: 0,
        verifications: 2,
    },
];

struct Line {
    task: &'static str,
    who: &'static str,
    clients: usize,
    measured: Measured,
    server: Duration,
    engine: Duration,
    signing: Duration,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let floor = floor::measure()?;
    println!("one ES256 signature {:?}, one verification {:?}", floor.0, floor.1);
    let cores = Cores::split();
    match &cores {
        Some(cores) => {
            cores.pin_generator()?;
            println!("{cores}\n");
        }
        None => println!("not pinned: a single core, or no taskset\n"),
    }
    header();
    let mut lines = Vec::new();
    if options.baseline {
        let house = House::baseline("oidc-provider").await?;
        measure(&house, None, (&cores, floor), options, &mut lines).await?;
    }
    let house = House::ours("SQLite FULL", None).await?;
    measure(&house, None, (&cores, floor), options, &mut lines).await?;
    drop(house);
    if let Some(url) = &options.postgres {
        let postmaster = postmaster(url)?;
        let database = format!("{url}/door_{}", std::process::id());
        let house = House::ours("PostgreSQL", Some(&database)).await?;
        measure(&house, Some(postmaster), (&cores, floor), options, &mut lines).await?;
    }
    Ok(())
}

async fn measure(
    house: &House,
    postmaster: Option<u32>,
    (cores, (sign, verify)): (&Option<Cores>, (Duration, Duration)),
    options: &Options,
    lines: &mut Vec<Line>,
) -> Result<()> {
    if let Some(cores) = cores {
        cores.pin_server(house.pid)?;
    }
    for task in TASKS.iter().filter(|task| task.name.contains(&options.only)) {
        if !house.offers(task.act).await? {
            println!("{:<21} {:<14} is not offered", task.name, house.who);
            continue;
        }
        for &clients in &options.clients {
            let workers = workers(house, task, clients).await?;
            let (_, workers) = drive(workers, task.act, WARM_UP).await?;
            let engine = |()| postmaster.map_or(Ok(Duration::ZERO), cpu::of_family);
            let (before, engine_before) = (cpu::of_process(house.pid)?, engine(())?);
            let (measured, _) = drive(workers, task.act, options.length).await?;
            let line = Line {
                task: task.name,
                who: house.who,
                clients,
                measured,
                server: cpu::of_process(house.pid)?.saturating_sub(before),
                engine: engine(())?.saturating_sub(engine_before),
                signing: sign * task.signatures + verify * task.verifications,
            };
            print(&line, lines);
            lines.push(line);
        }
    }
    Ok(())
}

async fn workers(house: &House, task: &Task, clients: usize) -> Result<Vec<Worker>> {
    let mut workers = Vec::with_capacity(clients);
    for number in 0..clients {
        let all = &house.cookies;
        let own: Vec<String> =
            all.iter().skip(number % all.len()).step_by(clients).cloned().collect();
        let provider = house.clients.doing(task.act, task.fapi).clone();
        let mut worker = Worker::new(provider, own).await?;
        worker.prepare(task.act).await?;
        workers.push(worker);
    }
    Ok(workers)
}

/// Does it again and again on every worker's connection for `length`.
pub(crate) async fn drive(
    workers: Vec<Worker>,
    act: Act,
    length: Duration,
) -> Result<(Measured, Vec<Worker>)> {
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for mut worker in workers {
        running.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < length {
                let one = Instant::now();
                worker.once(act).await?;
                times.push(one.elapsed());
            }
            anyhow::Ok((worker, times))
        });
    }
    let (mut workers, mut times) = (Vec::new(), Vec::new());
    while let Some(done) = running.join_next().await {
        let (worker, own) = done??;
        workers.push(worker);
        times.extend(own);
    }
    Ok((Measured::of(times, begun.elapsed()), workers))
}

fn header() {
    println!(
        "{:<21} {:<14} {:>7} {:>8} {:>10} {:>9} {:>9} {:>10} {:>11} {:>7}",
        "", "", "clients", "/s", "server µs", "median", "p99", "engine µs", "signatures", "× base"
    );
}

fn print(line: &Line, before: &[Line]) {
    let cost = |line: &Line| 1e6 / rate(line.measured.logins, line.server);
    let base = before.iter().find(|base| {
        base.who == "oidc-provider" && base.task == line.task && base.clients == line.clients
    });
    let ratio = base.map(|base| format!("{:.1}", cost(base) / cost(line)));
    println!(
        "{:<21} {:<14} {:>7} {:>8.0} {:>10.0} {:>9.2?} {:>9.2?} {:>10.0} {:>10.0}% {:>7}",
        line.task,
        line.who,
        line.clients,
        line.measured.per_second(),
        cost(line),
        line.measured.median,
        line.measured.p99,
        1e6 / rate(line.measured.logins, line.engine),
        100.0 * line.signing.as_secs_f64() * 1e6 / cost(line),
        ratio.unwrap_or_else(|| "–".to_owned()),
    );
}
