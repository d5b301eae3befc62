//! `yinzheng client`: admits a relying party's client, as an admission file describes it.

mod admission;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use data_encoding::BASE64URL_NOPAD;
use formats::{Secret, mac};
use protocol::oauth::ClientAuthentication;
use service::World;

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
        }
    }
}

impl Add {
    async fn run(self) -> Result<(), CliError> {
        let config = self.file.read()?;
        let raw = RawAdmission::read(&self.admission)?;
        let keys = raw.keys()?;
        let secret = keys.is_none().then(new_secret);
        let authentication = match (keys, &secret) {
            (Some(keys), _) => ClientAuthentication::PrivateKeyJwt { keys },
            (None, secret) => {
                let text = secret.as_ref().map_or("", |secret| secret.expose().as_str());
                ClientAuthentication::SecretBasic { secret_hash: mac::sha256(text.as_bytes()) }
            }
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
