//! The folder that somebody brings, read anew when it was brought again.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use yinzheng_reader::{BadMirror, Mirror};

/// How often the folder is looked at, in seconds.
const LOOK: i64 = 30;

/// A mirror, and where it comes from.
pub(crate) struct Brought {
    folder: PathBuf,
    mirror: Mirror,
    stamp: Stamp,
    looked_at: i64,
    spoiled: bool,
}

/// When keys and lists were put there last.
#[derive(Eq, PartialEq)]
struct Stamp([Option<SystemTime>; 2]);

impl Stamp {
    fn of(folder: &Path) -> Self {
        Self(["keys.json", "status"].map(|name| {
            let found = fs::metadata(folder.join(name));
            found.and_then(|found| found.modified()).ok()
        }))
    }
}

impl Brought {
    pub(crate) fn open(folder: &Path, now: i64) -> Result<Self, BadMirror> {
        let (stamp, mirror) = (Stamp::of(folder), Mirror::open(folder)?);
        Ok(Self { folder: folder.to_owned(), mirror, stamp, looked_at: now, spoiled: false })
    }

    /// The mirror as it was brought last. One that cannot be used leaves the one before in use.
    pub(super) fn mirror(&mut self, now: i64) -> &Mirror {
        if now.abs_diff(self.looked_at) >= LOOK.unsigned_abs() {
            self.looked_at = now;
            let stamp = Stamp::of(&self.folder);
            if stamp != self.stamp {
                let opened = Mirror::open(&self.folder);
                self.spoiled = opened.is_err();
                if let Ok(mirror) = opened {
                    (self.mirror, self.stamp) = (mirror, stamp);
                }
            }
        }
        &self.mirror
    }

    /// Was something brought last that is no mirror?
    pub(super) fn spoiled(&self) -> bool {
        self.spoiled
    }
}
