//! The files of a wallet as one command opens them: which they are, their lock, their keyring, one command at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use rules::Passcode;
use yinzheng_wallet::{FileError, HeldKey, Keyring as _, Lock, Opener, Pocket, Ring, Wallet};

use crate::{
    ask::{ask_hidden, ask_passcode},
    failure::Failure,
    language::Language,
    token, world,
};

/// A wallet's files, open.
pub(crate) struct Home {
    wallet: PathBuf,
    pocket: PathBuf,
    lock: Lock,
    pub(crate) ring: Ring,
}

impl Home {
    /// Asks for what opens them, once, if they are locked.
    pub(crate) fn open(language: Language, wishes: &ArgMatches) -> Result<Self, Failure> {
        let (wallet, pocket) = paths(wishes);
        let mut lock = Lock::off(world::fill);
        for path in [&wallet, &pocket] {
            if Lock::is_on(path)? {
                lock = unlocked(language, path, "ask-opener")?;
                break;
            }
        }
        Ok(Self { wallet, pocket, lock, ring: token::ring(language, wishes)? })
    }

    /// Opens nothing: for a wallet that is to take an old one's place.
    pub(crate) fn anew(language: Language, wishes: &ArgMatches) -> Result<Self, Failure> {
        let (wallet, pocket) = paths(wishes);
        let ring = token::ring(language, wishes)?;
        Ok(Self { wallet, pocket, lock: Lock::off(world::fill), ring })
    }

    /// Where device key and certificate lie.
    pub(crate) fn path(&self) -> &Path {
        &self.wallet
    }

    /// Whether there is a wallet; a pocket can be without.
    pub(crate) fn has_wallet(&self) -> bool {
        self.wallet.exists()
    }

    /// Whether anything is carried.
    pub(crate) fn has_pocket(&self) -> bool {
        self.pocket.exists()
    }

    /// The wallet there must be.
    pub(crate) fn wallet(&self) -> Result<Wallet<HeldKey>, Failure> {
        Ok(Wallet::load(&self.wallet, &self.ring, &self.lock)?)
    }

    /// The pocket there must be.
    pub(crate) fn pocket(&self) -> Result<Pocket<HeldKey>, Failure> {
        if !self.has_pocket() {
            return Err(Failure::NoPocket);
        }
        Ok(Pocket::load(&self.pocket, &self.ring, &self.lock)?)
    }

    pub(crate) fn keep_wallet(&self, wallet: &Wallet<HeldKey>) -> Result<(), FileError> {
        wallet.save(&self.wallet, &self.ring, &self.lock)
    }

    pub(crate) fn keep_pocket(&self, pocket: &Pocket<HeldKey>) -> Result<(), FileError> {
        pocket.save(&self.pocket, &self.ring, &self.lock)
    }

    /// Ends the keys that were in the pocket and are not any more, where they live elsewhere too. The file names them no more, so
    /// that a token that went away meanwhile is left with a key that nobody finds.
    pub(crate) fn end_keys(
        &self,
        before: &[HeldKey],
        after: &Pocket<HeldKey>,
    ) -> Result<(), Failure> {
        let name = |key: &HeldKey| self.ring.kept(key);
        let left: Vec<_> = after.credential_keys().map(name).collect();
        for key in before {
            if !left.iter().any(|one| one.expose() == name(key).expose()) {
                self.ring.discard(key)?;
            }
        }
        Ok(())
    }

    /// The passcode for the platform: what opened the files, if it is one; else it is asked for.
    pub(crate) fn passcode(&self, language: Language) -> Result<Passcode, Failure> {
        self.lock.passcode().map_or_else(|| ask_passcode(language), Ok)
    }

    /// From now on files are written so.
    pub(crate) fn change_lock(&mut self, lock: Lock) {
        self.lock = lock;
    }

    /// Whether what opens the pocket is something else; then it is asked for, and opened.
    pub(crate) fn pocket_under_its_own(
        &self,
        language: Language,
    ) -> Result<Pocket<HeldKey>, Failure> {
        match self.pocket() {
            Err(Failure::File(FileError::WrongOpener | FileError::Locked)) => {
                let lock = unlocked(language, &self.pocket, "ask-opener-pocket")?;
                Ok(Pocket::load(&self.pocket, &self.ring, &lock)?)
            }
            other => other,
        }
    }
}

fn paths(wishes: &ArgMatches) -> (PathBuf, PathBuf) {
    let wallet = wishes.get_one::<PathBuf>("wallet").cloned().unwrap_or_default();
    let pocket = wallet.with_extension("pocket.json");
    (wallet, pocket)
}

fn unlocked(language: Language, path: &Path, question: &str) -> Result<Lock, Failure> {
    let typed = ask_hidden(&language.words(question))?;
    // What cannot be one opens nothing.
    let opener = Opener::try_from(typed.as_str()).map_err(|_| FileError::WrongOpener)?;
    Ok(Lock::of(path, opener, world::fill)?)
}

/// Holds the files for one command, until it is dropped: two that changed them at once would bring back what one of them showed.
pub(crate) fn hold(wishes: &ArgMatches) -> Result<File, Failure> {
    let path = paths(wishes).1.with_extension("lock");
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    let file = opened.map_err(FileError::from)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::PocketHeld),
        Err(TryLockError::Error(error)) => Err(FileError::from(error).into()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Arg, Command, value_parser};

    use super::*;

    #[test]
    fn one_command_at_a_time_changes_the_pocket() {
        let folder = tempfile::tempdir().unwrap();
        let wallet = folder.path().join("wallet.json");
        let argument = Arg::new("wallet").value_parser(value_parser!(PathBuf));
        let wishes = Command::new("wallet")
            .arg(argument)
            .get_matches_from(["wallet".into(), wallet.into_os_string()]);
        let held = hold(&wishes).unwrap();
        assert!(matches!(hold(&wishes), Err(Failure::PocketHeld)));
        drop(held);
        assert!(hold(&wishes).is_ok());
    }
}
