//! The lock of a wallet's files: sealed under the passcode, or under a sentence (decision 0041).
//!
//! Who has a locked file may guess as long as they like, and nothing counts the tries: a guess costs Argon2id, eight digits last
//! for months of one computer, a sentence for good. The key that signs lies in the file, or in a token, where no guess reaches it.

use std::{fmt, path::Path};

use formats::{Salt, SealingKey, Secret, Stretched, base64url};
use rules::Passcode;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{FileError, Sentence, file};

/// The form written today.
const FORM: u32 = 1;

/// Told apart from what the platform is told of the same passcode, and from a backup.
const CONTEXT: &[u8] = b"yinzheng wallet lock 1";

/// What a lock is opened with.
#[derive(Clone, Debug)]
pub struct Opener(Secret<String>);

/// Neither a passcode nor a sentence.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("neither a passcode nor a sentence of sixteen characters")]
pub struct NotAnOpener;

/// How files are kept: locked, or open to whoever reads their owner's files.
pub struct Lock {
    under: Option<Under>,
    draw: fn(&mut [u8]),
}

struct Under {
    opener: Opener,
    salt: Salt,
    key: SealingKey,
}

/// A locked file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Locked {
    /// Its name in the file tells a locked one from an open one.
    #[serde(rename = "locked")]
    form: u32,
    /// What the opener is stretched with.
    salt: String,
    sealed: String,
}

/// Which of a wallet's files: one does not open in the other's place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Which {
    Wallet,
    Pocket,
}

impl From<&Passcode> for Opener {
    fn from(passcode: &Passcode) -> Self {
        Self(Secret::new(String::from_utf8_lossy(passcode.as_bytes()).into_owned()))
    }
}

impl TryFrom<&str> for Opener {
    type Error = NotAnOpener;

    fn try_from(text: &str) -> Result<Self, NotAnOpener> {
        if text.parse::<Passcode>().is_err() && Sentence::try_from(text).is_err() {
            return Err(NotAnOpener);
        }
        Ok(Self(Secret::new(text.to_owned())))
    }
}

impl Opener {
    /// The passcode, if it is one.
    pub fn passcode(&self) -> Option<Passcode> {
        self.0.expose().parse().ok()
    }

    fn under(self, salt: Salt) -> Under {
        let told = Zeroizing::new([CONTEXT, b"\0", self.0.expose().as_bytes()].concat());
        let key = SealingKey::from_bytes(Stretched::for_file(&told, &salt).bytes());
        Under { opener: self, salt, key }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.under.is_some() { "Lock(on)" } else { "Lock(off)" })
    }
}

impl Lock {
    /// No lock: what is written can be read. `draw` brings chance.
    pub fn off(draw: fn(&mut [u8])) -> Self {
        Self { under: None, draw }
    }

    /// A new lock. What lay there open is locked when it is next written.
    pub fn new(opener: Opener, draw: fn(&mut [u8])) -> Self {
        let mut salt = [0; 16];
        draw(&mut salt);
        Self { under: Some(opener.under(Salt::new(salt))), draw }
    }

    /// The lock of this file, if this opens it.
    pub fn of(path: &Path, opener: Opener, draw: fn(&mut [u8])) -> Result<Self, FileError> {
        let text = file::text(path)?;
        let locked: Locked =
            serde_json::from_str(text.expose()).map_err(|_| FileError::NotAWallet)?;
        let lock = Self { under: Some(opener.under(locked.salt()?)), draw };
        let opens = |which| lock.open(which, &locked).is_ok();
        if opens(Which::Wallet) || opens(Which::Pocket) {
            Ok(lock)
        } else {
            Err(FileError::WrongOpener)
        }
    }

    /// Is this file locked? One that is not there is not.
    pub fn is_on(path: &Path) -> Result<bool, FileError> {
        if !path.exists() {
            return Ok(false);
        }
        Ok(serde_json::from_str::<Locked>(file::text(path)?.expose()).is_ok())
    }

    /// The passcode, where this lock is on and is opened with one.
    pub fn passcode(&self) -> Option<Passcode> {
        self.under.as_ref()?.opener.passcode()
    }

    /// What is written instead of the text; the text itself without a lock.
    pub(crate) fn close(
        &self,
        which: Which,
        text: Secret<String>,
    ) -> Result<Secret<String>, FileError> {
        let Some(Under { salt, key, .. }) = &self.under else { return Ok(text) };
        let mut nonce = [0; 12];
        (self.draw)(&mut nonce);
        let sealed = key.seal(nonce, which.context(), text.expose().as_bytes());
        let sealed = base64url::encode(&sealed);
        let locked = Locked { form: FORM, salt: salt.to_string(), sealed };
        let locked = serde_json::to_string_pretty(&locked).map_err(std::io::Error::from)?;
        Ok(Secret::new(locked))
    }

