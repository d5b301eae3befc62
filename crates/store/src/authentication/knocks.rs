//! Knocks: a relying party's request that waits for a person on another device than the one on which it was asked. What
//! is asked lies sealed in the row; the row's state is what makes each step happen once.

use std::str::FromStr;

use jiff::Timestamp;
use rules::{KnockId, PersonId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A knock as remembered.
#[derive(Clone, Debug)]
pub struct Knock {
    /// Its id.
    pub id: KnockId,
    /// By which way it was asked.
    pub way: Way,
    /// Who asks.
    pub client: String,
    /// SHA-256 of what whoever asked shows to hear the answer.
    pub secret_hash: [u8; 32],
    /// Keyed hash of the code a person types, where there is one.
    pub code_tag: Option<[u8; 32]>,
    /// What is asked, sealed.
    pub request: Vec<u8>,
    /// Where it stands.
    pub state: KnockState,
    /// Wrong numbers typed so far.
    pub tries: i64,
    /// Seconds whoever polls lets pass between two polls.
    pub pause: i64,
    /// When it was last polled.
    pub polled_at: Option<Timestamp>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When nobody can answer any more.
    pub expires_at: Timestamp,
}

/// By which way a knock was asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// A device with little to type on shows a code (RFC 8628).
    Device,
    /// A relying party's server asks a person it knows (CIBA).
    Backchannel,
    /// The sign-in page on another screen.
    Screen,
}

/// Where a knock stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KnockState {
    /// Nobody has opened it.
    Waiting,
    /// It lies before a person, who may have yet to sign in.
    Opened {
        /// Who, once it is known.
        person: Option<PersonId>,
    },
    /// The person answered.
    Answered {
        /// Who.
        person: Option<PersonId>,
        /// What, sealed.
        answer: Vec<u8>,
    },
    /// Whoever asked has heard the answer.
    Taken {
        /// Whose it was.
        person: Option<PersonId>,
    },
}

impl Way {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Backchannel => "backchannel",
            Self::Screen => "screen",
        }
    }
}

/// A word that names no way.
#[derive(Debug, thiserror::Error)]
#[error("no way of knocking has this name")]
pub struct NotAWay;

impl FromStr for Way {
    type Err = NotAWay;

    fn from_str(word: &str) -> Result<Self, NotAWay> {
        [Self::Device, Self::Backchannel, Self::Screen]
            .into_iter()
            .find(|way| way.as_str() == word)
            .ok_or(NotAWay)
    }
}

impl KnockState {
    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Opened { .. } => "opened",
            Self::Answered { .. } => "answered",
            Self::Taken { .. } => "taken",
        }
    }

    fn person(&self) -> Option<PersonId> {
        match self {
            Self::Waiting => None,
            Self::Opened { person } | Self::Answered { person, .. } | Self::Taken { person } => {
                *person
            }
        }
    }
}

const SELECT: &str = "
    SELECT knock_id, way, client_id, secret_hash, code_tag, request, person_id, state, answer, tries, pause, polled_at,
           asked_at, expires_at
      FROM knocks WHERE knock_id = $1";
const BY_SECRET: &str = "
    SELECT knock_id, way, client_id, secret_hash, code_tag, request, person_id, state, answer, tries, pause, polled_at,
           asked_at, expires_at
      FROM knocks WHERE secret_hash = $1";
const BY_CODE: &str = "
    SELECT knock_id, way, client_id, secret_hash, code_tag, request, person_id, state, answer, tries, pause, polled_at,
           asked_at, expires_at
      FROM knocks WHERE code_tag = $1";
const OF_PERSON: &str = "
    SELECT knock_id, way, client_id, secret_hash, code_tag, request, person_id, state, answer, tries, pause, polled_at,
           asked_at, expires_at
      FROM knocks WHERE person_id = $1 ORDER BY knock_id";
const INSERT: &str = "
    INSERT INTO knocks
           (knock_id, way, client_id, secret_hash, code_tag, request, person_id, state, tries, pause, asked_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11) ON CONFLICT DO NOTHING";
const OPEN: &str = "
    UPDATE knocks SET state = 'opened', person_id = $1
     WHERE knock_id = $2 AND state = 'waiting' AND expires_at > $3";
const COUNT_TRY: &str = "
    UPDATE knocks SET tries = tries + 1
     WHERE knock_id = $1 AND state IN ('waiting', 'opened') AND tries < $2";
const ANSWER: &str = "
    UPDATE knocks SET state = 'answered', person_id = $1, answer = $2, expires_at = $3
     WHERE knock_id = $4 AND state = 'opened' AND expires_at > $5
       AND (person_id IS NULL OR person_id = $6)";
const POLLED: &str = "UPDATE knocks SET polled_at = $1, pause = $2 WHERE knock_id = $3";
const TAKE: &str = "
    UPDATE knocks SET state = 'taken', answer = NULL WHERE knock_id = $1 AND state = 'answered'";
const LAPSE: &str = "DELETE FROM knocks WHERE knock_id = $1 AND expires_at <= $2";
const PURGE: &str = "DELETE FROM knocks WHERE expires_at <= $1";
const DELETE_OF_PERSON: &str = "DELETE FROM knocks WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    SELECT,
    BY_SECRET,
    BY_CODE,
    OF_PERSON,
    INSERT,
    OPEN,
    COUNT_TRY,
    ANSWER,
    POLLED,
    TAKE,
    LAPSE,
    PURGE,
    DELETE_OF_PERSON,
];

