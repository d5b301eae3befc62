//! The command line: one file a command. No command prints who a person is.

mod client;
mod config;
mod demo;
mod keys;
mod migrate;
mod officer;
mod receipt;
mod report;
mod serve;
mod status;
mod stop;
mod trust;

use std::error::Error as StdError;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::assemble::AssembleError;
use crate::chain::chain;
use crate::config::{Config, ConfigError};
use crate::http::front::NoFront;
use crate::key_file::KeyFileError;

/// Yinzheng (隐证): proves that a person is someone, of age, the same as last time — without telling
/// who.
#[derive(Debug, Parser)]
#[command(name = "yinzheng", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "First time here: `yinzheng demo`, then open http://localhost:8080.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try everything with invented people: platform, registry, an airline, a shop, an insurer, a hotel and a museum
    Demo(demo::Demo),
    /// Run the platform
    Serve(serve::Serve),
    /// Explain the configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Bring the databases to this version's schema
    Migrate(migrate::Migrate),
    /// Admit relying parties
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Invite, list and suspend officers of service counters
    #[command(subcommand)]
    Officer(officer::OfficerCommand),
    /// Look after the keys
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Check receipts that relying parties kept
    #[command(subcommand)]
    Receipt(receipt::ReceiptCommand),
    /// Read what persons reported of relying parties
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// Say whose travel documents are believed
    #[command(subcommand)]
    Trust(trust::TrustCommand),
    /// Count what is there and say whether all is well
    Status(status::Status),
}

/// Where the configuration is.
#[derive(Args, Clone, Debug)]
struct ConfigFile {
    /// The configuration file (docs/configuration.md)
    #[arg(long = "config", value_name = "FILE", default_value = "yinzheng.toml")]
    path: PathBuf,
}

impl ConfigFile {
    fn read(&self) -> Result<Config, CliError> {
        Ok(Config::read(&self.path)?)
    }
}

/// Why a command ended without its result. The sentences say what to do next.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error("the configuration cannot be used")]
    Config(#[from] ConfigError),
    #[error("the platform cannot start")]
    Assemble(#[from] AssembleError),
    #[error("tls: the platform cannot answer over TLS")]
    Front(#[from] NoFront),
    #[error("the keys cannot be used")]
    Keys(#[from] KeyFileError),
    #[error("the key purpose cannot be rotated")]
    Rotation(#[from] service::keys::BadKeys),
    #[error("the key is not certified")]
    Certificate(#[from] service::keys::NotCertified),
    #[error("{address} is taken: stop what listens there, or choose another with `{option}`")]
    Taken { address: String, option: &'static str },
    #[error("cannot listen on {address}")]
    Listen {
        address: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the admission cannot be used")]
    Admission(#[from] client::AdmissionError),
    #[error("{0} is no report: `yinzheng report list` shows their ids")]
    Report(String),
    #[error("not verified")]
    Receipt(#[from] receipt::ReceiptError),
    #[error("there is no such officer: `yinzheng officer list` shows their ids")]
    Officer(#[from] rules::ids::NotAnId),
    #[error("{0} cannot be trusted")]
    Trust(String, #[source] service::TrustError),
    #[error(
        "{0} is no fingerprint: give the 64 hexadecimal digits that `yinzheng trust list` prints, or the first 8 and more"
    )]
    Fingerprint(String),
    #[error("the platform did not do it")]
    Service(#[from] service::Error),
    #[error("cannot {doing}")]
    Io {
        doing: &'static str,
        #[source]
        source: std::io::Error,
    },
    #[error("the demonstration's neighbours cannot start")]
    Demo(#[source] Box<dyn StdError + Send + Sync>),
    #[error("{0} acts of officers are not signed as they should be; see above")]
    StaffLogBroken(u64),
    #[error("not healthy; see above")]
    Unhealthy,
}

impl CliError {
    /// 2: what was asked or configured must change first; 1: everything else.
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Config(_)
            | Self::Admission(_)
            | Self::Rotation(_)
            | Self::Trust(..)
            | Self::Fingerprint(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => return report(&CliError::Io { doing: "start the runtime", source }),
    };
    match runtime.block_on(cli.command.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

impl Command {
    async fn run(self) -> Result<(), CliError> {
        match self {
            Self::Demo(demo) => demo.run().await,
            Self::Serve(serve) => serve.run().await,
            Self::Config(command) => command.run(),
            Self::Migrate(migrate) => migrate.run().await,
            Self::Client(command) => command.run().await,
            Self::Officer(command) => command.run().await,
            Self::Keys(command) => command.run(),
            Self::Receipt(command) => command.run(),
            Self::Report(command) => command.run().await,
            Self::Trust(command) => command.run().await,
            Self::Status(status) => status.run().await,
        }
    }
}

/// The whole chain, one cause a line.
fn report(error: &CliError) -> ExitCode {
    for (place, sentence) in chain(error).into_iter().enumerate() {
        eprintln!("{}{sentence}", if place == 0 { "error: " } else { "  because: " });
    }
    error.exit_code()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn help_is_what_was_reviewed() {
        Cli::command().debug_assert();
        let mut text = String::new();
        collect(&Cli::command(), "yinzheng", &mut text);
        insta::assert_snapshot!(text);
    }

    fn collect(command: &clap::Command, path: &str, text: &mut String) {
        let mut named = command.clone().display_name(path.to_owned()).bin_name(path.to_owned());
        let help = named.render_long_help().to_string();
        text.extend(["$ ", path, " --help\n", &help, "\n\n"]);
        for sub in command.get_subcommands() {
            collect(sub, &format!("{path} {}", sub.get_name()), text);
        }
    }
}
