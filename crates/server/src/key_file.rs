//! The sealed key file: all keys in one file, sealed under a master key that lies in another.
//!
//! Both are made at the first start, readable by their owner only. A change is written beside and
//! renamed over, after `fsync`, so that a crash leaves the old file or the new one. A running
//! platform notices a change within seconds.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::HEXLOWER_PERMISSIVE;
use formats::{SealingKey, Secret, mac};
use service::keys::{BadKeys, KeyRecord, KeyRing, complete, first_keys};
use service::{Platform, World};

use crate::chain;
use crate::config::KeyFiles;
use crate::followed::Version;

/// What the seal is bound to: this kind of file, in this form.
const CONTEXT: &[u8] = b"yinzheng key file 1";

/// The largest file looked at; a key takes some 300 bytes.
const FILE_MAX: u64 = 1024 * 1024;

/// How often a running platform looks for a change.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// The home of the keys.
pub(crate) struct KeyFile {
    path: PathBuf,
    master: Secret<[u8; 32]>,
}

/// Why there are no keys. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFileError {
    /// A file cannot be read or written.
    #[error("cannot {doing} {path}", path = path.display())]
    Io {
        doing: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// Others could read a key.
    #[error("{path} may be read by others; say `chmod 600 {path}`", path = .0.display())]
    TooOpen(PathBuf),
    /// Neither is there, but people are enrolled: new keys would make strangers of them.
    #[error("{path} is missing, but people are enrolled: bring both key files back from your copy", path = .0.display())]
    AllMissing(PathBuf),
    /// Only half of the pair is there.
    #[error("{path} is missing, but the other key file is there: bring it back from your copy", path = .0.display())]
    HalfMissing(PathBuf),
    /// The master key file holds something else.
    #[error("{path} must hold 64 hexadecimal characters", path = .0.display())]
    NotAMasterKey(PathBuf),
    /// The seal does not open.
    #[error("{path} was not sealed under this master key, or is damaged", path = .0.display())]
    NotOpened(PathBuf),
    /// What was sealed is no set of keys.
    #[error("{path} opens but holds no complete set of keys", path = path.display())]
    NotKeys {
        path: PathBuf,
        #[source]
        source: BadKeys,
    },
}

impl KeyFile {
    /// Opens the pair; makes it if neither file is there and nobody is enrolled yet.
    pub(crate) fn open_or_make(
        files: &KeyFiles,
        enrolled: i64,
        world: &dyn World,
    ) -> Result<Self, KeyFileError> {
        if Self::is_missing(files) {
            if enrolled > 0 {
                return Err(KeyFileError::AllMissing(files.sealed.clone()));
            }
            Self::make(files, world)?;
        }
        let file = Self::open(files)?;
        file.complete(world)?;
        Ok(file)
    }

    /// Adds the keys that an older version did not know.
    pub(crate) fn complete(&self, world: &dyn World) -> Result<(), KeyFileError> {
        let chance = &mut |bytes: &mut [u8]| world.fill(bytes);
        // Nearly always nothing is missing, and nobody has to be held off.
        if !complete(&mut self.read()?, world.now(), chance) {
            return Ok(());
        }
        let _alone = self.alone()?;
        let mut keys = self.read()?;
        if complete(&mut keys, world.now(), chance) { self.write(&keys, world) } else { Ok(()) }
    }

    /// Is neither file there?
    pub(crate) fn is_missing(files: &KeyFiles) -> bool {
        !files.sealed.exists() && !files.master.exists()
    }

    /// Opens the pair.
    pub(crate) fn open(files: &KeyFiles) -> Result<Self, KeyFileError> {
        match (files.sealed.exists(), files.master.exists()) {
            (true, false) => return Err(KeyFileError::HalfMissing(files.master.clone())),
            (false, true) => return Err(KeyFileError::HalfMissing(files.sealed.clone())),
            _ => {}
        }
        let text = read_private(&files.master)?;
        let master = HEXLOWER_PERMISSIVE
            .decode(text.expose().trim_ascii())
            .ok()
            .map(Secret::new)
            .and_then(|bytes| bytes.expose().as_slice().try_into().ok())
            .ok_or_else(|| KeyFileError::NotAMasterKey(files.master.clone()))?;
        Ok(Self { path: files.sealed.clone(), master: Secret::new(master) })
    }

