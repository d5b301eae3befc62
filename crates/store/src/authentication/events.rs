//! Events: what happened with a person's certificate. The person sees the same list; nothing else is kept of a use.

use std::str::FromStr;

use jiff::Timestamp;
use rules::{EventId, PersonId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id, time-ordered.
    pub id: EventId,
    /// With whose certificate.
    pub person: PersonId,
    /// What.
    pub kind: Kind,
    /// At which client; empty where none is concerned.
    pub client: String,
    /// In which scene; empty where none is concerned.
    pub scene: String,
    /// In which mode, as its `acr` value; empty where none is concerned.
    pub mode: String,
    /// Whether it was passed.
    pub passed: bool,
    /// When, to the minute.
    pub at: Timestamp,
}

/// What can happen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A certificate was issued.
    Issued,
    /// A relying party was told a result.
    Authenticated,
    /// The person declined to tell.
    Declined,
    /// The certificate was locked.
    Locked,
    /// The certificate was unlocked.
    Unlocked,
    /// A consent was withdrawn.
    Withdrew,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A device was given the key of the dynamic code.
    CodeKeyGiven,
    /// A guardian was confirmed to stand behind a child; both see it.
    GuardianConfirmed,
    /// A guardian stands behind the child no more; both see it.
    GuardianEnded,
    /// A child asked its guardians about an organisation.
    GuardianAsked,
    /// A guardian approved an organisation for a child; both see it.
    GuardianApproved,
    /// A guardian said no to an organisation for a child; both see it.
    GuardianRefused,
    /// A guardian took a word back; both see it.
    GuardianLifted,
    /// The child became fourteen: the guardians' approvals are needed no more.
    Fourteen,
    /// The young person came of age: nobody stands behind them any more.
    Eighteen,
    /// An officer entered an application at a counter.
    CounterEntered,
    /// Another officer confirmed it.
    CounterConfirmed,
    /// A recovery sheet was made.
    SheetMade,
    /// A recovery sheet was revoked.
    SheetRevoked,
    /// Somebody was given a delegation.
    DelegationGiven,
    /// A delegation was taken back, or given back.
    DelegationRevoked,
    /// A delegate had a relying party told the result.
    ActedFor,
    /// A certificate was issued in place of an older one, to another device.
    Reissued,
    /// The phone was changed.
    PhoneChanged,
    /// Another document was added to those the person is recognised by.
    DocumentAdded,
    /// One of them was taken away.
    DocumentRemoved,
    /// The person objected, by the link of a notice: the certificate ended, or was locked.
    Objected,
    /// The person took up an invitation to work at a counter.
    BecameOfficer,
    /// A guardian locked the child's certificate; both see it.
    GuardianLocked,
    /// The person agreed to tell a relying party who they are.
    PlainAgreed,
    /// The person would not tell a relying party who they are.
    PlainDeclined,
    /// A relying party was told who the person is.
    PlainTold,
    /// Proving the identity again was cut off before anything was issued; every phone was told.
    ReissueCut,
    /// The person reported a relying party.
    Reported,
}

