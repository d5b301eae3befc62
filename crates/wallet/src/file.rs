//! A wallet on disk: JSON in a file only its owner can read, replaced as a whole.
//!
//! A lock seals it. Without one the key stands in it in clear, unless a token keeps the key; a phone keeps its key elsewhere.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use formats::{JwkSet, Salt, Secret};
use protocol::oauth::issuer::Issuer;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    BadCertificate, DeviceKey, KeyAway, Keyring, Lock, NetCertificate, Wallet,
    lock::{Locked, Which},
    wallet::Held,
};

/// The form written today.
const FORM: u32 = 1;

/// A wallet as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    form: u32,
    issuer: Issuer,
    /// As its keyring keeps it.
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    held: Option<WrittenHeld>,
    /// The token of an enrolment in flight, which opens nothing else and lapses within hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enrolment: Option<String>,
    /// What the passcode was stretched with, base64url; the passcode stands nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenHeld {
    certificate: String,
    keys: JwkSet,
}

/// Why there is no wallet in a file. Nothing in it shows the content.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read or written.
    #[error("the wallet file cannot be used")]
    Io(#[from] io::Error),
    /// Others may read it.
    #[error("others may read the wallet file; say `chmod 600` on it")]
    TooOpen,
    /// Not a wallet, or of a form this program does not know.
    #[error("the file holds no wallet")]
    NotAWallet,
    /// It is locked, and nothing was said to open it.
    #[error("the wallet file is locked")]
    Locked,
    /// What was said does not open it; or it was changed.
    #[error("the wallet file does not open with this")]
    WrongOpener,
    /// The key it names is not where it should be.
    #[error("the key of the wallet file is away")]
    Key(#[from] KeyAway),
    /// The certificate in it is not one of this device.
    #[error("the certificate in the wallet file cannot be used")]
    Certificate(#[from] BadCertificate),
}

impl<K: DeviceKey> Wallet<K> {
    /// Writes the wallet beside and renames it over, so that an interruption leaves the old one or the new one.
    pub fn save(
        &self,
        path: &Path,
        keys: &impl Keyring<Key = K>,
        lock: &Lock,
    ) -> Result<(), FileError> {
        let written = Written {
            form: FORM,
            issuer: self.issuer.clone(),
            key: keys.kept(&self.key).expose().clone(),
            held: self.held.as_ref().map(|held| WrittenHeld {
                certificate: held.certificate.as_str().to_owned(),
                keys: held.keys.clone(),
            }),
            enrolment: self.enrolment().map(str::to_owned),
            salt: self.salt.map(|salt| salt.to_string()),
        };
        write(path, Which::Wallet, &written, lock)
    }

    /// Reads a wallet; its certificate is checked again.
    pub fn load(path: &Path, keys: &impl Keyring<Key = K>, lock: &Lock) -> Result<Self, FileError> {
        let written: Written = read(path, Which::Wallet, lock)?;
        if written.form != FORM {
            return Err(FileError::NotAWallet);
        }
        let key = keys.find(Secret::new(written.key).expose())?;
        let held = match written.held {
            None => None,
            Some(WrittenHeld { certificate, keys }) => Some(Held {
                certificate: NetCertificate::verify(
                    &certificate,
                    &keys,
                    &written.issuer,
                    &key.public(),
                )?,
                keys,
            }),
        };
        let enrolment = written.enrolment.map(Secret::new);
        let salt = written.salt.as_deref().map(str::parse::<Salt>).transpose();
        let salt = salt.map_err(|_| FileError::NotAWallet)?;
        Ok(Self { issuer: written.issuer, key, held, enrolment, salt })
    }
}

/// Writes what only its owner may read, beside and then over what was there.
pub(crate) fn write(
    path: &Path,
    which: Which,
    written: &impl Serialize,
    lock: &Lock,
) -> Result<(), FileError> {
    let text = serde_json::to_string_pretty(written).map_err(io::Error::from)?;
    let text = lock.close(which, Secret::new(text))?;
    let beside = path.with_extension("new");
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    // Made anew, never opened: a file that lay there could be readable by others.
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(text.expose().as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    // The folder too: else what was replaced may be there again after a loss of power.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?)
}

/// Reads what only its owner may read.
pub(crate) fn read<T: DeserializeOwned>(
    path: &Path,
    which: Which,
    lock: &Lock,
) -> Result<T, FileError> {
    let text = text(path)?;
    let opened = match serde_json::from_str::<Locked>(text.expose()) {
        Ok(locked) => lock.open(which, &locked)?,
        // It lies open; it is locked when it is next written under a lock.
        Err(_) => text,
    };
    serde_json::from_str(opened.expose()).map_err(|_| FileError::NotAWallet)
}

/// The text of a file that only its owner may read.
pub(crate) fn text(path: &Path) -> Result<Secret<String>, FileError> {
    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        return Err(FileError::TooOpen);
    }
    Ok(Secret::new(fs::read_to_string(path)?))
}

#[cfg(test)]
mod tests {
    use formats::SigningKey;

    use super::*;
    use crate::{
        SoftwareKey, SoftwareKeys,
        certificate::tests::{claims, issuer, signed},
    };

    fn open() -> Lock {
        Lock::off(|_| {})
    }

    #[test]
    fn a_wallet_is_kept_for_its_owner_alone_and_read_again() {
        let platform = SigningKey::generate();
        let keys = JwkSet::new([platform.public()]).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("wallet.json");
        let mut wallet = Wallet::new(issuer(), SoftwareKey::generate());
        wallet.save(&path, &SoftwareKeys, &open()).unwrap();
        assert!(Wallet::load(&path, &SoftwareKeys, &open()).unwrap().certificate().is_none());
        assert!(Wallet::load(&path, &SoftwareKeys, &open()).unwrap().enrolment().is_none());
        wallet.keep_enrolment(Some("in-flight".into()));
        wallet.save(&path, &SoftwareKeys, &open()).unwrap();
        assert_eq!(
            Wallet::load(&path, &SoftwareKeys, &open()).unwrap().enrolment(),
            Some("in-flight")
        );
        wallet.keep_enrolment(None);

        let passcode = "20481357".parse().unwrap();
        let set = wallet.set_passcode(&passcode, Salt::new([7; 16]));
        wallet.receive(&signed(&platform, &claims(wallet.key())), &keys).unwrap();
        wallet.save(&path, &SoftwareKeys, &open()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = Wallet::load(&path, &SoftwareKeys, &open()).unwrap();
        assert_eq!(again.key().public(), wallet.key().public());
        assert_eq!(again.certificate().unwrap().id(), "0a1b");
        assert_eq!(again.stretch(&passcode).unwrap().bytes(), set.bytes());
        let kept = fs::read_to_string(&path).unwrap();
        assert!(!kept.contains("20481357") && !kept.contains(set.text().expose()));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing lies about");
    }

    #[test]
    fn a_file_others_may_read_or_that_was_tampered_with_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("wallet.json");
        let platform = SigningKey::generate();
        let mut wallet = Wallet::new(issuer(), SoftwareKey::generate());
        let keys = JwkSet::new([platform.public()]).unwrap();
        wallet.receive(&signed(&platform, &claims(wallet.key())), &keys).unwrap();
        wallet.save(&path, &SoftwareKeys, &open()).unwrap();

        let good = fs::read_to_string(&path).unwrap();
        let tampered = good.replace("https://id.example", "https://id2.example");
        fs::write(&path, tampered).unwrap();
        assert!(matches!(
            Wallet::load(&path, &SoftwareKeys, &open()),
            Err(FileError::Certificate(BadCertificate::Issuer))
        ));
        let salted = |salt: &str| good.replacen('{', &format!("{{\"salt\": \"{salt}\","), 1);
        fs::write(&path, salted("AAECAwQFBgcICQoLDA0ODw")).unwrap();
        assert!(Wallet::load(&path, &SoftwareKeys, &open()).is_ok());
        for odd in [
            good.replace("\"form\": 1", "\"form\": 2"),
            salted("AAECAwQFBgcICQoLDA0ODxA"),
            salted(""),
            "{}".to_owned(),
            String::new(),
        ] {
            fs::write(&path, odd).unwrap();
            assert!(matches!(
                Wallet::load(&path, &SoftwareKeys, &open()),
                Err(FileError::NotAWallet)
            ));
        }
        fs::write(&path, good).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Wallet::load(&path, &SoftwareKeys, &open()), Err(FileError::TooOpen)));
    }
}
