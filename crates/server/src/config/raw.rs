//! The configuration file exactly as an operator writes it: TOML, nothing unknown allowed.
//!
//! `yinzheng config reference` prints these comments as `docs/configuration.md`; a test compares.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

/// The top of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawConfig {
    /// `production` or `sandbox`. Invented persons, their registry, their inbox and the pretended
    /// portrait check are refused unless it says `sandbox`. Default: `production`.
    #[serde(default)]
    pub profile: Profile,
    /// The address by which browsers and relying parties reach the platform, which is also the
    /// OpenID Connect issuer: `https://…` without path, or, in the sandbox profile,
    /// `http://localhost:…`. Required.
    pub issuer: String,
    /// Address to listen on: behind the reverse proxy that holds the TLS certificate, or the public one
    /// where `[tls]` stands. Default: `127.0.0.1:8080`.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// TLS by the platform itself, so that no proxy is needed. Without it a reverse proxy on this machine
    /// holds the certificate.
    #[serde(default)]
    pub tls: Option<RawTls>,
    /// Address that serves `/metrics` to Prometheus, apart from the public one. Default: no metrics
    /// are served.
    #[serde(default)]
    pub metrics_listen: Option<SocketAddr>,
    /// Folder for the embedded databases and the sealed keys; made with access for its owner only.
    /// Default: `data`.
    #[serde(default = "default_data_directory")]
    pub data_directory: PathBuf,
    /// IANA name of the time zone in which birthdays happen. Default: `Asia/Shanghai`.
    #[serde(default = "default_time_zone")]
    pub time_zone: String,
    /// Who runs the platform: named on every page with a way to reach them, as PIPL 17 demands.
    /// Required; the sandbox profile invents one.
    #[serde(default)]
    pub operator: Option<RawOperator>,
    /// Where the platform remembers.
    #[serde(default)]
    pub database: RawDatabase,
    /// Where its keys are.
    #[serde(default)]
    pub keys: RawKeys,
    /// The population registry, which says whether a document is genuine and whose it is. Required.
    pub registry: RawOutside,
    /// The sender of text messages, for phone codes. Required.
    pub messages: RawOutside,
    /// Who compares live faces with the portraits that the state's register holds. Without it, and
    /// without models, no image is taken and everybody takes the other way, which always exists and
    /// which nothing here can remove.
    #[serde(default)]
    pub portrait: Option<RawOutside>,
    /// The servers of relying parties, which are told when a session ends or a person answered, and are posted tokens if they registered so.
    #[serde(default)]
    pub relying_parties: RawRelyingParties,
    /// The operator's own models, which compare live faces with the portraits out of chips.
    #[serde(default)]
    pub portrait_models: Option<RawPortraitModels>,
    /// In the sandbox profile only, what the start page has a newcomer try.
    #[serde(default)]
    pub tour: Option<RawTour>,
    /// Scenes of your own, beside the law's: `[[scenes]]`, one section each, at most 24. You answer for each of them; what holds in
    /// every scene (consent, another method, guardians) holds in these. Default: none.
    #[serde(default)]
    pub scenes: Vec<RawScene>,
    /// Wallets that may come by themselves for certificates: `[[wallets]]`, one section each.
    /// Without, a wallet is handed certificates by an offer on the person's own page. Default: none.
    #[serde(default)]
    pub wallets: Vec<RawWallet>,
    /// What is asked of the keys that certificates are bound to.
    #[serde(default)]
    pub wallet_keys: RawWalletKeys,
    /// Which documents are taken beside those the Measures name.
    #[serde(default)]
    pub documents: RawDocuments,
    /// How long things are kept.
    #[serde(default)]
    pub retention: RawRetention,
    /// After a device was lost.
    #[serde(default)]
    pub recovery: RawRecovery,
    /// How much is too much.
    #[serde(default)]
    pub limits: RawLimits,
}

/// What kind of deployment this is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Real people: nothing pretended may be connected.
    #[default]
    Production,
    /// Invented people: every page says so.
    Sandbox,
}

impl Profile {
    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }
}

/// `[[wallets]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWallet {
    /// Its name as a client, the same for every instance: 1 to 64 letters, digits, `-`, `.`, `_` or `~`. Required.
    pub client_id: String,
    /// What people call it, shown to whoever is asked. Required.
    pub name: String,
    /// Where it may have browsers sent back: `https://…`, whole. Required.
    pub redirect_uris: Vec<String>,
    /// File of the public keys (a JSON Web Key Set, each with `kid`) by which its provider vouches for its instances and their keys.
    /// With it no instance is let in without an attestation; a new file counts within seconds. Default: nobody vouches.
    #[serde(default)]
    pub provider_keys_file: Option<PathBuf>,
    /// Instead of keys: the address (`https://…`) that the provider's certificate names, as URI or its host as DNS name; the
    /// attestations carry it in `x5c` (HAIP 1.0). Default: the provider is known by keys.
    #[serde(default)]
    pub provider: Option<String>,
    /// With `provider`: file of the certificates (PEM) of the authorities that certify it, and of their revocation lists,
    /// which are looked at where they are given, and then have to be kept fresh: a new file counts within seconds, unless it lacks a list that stood in the old one.
    #[serde(default)]
    pub provider_authorities_file: Option<PathBuf>,
}

