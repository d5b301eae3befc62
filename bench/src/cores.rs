//! Server and generator on different cores, by `taskset` (util-linux) on every thread of each process.

use std::process::{Command, Stdio};

use anyhow::Result;

/// Which cores serve and which make the load.
#[derive(Clone, Debug)]
pub(crate) struct Cores {
    server: String,
    generator: String,
}

impl Cores {
    /// The first half serves, on two cores at most; the rest makes the load. `None` on a single core or without `taskset`.
    pub(crate) fn split() -> Option<Self> {
        let all = std::thread::available_parallelism().map_or(1, usize::from);
        let found = Command::new("taskset").arg("--version").stdout(Stdio::null()).status();
        if all < 2 || !found.is_ok_and(|status| status.success()) {
            return None;
        }
        let server = (all / 2).min(2);
        Some(Self {
            server: format!("0-{}", server - 1),
            generator: format!("{server}-{}", all - 1),
        })
    }

    pub(crate) fn pin_server(&self, pid: u32) -> Result<()> {
        pin(pid, &self.server)
    }

    pub(crate) fn pin_generator(&self) -> Result<()> {
        pin(std::process::id(), &self.generator)
    }
}

impl std::fmt::Display for Cores {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "server on cores {}, generator on {} (taskset)", self.server, self.generator)
    }
}

/// Threads that begin later inherit it.
fn pin(pid: u32, cores: &str) -> Result<()> {
    let done = Command::new("taskset")
        .args(["--all-tasks", "--cpu-list", "--pid", cores, &pid.to_string()])
        .stdout(Stdio::null())
        .status()?;
    anyhow::ensure!(done.success(), "taskset {cores} {pid}");
    Ok(())
}