impl Tx<Authentication> {
    /// The knock with this id.
    pub async fn knock(&self, id: KnockId) -> Result<Option<Knock>, Error> {
        self.one_knock(SELECT, id.bytes()).await
    }

    /// The knock whose asker shows a secret with this hash.
    pub async fn knock_by_secret(&self, hash: &[u8; 32]) -> Result<Option<Knock>, Error> {
        self.one_knock(BY_SECRET, hash).await
    }

    /// The knock whose typed code has this tag.
    pub async fn knock_by_code(&self, tag: &[u8; 32]) -> Result<Option<Knock>, Error> {
        self.one_knock(BY_CODE, tag).await
    }

    async fn one_knock(&self, sql: &'static str, key: &[u8]) -> Result<Option<Knock>, Error> {
        self.fetch_one("knocks", sql, &[Value::Bytes(key)]).await?.map(Knock::try_from).transpose()
    }

    /// What lies before a person, or did a moment ago.
    pub async fn knocks_of(&self, person: PersonId) -> Result<Vec<Knock>, Error> {
        let rows = self.fetch("knocks", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(Knock::try_from).collect()
    }

    /// Adds a knock that waits, or lies before its person already; `false` if its code or its secret is taken.
    pub async fn add_knock(&self, knock: &Knock) -> Result<bool, Error> {
        let person = knock.state.person();
        let values = [
            Value::Bytes(knock.id.bytes()),
            Value::Text(knock.way.as_str()),
            Value::Text(&knock.client),
            Value::Bytes(&knock.secret_hash),
            knock.code_tag.as_ref().map_or(Value::Null, |tag| Value::Bytes(tag)),
            Value::Bytes(&knock.request),
            person.as_ref().map_or(Value::Null, |person| Value::Bytes(person.bytes())),
            Value::Text(knock.state.as_str()),
            Value::Int(knock.pause),
            Value::Int(knock.asked_at.as_second()),
            Value::Int(knock.expires_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Lays a knock before a person; `false` if it lies before somebody already, or is over.
    pub async fn open_knock(
        &self,
        id: KnockId,
        person: Option<PersonId>,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            person.as_ref().map_or(Value::Null, |person| Value::Bytes(person.bytes())),
            Value::Bytes(id.bytes()),
            Value::Int(now.as_second()),
        ];
        Ok(self.execute(OPEN, &values).await? == 1)
    }

    /// Counts a try at the number; `false` if there were `most`.
    pub async fn count_knock_try(&self, id: KnockId, most: i64) -> Result<bool, Error> {
        let values = [Value::Bytes(id.bytes()), Value::Int(most)];
        Ok(self.execute(COUNT_TRY, &values).await? == 1)
    }

    /// Answers a knock, to be heard until `until`; `false` if it does not lie before this person, or is over.
    pub async fn answer_knock(
        &self,
        id: KnockId,
        (person, answer): (Option<PersonId>, &[u8]),
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let person = person.as_ref().map_or(Value::Null, |person| Value::Bytes(person.bytes()));
        let values = [
            person,
            Value::Bytes(answer),
            Value::Int(until.as_second()),
            Value::Bytes(id.bytes()),
            Value::Int(now.as_second()),
            person,
        ];
        Ok(self.execute(ANSWER, &values).await? == 1)
    }

    /// Notes a poll, and how long whoever polls lets pass before the next.
    pub async fn poll_knock(&self, id: KnockId, pause: i64, now: Timestamp) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Int(pause), Value::Bytes(id.bytes())];
        Ok(self.execute(POLLED, &values).await? == 1)
    }

    /// Takes the answer away; `false` if it was heard before.
    pub async fn take_knock(&self, id: KnockId) -> Result<bool, Error> {
        Ok(self.execute(TAKE, &[Value::Bytes(id.bytes())]).await? == 1)
    }

    /// Deletes a knock if nobody can answer it any more, so that nobody does; whether it did.
    pub async fn lapse_knock(&self, id: KnockId, now: Timestamp) -> Result<bool, Error> {
        let values = [Value::Bytes(id.bytes()), Value::Int(now.as_second())];
        Ok(self.execute(LAPSE, &values).await? == 1)
    }

    /// Deletes knocks that nobody can answer any more; how many.
    pub async fn purge_knocks(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }

    /// Forgets what lay before a person who left.
    pub async fn forget_knocks_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for Knock {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        let id = KnockId::from_bytes(row.array("knock_id")?);
        let (way, client) = (row.parsed("way")?, row.text("client_id")?);
        let secret_hash = row.array("secret_hash")?;
        let code_tag = row.optional_array("code_tag")?;
        let request = row.bytes("request")?;
        let person = row.optional_array("person_id")?.map(PersonId::from_bytes);
        let (state, answer) = (row.text("state")?, row.optional_bytes("answer")?);
        let state = match (state.as_str(), person, answer) {
            ("waiting", None, None) => KnockState::Waiting,
            ("opened", person, None) => KnockState::Opened { person },
            ("answered", person, Some(answer)) => KnockState::Answered { person, answer },
            ("taken", person, None) => KnockState::Taken { person },
            _ => return Err(row.corrupt("state")),
        };
        Ok(Self {
            id,
            way,
            client,
            secret_hash,
            code_tag,
            request,
            state,
            tries: row.int("tries")?,
            pause: row.int("pause")?,
            polled_at: row.optional_instant("polled_at")?,
            asked_at: row.instant("asked_at")?,
            expires_at: row.instant("expires_at")?,
        })
    }
}
