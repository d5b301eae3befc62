//! `yinzheng demo`: platform, registry, inbox, a phone and five relying parties in one process, with invented
//! people.
//!
//! The neighbours speak to the platform over HTTP as real ones would; nothing but the process is
//! shared.

mod addresses;
mod authority;
mod clients;
mod neighbours;

use std::path::PathBuf;

use clap::Args;

use super::{CliError, serve, stop};
use crate::assemble::{Schema, assemble};
use crate::config::{
    Config, Profile, RawConfig, RawDatabase, RawDocuments, RawKeys, RawLimits, RawOutside,
    RawRecovery, RawRelyingParties, RawRetention, RawTour, RawWallet, RawWalletKeys,
};
use crate::instance::Instance;
use crate::telemetry::{self, Verbosity};
use crate::{App, Setup};
use addresses::{Addresses, Listeners};
use neighbours::Neighbours;

/// Everybody at a demonstration, load generators included, comes from one address.
const PER_SECOND: u32 = 100_000;

#[derive(Args, Debug)]
pub(super) struct Demo {
    /// The platform's port; the airline has the next, shop, insurer, hotel, museum and phone those
    /// after it, registry and inbox the tenth and eleventh after. 0: any that are free
    #[arg(long, value_name = "PORT", default_value_t = 8080, value_parser = clap::value_parser!(u16).range(..=65_000))]
    port: u16,
    /// Where databases and keys are kept between runs
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data: PathBuf,
    /// Another database: `sqlite:<folder>`, or `postgres://user@host/name` with `<name>_vault`
    /// beside it
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Credentials signed in a second: with a small number, wallets are told to come again
    #[arg(long, value_name = "N", default_value_t = RawLimits::default().credentials_per_second)]
    credentials_per_second: u32,
    /// Write the addresses to this file, as JSON, once all is ready
    #[arg(long, value_name = "FILE")]
    addresses: Option<PathBuf>,
    /// Print only the line that says all is ready
    #[arg(long)]
    quiet: bool,
}

impl Demo {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let lines = telemetry::start(Verbosity::Quiet);
        let stop = stop::on_signal()?;
        let listeners = Listeners::bind(self.port).await?;
        let addresses = listeners.addresses()?;
        let neighbours = Neighbours::new(&addresses, &self.data)?;
        let mut config = self.config(&addresses)?;
        config.outsiders.show(neighbours.token());

        let assembled = assemble(&config, Schema::Migrate).await?;
        if let Some(keys) = authority::certified(&config, &assembled.keys)? {
            assembled.platform.replace_keys(keys);
        }
        clients::admit(&assembled.platform, neighbours.admissions()).await?;
        for authority in neighbours.authorities() {
            let trusted = assembled.platform.import_trust(authority).await;
            trusted
                .map_err(|cause| CliError::Trust("the sandbox's authority".to_owned(), cause))?;
        }
        let setup = Setup {
            profile: config.profile,
            operator: config.operator,
            limits: config.limits,
            ticket_key: assembled.keys.derived(serve::FORM_TICKETS),
            tour: config.tour,
        };
        let instance = Instance {
            app: App::new(assembled.platform, setup),
            keys: assembled.keys,
            followed: assembled.followed,
            connections: config.limits.connections,
            listener: listeners.platform,
            front: None,
            mutual: None,
            metrics: None,
        };
        let flushing = tokio::spawn(lines.clone().keep_flushing());
        let neighbours = tokio::spawn(neighbours.serve(listeners.neighbours, stop.clone()));
        self.announce(&addresses)?;
        instance.run(stop).await;
        // They have nothing to lose: what they know is in memory and gone with them.
        neighbours.abort();
        flushing.abort();
        lines.flush();
        Ok(())
    }

    /// The configuration of a demonstration, through the same checks as any other.
    fn config(&self, addresses: &Addresses) -> Result<Config, CliError> {
        let outside = |url: &str| RawOutside { sandbox: true, ..RawOutside::at(url) };
        let raw = RawConfig {
            profile: Profile::Sandbox,
            issuer: addresses.platform.clone(),
            listen: addresses.listen,
            tls: None,
            metrics_listen: None,
            data_directory: self.data.clone(),
            time_zone: "Asia/Shanghai".to_owned(),
            operator: None,
            database: RawDatabase { url: self.database.clone(), ..RawDatabase::default() },
            keys: RawKeys::default(),
            registry: outside(&addresses.registry),
            messages: outside(&addresses.inbox),
            portrait: Some(outside(&addresses.registry)),
            portrait_models: None,
            relying_parties: RawRelyingParties::default(),
            tour: Some(RawTour {
                cards: addresses.registry.clone(),
                inbox: format!("{}/inbox", addresses.inbox),
                airline: addresses.airline.clone(),
                shop: addresses.shop.clone(),
                insurer: addresses.insurer.clone(),
                hotel: addresses.hotel.clone(),
                museum: addresses.museum.clone(),
                phone: addresses.phone.clone(),
            }),
            wallets: vec![wallet()],
            wallet_keys: RawWalletKeys::default(),
            scenes: clients::own_scenes(),
            documents: RawDocuments { foreign_passports: true },
            retention: RawRetention::default(),
            recovery: RawRecovery::default(),
            limits: RawLimits {
                pages_per_second: PER_SECOND,
                pages_burst: PER_SECOND,
                clients_per_second: PER_SECOND,
                clients_burst: PER_SECOND,
                credentials_per_second: self.credentials_per_second,
                ..RawLimits::default()
            },
        };
        Ok(Config::try_from(raw)?)
    }

    fn announce(&self, addresses: &Addresses) -> Result<(), CliError> {
        if let Some(path) = &self.addresses {
            addresses.write(path)?;
        }
        if !self.quiet {
            print!("{}", addresses.table(&self.data));
        }
        println!("ready {}", addresses.platform);
        Ok(())
    }
}

/// A wallet that anybody may be who tries one out: nobody vouches for it, and it comes back to this machine only.
fn wallet() -> RawWallet {
    RawWallet {
        client_id: "sandbox-wallet".to_owned(),
        name: "Sandbox Wallet".to_owned(),
        redirect_uris: vec!["http://127.0.0.1:65500/callback".to_owned()],
        provider_keys_file: None,
        provider: None,
        provider_authorities_file: None,
    }
}
