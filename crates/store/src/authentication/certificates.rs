//! Net certificates: their state, their passcode, and how often it was missed.

use jiff::Timestamp;
use rules::{CertificateId, Mode, PersonId, Proofing, attempts::Attempts};

use super::attempts::{attempts, recorded};
use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A net certificate as remembered.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its id, which it also carries.
    pub id: CertificateId,
    /// Its holder.
    pub person: PersonId,
    /// The strongest mode it can be used in, as proved at issue.
    pub mode: Mode,
    /// How the identity was proved.
    pub proofing: Proofing,
    /// Argon2id verifier of the passcode, in PHC form.
    pub passcode_verifier: String,
    /// Passcode tries that failed.
    pub attempts: Attempts,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was last unlocked: what was proved before is worth nothing any more.
    pub unlocked_at: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
}

/// Where a certificate stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// May be used.
    Active,
    /// Locked by its holder, who may unlock it.
    Locked {
        /// When.
        at: Timestamp,
    },
    /// Over: replaced by another, or its holder left.
    Ended {
        /// When.
        at: Timestamp,
    },
}

const SELECT: &str = "
    SELECT certificate_id, person_id, mode, proofing, passcode_verifier, failed_tries, retry_at,
           issued_at, expires_at, locked_at, unlocked_at, ended_at
      FROM certificates WHERE certificate_id = $1";
const OF_PERSON: &str = "
    SELECT certificate_id, person_id, mode, proofing, passcode_verifier, failed_tries, retry_at,
           issued_at, expires_at, locked_at, unlocked_at, ended_at
      FROM certificates WHERE person_id = $1 ORDER BY certificate_id DESC";
const INSERT: &str = "
    INSERT INTO certificates (certificate_id, person_id, mode, proofing, passcode_verifier, failed_tries, issued_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";
const LOCK: &str = "
    UPDATE certificates SET locked_at = $1 WHERE certificate_id = $2 AND locked_at IS NULL AND ended_at IS NULL";
const UNLOCK: &str = "
    UPDATE certificates SET locked_at = NULL, unlocked_at = $1
     WHERE certificate_id = $2 AND locked_at IS NOT NULL AND ended_at IS NULL";
const END_OF_PERSON: &str = "
    UPDATE certificates SET ended_at = $1 WHERE person_id = $2 AND ended_at IS NULL";
const RECORD_TRY: &str = "
    UPDATE certificates SET failed_tries = $1, retry_at = $2 WHERE certificate_id = $3 AND failed_tries = $4";
const DELETE_OF_PERSON: &str = "DELETE FROM certificates WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[SELECT, OF_PERSON, INSERT, LOCK, UNLOCK, END_OF_PERSON, RECORD_TRY, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// The certificate with this id.
    pub async fn certificate(&self, id: CertificateId) -> Result<Option<Certificate>, Error> {
        let row = self.fetch_one("certificates", SELECT, &[Value::Bytes(id.bytes())]).await?;
        row.map(Certificate::try_from).transpose()
    }

    /// A person's certificates, newest first.
    pub async fn certificates_of(&self, person: PersonId) -> Result<Vec<Certificate>, Error> {
        let rows = self.fetch("certificates", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(Certificate::try_from).collect()
    }

    /// Adds a certificate just issued.
    pub async fn add_certificate(&self, certificate: &Certificate) -> Result<(), Error> {
        let values = [
            Value::Bytes(certificate.id.bytes()),
            Value::Bytes(certificate.person.bytes()),
            Value::Text(certificate.mode.acr()),
            Value::Text(certificate.proofing.as_str()),
            Value::Text(&certificate.passcode_verifier),
            Value::Int(certificate.issued_at.as_second()),
            Value::Int(certificate.expires_at.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Locks; `false` unless it was active. Credentials on it come to read revoked, and stay so when it is unlocked.
    pub async fn lock_certificate(&self, id: CertificateId, now: Timestamp) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(id.bytes())];
        let locked = self.execute(LOCK, &values).await? == 1;
        if locked {
            self.flip_statuses_of(id, now).await?;
        }
        Ok(locked)
    }

    /// Unlocks; `false` unless it was locked.
    pub async fn unlock_certificate(
        &self,
        id: CertificateId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(id.bytes())];
        Ok(self.execute(UNLOCK, &values).await? == 1)
    }

    /// Ends every certificate of a person, and has the credentials on them read revoked; how many there were.
    pub async fn end_certificates_of(
        &self,
        person: PersonId,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(person.bytes())];
        let ended = self.execute(END_OF_PERSON, &values).await?;
        if ended > 0 {
            self.flip_statuses_of_person(person, now).await?;
        }
        Ok(ended)
    }

    /// Records a passcode try; `false` if another try was recorded meanwhile.
    pub async fn record_try(
        &self,
        id: CertificateId,
        before: &Attempts,
        after: &Attempts,
    ) -> Result<bool, Error> {
        Ok(self.execute(RECORD_TRY, &recorded(&id, before, after)).await? == 1)
    }

    /// Forgets every certificate of a person who left.
    pub async fn forget_certificates_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for Certificate {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: CertificateId::from_bytes(row.array("certificate_id")?),
            person: PersonId::from_bytes(row.array("person_id")?),
            mode: row.parsed("mode")?,
            proofing: row.parsed("proofing")?,
            passcode_verifier: row.text("passcode_verifier")?,
            attempts: attempts(&mut row)?,
            issued_at: row.instant("issued_at")?,
            expires_at: row.instant("expires_at")?,
            state: match row.optional_instant("locked_at")? {
                None => State::Active,
                Some(at) => State::Locked { at },
            },
            unlocked_at: row.optional_instant("unlocked_at")?,
        }
        .ended(row.optional_instant("ended_at")?))
    }
}

impl Certificate {
    /// What has ended is neither active nor locked.
    fn ended(self, at: Option<Timestamp>) -> Self {
        Self { state: at.map_or(self.state, |at| State::Ended { at }), ..self }
    }
}
