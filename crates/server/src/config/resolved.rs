//! What a configuration means, made once from [`RawConfig`]: every value parsed, every default
//! filled in, and what may not stand together refused.

use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use jiff::tz::TimeZone;
use protocol::issuance::wallet::KnownWallets;
use protocol::oauth::Issuer;
use rules::retention::EventLifetime;
use rules::{CoolDown, OwnScenes};
use store::Location;
use url::Url;

use super::database::databases;
use super::error::ConfigError;
use super::operator::Operator;
use super::outside::Outsiders;
use super::own_scenes::own_scenes;
use super::portrait_models::PortraitModels;
use super::raw::{Profile, RawConfig, RawLimits, RawTour};
use super::relying_parties::RelyingParties;
use super::tls::Tls;
use super::wallets::wallets;
use crate::Tour;
use crate::provider_file::ProviderFile;

/// A configuration that can be run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Real people or invented ones.
    pub profile: Profile,
    /// The platform's public address.
    pub issuer: Issuer,
    /// Where to listen.
    pub listen: SocketAddr,
    /// TLS at our own door, unless a proxy in front has it.
    pub tls: Option<Tls>,
    /// Where to serve metrics, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// Where birthdays happen.
    pub time_zone: TimeZone,
    /// Who runs the platform.
    pub operator: Operator,
    /// The authentication plane's database.
    pub database: Location,
    /// The vault's database.
    pub vault: Location,
    /// File of the authorities that PostgreSQL's certificates are believed by; in clear, on this machine, without.
    pub database_authorities: Option<PathBuf>,
    /// The sealed keys and what opens them.
    pub keys: KeyFiles,
    /// The parties the platform asks.
    pub outsiders: Outsiders,
    /// How relying parties' servers are called.
    pub relying_parties: RelyingParties,
    /// The operator's own face models, if there are any.
    pub portrait_models: Option<PortraitModels>,
    /// In the sandbox, what a newcomer may try.
    pub tour: Option<Tour>,
    /// The operator's own scenes.
    pub own_scenes: OwnScenes,
    /// The wallets that may come by themselves.
    pub wallets: KnownWallets,
    /// What their providers are known by.
    pub(crate) providers: Vec<Arc<ProviderFile>>,
    /// Whether passports of other states are taken.
    pub foreign_passports: bool,
    /// How long authentication events are kept.
    pub event_lifetime: EventLifetime,
    /// How long a change that somebody else may have made can be objected to.
    pub cool_down: CoolDown,
    /// How much is too much.
    pub limits: Limits,
}

/// The two key files.
#[derive(Clone, Debug)]
pub struct KeyFiles {
    /// The keys, sealed.
    pub sealed: PathBuf,
    /// The master key.
    pub master: PathBuf,
}

/// How much is too much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steady rate and burst from one address to pages.
    pub pages: (NonZeroU32, NonZeroU32),
    /// Steady rate and burst from one address to what relying parties call.
    pub clients: (NonZeroU32, NonZeroU32),
    /// Connections open at once.
    pub connections: NonZeroU32,
    /// Those of one address, where no proxy stands in front.
    pub connections_per_address: NonZeroU32,
    /// How many of them may begin each second.
    pub handshakes_per_second: NonZeroU32,
    /// Credentials signed in a second.
    pub credentials_per_second: NonZeroU32,
    /// Whether the address is the one the proxy wrote.
    pub behind_proxy: bool,
}

impl Config {
    /// Reads and resolves the file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.into(), source })?
            .parse()
    }
}

impl FromStr for Config {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        toml::from_str::<RawConfig>(text)
            .map_err(|error| ConfigError::Syntax(error.into()))?
            .try_into()
    }
}

impl TryFrom<RawConfig> for Config {
    type Error = ConfigError;