impl Kind {
    const ALL: &'static [Self] = &[
        Self::Issued,
        Self::Authenticated,
        Self::Declined,
        Self::Locked,
        Self::Unlocked,
        Self::Withdrew,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::CodeKeyGiven,
        Self::GuardianConfirmed,
        Self::GuardianEnded,
        Self::GuardianAsked,
        Self::GuardianApproved,
        Self::GuardianRefused,
        Self::GuardianLifted,
        Self::Fourteen,
        Self::Eighteen,
        Self::CounterEntered,
        Self::CounterConfirmed,
        Self::SheetMade,
        Self::SheetRevoked,
        Self::DelegationGiven,
        Self::DelegationRevoked,
        Self::ActedFor,
        Self::Reissued,
        Self::PhoneChanged,
        Self::DocumentAdded,
        Self::DocumentRemoved,
        Self::Objected,
        Self::BecameOfficer,
        Self::GuardianLocked,
        Self::ReissueCut,
        Self::Reported,
        Self::PlainAgreed,
        Self::PlainDeclined,
        Self::PlainTold,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Authenticated => "authenticated",
            Self::Declined => "declined",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::Withdrew => "withdrew",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::CodeKeyGiven => "code_key_given",
            Self::GuardianConfirmed => "guardian_confirmed",
            Self::GuardianEnded => "guardian_ended",
            Self::GuardianAsked => "guardian_asked",
            Self::GuardianApproved => "guardian_approved",
            Self::GuardianRefused => "guardian_refused",
            Self::GuardianLifted => "guardian_lifted",
            Self::Fourteen => "fourteen",
            Self::Eighteen => "eighteen",
            Self::CounterEntered => "counter_entered",
            Self::CounterConfirmed => "counter_confirmed",
            Self::SheetMade => "sheet_made",
            Self::SheetRevoked => "sheet_revoked",
            Self::DelegationGiven => "delegation_given",
            Self::DelegationRevoked => "delegation_revoked",
            Self::ActedFor => "acted_for",
            Self::Reissued => "reissued",
            Self::PhoneChanged => "phone_changed",
            Self::DocumentAdded => "document_added",
            Self::DocumentRemoved => "document_removed",
            Self::Objected => "objected",
            Self::BecameOfficer => "became_officer",
            Self::GuardianLocked => "guardian_locked",
            Self::ReissueCut => "reissue_cut",
            Self::Reported => "reported",
            Self::PlainAgreed => "plain_agreed",
            Self::PlainDeclined => "plain_declined",
            Self::PlainTold => "plain_told",
        }
    }
}

/// A word that names no kind.
#[derive(Debug, thiserror::Error)]
#[error("no kind of event has this name")]
pub struct NotAKind;

impl FromStr for Kind {
    type Err = NotAKind;

    fn from_str(word: &str) -> Result<Self, NotAKind> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or(NotAKind)
    }
}

const OF_PERSON: &str = "
    SELECT event_id, person_id, kind, client_id, scene, mode, passed, at
      FROM events WHERE person_id = $1 ORDER BY event_id DESC LIMIT $2";
const ONE_OF_PERSON: &str = "
    SELECT event_id, person_id, kind, client_id, scene, mode, passed, at
      FROM events WHERE person_id = $1 AND event_id = $2";
const INSERT: &str = "
    INSERT INTO events (event_id, person_id, kind, client_id, scene, mode, passed, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const PURGE: &str = "DELETE FROM events WHERE event_id < $1";
const DELETE_OF_PERSON: &str = "DELETE FROM events WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OF_PERSON, ONE_OF_PERSON, INSERT, PURGE, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// A person's events, newest first, at most `most`.
    pub async fn events_of(&self, person: PersonId, most: u32) -> Result<Vec<Event>, Error> {
        let rows = self
            .fetch("events", OF_PERSON, &[Value::Bytes(person.bytes()), Value::Int(most.into())])
            .await?;
        rows.into_iter().map(Event::try_from).collect()
    }

    /// An event of a person.
    pub async fn event_of(&self, person: PersonId, id: EventId) -> Result<Option<Event>, Error> {
        let values = [Value::Bytes(person.bytes()), Value::Bytes(id.bytes())];
        let row = self.fetch_one("events", ONE_OF_PERSON, &values).await?;
        row.map(Event::try_from).transpose()
    }

    /// Adds an event.
    pub async fn add_event(&self, event: &Event) -> Result<(), Error> {
        let values = [
            Value::Bytes(event.id.bytes()),
            Value::Bytes(event.person.bytes()),
            Value::Text(event.kind.as_str()),
            Value::Text(&event.client),
            Value::Text(&event.scene),
            Value::Text(&event.mode),
            Value::Int(event.passed.into()),
            Value::Int(event.at.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Deletes events older than `before` (an id that sorts there); how many.
    pub async fn purge_events(&self, before: EventId) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Bytes(before.bytes())]).await
    }

    /// Forgets every event of a person who left.
    pub async fn forget_events_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for Event {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: EventId::from_bytes(row.array("event_id")?),
            person: PersonId::from_bytes(row.array("person_id")?),
            kind: row.parsed("kind")?,
            client: row.text("client_id")?,
            scene: row.text("scene")?,
            mode: row.text("mode")?,
            passed: row.int("passed")? == 1,
            at: row.instant("at")?,
        })
    }
}
