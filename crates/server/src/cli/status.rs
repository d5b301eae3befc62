//! `yinzheng status`: how many there are of each, and whether all is well. Numbers, never who.

use clap::Args;
use service::World;

use super::{CliError, ConfigFile};
use crate::RealWorld;
use crate::assemble::{AssembleError, Databases};
use crate::key_file::KeyFile;

#[derive(Args, Debug)]
pub(super) struct Status {
    #[command(flatten)]
    file: ConfigFile,
}

impl Status {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let config = self.file.read()?;
        let databases = Databases::open(&config)?;
        let counts = match databases.check().await {
            Ok(()) => Some(
                databases
                    .authentication
                    .read(async |tx| tx.counts().await)
                    .await
                    .map_err(AssembleError::from)?,
            ),
            Err(error) => {
                println!("databases            {error}");
                None
            }
        };
        if let Some(counts) = counts {
            println!("databases            ready");
            println!("persons              {}", counts.persons);
            println!("certificates         {}", counts.certificates);
            println!("relying parties      {}", counts.relying_parties);
            println!("clients              {}", counts.clients);
        }
        let keys = KeyFile::open(&config.keys).and_then(|file| {
            file.ring()?;
            file.read()
        });
        match &keys {
            Ok(keys) => {
                let oldest =
                    keys.iter().map(|key| RealWorld.now().duration_since(key.made_at)).max();
                println!(
                    "keys                 {} (oldest {} days)",
                    keys.len(),
                    oldest.map_or(0, |age| age.as_hours() / 24)
                );
            }
            Err(error) => println!("keys                 {error}"),
        }
        if counts.is_some() && keys.is_ok() { Ok(()) } else { Err(CliError::Unhealthy) }
    }
}