    fn try_from(raw: RawConfig) -> Result<Self, ConfigError> {
        let (database, vault) = databases(&raw.database, &raw.data_directory)?;
        let profile = raw.profile;
        let outsiders = Outsiders::new(&raw)?;
        let issuer = issuer(&raw.issuer, profile)?;
        let (wallets, providers) = wallets(&raw.wallets, raw.wallet_keys)?;
        let tls = raw.tls.map(|raw| Tls::new(raw, &issuer)).transpose()?;
        Ok(Self {
            profile,
            issuer,
            listen: raw.listen,
            metrics_listen: raw.metrics_listen,
            time_zone: TimeZone::get(&raw.time_zone)
                .map_err(|_| ConfigError::TimeZone(raw.time_zone.clone()))?,
            operator: Operator::new(raw.operator, profile)?,
            database,
            vault,
            database_authorities: raw.database.ca_file,
            keys: KeyFiles {
                sealed: raw.keys.file.unwrap_or_else(|| raw.data_directory.join("keys.sealed")),
                master: raw
                    .keys
                    .master_key_file
                    .unwrap_or_else(|| raw.data_directory.join("master.key")),
            },
            outsiders,
            relying_parties: RelyingParties::new(raw.relying_parties, profile)?,
            tls,
            portrait_models: raw.portrait_models.map(PortraitModels::try_from).transpose()?,
            tour: raw.tour.map(|raw| tour(raw, profile)).transpose()?,
            own_scenes: own_scenes(&raw.scenes)?,
            wallets,
            providers,
            foreign_passports: raw.documents.foreign_passports,
            event_lifetime: match raw.retention.events_days {
                Some(days) => EventLifetime::of_days(days).map_err(ConfigError::Retention)?,
                None => EventLifetime::DEFAULT,
            },
            cool_down: match raw.recovery.cool_down_hours {
                Some(hours) => CoolDown::of_hours(hours).map_err(ConfigError::CoolDown)?,
                None => CoolDown::DEFAULT,
            },
            limits: Limits::try_from(&raw.limits)?,
        })
    }
}

fn issuer(text: &str, profile: Profile) -> Result<Issuer, ConfigError> {
    let issuer: Issuer = text.parse().map_err(|_| ConfigError::Issuer)?;
    let url = Url::parse(text).map_err(|_| ConfigError::Issuer)?;
    // No path: the `__Host-` prefix of our cookies demands `Path=/`, and what is beside us on the
    // host must not read them.
    let allowed = url.scheme() == "https" || profile == Profile::Sandbox;
    if allowed && url.path() == "/" { Ok(issuer) } else { Err(ConfigError::Issuer) }
}

fn tour(raw: RawTour, profile: Profile) -> Result<Tour, ConfigError> {
    if profile != Profile::Sandbox {
        return Err(ConfigError::SandboxOutside("tour"));
    }
    let RawTour { cards, inbox, airline, shop, insurer, hotel, museum, phone } = raw;
    Ok(Tour { cards, inbox, airline, shop, insurer, hotel, museum, phone })
}

impl TryFrom<&RawLimits> for Limits {
    type Error = ConfigError;

