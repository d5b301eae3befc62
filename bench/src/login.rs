//! Logins a second, and a second of server CPU time, beside the baseline.

use std::time::Duration;

use anyhow::Result;

use crate::{
    Options, cpu, floor,
    oidc_provider::OidcProvider,
    platform::Platform,
    story::{Measured, Provider, drive, rate},
};

/// Persons who log in; each client goes through its own share of them.
const PERSONS: usize = 64;
/// Logins before the measured ones, for caches and just-in-time compilers.
const WARM_UP: Duration = Duration::from_secs(3);

struct Line {
    who: &'static str,
    clients: usize,
    measured: Measured,
    server: Duration,
    engine: Duration,
}

pub(crate) async fn run(options: &Options) -> Result<()> {
    let (sign, verify) = floor::measure()?;
    println!(
        "one ES256 signature {sign:?}, one verification {verify:?}: floor of a login {:?}\n",
        sign + verify
    );
    let mut lines = Vec::new();
    if options.baseline {
        let baseline = OidcProvider::start().await?;
        let sessions = baseline.sessions(PERSONS).await?;
        lines.extend(
            measure("oidc-provider", &baseline.provider, &sessions, baseline.pid(), None, options)
                .await?,
        );
    }
    let platform = Platform::start(None).await?;
    let sessions = platform.sessions(PERSONS).await?;
    lines.extend(
        measure("SQLite FULL", &platform.provider, &sessions, platform.pid(), None, options)
            .await?,
    );
    drop(platform);
    if let Some(url) = &options.postgres {
        let postmaster = postmaster(url)?;
        let database = format!("{url}/bench_{}", std::process::id());
        let platform = Platform::start(Some(&database)).await?;
        let sessions = platform.sessions(PERSONS).await?;
        let pid = platform.pid();
        lines.extend(
            measure("PostgreSQL", &platform.provider, &sessions, pid, Some(postmaster), options)
                .await?,
        );
    }
    print(&lines);
    Ok(())
}

pub(crate) async fn measure_once(
    provider: &Provider,
    sessions: &[String],
    pid: u32,
    clients: usize,
    length: Duration,
) -> Result<(Measured, Duration)> {
    let before = cpu::of_process(pid)?;
    let measured = drive(provider, sessions, clients, length).await?;
    Ok((measured, cpu::of_process(pid)?.saturating_sub(before)))
}

async fn measure(
    who: &'static str,
    provider: &Provider,
    sessions: &[String],
    pid: u32,
    postmaster: Option<u32>,
    options: &Options,
) -> Result<Vec<Line>> {
    drive(provider, sessions, 8, WARM_UP).await?;
    let mut lines = Vec::new();
    for &clients in &options.clients {
        let engine = |()| postmaster.map_or(Ok(Duration::ZERO), cpu::of_family);
        let before = engine(())?;
        let (measured, server) =
            measure_once(provider, sessions, pid, clients, options.length).await?;
        lines.push(Line {
            who,
            clients,
            measured,
            server,
            engine: engine(())?.saturating_sub(before),
        });
    }
    Ok(lines)
}

fn print(lines: &[Line]) {
    println!(
        "{:<14} {:>7} {:>9} {:>10} {:>12} {:>9} {:>9} {:>10} {:>8}",
        "",
        "clients",
        "logins/s",
        "server µs",
        "/core-second",
        "median",
        "p99",
        "engine µs",
        "× base"
    );
    for line in lines {
        let per_core = rate(line.measured.logins, line.server);
        let base =
            lines.iter().find(|base| base.who == "oidc-provider" && base.clients == line.clients);
        let ratio = base.map(|base| per_core / rate(base.measured.logins, base.server));
        println!(
            "{:<14} {:>7} {:>9.0} {:>10.0} {:>12.0} {:>9.2?} {:>9.2?} {:>10.0} {:>8}",
            line.who,
            line.clients,
            line.measured.per_second(),
            1e6 / per_core,
            per_core,
            line.measured.median,
            line.measured.p99,
            1e6 / rate(line.measured.logins, line.engine),
            ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.1}")),
        );
    }
}

/// The postmaster that listens on a URL's port, asked of the operating system.
pub(crate) fn postmaster(url: &str) -> Result<u32> {
    let port = url::Url::parse(url)?.port().unwrap_or(5432).to_string();
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let first = command.split('\0').next().unwrap_or_default();
        if first.ends_with("postgres") && command.contains(&port) {
            return Ok(pid);
        }
    }
    anyhow::bail!("no postgres process names port {port}")
}
