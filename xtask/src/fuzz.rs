//! Fuzzing, guided by coverage, on the stable compiler: LLVM's sanitizer coverage is a pass of the code generator, and libFuzzer
//! a library to link (`fuzz/README.md`).

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, anyhow, bail};

use crate::{
    command::{cargo, run, said},
    place,
    remedy::Remedy,
};

/// What is fuzzed: the programs of `fuzz/Cargo.toml`.
const TARGETS: [&str; 9] =
    ["mrz", "lds", "sod", "secure_messaging", "cbor", "qr", "sd_jwt", "status_list", "dcql"];

/// How long each runs.
const SECONDS: u32 = 30;

/// What makes the compiler count edges and show comparisons, as cargo-fuzz asks for on nightly.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Builds every target and runs each for half a minute; a crash is kept.
pub(crate) fn fuzz() -> Result<()> {
    run(&mut cargo("test --workspace --test seeds"))
        .or_do("mend that test: it writes the seeds")?;
    let (folder, triple) = (place::target().join("fuzz"), triple()?);
    let mut build = cargo("build --release --bins --target");
    build
        .arg(&triple)
        .current_dir(place::root().join("fuzz"))
        .env("CARGO_TARGET_DIR", &folder)
        // For the host, `build.rs` and macros are compiled without the counters, for want of a runtime.
        .env("RUSTFLAGS", FLAGS);
    run(&mut build).or_do("see the compiler's words above; fuzz/ is a workspace of its own")?;
    // At once: each has its half minute, and all of them together no more than that.
    std::thread::scope(|scope| {
        let run = |target| {
            let (program, folder) = (folder.join(&triple).join("release").join(target), &folder);
            (target, scope.spawn(move || run_target(target, &program, folder)))
        };
        for (target, running) in TARGETS.map(run) {
            let executions = running.join().map_err(|_| anyhow!("{target}: its thread ended"))?;
            println!("  {target:18} {} executions", executions?);
        }
        Ok(())
    })
}

/// Runs one target; how often it was executed.
fn run_target(target: &str, program: &Path, folder: &Path) -> Result<String> {
    let corpus = folder.join("corpus").join(target);
    let findings = folder.join("findings");
    for made in [&corpus, &findings] {
        fs::create_dir_all(made).with_context(|| format!("making {}", made.display()))?;
    }
    let seeds = place::target().join("tmp/fuzz-seeds").join(target);
    let prefix = findings.join(format!("{target}-"));
    let output = Command::new(program)
        .arg(format!("-max_total_time={SECONDS}"))
        .arg(format!("-artifact_prefix={}", prefix.display()))
        .args(["-print_final_stats=1", "-rss_limit_mb=1024", "-timeout=5", "-verbosity=0"])
        .args([&corpus, &seeds])
        .stdout(Stdio::null())
        .output()
        .with_context(|| format!("running {}", program.display()))?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        println!("{told}");
        let input = told.lines().find_map(|line| line.split("Test unit written to ").nth(1));
        let input = input.unwrap_or("THE FILE NAMED ABOVE");
        bail!("{target} failed\nwhat to do: `{} {input}` shows it again", program.display());
    }
    told.lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .map(|count| count.trim().to_owned())
        .with_context(|| format!("{target} ended without its counts"))
}

fn triple() -> Result<String> {
    let version = said("rustc", &["-vV"]).context("rustc does not run")?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not name its host")
}