    fn try_from(raw: &RawLimits) -> Result<Self, ConfigError> {
        let at_least_one = |number| NonZeroU32::new(number).ok_or(ConfigError::ZeroLimit);
        Ok(Self {
            pages: (at_least_one(raw.pages_per_second)?, at_least_one(raw.pages_burst)?),
            clients: (at_least_one(raw.clients_per_second)?, at_least_one(raw.clients_burst)?),
            connections: at_least_one(raw.connections)?,
            connections_per_address: at_least_one(raw.connections_per_address)?,
            handshakes_per_second: at_least_one(raw.handshakes_per_second)?,
            credentials_per_second: at_least_one(raw.credentials_per_second)?,
            behind_proxy: raw.behind_proxy,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTSIDE: &str = "
        [operator]
        name_zh = '示例机构'
        name_en = 'Example Institution'
        contact = 'help@id.example'
        [registry]
        url = 'http://127.0.0.1:9001'
        [messages]
        url = 'http://127.0.0.1:9002'
    ";

    fn refused(text: &str) -> &'static str {
        text.parse::<Config>().expect_err("refused").code()
    }

    #[test]
    fn little_needs_to_be_said() {
        let config: Config =
            format!("issuer = 'https://id.example'\n{OUTSIDE}").parse().expect("complete");
        assert_eq!(config.profile, Profile::Production);
        assert_eq!(config.issuer.as_str(), "https://id.example");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(format!("{:?}", config.database), "sqlite:data");
        assert!(
            config.vault == config.database
                && config.metrics_listen.is_none()
                && config.outsiders.portrait.is_none()
        );
        assert_eq!(config.keys.master, Path::new("data/master.key"));
    }

    #[test]
    fn nothing_pretended_in_production() {
        for party in ["registry", "messages", "portrait"] {
            let mut text = format!(
                "issuer = 'https://id.example'\n{OUTSIDE}\n[portrait]\nurl = 'http://127.0.0.1:9003'\n"
            );
            text = text.replace(&format!("[{party}]\n"), &format!("[{party}]\nsandbox = true\n"));
            assert_eq!(refused(&text), "sandbox_outside", "{party}");
            assert!(format!("profile = 'sandbox'\n{text}").parse::<Config>().is_ok(), "{party}");
        }
    }

    #[test]
    fn an_issuer_is_an_https_origin() {
        for odd in [
            "id.example",
            "http://localhost:8080",
            "https://id.example/x",
            "https://a@id.example",
            "https://id.example/",
            "https://id.example?",
        ] {
            assert_eq!(refused(&format!("issuer = '{odd}'\n{OUTSIDE}")), "issuer", "{odd}");
        }
        assert_eq!(
            refused(&format!("profile = 'sandbox'\nissuer = 'http://id.example'\n{OUTSIDE}")),
            "issuer"
        );
        let sandbox = format!("profile = 'sandbox'\nissuer = 'http://localhost:8080'\n{OUTSIDE}");
        assert_eq!(
            sandbox.parse::<Config>().expect("loopback").issuer.as_str(),
            "http://localhost:8080"
        );
    }

    #[test]
    fn typing_mistakes_and_secrets_in_the_file_are_refused() {
        let with = |line: &str| format!("issuer = 'https://id.example'\n{line}\n{OUTSIDE}");
        assert_eq!(refused(&with("isuer = 'x'")), "syntax");
        assert_eq!(refused(&with("time_zone = 'Mars/Olympus'")), "time_zone");
        assert_eq!(refused(&with("database.url = 'mysql://x'")), "database");
        assert_eq!(
            refused(&with("database.url = 'postgres://yinzheng:hunter2@127.0.0.1/yinzheng'")),
            "password_in_url"
        );
        assert_eq!(
            refused(&with("database.url = 'postgres://127.0.0.1/yinzheng?password=hunter2'")),
            "password_in_url"
        );
        assert_eq!(refused(&with("database.password_file = '/none'")), "password_without_server");
        assert_eq!(refused(&with("limits.connections = 0")), "zero_limit");
        assert_eq!(refused(&with("retention.events_days = 367")), "retention");
        assert_eq!(refused(&with("recovery.cool_down_hours = 23")), "cool_down");
        assert_eq!(refused(&with("recovery.cool_down_hours = 721")), "cool_down");
    }

    #[test]
    fn secrets_come_from_files_and_are_not_printed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("password");
        fs::write(&path, "hunter2\n").expect("written");
        let text = format!(
            "issuer = 'https://id.example'\ndatabase = {{ url = 'postgres://yinzheng@127.0.0.1/y', password_file = '{}' }}\n{OUTSIDE}",
            path.display()
        );
        let config: Config = text.parse().expect("complete");
        assert!(
            config.database == Location::Postgres("postgres://yinzheng:hunter2@127.0.0.1/y".into())
        );
        assert!(
            config.vault
                == Location::Postgres("postgres://yinzheng:hunter2@127.0.0.1/y_vault".into())
        );
        assert!(!format!("{config:?}").contains("hunter2"));
        fs::write(&path, "one\ntwo\n").expect("written");
        assert_eq!(refused(&text), "not_a_secret");
    }
}