/// `[wallet_keys]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWalletKeys {
    /// Storages of which a provider must name one, such as `iso_18045_high`; then certificates are bound to attested keys only, and
    /// offers too are of use to such wallets only. Default: none is demanded.
    #[serde(default)]
    pub key_storage: Vec<String>,
    /// Ways to know the user of which a provider must name one. Default: none is demanded.
    #[serde(default)]
    pub user_authentication: Vec<String>,
}

/// `[operator]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOperator {
    /// The institution's full name in Chinese. Required.
    pub name_zh: String,
    /// Its name in English. Required.
    pub name_en: String,
    /// A phone number or an e-mail address where people ask, correct and complain, and are answered.
    /// Required.
    pub contact: String,
}

/// `[tls]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTls {
    /// PEM file of the certificate for the issuer's host, then those above it. A new one is noticed within
    /// seconds and shown from then on; one that is of no use leaves the old in force. Required.
    pub certificate_file: PathBuf,
    /// PEM file of its key, without a passphrase, readable by its owner only. Required.
    pub key_file: PathBuf,
    /// Whether callers may speak TLS 1.2. Say `true` only for relying parties that cannot do better.
    /// Default: `false`, TLS 1.3 only.
    #[serde(default)]
    pub allow_tls12: bool,
    /// A second address at which clients of relying parties show certificates (RFC 8705). Default: none are asked
    /// for, and no client is admitted that would show one.
    #[serde(default)]
    pub clients: Option<RawClientTls>,
}

/// `[tls.clients]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawClientTls {
    /// Address to listen on, reached around every proxy: a certificate counts only where the platform itself saw
    /// its owner answer for it. Required.
    pub listen: SocketAddr,
    /// Where relying parties find it: `https://…` without path; another port of the issuer's host, or another name
    /// that the certificate is for, too. Discovery tells it as `mtls_endpoint_aliases`. Required.
    pub address: String,
    /// PEM file of the authorities that certify clients for `tls_client_auth`, best one of your own; read at the
    /// start. Default: none, and only `self_signed_tls_client_auth` is offered.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

/// `[database]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawDatabase {
    /// `sqlite:<folder>` or `postgres://user@host/name`, without a password. Default: `sqlite:` and
    /// the data directory.
    #[serde(default)]
    pub url: Option<String>,
    /// The vault's own database, which holds sealed plain identity, so that it can live under
    /// another role or on another machine. Default: with SQLite another file in the same folder,
    /// with PostgreSQL the database whose name is that of `url` and `_vault`.
    #[serde(default)]
    pub vault_url: Option<String>,
    /// For PostgreSQL: PEM file of the authorities that the servers' certificates are believed by; they are then spoken to
    /// over TLS 1.3 alone, under the names in the addresses. Required unless they are on this machine.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// File holding the PostgreSQL password, one line. Default: none is sent.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// File holding the password of the vault's own database. Default: none is sent.
    #[serde(default)]
    pub vault_password_file: Option<PathBuf>,
}

/// `[keys]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawKeys {
    /// The sealed key file; made at the first start. Default: `keys.sealed` in the data directory.
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// The 32 bytes that open it, readable by the owner only; made at the first start. Keep a copy
    /// elsewhere: without it nothing that was sealed opens again. Default: `master.key` in the data
    /// directory.
    #[serde(default)]
    pub master_key_file: Option<PathBuf>,
}

/// `[registry]`, `[messages]`, `[portrait]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOutside {
    /// Where it answers: `https://`, or `http://` on a loopback address. Required.
    pub url: String,
    /// File holding the bearer token it expects, one line. Default: none is sent.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// For `https://`: PEM file of the authorities that its certificate is believed by. Nobody else is: the
    /// system's authorities are not asked. Required there.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// For `https://`: PEM file of the certificate we show it, then those above it. A new one is noticed
    /// without a restart. Default: we show none.
    #[serde(default)]
    pub certificate_file: Option<PathBuf>,
    /// PEM file of the key of that certificate, without a passphrase, readable by its owner only.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// Whether it may speak TLS 1.2, if it cannot do better. Default: `false`, TLS 1.3 only.
    #[serde(default)]
    pub allow_tls12: bool,
    /// Whether it serves invented persons. Allowed in the sandbox profile only. Default: `false`.
    #[serde(default)]
    pub sandbox: bool,
}

impl RawOutside {
    /// A party at that address, of which nothing else is said.
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            token_file: None,
            ca_file: None,
            certificate_file: None,
            key_file: None,
            allow_tls12: false,
            sandbox: false,
        }
    }
}

/// `[relying_parties]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRelyingParties {
    /// PEM file of the authorities by which relying parties' servers are believed, such as those of the web. Default: nobody is,
    /// and relying parties are called on loopback only, in the sandbox profile only.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Whether they may speak TLS 1.2, if they cannot do better. Default: `false`, TLS 1.3 only.
    #[serde(default)]
    pub allow_tls12: bool,
}

