//! CPU time of a process, as the kernel counts it.

use std::{collections::BTreeMap, fs, hint::black_box, path::Path, time::Duration};

use anyhow::{Context, Result};

/// The kernel's clock tick, `USER_HZ`: 100 a second on Linux for every architecture.
const TICKS: u32 = 100;

/// User and system time of a process and its threads.
pub(crate) fn of_process(pid: u32) -> Result<Duration> {
    let ticks: u32 =
        stat(pid)?.iter().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum();
    Ok(Duration::from_secs(1) * ticks / TICKS)
}

/// CPU time of a process's living threads by their names, to the nanosecond where ticks are coarse.
pub(crate) fn of_threads(pid: u32) -> Result<BTreeMap<String, Duration>> {
    let mut threads = BTreeMap::new();
    for entry in fs::read_dir(format!("/proc/{pid}/task"))? {
        let path = entry?.path();
        let name = fs::read_to_string(path.join("comm"))?.trim().to_owned();
        *threads.entry(name).or_default() += schedstat(&path.join("schedstat"))?;
    }
    Ok(threads)
}

/// CPU time that one call of `work` takes in this thread, on average of `rounds`: what others do at the time is not in it.
pub(crate) fn of_call<T>(rounds: u32, mut work: impl FnMut() -> T) -> Result<Duration> {
    let before = of_this_thread()?;
    for _ in 0..rounds {
        black_box(work());
    }
    Ok(of_this_thread()?.saturating_sub(before) / rounds)
}

fn of_this_thread() -> Result<Duration> {
    schedstat(Path::new("/proc/thread-self/schedstat"))
}

/// The kernel's schedstats: nanoseconds on a CPU come first.
fn schedstat(path: &Path) -> Result<Duration> {
    let text = fs::read_to_string(path)?;
    let nanoseconds = text.split_whitespace().next().context("a thread's schedstat")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

/// User and system time of a process and all its children, past and present: a PostgreSQL.
pub(crate) fn of_family(pid: u32) -> Result<Duration> {
    let mut ticks: u32 =
        stat(pid)?.iter().skip(11).take(4).filter_map(|field| field.parse::<u32>().ok()).sum();
    for entry in fs::read_dir("/proc")? {
        let Some(child) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Ok(fields) = stat(child)
            && fields.get(1).is_some_and(|parent| parent == &pid.to_string())
        {
            ticks += fields
                .iter()
                .skip(11)
                .take(2)
                .filter_map(|field| field.parse::<u32>().ok())
                .sum::<u32>();
        }
    }
    Ok(Duration::from_secs(1) * ticks / TICKS)
}

/// Resident memory in bytes.
pub(crate) fn resident(pid: u32) -> Result<u64> {
    memory(pid, "VmRSS:")
}

/// What of it is the process's own, and not pages of a file that the kernel keeps for it and takes back when others need them.
pub(crate) fn own_memory(pid: u32) -> Result<u64> {
    memory(pid, "RssAnon:")
}

fn memory(pid: u32, name: &'static str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).context(name)?;
    Ok(line.split_whitespace().nth(1).context(name)?.parse::<u64>()? * 1024)
}

/// The fields after the command's name.
fn stat(pid: u32) -> Result<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let after = text.rsplit_once(')').context("a process's stat")?.1;
    Ok(after.split_whitespace().map(str::to_owned).collect())
}
