//! `yinzheng status`: how many there are of each, and whether all is well. Numbers, never who.

use clap::Args;
use service::World;

use super::{CliError, ConfigFile};
use crate::assemble::{AssembleError, Databases};
use crate::config::Config;
use crate::key_file::KeyFile;
use crate::tls::OwnCertificate;
use crate::{RealWorld, chain};

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
        let certificates = certificates(&config);
        if counts.is_some() && keys.is_ok() && certificates {
            Ok(())
        } else {
            Err(CliError::Unhealthy)
        }
    }
}

/// Says of each certificate of ours how long it counts; whether all do.
fn certificates(config: &Config) -> bool {
    let now = RealWorld.now();
    let door = config.tls.as_ref().map(|tls| ("tls", &tls.own, Some(tls.name.clone())));
    let outside = config
        .outsiders
        .named()
        .filter_map(|(section, party)| Some((section, party.tls.as_ref()?.own.as_ref()?, None)));
    let mut all = true;
    for (section, files, name) in door.into_iter().chain(outside) {
        let (sentence, holds) = match OwnCertificate::load(files, name) {
            Ok(own) => match own.validity() {
                Some(validity) => (validity.sentence(now), validity.holds(now)),
                None => ("its dates cannot be read".to_owned(), false),
            },
            Err(error) => (chain::line(&error), false),
        };
        println!("{:<20} {sentence}", format!("certificate, {section}"));
        all &= holds;
    }
    all
}
