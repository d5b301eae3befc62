//! Which clients a session served, where they registered to be told when it ends; and sessions that ended before their time.
//!
//! A session itself lives sealed in its browser. Its id is a secret, so that rows carry its SHA-256.

use jiff::Timestamp;
use rules::{CertificateId, ConsentId, PersonId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A session at a client.
#[derive(Clone, Debug)]
pub struct ServedSession {
    /// SHA-256 of the session's id.
    pub session: [u8; 32],
    /// Which client was told.
    pub client: String,
    /// About whom.
    pub person: PersonId,
    /// With which certificate somebody signed in.
    pub certificate: CertificateId,
    /// What the client calls the session.
    pub sid: String,
    /// What the client calls the person.
    pub identifier: String,
    /// When the session ends by itself.
    pub expires_at: Timestamp,
}

const OF_SESSION: &str = "
    SELECT session, client_id, person_id, certificate_id, sid, identifier, expires_at
      FROM served_sessions WHERE session = $1 ORDER BY client_id, person_id";
const OF_CERTIFICATE: &str = "
    SELECT session, client_id, person_id, certificate_id, sid, identifier, expires_at
      FROM served_sessions WHERE certificate_id = $1 ORDER BY client_id, session";
const OF_PERSON: &str = "
    SELECT session, client_id, person_id, certificate_id, sid, identifier, expires_at
      FROM served_sessions WHERE person_id = $1 ORDER BY client_id, session";
const AT_CLIENT: &str = "
    SELECT session, client_id, person_id, certificate_id, sid, identifier, expires_at
      FROM served_sessions WHERE person_id = $1 AND client_id = $2 ORDER BY session";
const BY_CONSENT: &str = "
    SELECT session, client_id, person_id, certificate_id, sid, identifier, expires_at
      FROM served_sessions
     WHERE person_id = (SELECT person_id FROM consents WHERE consent_id = $1)
       AND client_id = (SELECT client_id FROM consents WHERE consent_id = $1)
     ORDER BY session";
const INSERT: &str = "
    INSERT INTO served_sessions (session, client_id, person_id, certificate_id, sid, identifier, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
const DELETE: &str = "
    DELETE FROM served_sessions WHERE session = $1 AND client_id = $2 AND person_id = $3";
const PURGE: &str = "DELETE FROM served_sessions WHERE expires_at <= $1";
const END: &str = "
    INSERT INTO ended_sessions (session, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const ENDED: &str = "SELECT expires_at FROM ended_sessions WHERE session = $1";
const PURGE_ENDED: &str = "DELETE FROM ended_sessions WHERE expires_at <= $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    OF_SESSION,
    OF_CERTIFICATE,
    OF_PERSON,
    AT_CLIENT,
    BY_CONSENT,
    INSERT,
    DELETE,
    PURGE,
    END,
    ENDED,
    PURGE_ENDED,
];

impl Tx<Authentication> {
    /// Where a session was used.
    pub async fn served_by_session(&self, session: &[u8; 32]) -> Result<Vec<ServedSession>, Error> {
        self.served(OF_SESSION, &[Value::Bytes(session)]).await
    }

    /// Where sessions on a certificate were used.
    pub async fn served_by_certificate(
        &self,
        certificate: CertificateId,
    ) -> Result<Vec<ServedSession>, Error> {
        self.served(OF_CERTIFICATE, &[Value::Bytes(certificate.bytes())]).await
    }

    /// Where a person's sessions were used.
    pub async fn served_of(&self, person: PersonId) -> Result<Vec<ServedSession>, Error> {
        self.served(OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }

    /// A person's sessions at one client.
    pub async fn served_at(
        &self,
        person: PersonId,
        client: &str,
    ) -> Result<Vec<ServedSession>, Error> {
        self.served(AT_CLIENT, &[Value::Bytes(person.bytes()), Value::Text(client)]).await
    }

    /// A person's sessions at the client that a consent is about.
    pub async fn served_by_consent(&self, consent: ConsentId) -> Result<Vec<ServedSession>, Error> {
        self.served(BY_CONSENT, &[Value::Bytes(consent.bytes())]).await
    }

    async fn served(
        &self,
        statement: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<ServedSession>, Error> {
        let rows = self.fetch("served_sessions", statement, values).await?;
        rows.into_iter().map(ServedSession::try_from).collect()
    }

    /// Remembers that a session served a client; `false` if that is known.
    pub async fn add_served_session(&self, served: &ServedSession) -> Result<bool, Error> {
        let values = [
            Value::Bytes(&served.session),
            Value::Text(&served.client),
            Value::Bytes(served.person.bytes()),
            Value::Bytes(served.certificate.bytes()),
            Value::Text(&served.sid),
            Value::Text(&served.identifier),
            Value::Int(served.expires_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Forgets a session at a client; `false` if somebody was faster.
    pub async fn end_served_session(&self, served: &ServedSession) -> Result<bool, Error> {
        let values = [
            Value::Bytes(&served.session),
            Value::Text(&served.client),
            Value::Bytes(served.person.bytes()),
        ];
        Ok(self.execute(DELETE, &values).await? == 1)
    }

    /// Ends a session before its time; `false` if that was done.
    pub async fn end_session(
        &self,
        session: &[u8; 32],
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        let values = [Value::Bytes(session), Value::Int(expires_at.as_second())];
        Ok(self.execute(END, &values).await? == 1)
    }

    /// Was the session ended before its time?
    pub async fn session_ended(&self, session: &[u8; 32]) -> Result<bool, Error> {
        let row = self.fetch_one("ended_sessions", ENDED, &[Value::Bytes(session)]).await?;
        Ok(row.is_some())
    }

    /// Deletes sessions that ended by themselves; how many rows.
    pub async fn purge_sessions(&self, now: Timestamp) -> Result<u64, Error> {
        let now = [Value::Int(now.as_second())];
        Ok(self.execute(PURGE, &now).await? + self.execute(PURGE_ENDED, &now).await?)
    }
}

impl TryFrom<Row> for ServedSession {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            session: row.array("session")?,
            client: row.text("client_id")?,
            person: PersonId::from_bytes(row.array("person_id")?),
            certificate: CertificateId::from_bytes(row.array("certificate_id")?),
            sid: row.text("sid")?,
            identifier: row.text("identifier")?,
            expires_at: row.instant("expires_at")?,
        })
    }
}
