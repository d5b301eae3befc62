//! The two planes, as types: a transaction on one cannot name the other's tables.

/// Which of the two databases this is.
pub trait Plane: Send + Sync + 'static {
    /// The plane's name, as it stands in file names and logs.
    const NAME: &'static str;
    /// Its migrations, oldest first.
    const MIGRATIONS: &'static [Migration];
}

/// One step of a schema, written for both engines.
pub struct Migration {
    /// Number and name, as in the file names.
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

macro_rules! migration {
    ($plane:literal, $name:literal) => {
        Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/", $plane, "/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/", $plane, "/postgres/", $name, ".sql")),
        }
    };
}

/// Net numbers, certificates, devices, consents, relying parties, events: no plain identity.
#[derive(Debug)]
pub enum Authentication {}

impl Plane for Authentication {
    const NAME: &'static str = "authentication";
    const MIGRATIONS: &'static [Migration] = &[
        migration!("authentication", "0001_initial"),
        migration!("authentication", "0002_trust"),
        migration!("authentication", "0005_factors"),
        migration!("authentication", "0006_recovery"),
        migration!("authentication", "0007_counter"),
        migration!("authentication", "0008_guardians"),
        migration!("authentication", "0009_profiles"),
        migration!("authentication", "0012_families"),
        migration!("authentication", "0013_standing_access"),
        migration!("authentication", "0014_client_metadata"),
        migration!("authentication", "0015_logout"),
        migration!("authentication", "0016_plain_identity"),
        migration!("authentication", "0017_registrations"),
        migration!("authentication", "0018_knocks"),
        migration!("authentication", "0019_reports"),
        migration!("authentication", "0025_delegates_consents"),
        migration!("authentication", "0026_statuses"),
        migration!("authentication", "0028_presentations"),
        migration!("authentication", "0030_client_edition"),
        migration!("authentication", "0031_child_reports"),
    ];
}

/// Plain identity, sealed per person, and the blind index.
#[derive(Debug)]
pub enum Vault {}

impl Plane for Vault {
    const NAME: &'static str = "vault";
    const MIGRATIONS: &'static [Migration] = &[
        migration!("vault", "0001_initial"),
        migration!("vault", "0006_recovery"),
        migration!("vault", "0007_counter"),
        migration!("vault", "0008_guardians"),
        migration!("vault", "0011_documents"),
        migration!("vault", "0019_reports"),
    ];
}