    /// The text in a locked file.
    pub(crate) fn open(&self, which: Which, locked: &Locked) -> Result<Secret<String>, FileError> {
        let under = self.under.as_ref().ok_or(FileError::Locked)?;
        if locked.form != FORM {
            return Err(FileError::NotAWallet);
        }
        let sealed = base64url::decode(&locked.sealed).map_err(|_| FileError::NotAWallet)?;
        let salt = locked.salt()?;
        // Written at another time, under another salt.
        let other = (salt != under.salt).then(|| under.opener.clone().under(salt).key);
        let key = other.as_ref().unwrap_or(&under.key);
        let plain = key.open(which.context(), &sealed).map_err(|_| FileError::WrongOpener)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| FileError::NotAWallet)?;
        Ok(Secret::new(text.to_owned()))
    }
}

impl Locked {
    fn salt(&self) -> Result<Salt, FileError> {
        self.salt.parse().map_err(|_| FileError::NotAWallet)
    }
}

impl Which {
    const fn context(self) -> &'static [u8] {
        match self {
            Self::Wallet => b"yinzheng wallet lock 1: wallet",
            Self::Pocket => b"yinzheng wallet lock 1: pocket",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use formats::JwkSet;

    use super::*;
    use crate::{DeviceKey, Entry, Pocket, SoftwareKey, SoftwareKeys, Wallet};

    fn draw(bytes: &mut [u8]) {
        let drawn = SoftwareKey::generate().to_pkcs8();
        let tail = drawn.expose().iter().rev();
        bytes.iter_mut().zip(tail).for_each(|(byte, drawn)| *byte = *drawn);
    }

    fn opener(text: &str) -> Opener {
        text.try_into().unwrap()
    }

    fn issuer() -> protocol::oauth::issuer::Issuer {
        "https://id.example".parse().unwrap()
    }

    #[test]
    fn a_locked_wallet_opens_with_what_it_was_locked_with_and_shows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet.json");
        let wallet = Wallet::new(issuer(), SoftwareKey::generate());
        let lock = Lock::new(opener("20481357"), draw);
        wallet.save(&path, &SoftwareKeys, &lock).unwrap();
        let kept = fs::read_to_string(&path).unwrap();
        assert!(!kept.contains("id.example") && !kept.contains("20481357"));
        assert!(Lock::is_on(&path).unwrap());

        let opened = Lock::of(&path, opener("20481357"), draw).unwrap();
        assert!(opened.passcode().is_some());
        let again = Wallet::load(&path, &SoftwareKeys, &opened).unwrap();
        assert_eq!(again.key().public(), wallet.key().public());
        let load = |lock: &Lock| Wallet::load(&path, &SoftwareKeys, lock).err();
        assert!(matches!(load(&Lock::off(draw)), Some(FileError::Locked)));
        let wrong = Lock::of(&path, opener("20481368"), draw).err();
        assert!(matches!(wrong, Some(FileError::WrongOpener)));
        let other = Lock::new(opener("seven herons over the harbour"), draw);
        assert!(matches!(load(&other), Some(FileError::WrongOpener)));
        assert!(matches!(Opener::try_from("12345678"), Err(NotAnOpener)));

        // Nothing remembers a wrong try, and whoever changes the file ends it.
        assert!(load(&opened).is_none());
        let place = kept.find("\"sealed\": \"").unwrap() + 40;
        let mut changed = kept.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        fs::write(&path, changed).unwrap();
        assert!(matches!(load(&opened), Some(FileError::WrongOpener)));
    }

    #[test]
    fn what_lay_open_is_taken_over_once_and_one_file_does_not_stand_for_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet.pocket.json");
        let mut pocket = Pocket::<SoftwareKey>::new(issuer(), JwkSet::default());
        let shown = vec!["age_over_18".to_owned()];
        pocket.history.note(Entry { at: jiff::Timestamp::UNIX_EPOCH, asked_by: None, shown });
        pocket.save(&path, &SoftwareKeys, &Lock::off(draw)).unwrap();
        assert!(!Lock::is_on(&path).unwrap());

        let lock = Lock::new(opener("20481357"), draw);
        let open = Pocket::load(&path, &SoftwareKeys, &lock).unwrap();
        open.save(&path, &SoftwareKeys, &lock).unwrap();
        assert!(Lock::is_on(&path).unwrap());
        let again = Pocket::load(&path, &SoftwareKeys, &lock).unwrap();
        assert_eq!(again.history, pocket.history);
        // Another command draws another salt and opens it all the same.
        let later = Lock::new(opener("20481357"), draw);
        assert!(Pocket::load(&path, &SoftwareKeys, &later).is_ok());
        let moved = Wallet::load(&path, &SoftwareKeys, &lock).err();
        assert!(matches!(moved, Some(FileError::WrongOpener)));
        open.save(&path, &SoftwareKeys, &Lock::off(draw)).unwrap();
        assert!(!Lock::is_on(&path).unwrap());
    }

    #[test]
    fn a_command_that_was_killed_while_it_wrote_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet.json");
        let lock = Lock::new(opener("20481357"), draw);
        let wallet = Wallet::new(issuer(), SoftwareKey::generate());
        wallet.save(&path, &SoftwareKeys, &lock).unwrap();
        // Half of what it would have been.
        fs::write(path.with_extension("new"), "{\"locked\": 1, \"sa").unwrap();
        let again = Wallet::load(&path, &SoftwareKeys, &lock).unwrap();
        assert_eq!(again.key().public(), wallet.key().public());
        again.save(&path, &SoftwareKeys, &lock).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
