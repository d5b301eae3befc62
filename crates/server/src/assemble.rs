//! From a configuration to a platform: databases, keys, outside parties, the real world, put
//! together.

use std::sync::Arc;

use protocol::oidc::discovery::MutualTls;
use service::{Outside, Platform, Registering, Settings, World};
use store::{Database, Location};

use crate::RealWorld;
use crate::config::{Config, Profile};
use crate::followed::Followed;
use crate::key_file::{KeyFile, KeyFileError, make_private_folder};
use crate::outside::{Callback, Faces, Messages, PartyError, Portraits, Registry};
use crate::tls::{self, Oldest, TlsFileError};

/// A platform, and the home of its keys.
pub(crate) struct Assembled {
    pub(crate) platform: Platform,
    pub(crate) keys: KeyFile,
    /// What it shows outside parties of itself, and what it knows wallets' providers by, renewed while it runs.
    pub(crate) followed: Vec<Arc<dyn Followed>>,
}

/// What is done with a schema that is older than this program.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Schema {
    /// It is brought up to date.
    Migrate,
    /// It is refused.
    Check,
}

/// Why there is no platform.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AssembleError {
    #[error("the data folder cannot be made")]
    Folder(#[source] std::io::Error),
    #[error("the keys cannot be opened")]
    Keys(#[from] KeyFileError),
    #[error("database.ca_file: it cannot be used")]
    Authorities(#[from] TlsFileError),
    #[error("TLS to the database cannot be set up")]
    Tls(#[from] rustls::Error),
    #[error("the database does not answer")]
    Store(#[source] store::Error),
    #[error("the database is not this version's")]
    Behind(#[source] store::Error),
    #[error("an outside party cannot be set up")]
    Outside(#[from] PartyError),
    #[cfg(feature = "faces")]
    #[error("portrait_models: the models cannot be used")]
    Models(#[from] crate::outside::NoModels),
}

impl From<store::Error> for AssembleError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Behind { .. } => Self::Behind(error),
            _ => Self::Store(error),
        }
    }
}

/// Both planes' databases.
pub(crate) struct Databases {
    pub(crate) authentication: Database<store::Authentication>,
    pub(crate) vault: Database<store::Vault>,
}

impl Databases {
    pub(crate) fn open(config: &Config) -> Result<Self, AssembleError> {
        for location in [&config.database, &config.vault] {
            if let Location::Sqlite(folder) = location {
                make_private_folder(folder).map_err(AssembleError::Folder)?;
            }
        }
        let tls = match &config.database_authorities {
            Some(path) => {
                let authorities = tls::authorities_in(path)?;
                Some(tls::towards(authorities, Oldest::Tls13, None, Arc::new(RealWorld))?)
            }
            None => None,
        };
        Ok(Self {
            authentication: Database::open_with(&config.database, tls.clone())?,
            vault: Database::open_with(&config.vault, tls)?,
        })
    }

    /// Applies what is missing; says what it applied.
    pub(crate) async fn migrate(&self) -> Result<Vec<String>, AssembleError> {
        let now = RealWorld.now();
        let authentication = self
            .authentication
            .migrate(now)
            .await?
            .into_iter()
            .map(|name| format!("authentication/{name}"));
        let vault = self.vault.migrate(now).await?.into_iter().map(|name| format!("vault/{name}"));
        Ok(authentication.chain(vault).collect())
    }

    /// Refuses a schema older than this program.
    pub(crate) async fn check(&self) -> Result<(), AssembleError> {
        self.authentication.check_schema().await?;
        Ok(self.vault.check_schema().await?)
    }
}

/// Puts a platform together.
pub(crate) async fn assemble(config: &Config, schema: Schema) -> Result<Assembled, AssembleError> {
    let databases = Databases::open(config)?;
    match schema {
        Schema::Migrate => drop(databases.migrate().await?),
        Schema::Check => databases.check().await?,
    }
    let enrolled = if KeyFile::is_missing(&config.keys) {
        databases.authentication.read(async |tx| tx.counts().await).await?.persons
    } else {
        0
    };
    let keys = KeyFile::open_or_make(&config.keys, enrolled, &RealWorld)?;
    let registry = Registry::new(&config.outsiders.registry, config.issuer.clone())?;
    let messages = Messages::new(&config.outsiders.messages)?;
    let faces = faces(config)?;
    let shown = [registry.own(), messages.own(), faces.party.as_ref().and_then(Portraits::own)];
    let shown = shown.into_iter().flatten().map(|own| own as _);
    let providers = config.providers.iter().map(|file| Arc::clone(file) as _);
    let followed = shown.chain(providers).collect();
    let outside = Outside {
        registry: Box::new(registry),
        faces: Box::new(faces),
        messages: Box::new(messages),
        relying_parties: Box::new(Callback::new(&config.relying_parties)?),
    };
    let settings = Settings {
        issuer: config.issuer.clone(),
        time_zone: config.time_zone.clone(),
        event_lifetime: config.event_lifetime,
        cool_down: config.cool_down,
        foreign_passports: config.foreign_passports,
        own_scenes: config.own_scenes.clone(),
        wallets: config.wallets.clone(),
        credentials_per_second: config.limits.credentials_per_second,
        registration: match config.profile {
            Profile::Sandbox => Registering::ByThemselves,
            Profile::Production => Registering::ByAdmission,
        },
        mutual_tls: config.tls.as_ref().and_then(|tls| tls.clients.as_ref()).map(|clients| {
            MutualTls {
                address: clients.address.clone(),
                authorities: clients.authorities.is_some(),
            }
        }),
    };
    let Databases { authentication, vault } = databases;
    let platform =
        Platform::new(authentication, vault, keys.ring()?, outside, Arc::new(RealWorld), settings);
    Ok(Assembled { platform, keys, followed })
}

/// Whoever compares faces.
fn faces(config: &Config) -> Result<Faces, AssembleError> {
    let party = config.outsiders.portrait.as_ref();
    Ok(Faces {
        party: party.map(Portraits::new).transpose()?,
        #[cfg(feature = "faces")]
        models: config
            .portrait_models
            .as_ref()
            .map(crate::outside::LocalModels::load)
            .transpose()?,
    })
}

#[cfg(test)]
mod tests;
