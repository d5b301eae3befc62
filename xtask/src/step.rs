//! The steps, in order: cheap ones first, so that a slip shows early.

use anyhow::{Context, Result, bail};

use crate::{
    cites,
    command::{WALLET_FEATURES, cargo, run, run_tests, works},
    conformance::{self, Folder},
    fuzz,
    postgres::{Cluster, Wish},
    remedy::Remedy,
    tally::Tally,
    tools::{self, Tool},
};

/// What the wallet is compiled with.
const HEADERS: &[Tool] = &[Tool::PcscHeaders, Tool::PkgConfig];

/// One thing to pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Tools,
    Format,
    Cites,
    Lint,
    Test,
    Faces,
    Build,
    Conformance(Folder),
    Fuzz,
    Deny,
}

/// How a step ended when it did not fail.
pub(crate) enum Outcome {
    Passed,
    /// It was not run, and why.
    Skipped(&'static str),
}

/// Every step, in order.
pub(crate) fn all() -> Result<Vec<Step>> {
    let mut steps = vec![
        Step::Tools,
        Step::Format,
        Step::Cites,
        Step::Lint,
        Step::Test,
        Step::Faces,
        Step::Build,
    ];
    steps.extend(conformance::folders()?.into_iter().map(Step::Conformance));
    steps.extend([Step::Fuzz, Step::Deny]);
    Ok(steps)
}

/// The steps named, or every one but what takes minutes of building for few tests; a build stands before what needs it.
pub(crate) fn chosen(only: &[String]) -> Result<Vec<Step>> {
    let all = all()?;
    if only.is_empty() {
        let named_only = [Step::Faces, Step::Fuzz];
        return Ok(all.into_iter().filter(|step| !named_only.contains(step)).collect());
    }
    if let Some(odd) = only.iter().find(|name| !all.iter().any(|step| step.name() == **name)) {
        let names: Vec<&str> = all.iter().map(Step::name).collect();
        bail!("no step is called {odd}; there are {}", names.join(", "));
    }
    let named = |step: &Step| only.iter().any(|name| name == step.name());
    let build = all.iter().any(|step| matches!(step, Step::Conformance(_)) && named(step));
    Ok(all.into_iter().filter(|step| named(step) || (build && *step == Step::Build)).collect())
}

impl Step {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Tools => "tools",
            Self::Format => "format",
            Self::Cites => "cites",
            Self::Lint => "lint",
            Self::Test => "test",
            Self::Faces => "faces",
            Self::Build => "build",
            Self::Conformance(folder) => folder.name(),
            Self::Fuzz => "fuzz",
            Self::Deny => "deny",
        }
    }

    pub(crate) fn what(&self) -> String {
        match self {
            Self::Tools => "what the other steps need is installed".to_owned(),
            Self::Format => "the code is formatted".to_owned(),
            Self::Cites => "every MUST of the standards is cited and tested, or explained".to_owned(),
            Self::Lint => "clippy has nothing to say".to_owned(),
            Self::Test => "every Rust test, on SQLite and on a private PostgreSQL".to_owned(),
            Self::Faces => {
                "only when named: the tests of models that compare faces, whose runtime takes minutes to build".to_owned()
            }
            Self::Build => "the programs that the next steps run".to_owned(),
            Self::Conformance(folder) => {
                format!("conformance/{} against those programs", folder.name())
            }
            Self::Fuzz => "only when named: what reads strangers' bytes, fuzzed half a minute each".to_owned(),
            Self::Deny => "licences, sources and advisories of every dependency".to_owned(),
        }
    }

    /// Runs it, adding the tests it ran to `tally`.
    pub(crate) fn run(&self, rounds: Option<u32>, tally: &mut Tally) -> Result<Outcome> {
        match self {
            Self::Tools => tools::provide(&Tool::ALL)?,
            Self::Format => cargo_step("fmt --all --check", "run `cargo fmt --all`")?,
            Self::Cites => {
                if !cites::cites()? {
                    bail!(
                        "what to do: cite it in code and test it, or explain it in docs/divergences.md"
                    );
                }
            }
            Self::Lint => {
                tools::provide(HEADERS)?;
                cargo_step(
                    &format!("clippy --workspace --all-targets {WALLET_FEATURES} -- -D warnings"),
                    "mend what clippy names, or `#[expect]` it with a reason",
                )?;
            }
            Self::Test => test(tally)?,
            Self::Faces => faces(tally)?,
            Self::Build => {
                tools::provide(HEADERS)?;
                // Of the whole workspace and with the features of the tests, which have built most of it already.
                let words = format!("build --workspace --bins --examples {WALLET_FEATURES}");
                cargo_step(&words, "see the compiler's words above")?;
            }
            Self::Conformance(folder) => {
                match (tools::provide(folder.needs()), folder.or_else()) {
                    (Err(_), Some(why)) => return Ok(Outcome::Skipped(why)),
                    (provided, _) => provided?,
                }
                folder.test(rounds, tally)?;
            }
            Self::Fuzz => fuzz::fuzz()?,
            Self::Deny => {
                if !works("cargo-deny", &["--version"]) {
                    return Ok(Outcome::Skipped(
                        "cargo-deny is not installed (cargo install cargo-deny)",
                    ));
                }
                let remedy = "see deny.toml: replace the crate, or except it with a reason";
                cargo_step("deny check", remedy)?;
            }
        }
        Ok(Outcome::Passed)
    }
}

fn cargo_step(words: &str, remedy: &str) -> Result<()> {
    run(&mut cargo(words)).or_do(remedy)
}

fn test(tally: &mut Tally) -> Result<()> {
    tools::provide(HEADERS)?;
    tools::provide(&[Tool::Postgres])?;
    let cluster = Cluster::start(&Wish::default()).context("a private PostgreSQL")?;
    // `--no-fail-fast`: whoever mends one failure wants to see the others too.
    let mut tests = cargo(&format!("test --workspace --no-fail-fast {WALLET_FEATURES}"));
    run_tests(tests.env("TEST_POSTGRES", cluster.url()), tally)
        .or_do("run the failing test alone: `cargo test -p CRATE NAME` (with TEST_POSTGRES from `cargo xtask postgres`)")
}

/// With the runtime for models, in debug as the other tests, so that all else is built already.
fn faces(tally: &mut Tally) -> Result<()> {
    const LIBRARY: &str = "test -p yinzheng-faces --features models";
    const SERVER: &str = "test -p yinzheng-server --features faces --lib models";
    for words in [LIBRARY, SERVER] {
        run_tests(&mut cargo(words), tally).or_do(&format!("run them alone: `cargo {words}`"))?;
    }
    Ok(())
}
