//! `yinzheng client`: admits a relying party's client, as an admission file describes it, and suspends it.

mod admission;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use data_encoding::BASE64URL_NOPAD;
use formats::Secret;
use protocol::oauth::ClientAuthentication;
use rules::{OfficerId, OrganisationCode};
use service::{Platform, World};

use super::{CliError, ConfigFile};
use crate::RealWorld;
use crate::assemble::{Schema, assemble};
use crate::key_file::replace;
pub(super) use admission::AdmissionError;
use admission::RawAdmission;

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Admit a client, and its organisation if that is new
    Add(Add),
    /// Print an admission file to start from
    Example,
    /// List clients: id, state, organisation, name
    List(ConfigFile),
    /// Suspend a client, or an organisation with all its clients: within ten seconds they are told nothing more, and
    /// standing access ends
    Suspend(Change),
    /// End a suspension; what had ended stays ended, and persons are asked anew
    Resume(Change),
}

#[derive(Args, Debug)]
pub(super) struct Change {
    /// The client's id, as `list` shows it
    #[arg(required_unless_present = "organisation")]
    id: Option<String>,
    /// An organisation's code in its place: all its clients, also those admitted later
    #[arg(long, value_name = "CODE", conflicts_with = "id")]
    organisation: Option<OrganisationCode>,
    /// The officer who answers for it, by the id that `yinzheng officer list` shows; else the
    /// staff log says: the operator
    #[arg(long, value_name = "OFFICER")]
    by: Option<String>,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args, Debug)]
pub(super) struct Add {
    /// The admission file (see `yinzheng client example`)
    admission: PathBuf,
    /// Where to write the client's secret, readable by you only; without it the secret is printed,
    /// once
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    #[command(flatten)]
    file: ConfigFile,
}

impl ClientCommand {
    pub(super) async fn run(self) -> Result<(), CliError> {
        match self {
            Self::Add(add) => add.run().await,
            Self::Example => {
                print!("{}", admission::EXAMPLE);
                Ok(())
            }
            Self::List(file) => list(&platform(&file).await?).await,
            Self::Suspend(change) => {
                let (platform, by) = change.ready().await?;
                match &change.organisation {
                    Some(code) => platform.suspend_organisation(code, by).await?,
                    None => platform.suspend_client(change.name(), by).await?,
                }
                println!("suspended {}", change.name());
                Ok(())
            }
            Self::Resume(change) => {
                let (platform, by) = change.ready().await?;
                match &change.organisation {
                    Some(code) => platform.resume_organisation(code, by).await?,
                    None => platform.resume_client(change.name(), by).await?,
                }
                println!("resumed {}", change.name());
                Ok(())
            }
        }
    }
}

impl Change {
    async fn ready(&self) -> Result<(Platform, OfficerId), CliError> {
        let by = super::report::by(self.by.clone())?;
        Ok((platform(&self.file).await?, by))
    }

    /// What is changed, as the operator named it.
    fn name(&self) -> &str {
        let organisation = self.organisation.as_ref().map(OrganisationCode::as_str);
        organisation.or(self.id.as_deref()).unwrap_or_default()
    }
}

async fn list(platform: &Platform) -> Result<(), CliError> {
    let suspended = platform.suspended_organisations().await?;
    for record in platform.clients().await? {
        let with_it = suspended.iter().any(|party| party.organisation == record.organisation);
        let state = match record.suspended_at {
            Some(_) => "suspended",
            None if with_it => "suspended with its organisation",
            None => "active",
        };
        let organisation = record.organisation.as_str();
        let id = record.client.id.as_str();
        println!("{id:<24}  {state:<9}  {organisation}  {}", record.name_zh);
    }
    Ok(())
}

async fn platform(file: &ConfigFile) -> Result<Platform, CliError> {
    Ok(assemble(&file.read()?, Schema::Check).await?.platform)
}

impl Add {
    async fn run(self) -> Result<(), CliError> {
        let config = self.file.read()?;
        let raw = RawAdmission::read(&self.admission)?;
        let (authentication, secret) = if let Some(authentication) = raw.authentication()? {
            (authentication, None)
        } else {
            let secret = new_secret();
            (ClientAuthentication::by_secret(secret.expose()), Some(secret))
        };
        let admission = raw.admission(authentication)?;
        let id = admission.client.id.clone();
        assemble(&config, Schema::Check).await?.platform.admit(admission).await?;
        println!("admitted {id}");
        if let Some(secret) = secret {
            self.hand_over(&secret)?;
        }
        Ok(())
    }

    fn hand_over(&self, secret: &Secret<String>) -> Result<(), CliError> {
        match &self.secret_file {
            Some(path) => {
                replace(path, format!("{}\n", secret.expose()).as_bytes())?;
                println!("its secret is in {}; hand it over and delete the file", path.display());
            }
            None => println!("its secret, shown only now: {}", secret.expose()),
        }
        Ok(())
    }
}

/// FAPI 2.0 Security Profile §5.4.1: credentials have 128 bits of chance or more; these have 256.
/// RFC 6749 §10.10: "The probability of an attacker guessing generated tokens ... MUST be less than
/// or equal to 2^(-128)".
fn new_secret() -> Secret<String> {
    let world: &dyn World = &RealWorld;
    Secret::new(BASE64URL_NOPAD.encode(&world.draw::<32>()))
}