    fn make(files: &KeyFiles, world: &dyn World) -> Result<(), KeyFileError> {
        let master = Secret::new(world.draw::<32>());
        let text = Secret::new(format!("{}\n", HEXLOWER_PERMISSIVE.encode(master.expose())));
        let keys = Self { path: files.sealed.clone(), master };
        // The master key first: a crash between the two is reported, not papered over.
        replace(&files.master, text.expose().as_bytes())?;
        keys.write(&first_keys(world.now(), &mut |bytes| world.fill(bytes)), world)
    }

    /// The keys.
    pub(crate) fn read(&self) -> Result<Vec<KeyRecord>, KeyFileError> {
        let sealed = read_private(&self.path)?;
        let plain = SealingKey::from_bytes(self.master.expose())
            .open(CONTEXT, sealed.expose())
            .map_err(|_| KeyFileError::NotOpened(self.path.clone()))?;
        serde_json::from_slice(plain.expose()).map_err(|_| self.not_keys(BadKeys::Damaged))
    }

    /// The keys, ready for use.
    pub(crate) fn ring(&self) -> Result<KeyRing, KeyFileError> {
        KeyRing::try_from(self.read()?.as_slice()).map_err(|source| self.not_keys(source))
    }

    fn not_keys(&self, source: BadKeys) -> KeyFileError {
        KeyFileError::NotKeys { path: self.path.clone(), source }
    }

    /// Holds off everybody else who would change the keys, until what it returns is dropped: of two
    /// rotations at once, one would otherwise be lost, and with it what its key had sealed.
    pub(crate) fn alone(&self) -> Result<File, KeyFileError> {
        let path = self.path.with_extension("lock");
        let locked = || {
            let file = File::create(&path)?;
            file.lock().map(|()| file)
        };
        locked().map_err(|source| KeyFileError::Io { doing: "lock", path: path.clone(), source })
    }

    /// Replaces the keys: all or nothing.
    pub(crate) fn write(&self, keys: &[KeyRecord], world: &dyn World) -> Result<(), KeyFileError> {
        KeyRing::try_from(keys).map_err(|source| self.not_keys(source))?;
        // Keys are strings and words: they always have a JSON text.
        let plain = Secret::new(serde_json::to_vec(keys).unwrap_or_default());
        let sealed = SealingKey::from_bytes(self.master.expose()).seal(
            world.draw(),
            CONTEXT,
            plain.expose(),
        );
        replace(&self.path, &sealed)
    }

    /// A key for one use of our own, which never changes while the master key stays.
    pub(crate) fn derived(&self, usage: &[u8]) -> Secret<[u8; 32]> {
        Secret::new(mac::derive(self.master.expose(), CONTEXT, usage))
    }

    /// Puts changed keys in force, for as long as the platform runs.
    pub(crate) async fn follow(self, platform: Platform) {
        let mut seen = Version::of(&self.path);
        let mut every = tokio::time::interval(LOOK_EVERY);
        loop {
            every.tick().await;
            let now = Version::of(&self.path);
            if now == seen {
                continue;
            }
            match self.ring() {
                Ok(keys) => {
                    platform.replace_keys(keys);
                    tracing::info!("the keys have changed and are in force");
                }
                Err(error) => {
                    tracing::error!(error = chain::line(&error), "the old keys stay in force");
                }
            }
            seen = now;
        }
    }
}

pub(crate) fn read_private(path: &Path) -> Result<Secret<Vec<u8>>, KeyFileError> {
    let io = |source| KeyFileError::Io { doing: "read", path: path.into(), source };
    let file = File::open(path).map_err(io)?;
    if file.metadata().map_err(io)?.permissions().mode() & 0o077 != 0 {
        return Err(KeyFileError::TooOpen(path.into()));
    }
    let mut bytes = Vec::new();
    file.take(FILE_MAX).read_to_end(&mut bytes).map_err(io)?;
    Ok(Secret::new(bytes))
}

