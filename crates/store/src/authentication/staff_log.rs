//! What officers did: for supervision. Nothing here says whom it concerned.

use std::str::FromStr;

use jiff::Timestamp;
use rules::{EventId, OfficerId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// One act of an officer.
#[derive(Clone, Debug)]
pub struct StaffEntry {
    /// Its id, time-ordered by the minute.
    pub id: EventId,
    /// Who.
    pub officer: OfficerId,
    /// What.
    pub act: StaffAct,
    /// Commits to the application; all zeros where none is concerned.
    pub digest: [u8; 32],
    /// What the officer's passkey signed, and with which key; absent where nothing was signed.
    pub evidence: Option<Vec<u8>>,
    /// When, to the minute.
    pub at: Timestamp,
}

/// What an officer can do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StaffAct {
    /// Registered a first passkey.
    Joined,
    /// Signed in.
    SignedIn,
    /// Entered an application.
    Entered,
    /// Confirmed what another had entered.
    Confirmed,
    /// Turned down what another had entered.
    Declined,
    /// Was suspended, by the operator.
    Suspended,
    /// Had the platform trust what a file says about travel documents; the digest is the file's.
    TrustImported,
    /// Had it trust something no longer; the digest is its fingerprint.
    TrustRemoved,
    /// Suspended a client; the digest is its id's.
    ClientSuspended,
    /// Ended a client's suspension; the digest is its id's.
    ClientResumed,
    /// Suspended an organisation with all its clients.
    OrganisationSuspended,
    /// Ended an organisation's suspension.
    OrganisationResumed,
    /// Read the words of a report; the digest is the report's.
    ReportOpened,
    /// Closed a report; the digest is the report's.
    ReportClosed,
}

impl StaffAct {
    const ALL: [Self; 14] = [
        Self::Joined,
        Self::SignedIn,
        Self::Entered,
        Self::Confirmed,
        Self::Declined,
        Self::Suspended,
        Self::TrustImported,
        Self::TrustRemoved,
        Self::ClientSuspended,
        Self::ClientResumed,
        Self::OrganisationSuspended,
        Self::OrganisationResumed,
        Self::ReportOpened,
        Self::ReportClosed,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::SignedIn => "signed_in",
            Self::Entered => "entered",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Suspended => "suspended",
            Self::TrustImported => "trust_imported",
            Self::TrustRemoved => "trust_removed",
            Self::ClientSuspended => "client_suspended",
            Self::ClientResumed => "client_resumed",
            Self::OrganisationSuspended => "organisation_suspended",
            Self::OrganisationResumed => "organisation_resumed",
            Self::ReportOpened => "report_opened",
            Self::ReportClosed => "report_closed",
        }
    }
}

/// A word that names no act.
#[derive(Debug, thiserror::Error)]
#[error("no act of an officer has this name")]
pub struct NotAStaffAct;

impl FromStr for StaffAct {
    type Err = NotAStaffAct;

    fn from_str(word: &str) -> Result<Self, NotAStaffAct> {
        Self::ALL.into_iter().find(|act| act.as_str() == word).ok_or(NotAStaffAct)
    }
}

const LATEST: &str = "
    SELECT entry_id, officer_id, act, digest, evidence, at FROM staff_log ORDER BY entry_id DESC LIMIT $1";
const NEXT: &str = "
    SELECT entry_id, officer_id, act, digest, evidence, at FROM staff_log WHERE entry_id > $1 ORDER BY entry_id LIMIT $2";
const INSERT: &str = "
    INSERT INTO staff_log (entry_id, officer_id, act, digest, evidence, at) VALUES ($1, $2, $3, $4, $5, $6)";
const PURGE: &str = "DELETE FROM staff_log WHERE entry_id < $1 AND act <> $2";
const DELETE_OF_OFFICER: &str = "DELETE FROM staff_log WHERE officer_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LATEST, NEXT, INSERT, PURGE, DELETE_OF_OFFICER];

impl Tx<Authentication> {
    /// The latest acts, newest first, at most `most`.
    pub async fn staff_log(&self, most: u32) -> Result<Vec<StaffEntry>, Error> {
        let rows = self.fetch("staff_log", LATEST, &[Value::Int(most.into())]).await?;
        rows.into_iter().map(StaffEntry::try_from).collect()
    }

    /// The acts that follow one, oldest first, at most `most`; from the beginning where none is named.
    pub async fn staff_log_after(
        &self,
        last: Option<EventId>,
        most: u32,
    ) -> Result<Vec<StaffEntry>, Error> {
        let after = last.map_or([0; 16], |id| *id.bytes());
        let values = [Value::Bytes(&after), Value::Int(most.into())];
        let rows = self.fetch("staff_log", NEXT, &values).await?;
        rows.into_iter().map(StaffEntry::try_from).collect()
    }

    /// Deletes acts older than `before` (an id that sorts there); how many. That somebody joined stays as long as the
    /// officer: it holds the key that verifies what came after.
    pub async fn purge_staff_log(&self, before: EventId) -> Result<u64, Error> {
        let joined = StaffAct::Joined.as_str();
        self.execute(PURGE, &[Value::Bytes(before.bytes()), Value::Text(joined)]).await
    }

    /// Forgets every act of an officer.
    pub async fn forget_acts_of(&self, officer: OfficerId) -> Result<u64, Error> {
        self.execute(DELETE_OF_OFFICER, &[Value::Bytes(officer.bytes())]).await
    }

    /// Adds an act.
    pub async fn add_staff_entry(&self, entry: &StaffEntry) -> Result<(), Error> {
        let values = [
            Value::Bytes(entry.id.bytes()),
            Value::Bytes(entry.officer.bytes()),
            Value::Text(entry.act.as_str()),
            Value::Bytes(&entry.digest),
            entry.evidence.as_deref().map_or(Value::Null, Value::Bytes),
            Value::Int(entry.at.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }
}

impl TryFrom<Row> for StaffEntry {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: EventId::from_bytes(row.array("entry_id")?),
            officer: OfficerId::from_bytes(row.array("officer_id")?),
            act: row.parsed("act")?,
            digest: row.array("digest")?,
            evidence: row.optional_bytes("evidence")?,
            at: row.instant("at")?,
        })
    }
}
