//! Handing out credentials: OpenID for Verifiable Credential Issuance 1.0, the issuer's side.
//!
//! A file a message: the offer a person takes to a wallet, the code it is exchanged by, the request with its proofs, and the
//! documents that say all this.

pub mod attestation;
pub mod authorization;
pub mod code;
pub mod configuration;
pub mod deferred;
pub mod documents;
pub mod encryption;
pub mod notification;
pub mod offer;
pub mod pre_authorized;
pub mod provider;
pub mod request;
pub mod wallet;

pub use configuration::Configuration;

/// The configuration that is shown on line: the net certificate as SD-JWT VC.
pub const CONFIGURATION: &str = Configuration::NetCertificate.id();

/// Where credentials are asked for.
pub const CREDENTIAL_PATH: &str = "/credential";

/// Where a nonce for proofs is had.
pub const NONCE_PATH: &str = "/credential-nonce";

/// Where credentials are fetched that could not be issued at once.
pub const DEFERRED_PATH: &str = "/deferred-credential";

/// Where a wallet says what became of credentials.
pub const NOTIFICATION_PATH: &str = "/credential-notification";

/// What the address of every status list begins with; its number follows.
pub const STATUS_PATH: &str = "/status/";

/// Most credentials handed out at once: a month of days, and some more.
pub const MOST_AT_ONCE: usize = 50;

/// What a net certificate says hidden, each to be shown alone; every one of them always stands there, so that what is issued
/// tells nothing of what it will be used for.
pub const CLAIMS: [&str; 9] = [
    "age_over_14",
    "age_over_16",
    "age_over_18",
    "age_over_60",
    "age_over_65",
    "minor",
    "assurance_level",
    "document_class",
    "residency_class",
];
