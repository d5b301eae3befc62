//! What the steps need from the machine: installed with apt where we may, named exactly where we may not.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use crate::command::{run, said, works};

/// Node's oldest version that runs the conformance clients.
const OLDEST_NODE: u32 = 20;

/// Something a step calls or shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Formatter,
    Linter,
    Postgres,
    Node,
    Npm,
    Chromium,
    ChineseFont,
    PcscDaemon,
    PcscHeaders,
    PkgConfig,
    EmulatedReader,
    EmulatedCard,
    PythonCryptography,
    Java,
    Maven,
    SoftToken,
    /// Not among [`Tool::ALL`]: one client needs it, and is left out where it cannot be had.
    Go,
}

impl Tool {
    pub(crate) const ALL: [Self; 16] = [
        Self::Formatter,
        Self::Linter,
        Self::Postgres,
        Self::Node,
        Self::Npm,
        Self::Chromium,
        Self::ChineseFont,
        Self::PcscDaemon,
        Self::PcscHeaders,
        Self::PkgConfig,
        Self::EmulatedReader,
        Self::EmulatedCard,
        Self::PythonCryptography,
        Self::Java,
        Self::Maven,
        Self::SoftToken,
    ];

    fn is_there(self) -> bool {
        match self {
            Self::Formatter => works("cargo", &["fmt", "--version"]),
            Self::Linter => works("cargo", &["clippy", "--version"]),
            Self::Postgres => postgres_programs().is_some(),
            Self::Node => works("node", &["--version"]),
            Self::Npm => works("npm", &["--version"]),
            Self::Chromium => Path::new("/usr/bin/chromium").exists(),
            Self::ChineseFont => {
                Path::new("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc").exists()
            }
            Self::PcscDaemon => works("pcscd", &["--version"]),
            Self::PcscHeaders => Path::new("/usr/include/PCSC/winscard.h").exists(),
            Self::PkgConfig => works("pkg-config", &["--version"]),
            Self::EmulatedReader => {
                Path::new("/usr/lib/pcsc/drivers/serial/libifdvpcd.so").exists()
            }
            Self::EmulatedCard => Path::new("/usr/bin/vicc").exists(),
            // Debian's own Python: the emulated card's package is its.
            Self::PythonCryptography => works("/usr/bin/python3", &["-c", "import cryptography"]),
            // With its compiler: one source file is run as it is.
            Self::Java => works("javac", &["-version"]),
            Self::Maven => works("mvn", &["--version"]),
            Self::SoftToken => works("softhsm2-util", &["--version"]),
            Self::Go => works("go", &["version"]),
        }
    }

    fn supplier(self) -> Supplier {
        match self {
            Self::Formatter => Supplier::Rustup("rustfmt"),
            Self::Linter => Supplier::Rustup("clippy"),
            Self::Postgres => Supplier::Debian("postgresql"),
            Self::Node => Supplier::Debian("nodejs"),
            Self::Npm => Supplier::Debian("npm"),
            Self::Chromium => Supplier::Debian("chromium"),
            Self::ChineseFont => Supplier::Debian("fonts-wqy-microhei"),
            Self::PcscDaemon => Supplier::Debian("pcscd"),
            Self::PcscHeaders => Supplier::Debian("libpcsclite-dev"),
            Self::PkgConfig => Supplier::Debian("pkg-config"),
            Self::EmulatedReader => Supplier::Debian("vsmartcard-vpcd"),
            Self::EmulatedCard => Supplier::Debian("vsmartcard-vpicc"),
            Self::PythonCryptography => Supplier::Debian("python3-cryptography"),
            Self::Java => Supplier::Debian("default-jdk-headless"),
            Self::Maven => Supplier::Debian("maven"),
            Self::SoftToken => Supplier::Debian("softhsm2"),
            Self::Go => Supplier::Debian("golang-go"),
        }
    }
}

enum Supplier {
    Debian(&'static str),
    Rustup(&'static str),
}

/// Makes sure the tools are there. As root, or with `CI=true`, what is missing is installed; else it is named.
pub(crate) fn provide(tools: &[Tool]) -> Result<()> {
    let missing = || tools.iter().filter(|tool| !tool.is_there()).map(|tool| tool.supplier());
    let (mut packages, mut components) = (Vec::new(), Vec::new());
    for supplier in missing() {
        match supplier {
            Supplier::Debian(package) => packages.push(package),
            Supplier::Rustup(component) => components.push(component),
        }
    }
    if !components.is_empty() {
        bail!("missing: {0}. What to do: rustup component add {0}", components.join(" "));
    }
    if !packages.is_empty() {
        install(&packages)?;
        if missing().next().is_some() {
            bail!("apt installed {}, but something is still not found", packages.join(" "));
        }
    }
    if tools.contains(&Tool::Node) { node_is_new_enough() } else { Ok(()) }
}

fn install(packages: &[&str]) -> Result<()> {
    let root = said("id", &["-u"]).is_some_and(|id| id == "0");
    let ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    let names = packages.join(" ");
    if !works("apt-get", &["--version"]) {
        bail!("missing, by their Debian names: {names}. What to do: install them");
    }
    if !root && !ci {
        bail!("missing: {names}. What to do: sudo apt-get install --no-install-recommends {names}");
    }
    println!("  installing {names}");
    let apt = |arguments: &[&str]| {
        let mut command = if root { Command::new("apt-get") } else { Command::new("sudo") };
        if !root {
            command.args(["-n", "apt-get"]);
        }
        run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-q"])?;
    apt(&[&["install", "-q", "-y", "--no-install-recommends"], packages].concat())
}

fn node_is_new_enough() -> Result<()> {
    let version = said("node", &["--version"]).unwrap_or_default();
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(found) if found >= OLDEST_NODE => Ok(()),
        _ => bail!(
            "node is {version}; what to do: install {OLDEST_NODE} or newer (Debian 13 has it; else nodejs.org)"
        ),
    }
}

/// The folder with `initdb`, `pg_ctl` and the rest: Debian keeps them out of the `PATH`, one folder a version.
pub(crate) fn postgres_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .max();
    let in_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
    };
    newest.map(|(_, programs)| programs).or_else(in_path)
}
