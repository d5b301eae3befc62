//! `conformance/`: clients and browsers that others wrote, against our programs.

use std::process::Command;

use anyhow::{Context, Result};

use crate::{
    command::{run, run_tests},
    place,
    remedy::Remedy,
    tally::Tally,
    tools::Tool,
};

/// A folder there with a `package.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folder {
    name: String,
}

/// Every one, by name.
pub(crate) fn folders() -> Result<Vec<Folder>> {
    let mut found = Vec::new();
    for entry in
        std::fs::read_dir(place::root().join("conformance")).context("reading conformance/")?
    {
        let entry = entry?;
        if entry.path().join("package.json").exists() {
            found.push(Folder { name: entry.file_name().to_string_lossy().into_owned() });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

impl Folder {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What must be installed first.
    pub(crate) fn needs(&self) -> &'static [Tool] {
        match self.name.as_str() {
            "browser" => &[Tool::Node, Tool::Npm, Tool::Chromium, Tool::ChineseFont],
            "openid4vc" => &[Tool::Node, Tool::Npm, Tool::Chromium],
            "kill" => &[Tool::Node, Tool::Npm, Tool::Postgres],
            "chip" => &[
                Tool::Node,
                Tool::Npm,
                Tool::PcscDaemon,
                Tool::PcscHeaders,
                Tool::PkgConfig,
                Tool::EmulatedReader,
                Tool::EmulatedCard,
                Tool::PythonCryptography,
                Tool::Java,
                Tool::Maven,
            ],
            "wallet" => {
                &[Tool::Node, Tool::Npm, Tool::SoftToken, Tool::PcscHeaders, Tool::PkgConfig]
            }
            "go-oidc" => &[Tool::Node, Tool::Npm, Tool::Go],
            "nimbus" => &[Tool::Node, Tool::Npm, Tool::Java, Tool::Maven],
            _ => &[Tool::Node, Tool::Npm],
        }
    }

    /// What to say if its tools cannot be had: a client in a language the project does not need otherwise is left out then.
    pub(crate) fn or_else(&self) -> Option<&'static str> {
        match self.name.as_str() {
            "go-oidc" => Some("no Go here, and it cannot be installed (Debian: golang-go)"),
            "nimbus" => Some(
                "no Java and Maven here, and they cannot be installed (Debian: default-jdk-headless, maven)",
            ),
            _ => None,
        }
    }

    /// Installs what its lock file names, then runs its tests.
    pub(crate) fn test(&self, rounds: Option<u32>, tally: &mut Tally) -> Result<()> {
        let npm = |arguments: &[&str]| {
            let mut command = Command::new("npm");
            command.args(arguments).current_dir(place::root().join("conformance").join(&self.name));
            command
        };
        run(&mut npm(&["ci", "--no-audit", "--no-fund"]))
            .or_do("is an npm registry within reach?")?;
        let mut tests = npm(&["test"]);
        tests
            .env("YINZHENG", place::program("yinzheng"))
            .env("YINZHENG_WALLET", place::program("yinzheng-wallet"))
            .env("YINZHENG_READER", place::program("yinzheng-reader"))
            .env("YINZHENG_INVENTED", place::program("examples/invented"))
            .env("SD_JWT", place::program("examples/sd_jwt"))
            .env("XTASK", place::xtask());
        if let Some(rounds) = rounds {
            tests.env("ROUNDS", rounds.to_string());
        }
        run_tests(&mut tests, tally)
            .or_do(&format!("see above; this step alone: `cargo xtask test --only {}`", self.name))
    }
}
