//! `yinzheng migrate`: brings both planes to this version's schema. Safe to run again.

use clap::Args;

use super::{CliError, ConfigFile};
use crate::assemble::Databases;

#[derive(Args, Debug)]
pub(super) struct Migrate {
    #[command(flatten)]
    file: ConfigFile,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let applied = Databases::open(&self.file.read()?)?.migrate().await?;
        for name in &applied {
            println!("applied {name}");
        }
        if applied.is_empty() {
            println!("nothing to apply: the schema is this version's");
        }
        Ok(())
    }
}