/// Writes beside, makes it last, renames over, makes that last.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), KeyFileError> {
    let write = || {
        let folder =
            path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        make_private_folder(folder)?;
        let beside = path.with_extension("new");
        // A file that a crash left behind is of no use, and may be open to others.
        if let Err(error) = fs::remove_file(&beside)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|source| KeyFileError::Io { doing: "write", path: path.into(), source })
}

/// Makes the folder, for its owner only, unless it is there.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use service::keys::{KeyPurpose, rotate};

    use super::*;
    use crate::RealWorld;

    fn files(folder: &Path) -> KeyFiles {
        KeyFiles { sealed: folder.join("in/keys.sealed"), master: folder.join("in/master.key") }
    }

    #[test]
    fn is_made_once_and_opens_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = files(folder.path());
        let made =
            KeyFile::open_or_make(&files, 0, &RealWorld).expect("made").read().expect("keys");
        let again =
            KeyFile::open_or_make(&files, 0, &RealWorld).expect("opened").read().expect("keys");
        assert_eq!(format!("{made:?}"), format!("{again:?}"));
        for path in [&files.sealed, &files.master] {
            assert_eq!(fs::metadata(path).expect("there").permissions().mode() & 0o777, 0o600);
        }
        let sealed = fs::read(&files.sealed).expect("there");
        assert!(!sealed.windows(7).any(|part| part == b"purpose"));
    }

    #[test]
    fn a_file_of_an_older_version_is_completed_and_keeps_its_keys() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = files(folder.path());
        let file = KeyFile::open_or_make(&files, 0, &RealWorld).expect("made");
        let all = file.read().expect("keys");
        let older: Vec<_> =
            all.iter().filter(|key| key.purpose != KeyPurpose::ReceiptSigning).cloned().collect();
        let plain = Secret::new(serde_json::to_vec(&older).expect("JSON"));
        let world: &dyn World = &RealWorld;
        let sealed = SealingKey::from_bytes(file.master.expose()).seal(
            world.draw(),
            CONTEXT,
            plain.expose(),
        );
        replace(&file.path, &sealed).expect("written");
        assert!(file.ring().is_err());

        let completed = KeyFile::open_or_make(&files, 7, &RealWorld).expect("completed");
        let keys = completed.read().expect("keys");
        assert_eq!(format!("{:?}", &keys[..older.len()]), format!("{older:?}"));
        assert_eq!(keys.len(), older.len() + 2);
        assert_eq!(completed.ring().expect("a ring").receipt_keys().keys().len(), 2);

        // What is lost is not made anew.
        let lost: Vec<_> =
            keys.into_iter().filter(|key| key.purpose != KeyPurpose::BlindIndex).collect();
        assert!(file.write(&lost, &RealWorld).is_err());
    }

    #[test]
    fn a_rotation_is_seen_as_another_version() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = KeyFile::open_or_make(&files(folder.path()), 0, &RealWorld).expect("made");
        let (before, mut keys) = (Version::of(&file.path), file.read().expect("keys"));
        rotate(&mut keys, KeyPurpose::TokenSigning, None, RealWorld.now(), &mut |bytes| {
            RealWorld.fill(bytes);
        })
        .expect("rotated");
        file.write(&keys, &RealWorld).expect("written");
        assert_ne!(before, Version::of(&file.path));
        assert_eq!(file.ring().expect("a ring").token_keys().keys().len(), 3);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = files(folder.path());
        let file = KeyFile::open_or_make(&files, 0, &RealWorld).expect("made");
        assert!(matches!(file.write(&[], &RealWorld), Err(KeyFileError::NotKeys { .. })));

        let mut sealed = fs::read(&files.sealed).expect("there");
        sealed[20] ^= 1;
        fs::write(&files.sealed, sealed).expect("written");
        assert!(matches!(file.read(), Err(KeyFileError::NotOpened(_))));

        fs::set_permissions(&files.master, fs::Permissions::from_mode(0o640)).expect("set");
        assert!(matches!(KeyFile::open(&files), Err(KeyFileError::TooOpen(_))));
        fs::remove_file(&files.master).expect("removed");
        assert!(matches!(
            KeyFile::open_or_make(&files, 0, &RealWorld),
            Err(KeyFileError::HalfMissing(_))
        ));
    }
}
