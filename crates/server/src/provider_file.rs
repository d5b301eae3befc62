//! The file that a wallet's provider is known by: its keys, or the authorities that certify it with their revocation lists. Keys are
//! rotated and lists live days: whoever fetches new ones puts them in the file while the platform runs.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use formats::certificate::NotACertificate;
use formats::{Authorities, JwkSet};
use jiff::Timestamp;
use protocol::issuance::provider::{KnownBy, Provider};
use protocol::oauth::issuer::Issuer;

use crate::followed::{Followed, Version};

/// The file, and who is known by it.
#[derive(Debug)]
pub(crate) struct ProviderFile {
    path: PathBuf,
    /// What its certificates name; without, the file holds keys.
    name: Option<Issuer>,
    provider: Provider,
    seen: Mutex<Version>,
}

/// Why nobody is known by a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderFileError {
    #[error("it cannot be read")]
    Unreadable(#[from] std::io::Error),
    #[error("it is not a JSON Web Key Set of one key or more, each with `kid`")]
    NotKeys,
    #[error("it is not PEM of authorities, with one revocation list of each at most")]
    NotAuthorities(#[from] NotACertificate),
    #[error(
        "an authority that had a revocation list in it has none now; start anew to go on without it"
    )]
    ListMissing,
}

impl ProviderFile {
    /// Reads authorities that certify whoever has this name, or keys.
    pub(crate) fn load(path: &Path, name: Option<Issuer>) -> Result<Self, ProviderFileError> {
        // Before reading: a change in between is then seen again, not missed.
        let seen = Mutex::new(Version::of(path));
        let provider = Provider::new(read(path, name.as_ref())?);
        Ok(Self { path: path.into(), name, provider, seen })
    }

    /// Who is known by it, now and later.
    pub(crate) fn provider(&self) -> Provider {
        self.provider.clone()
    }
}

impl Followed for ProviderFile {
    fn path(&self) -> &Path {
        &self.path
    }

    fn look(&self, _now: Timestamp) -> Option<Result<(), Box<dyn Error>>> {
        let now = Version::of(&self.path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *seen, now);
        (before != now).then(|| {
            let new = read(&self.path, self.name.as_ref())?;
            // A file that is half written must not bring back what was revoked.
            if let KnownBy::Certificates(_, former) = &*self.provider.known_by()
                && let KnownBy::Certificates(_, new) = &new
                && !new.have_lists_of(former)
            {
                return Err(ProviderFileError::ListMissing.into());
            }
            self.provider.replace(new);
            Ok(())
        })
    }
}

fn read(path: &Path, name: Option<&Issuer>) -> Result<KnownBy, ProviderFileError> {
    let bytes = fs::read(path)?;
    match name {
        Some(name) => Ok(KnownBy::Certificates(name.clone(), Authorities::from_pem(&bytes)?)),
        None => keys(&bytes).map(KnownBy::Keys).ok_or(ProviderFileError::NotKeys),
    }
}

fn keys(bytes: &[u8]) -> Option<JwkSet> {
    let keys = JwkSet::parse(str::from_utf8(bytes).ok()?).ok()?;
    let named = keys.keys().iter().all(|key| key.kid().is_some());
    (named && !keys.keys().is_empty()).then_some(keys)
}

#[cfg(test)]
mod tests {
    use formats::{CertificateChain, SigningKey};
    use jiff::civil::{Date, date};
    use jiff::tz::TimeZone;
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
        IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, SerialNumber, date_time_ymd,
    };
    use sandbox::authority::Authority;

    use super::*;

    const NAME: &str = "https://provider.example";
    const TODAY: Date = date(2026, 11, 23);

    fn noon() -> Timestamp {
        TODAY.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a moment").timestamp()
    }

    /// A file of one, then of neither, then of the other, then none.
    fn replaced(
        one: &str,
        other: &str,
        name: Option<Issuer>,
        is_known: impl Fn(&KnownBy) -> [bool; 2],
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("provider");
        fs::write(&path, one).expect("written");
        let file = ProviderFile::load(&path, name).expect("loaded");
        let provider = file.provider();
        assert!(file.look(noon()).is_none(), "nothing changed");
        assert_eq!(is_known(&provider.known_by()), [true, false]);

        fs::write(&path, "neither").expect("written");
        assert!(file.look(noon()).is_some_and(|new| new.is_err()));
        assert!(file.look(noon()).is_none(), "said once");
        assert_eq!(is_known(&provider.known_by()), [true, false], "as in the old file");
        fs::write(&path, other).expect("written");
        assert!(file.look(noon()).is_some_and(|new| new.is_ok()));
        assert_eq!(is_known(&provider.known_by()), [false, true]);
        fs::remove_file(&path).expect("removed");
        assert!(file.look(noon()).is_some_and(|new| new.is_err()), "a file that is gone");
        assert_eq!(is_known(&provider.known_by()), [false, true]);
    }

    #[test]
    fn new_authorities_are_believed_while_the_platform_runs() {
        let key = SigningKey::generate();
        let both = [(); 2].map(|()| Authority::new(TODAY).expect("an authority"));
        let chains = both.each_ref().map(|by| {
            let pem = by.certify(NAME, key.verifying_key()).expect("certified");
            CertificateChain::from_pem(pem.as_bytes()).expect("a chain").0
        });
        let [one, other] = both.map(|by| by.pem());
        replaced(&one, &other, NAME.parse().ok(), |known| {
            chains.each_ref().map(|chain| known.key(None, Some(chain), noon()).is_some())
        });
    }

    #[test]
    fn a_list_that_is_missing_brings_nothing_back() {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(params, key).expect("an authority");
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 11, 1),
            next_update: date_time_ymd(2026, 12, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(&authority).expect("signed").pem().expect("PEM");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("authorities.pem");
        let write = |text: &str| fs::write(&path, text).expect("written");
        write(&authority.pem());
        let file = ProviderFile::load(&path, NAME.parse().ok()).expect("loaded");
        let whole = [authority.pem(), list].concat();
        write(&whole);
        assert!(file.look(noon()).is_some_and(|new| new.is_ok()), "a first list");
        // As whoever writes one after the other leaves it for a moment.
        write(&authority.pem());
        let refused = file.look(noon()).expect("seen").expect_err("refused");
        assert!(matches!(refused.downcast_ref(), Some(ProviderFileError::ListMissing)));
        write(&format!("{whole}\n"));
        assert!(file.look(noon()).is_some_and(|new| new.is_ok()));
    }

    #[test]
    fn new_keys_are_known_while_the_platform_runs() {
        let keys = [(); 2].map(|()| SigningKey::generate().public());
        let [one, other] = keys.each_ref().map(|key| {
            serde_json::to_string(&JwkSet::new([key.clone()]).expect("a set")).expect("JSON")
        });
        replaced(&one, &other, None, |known| {
            keys.each_ref().map(|key| known.key(Some(&key.thumbprint()), None, noon()).is_some())
        });
    }
}
