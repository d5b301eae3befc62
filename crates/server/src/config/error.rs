//! Why a configuration cannot be run.

use std::path::PathBuf;

use rules::own_scene::NotADeclaration;
use store::NotALocation;

use crate::tls::TlsFileError;

/// Why a configuration cannot be run. Each says what to change.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not the TOML expected.
    #[error("the configuration is not understood")]
    Syntax(#[source] Box<toml::de::Error>),
    /// The issuer is not an address a browser may be sent to.
    #[error(
        "issuer: it must be `https://host` without path, query, fragment or final slash; \
         `http://localhost:port` is allowed in the sandbox profile only"
    )]
    Issuer,
    /// No such time zone.
    #[error("time_zone: {0:?} is no IANA name; one is `Asia/Shanghai`")]
    TimeZone(String),
    /// The text names no database.
    #[error("{field}")]
    Database {
        /// Which field.
        field: &'static str,
        /// Why.
        #[source]
        source: NotALocation,
    },
    /// Nobody is named who runs the platform.
    #[error(
        "operator: `name_zh`, `name_en` and `contact` are required in the production profile: \
         people must be told who processes their data and how to reach them (PIPL 17)"
    )]
    OperatorMissing,
    /// What should name or reach the operator does not.
    #[error("{0}: it must be one line of 1 to 100 characters")]
    OperatorLine(&'static str),
    /// A database elsewhere, in clear.
    #[error(
        "{0}: a PostgreSQL server elsewhere is spoken to over TLS only; name in `database.ca_file` the authorities \
         that its certificate is believed by"
    )]
    DatabaseInClear(&'static str),
    /// A password in the file.
    #[error("{0}: a password may not stand in the configuration; name a file with `password_file`")]
    PasswordInUrl(&'static str),
    /// A password file for something that has no password.
    #[error("{0}: only a `postgres://` database has a password")]
    PasswordWithoutServer(&'static str),
    /// The outside party's address cannot be used.
    #[error(
        "{0}.url: it must be `https://`, or `http://` on a loopback address, without user, query or fragment"
    )]
    OutsideUrl(&'static str),
    /// Nobody is named who could vouch for the party's certificate.
    #[error(
        "{0}.ca_file: name the file of the authorities that its certificate is believed by; \
         no others are, not even the system's"
    )]
    NobodyBelieved(&'static str),
    /// A certificate without its key, or a key alone.
    #[error("{0}: `certificate_file` and `key_file` stand together, or neither")]
    HalfACertificate(&'static str),
    /// Words about TLS for an address without.
    #[error(
        "{0}: what is said about TLS counts for `https://` only; correct `url`, or leave it out"
    )]
    TlsInClear(&'static str),
    /// TLS for an issuer in clear.
    #[error("tls: the issuer must be `https://…`, or browsers will not ask for TLS")]
    TlsWithoutHttps,
    /// No address of its own for clients that show certificates.
    #[error(
        "tls.clients.address: it must be `https://host:port` without path or final slash, and another than the issuer's, \
         or browsers would be asked for certificates"
    )]
    ClientsAddress,
    /// Files for TLS that cannot be used.
    #[error("{section}: its files for TLS cannot be used")]
    TlsFiles {
        /// Which section.
        section: &'static str,
        /// Why.
        #[source]
        source: TlsFileError,
    },
    /// Something pretended in production.
    #[error(
        "{0}: a sandbox party is refused in the production profile; connect the real one, or say `profile = \"sandbox\"`"
    )]
    SandboxOutside(&'static str),
    /// A file for a secret holds none.
    #[error("{path}: it must hold one line of at most 4096 characters", path = .0.display())]
    NotASecret(PathBuf),
    /// Models for a program that cannot run them.
    #[error(
        "portrait_models: this program was built without the runtime for models; build it with `--features faces`"
    )]
    ModelsNotBuilt,
    /// No threshold.
    #[error("portrait_models.threshold: it lies above 0 and below 1")]
    Threshold,
    /// A scene of the operator's own that cannot be one.
    #[error("scenes, {name:?}")]
    Scene {
        /// As it was named.
        name: String,
        /// Why not.
        #[source]
        source: NotADeclaration,
    },
    /// What a scene may ask, or for how long, is nothing that is known.
    #[error("scenes, {name:?}: {field}: {value:?} is not one")]
    SceneField {
        /// The scene.
        name: String,
        /// Which field.
        field: &'static str,
        /// What it says.
        value: String,
    },
    /// All of them cannot stand together.
    #[error("scenes")]
    Scenes(#[source] NotADeclaration),
    /// A wallet that cannot be one.
    #[error("wallets, {client_id:?}: {field} cannot be used")]
    Wallet {
        /// As it was named.
        client_id: String,
        /// Which field.
        field: &'static str,
        /// What is wrong with the file that it names.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// All of them cannot stand together, or not with what is demanded of keys.
    #[error("wallets")]
    Wallets(#[source] protocol::issuance::wallet::NotKnown),
    /// Events would be kept too long.
    #[error("retention.events_days: at most 366")]
    Retention(#[source] rules::Refusal),
    /// A cool-down outside its bounds.
    #[error("recovery.cool_down_hours: between 24 and 720")]
    CoolDown(#[source] rules::Refusal),
    /// A limit of nothing.
    #[error("limits: every limit must be at least 1")]
    ZeroLimit,
}

impl ConfigError {
    /// A stable word for the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Syntax(_) => "syntax",
            Self::Issuer => "issuer",
            Self::TimeZone(_) => "time_zone",
            Self::Database { .. } => "database",
            Self::OperatorMissing => "operator_missing",
            Self::OperatorLine(_) => "operator_line",
            Self::DatabaseInClear(_) => "database_in_clear",
            Self::PasswordInUrl(_) => "password_in_url",
            Self::PasswordWithoutServer(_) => "password_without_server",
            Self::OutsideUrl(_) => "outside_url",
            Self::NobodyBelieved(_) => "nobody_believed",
            Self::HalfACertificate(_) => "half_a_certificate",
            Self::TlsInClear(_) => "tls_in_clear",
            Self::TlsWithoutHttps => "tls_without_https",
            Self::ClientsAddress => "clients_address",
            Self::TlsFiles { .. } => "tls_files",
            Self::SandboxOutside(_) => "sandbox_outside",
            Self::NotASecret(_) => "not_a_secret",
            Self::ModelsNotBuilt => "models_not_built",
            Self::Threshold => "threshold",
            Self::Scene { .. } | Self::Scenes(_) => "scene",
            Self::SceneField { .. } => "scene_field",
            Self::Wallet { .. } | Self::Wallets(_) => "wallet",
            Self::Retention(_) => "retention",
            Self::CoolDown(_) => "cool_down",
            Self::ZeroLimit => "zero_limit",
        }
    }
}
