//! The mirror: the platform's keys and status lists, as files that somebody brought.
//!
//! `keys.json` is the platform's key set, `status/NUMBER.jwt` its status lists as they are served. Lists are signed and say when
//! they were made; that, and no file's date, is how old the mirror is.

use std::{collections::BTreeMap, fs, io, path::Path, time::Duration};

use formats::{
    Jwk, JwkSet, UnverifiedJws,
    jwk::BadJwkSet,
    qr::StatusReference,
    status_list::{StatusToken, UnverifiedStatusToken, VALID},
};
use jiff::Timestamp;
use serde::Deserialize;

/// From when on a desk is told how old its mirror is.
const DAY: Duration = Duration::from_hours(24);

/// Beyond this age a list says nothing: a week of revocations is more than a desk can overlook.
const TOO_OLD: Duration = Duration::from_hours(7 * 24);

/// Longest list read: a million entries that do not compress, in base64url, with room.
const LONGEST_LIST: usize = 512 * 1024;

/// The platform's keys and lists.
#[derive(Debug)]
pub struct Mirror {
    issuers: Vec<Jwk>,
    lists: BTreeMap<u32, StatusToken>,
}

/// How a certificate stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It was good when its list was made.
    Stands,
    /// It was revoked.
    Ended,
    /// No list says, or the one that would is too old.
    Unknown,
}

/// Why a folder is no mirror.
#[derive(Debug, thiserror::Error)]
pub enum BadMirror {
    /// A file is missing or cannot be read.
    #[error("{file} cannot be read")]
    File {
        /// Which.
        file: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The keys are no key set.
    #[error("keys.json is no key set")]
    Keys(#[source] BadJwkSet),
    /// A list that the platform did not sign, or not as this list.
    #[error("{0} is no status list of this platform")]
    List(String),
}

/// When a list says it was made; believed once it is verified.
#[derive(Deserialize)]
struct Made {
    iat: i64,
    sub: String,
}

impl Mirror {
    /// Reads a folder, every list verified.
    pub fn open(folder: &Path) -> Result<Self, BadMirror> {
        let keys = read(&folder.join("keys.json"))?;
        let issuers = JwkSet::parse_every_suite(&keys).map_err(BadMirror::Keys)?.keys().to_vec();
        let mut lists = BTreeMap::new();
        let status = folder.join("status");
        let failed = |cause| BadMirror::File { file: "status".to_owned(), cause };
        for entry in fs::read_dir(&status).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let Some(number) = number(&path) else { continue };
            let list = list(&read(&path)?, number, &issuers);
            let list = list.ok_or_else(|| BadMirror::List(format!("status/{number}.jwt")))?;
            lists.insert(number, list);
        }
        Ok(Self { issuers, lists })
    }

    /// The keys that sign certificates and lists.
    pub fn issuers(&self) -> &[Jwk] {
        &self.issuers
    }

    /// How the certificate at that place stands. `now` is Unix time.
    pub fn standing(&self, place: StatusReference, now: i64) -> Standing {
        match self.lists.get(&place.list) {
            Some(list) if age(list, now) <= TOO_OLD => match list.list.status(place.index) {
                Some(VALID) => Standing::Stands,
                Some(_) => Standing::Ended,
                None => Standing::Unknown,
            },
            _ => Standing::Unknown,
        }
    }

    /// How old its oldest list is: what was revoked since is not known. Nothing, if there is no list.
    pub fn age(&self, now: i64) -> Option<Duration> {
        self.lists.values().map(|list| age(list, now)).max()
    }

    /// How old the list is that would tell, if more than a day.
    pub fn more_than_a_day_old(&self, place: StatusReference, now: i64) -> Option<Duration> {
        self.lists.get(&place.list).map(|list| age(list, now)).filter(|age| *age > DAY)
    }
}

fn age(list: &StatusToken, now: i64) -> Duration {
    let seconds = now.saturating_sub(list.issued_at.as_second());
    Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}

fn read(path: &Path) -> Result<String, BadMirror> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    fs::read_to_string(path).map_err(|cause| BadMirror::File { file, cause })
}

/// The number in `NUMBER.jwt`; other files are passed over.
fn number(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.strip_suffix(".jwt")?.parse().ok()
}

/// The list, if the platform signed it as the one of that number.
fn list(text: &str, number: u32, issuers: &[Jwk]) -> Option<StatusToken> {
    let text = text.trim_end();
    let (jws, _) = UnverifiedJws::parse_certified(text, LONGEST_LIST).ok()?;
    let made: Made = jws.unverified_claims().ok()?;
    if made.sub.rsplit('/').next()? != number.to_string() {
        return None;
    }
    // Verified as of the moment it was made: without a network it is long over, and how old it is, the desk is told.
    let then = Timestamp::from_second(made.iat).ok()?;
    let kid = jws.unverified_header().kid.as_deref();
    let issuer = issuers.iter().find(|key| kid.is_some() && key.kid() == kid)?;
    let token = UnverifiedStatusToken::parse(text).ok()?;
    token.verify(issuer.verifying_key(), &made.sub, then).map(formats::Verified::into_inner).ok()
}
