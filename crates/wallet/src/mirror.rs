//! A mirror for readers without network: the platform's keys and status lists, fetched by whoever has one, checked, and put into
//! a folder file by file (decision 0037).

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use formats::{
    JwkSet,
    jwk::BadJwkSet,
    status_list::{BadToken, UnverifiedStatusToken},
};
use jiff::Timestamp;
use protocol::{issuance::STATUS_PATH, oauth::issuer::Issuer};

/// What a platform publishes for readers, every list verified.
#[derive(Debug)]
pub struct Published {
    issuer: Issuer,
    text: String,
    keys: JwkSet,
    lists: Vec<String>,
}

/// Why something is nothing a platform publishes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotPublished {
    /// The keys are no key set.
    #[error("not a key set")]
    Keys(#[source] BadJwkSet),
    /// A list signed by none of the keys, another list, or one that is over.
    #[error("not a status list of this platform, of this time")]
    List(#[source] Option<BadToken>),
}

impl Published {
    /// The platform's keys; lists are added to them.
    pub fn by(issuer: Issuer, keys: String) -> Result<Self, NotPublished> {
        let read = JwkSet::parse_every_suite(&keys).map_err(NotPublished::Keys)?;
        Ok(Self { issuer, text: keys, keys: read, lists: Vec::new() })
    }

    /// The number of the list that comes next.
    pub fn next(&self) -> usize {
        self.lists.len()
    }

    /// Adds that list.
    pub fn add(&mut self, list: String, now: Timestamp) -> Result<(), NotPublished> {
        let token =
            UnverifiedStatusToken::parse(&list).map_err(|bad| NotPublished::List(Some(bad)))?;
        let signer = token.unverified_kid().and_then(|kid| self.keys.find(Some(kid)));
        let signer = signer.ok_or(NotPublished::List(None))?.verifying_key();
        let uri = format!("{}{}", self.issuer.at(STATUS_PATH), self.next());
        token.verify(signer, &uri, now).map_err(|bad| NotPublished::List(Some(bad)))?;
        self.lists.push(list);
        Ok(())
    }

    /// Puts it into a folder. A reader that looks meanwhile finds each file whole, as it was or as it is; the keys come first, for
    /// a platform publishes a key before it signs with it.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let status = folder.join("status");
        fs::create_dir_all(&status)?;
        replace(&folder.join("keys.json"), &self.text)?;
        for (number, list) in self.lists.iter().enumerate() {
            replace(&status.join(format!("{number}.jwt")), list)?;
        }
        Ok(())
    }
}

/// Written beside, then renamed over.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use formats::{
        SigningKey,
        status_list::{StatusList, StatusToken},
    };
    use jiff::SignedDuration;

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_795_348_800, 0);

    fn list(key: &SigningKey, uri: &str, at: Timestamp) -> String {
        let token = StatusToken {
            uri: uri.to_owned(),
            issued_at: at,
            expires_at: at + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list: StatusList::revoking([3]),
        };
        token.sign(key, key.public().kid().unwrap())
    }

    fn published(key: &SigningKey) -> Published {
        let keys = serde_json::to_string(&JwkSet::new([key.public()]).unwrap()).unwrap();
        Published::by("https://id.example".parse().unwrap(), keys).unwrap()
    }

    #[test]
    fn only_what_the_platform_signed_today_is_taken() {
        let (key, stranger) = (SigningKey::generate(), SigningKey::generate());
        let mut published = published(&key);
        for wrong in [
            list(&stranger, "https://id.example/status/0", NOW),
            list(&key, "https://id.example/status/1", NOW),
            list(&key, "https://evil.example/status/0", NOW),
            list(&key, "https://id.example/status/0", NOW - SignedDuration::from_hours(1)),
            "nothing".to_owned(),
        ] {
            assert!(matches!(published.add(wrong, NOW), Err(NotPublished::List(_))));
        }
        published.add(list(&key, "https://id.example/status/0", NOW), NOW).unwrap();
        assert_eq!(published.next(), 1);
        let keys = Published::by("https://id.example".parse().unwrap(), "{}".to_owned());
        assert!(matches!(keys, Err(NotPublished::Keys(_))));
    }

    #[test]
    fn it_is_put_over_what_was_there_and_nothing_lies_beside() {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::generate();
        for hour in [0, 1] {
            let now = NOW + SignedDuration::from_hours(hour);
            let (mut published, text) =
                (published(&key), list(&key, "https://id.example/status/0", now));
            published.add(text.clone(), now).unwrap();
            published.write(folder.path()).unwrap();
            assert_eq!(fs::read_to_string(folder.path().join("status/0.jwt")).unwrap(), text);
        }
        let names = |folder: &Path| fs::read_dir(folder).unwrap().count();
        assert_eq!((names(folder.path()), names(&folder.path().join("status"))), (2, 1));
    }
}
