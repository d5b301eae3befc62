//! Load and size, beside a named baseline in the same run.
//!
//! `cargo run --release -p bench -- login` measures whole logins through real HTTP on loopback: the platform on SQLite
//! (`synchronous=FULL`), on PostgreSQL (`fsync=on`) when `--postgres URL` names one, and npm `oidc-provider` (in memory,
//! live session) as the baseline, driven by the same generator. What holds on a shared machine is logins per second of
//! server CPU time. `-- scale` compares 10,000 with 1,000,000 enrolled persons; `-- size` counts bytes, memory, start.
//!
//! `-- door` measures each thing a relying party does, the FAPI 2.0 login among them, beside the same baseline;
//! `-- door --sessions 1000000 --parties 100000` what they cost among so many.
//!
//! `--only "FAPI 2.0 login"` measures one thing; `--server PATH` another binary than the one beside this, so that an old and a
//! new one can take turns.
//!
//! `-- enrol` measures whole enrolments with a passport's chip; `-- nation --persons 10000000` goes on enrolling while a
//! nation is added, and draws what an enrolment costs at each size.
//!
//! `-- credentials` measures credentials that are carried, and a nation's status lists.
//!
//! `-- codes` compares verifying a QR code with the signature checks it contains, Ed25519 and SM2 beside ES256.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures the real clock")]
#![expect(clippy::print_stdout, reason = "what a benchmark is for")]

mod applicant;
mod browser;
mod codes;
mod cores;
mod cpu;
mod credentials;
mod door;
mod enrol;
mod fill;
mod floor;
mod http;
mod login;
mod nation;
mod oidc_provider;
mod platform;
mod scale;
mod size;
mod story;
mod town;

use std::time::Duration;

use anyhow::{Result, bail};

/// What the command line asks for.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) clients: Vec<usize>,
    pub(crate) length: Duration,
    pub(crate) postgres: Option<String>,
    pub(crate) baseline: bool,
    pub(crate) persons: u64,
    pub(crate) sessions: u64,
    pub(crate) parties: u64,
    /// Of `door`: only tasks whose name contains this.
    pub(crate) only: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let mut options = Options {
        clients: if command == "door" { vec![8] } else { vec![1, 16, 64] },
        length: Duration::from_secs(5),
        postgres: None,
        baseline: true,
        persons: 1_000_000,
        sessions: 0,
        parties: 0,
        only: String::new(),
    };
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| anyhow::anyhow!("{flag} wants a value"));
        match flag.as_str() {
            "--clients" => {
                options.clients = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?;
            }
            "--seconds" => options.length = Duration::from_secs(value()?.parse()?),
            "--postgres" => options.postgres = Some(value()?),
            "--no-baseline" => options.baseline = false,
            "--sessions" => options.sessions = value()?.parse()?,
            "--parties" => options.parties = value()?.parse()?,
            "--persons" => options.persons = value()?.parse()?,
            "--only" => options.only = value()?,
            "--server" => platform::measure_instead(value()?.into()),
            _ => bail!("no such flag: {flag}"),
        }
    }
    match command.as_str() {
        "codes" => codes::run(),
        "credentials" => credentials::run(),
        "door" if options.sessions + options.parties > 0 => door::run_many(&options).await,
        "door" => door::run(&options).await,
        "enrol" => enrol::run(&options).await,
        "login" => login::run(&options).await,
        "nation" => nation::run(&options).await,
        "scale" => scale::run(&options).await,
        "size" => size::run(&options).await,
        _ => bail!(
            "bench login | door | enrol | scale | nation | size | codes | credentials  [--clients 1,16,64] [--seconds 5] [--postgres URL] [--no-baseline] [--persons N] [--sessions N] [--parties N] [--only NAME] [--server PATH]"
        ),
    }
}