/// `[portrait_models]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPortraitModels {
    /// ONNX file of the model that finds faces, in the `YuNet` layout. Required.
    pub detector: PathBuf,
    /// ONNX file of the model that describes faces, of the `ArcFace` kind. Required.
    pub embedding: PathBuf,
    /// How alike two descriptions must be, as a cosine above 0 and below 1: take it from the model's
    /// published error rates for one false match in 100000. Required.
    pub threshold: f32,
}

/// `[tour]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTour {
    /// Where browsers find the invented people's cards, their reader and their camera. Required.
    pub cards: String,
    /// Where messages to invented phones appear. Required.
    pub inbox: String,
    /// The demo relying party that logs in and books. Required.
    pub airline: String,
    /// The demo relying party that checks an age. Required.
    pub shop: String,
    /// The demo relying party that asks for plain identity, at a kiosk and at a counter. Required.
    pub insurer: String,
    /// The demo relying party that must register its guests. Required.
    pub hotel: String,
    /// The demo relying party with one ticket for each person. Required.
    pub museum: String,
    /// The demo's phone, whose page is a wallet. Required.
    pub phone: String,
}

/// `[[scenes]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawScene {
    /// Its name in scopes, claims and records: a lower-case letter, then lower-case letters, digits and underscores, at most
    /// 32. It stays in records and receipts, so never give it another meaning. Required.
    pub name: String,
    /// What people read in Chinese wherever the scene is named, at most 40 characters. Required.
    pub title_zh: String,
    /// The same in English. Required.
    pub title_en: String,
    /// What a relying party may register to ask in it, beside the result: `age_over_14`, `age_over_16`, `age_over_18`,
    /// `age_over_60`, `age_over_65`, `minor`, `guardian_agreed`. Default: nothing.
    #[serde(default)]
    pub asks: Vec<String>,
    /// `once`, or `standing` if relying parties may register to ask again without the person. Default: `once`.
    #[serde(default)]
    pub access: Option<String>,
    /// Whether somebody may act for another in it. Default: `false`.
    #[serde(default)]
    pub delegable: bool,
    /// The law that has plain identity kept for this reason, so that relying parties may register to be told it. Default: none,
    /// and plain identity is never told.
    #[serde(default)]
    pub plain_law: Option<String>,
}

/// `[documents]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawDocuments {
    /// Whether chip passports of other states are taken, which the population registry does not keep: their state's
    /// signature and their chip's answer are then the whole proof. Default: `false`.
    #[serde(default)]
    pub foreign_passports: bool,
}

/// `[retention]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRetention {
    /// Days for which an authentication event is kept, at most 366. Default: `180`.
    #[serde(default)]
    pub events_days: Option<u16>,
}

/// `[recovery]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRecovery {
    /// Hours for which plain identity stays closed after a certificate was issued anew, and for which
    /// a person can object to that or to a change of phone: 24 to 720. Default: `72`.
    #[serde(default)]
    pub cool_down_hours: Option<u16>,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RawLimits {
    /// Requests a second from one address (IPv6: one /64) to pages and `/authorize`. Default: `20`.
    pub pages_per_second: u32,
    /// How many of them may come at once. Default: `200`.
    pub pages_burst: u32,
    /// Requests a second from one relying party's address to `/token` and `/userinfo`. Default:
    /// `2000`.
    pub clients_per_second: u32,
    /// How many of them may come at once. Default: `4000`.
    pub clients_burst: u32,
    /// Connections open at once. Default: `4096`.
    pub connections: u32,
    /// How many of them from one address (IPv6: one /64), where `[tls]` stands and no proxy is in front.
    /// Default: `256`.
    pub connections_per_address: u32,
    /// How many of them may begin each second: agreeing on keys costs us more than most requests. A relying
    /// party keeps its connections open. Default: `100`.
    pub handshakes_per_second: u32,
    /// Credentials signed in a second by one process; a wallet that asks beyond that is told when to come again, so that no
    /// login stands behind a wave of wallets. Default: `10000`.
    pub credentials_per_second: u32,
    /// Whether the caller's address is the last one in `X-Forwarded-For`, as the reverse proxy in
    /// front writes it. Say `true` only if nobody can reach `listen` around that proxy. Default:
    /// `false`.
    pub behind_proxy: bool,
}

impl Default for RawLimits {
    fn default() -> Self {
        Self {
            pages_per_second: 20,
            pages_burst: 200,
            clients_per_second: 2000,
            clients_burst: 4000,
            connections: 4096,
            connections_per_address: 256,
            handshakes_per_second: 100,
            credentials_per_second: 10_000,
            behind_proxy: false,
        }
    }
}

fn default_listen() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))
}

fn default_data_directory() -> PathBuf {
    PathBuf::from("data")
}

fn default_time_zone() -> String {
    String::from("Asia/Shanghai")
}
