//! `yinzheng officer`: who may work at a counter. An invitation is a link, good once and for a day; what the officer holds
//! is a passkey of their own.

use clap::{Args, Subcommand};
use rules::OfficerId;
use service::{Platform, StaffVerdict};
use store::authentication::StaffEntry;

use super::{CliError, ConfigFile};
use crate::assemble::{Schema, assemble};

#[derive(Debug, Subcommand)]
pub(super) enum OfficerCommand {
    /// Invite an officer: prints a link, good once and for a day
    Invite(Invite),
    /// List officers: id, state, office, name
    List(ConfigFile),
    /// Suspend an officer at once
    Suspend(Suspend),
    /// Print what officers did lately: when, who, what, and the digest of the application or file
    Log(Log),
}

#[derive(Args, Debug)]
pub(super) struct Invite {
    /// The officer's name, for the operator and for colleagues
    #[arg(long)]
    name: String,
    /// The office they work at; persons see it in their record
    #[arg(long)]
    office: String,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args, Debug)]
pub(super) struct Suspend {
    /// The officer's id, as `list` shows it
    id: String,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args, Debug)]
pub(super) struct Log {
    /// Verify the signature of every act that is kept, oldest first; fails if one does not hold
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    file: ConfigFile,
}

impl OfficerCommand {
    pub(super) async fn run(self) -> Result<(), CliError> {
        match self {
            Self::Invite(invite) => invite.run().await,
            Self::List(file) => list(&platform(&file).await?).await,
            Self::Suspend(suspend) => suspend.run().await,
            Self::Log(Log { verify: true, file }) => verify(&platform(&file).await?).await,
            Self::Log(Log { verify: false, file }) => log(&platform(&file).await?).await,
        }
    }
}

impl Invite {
    async fn run(self) -> Result<(), CliError> {
        let platform = platform(&self.file).await?;
        let invited = platform.invite_officer(&self.name, &self.office).await?;
        println!("invited {}", invited.id);
        println!("hand this link over in person; it is good once, for a day:");
        println!("{}/counter/join?invitation={}", platform.issuer().as_str(), invited.invitation);
        Ok(())
    }
}

impl Suspend {
    async fn run(self) -> Result<(), CliError> {
        let id: OfficerId = self.id.parse()?;
        platform(&self.file).await?.suspend_officer(id).await?;
        println!("suspended {id}");
        Ok(())
    }
}

async fn list(platform: &Platform) -> Result<(), CliError> {
    for officer in platform.officers().await? {
        let state = match (officer.suspended_at, officer.joined_at) {
            (Some(_), _) => "suspended",
            (None, Some(_)) => "active",
            (None, None) => "invited",
        };
        println!("{}  {state:<9}  {}  {}", officer.id, officer.office, officer.name);
    }
    Ok(())
}

/// Lines of the staff log shown.
const SHOWN: u32 = 200;

async fn log(platform: &Platform) -> Result<(), CliError> {
    for entry in platform.staff_log(SHOWN).await? {
        println!("{}", line(&entry));
    }
    Ok(())
}

async fn verify(platform: &Platform) -> Result<(), CliError> {
    let (mut signed, mut broken) = (0_u64, 0_u64);
    for (entry, verdict) in platform.verify_staff_log().await? {
        let word = match verdict {
            StaffVerdict::Signed => "signed",
            StaffVerdict::NothingToSign => "-",
            StaffVerdict::Broken => "BROKEN",
        };
        signed += u64::from(verdict == StaffVerdict::Signed);
        broken += u64::from(verdict == StaffVerdict::Broken);
        println!("{}  {word}", line(&entry));
    }
    println!("{signed} signatures hold, {broken} do not");
    if broken == 0 { Ok(()) } else { Err(CliError::StaffLogBroken(broken)) }
}

fn line(entry: &StaffEntry) -> String {
    let digest = data_encoding::HEXLOWER.encode(&entry.digest);
    let at = entry.at.strftime("%F %H:%MZ");
    let who = match entry.officer {
        service::OPERATOR => "the operator".to_owned(),
        officer => officer.to_string(),
    };
    format!("{at}  {who:<36}  {:<14}  {digest}", entry.act.as_str())
}

async fn platform(file: &ConfigFile) -> Result<Platform, CliError> {
    Ok(assemble(&file.read()?, Schema::Check).await?.platform)
}
