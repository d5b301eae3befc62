//! A platform, the folder that somebody brought from it, and phones with its certificates.
#![allow(dead_code, reason = "not every test needs all of it")]

use std::{fs, path::Path};

use formats::{
    JwkSet, SigningKey, Suite,
    qr::{Certificate, Days, Moment, Seed, Statements, StatusReference, Subject, Terms, show},
    status_list::{StatusList, StatusToken},
};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use yinzheng_reader::Mirror;

/// Noon of 2026-11-22, in Unix time.
pub(crate) const NOON: i64 = 1_795_348_800;
pub(crate) const DAY: i64 = 24 * 60 * 60;
pub(crate) const LIST: u32 = 7;
pub(crate) const REVOKED: u32 = 99;

/// A platform, and the folder that somebody brought from it.
pub(crate) struct Platform {
    key: SigningKey,
    folder: TempDir,
}

impl Platform {
    pub(crate) fn new(suite: Suite) -> Self {
        let platform =
            Self { key: SigningKey::generate_in(suite), folder: TempDir::new().unwrap() };
        fs::create_dir(platform.folder.path().join("status")).unwrap();
        let keys = JwkSet::new([platform.key.public()]).unwrap();
        platform.put("keys.json", &serde_json::to_string(&keys).unwrap());
        platform.put("status/7.jwt", &platform.list(LIST));
        platform
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// A list, made at noon.
    pub(crate) fn list(&self, number: u32) -> String {
        self.list_of(number, NOON, REVOKED)
    }

    /// A list made at a time, in which one entry is revoked.
    pub(crate) fn list_of(&self, number: u32, at: i64, revoked: u32) -> String {
        let issued_at = Timestamp::from_second(at).unwrap();
        let token = StatusToken {
            uri: format!("https://id.example/status/{number}"),
            issued_at,
            expires_at: issued_at + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list: StatusList::revoking([revoked]),
        };
        token.sign(&self.key, self.key.public().kid().unwrap())
    }

    pub(crate) fn mirror(&self) -> Mirror {
        Mirror::open(self.folder.path()).unwrap()
    }

    /// A code of somebody of full age, made at a time from the entry at `index`.
    pub(crate) fn code(&self, list: u32, index: u32, at: i64, subjects: &[Subject]) -> String {
        self.shown(list, index, Moment::at(at), subjects)
    }

    /// The same for a moment of any kind.
    pub(crate) fn shown(
        &self,
        list: u32,
        index: u32,
        moment: Moment,
        subjects: &[Subject],
    ) -> String {
        let key = SigningKey::generate_in(self.key.suite());
        let terms = Terms {
            holder: key.verifying_key().clone(),
            days: Days { from: Days::of(NOON), until: Days::of(NOON) + 30 },
            status: StatusReference { list, index },
        };
        let (statements, seed) = (Statements([1, 1, 1, 0, 0, 0, 2, 1]), Seed::new([7; 32]));
        let certificate = Certificate::issue(&self.key, terms, statements, &seed).unwrap();
        show(&certificate, &key, (statements, &seed), subjects, moment).unwrap()
    }
}
