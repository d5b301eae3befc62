//! Links by which a person objects from any phone: each can end the person's certificate, once, and nothing else.

use std::str::FromStr;

use jiff::Timestamp;
use rules::PersonId;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A link that a notice carries.
#[derive(Clone, Debug)]
pub struct LockLink {
    /// SHA-256 of what the message carries.
    pub id: [u8; 32],
    /// Whose certificate.
    pub person: PersonId,
    /// What is objected to.
    pub about: About,
    /// When it is worth nothing any more.
    pub expires_at: Timestamp,
    /// When the person objected.
    pub used_at: Option<Timestamp>,
}

/// What a person is told of, and can object to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum About {
    /// A certificate was issued to another device.
    Reissue,
    /// Another phone number took the place of the old one.
    PhoneChange,
    /// Identity and number were proved anew, and it was cut off before anything was issued.
    ReissueCut,
}

impl About {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reissue => "reissue",
            Self::PhoneChange => "phone_change",
            Self::ReissueCut => "reissue_cut",
        }
    }
}

/// A word for nothing one can object to.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
#[error("nothing one can object to has this name")]
pub struct NotAbout;

impl FromStr for About {
    type Err = NotAbout;

    fn from_str(word: &str) -> Result<Self, NotAbout> {
        [Self::Reissue, Self::PhoneChange, Self::ReissueCut]
            .into_iter()
            .find(|about| about.as_str() == word)
            .ok_or(NotAbout)
    }
}

const SELECT: &str = "
    SELECT link, person_id, about, expires_at, used_at FROM lock_links WHERE link = $1";
const OF_PERSON: &str = "
    SELECT link, person_id, about, expires_at, used_at
      FROM lock_links WHERE person_id = $1 ORDER BY expires_at, link";
const INSERT: &str = "
    INSERT INTO lock_links (link, person_id, about, expires_at) VALUES ($1, $2, $3, $4)";
const USE: &str = "
    UPDATE lock_links SET used_at = $1 WHERE link = $2 AND used_at IS NULL AND expires_at > $3";
const PURGE: &str = "DELETE FROM lock_links WHERE expires_at <= $1";
const DELETE_OF_PERSON: &str = "DELETE FROM lock_links WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, OF_PERSON, INSERT, USE, PURGE, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// The link with this id.
    pub async fn lock_link(&self, id: &[u8; 32]) -> Result<Option<LockLink>, Error> {
        let row = self.fetch_one("lock_links", SELECT, &[Value::Bytes(id)]).await?;
        row.map(LockLink::try_from).transpose()
    }

    /// A person's links, the first to expire first.
    pub async fn lock_links_of(&self, person: PersonId) -> Result<Vec<LockLink>, Error> {
        let rows = self.fetch("lock_links", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(LockLink::try_from).collect()
    }

    /// Adds a link.
    pub async fn add_lock_link(&self, link: &LockLink) -> Result<(), Error> {
        let values = [
            Value::Bytes(&link.id),
            Value::Bytes(link.person.bytes()),
            Value::Text(link.about.as_str()),
            Value::Int(link.expires_at.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Uses a link; `false` if it was used before, or is worth nothing any more.
    pub async fn use_lock_link(&self, id: &[u8; 32], now: Timestamp) -> Result<bool, Error> {
        let now = Value::Int(now.as_second());
        Ok(self.execute(USE, &[now, Value::Bytes(id), now]).await? == 1)
    }

    /// Deletes links that expired; how many.
    pub async fn purge_lock_links(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }

    /// Forgets every link of a person who left.
    pub async fn forget_lock_links_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for LockLink {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.array("link")?,
            person: PersonId::from_bytes(row.array("person_id")?),
            about: row.parsed("about")?,
            expires_at: row.instant("expires_at")?,
            used_at: row.optional_instant("used_at")?,
        })
    }
}
