//! Which clients a session served, for those that registered to be told when it ends.
//!
//! What a client calls the session is derived from the session's id, which is a secret, and the client: two clients that
//! compare find nothing in common.

use formats::{
    base64url,
    mac::{derive, sha256},
};
use jiff::Timestamp;
use rules::{CertificateId, PersonId};
use serde::{Deserialize, Serialize};
use store::authentication::ServedSession;

use crate::{SESSION_LIFETIME, Session, code::Subject, judge::Judged};

/// A session, as a code carries it to its redemption.
#[derive(Deserialize, Serialize)]
pub(crate) struct Served {
    #[serde(with = "formats::base64url::text")]
    session: [u8; 32],
    /// What the client calls the session.
    pub(crate) sid: String,
    expires_at: i64,
    /// Whether the client is told when it ends.
    heard: bool,
}

impl Served {
    /// For a client that has a use for it.
    pub(crate) fn by(session: &Session, judged: &Judged) -> Option<Self> {
        let client = &judged.by.client;
        client.metadata.names_sessions().then(|| Self {
            session: session.hash(),
            sid: session.sid(client.id.as_str()),
            expires_at: session.expires_at().as_second(),
            heard: client.metadata.hears_of_logouts(),
        })
    }

    /// What is remembered of a redemption, if anything is.
    pub(crate) fn row(&self, client: &str, subject: &Subject) -> Option<ServedSession> {
        self.heard.then(|| ServedSession {
            session: self.session,
            client: client.to_owned(),
            person: PersonId::from_bytes(subject.person),
            certificate: CertificateId::from_bytes(subject.certificate),
            sid: self.sid.clone(),
            identifier: subject.identifier.clone(),
            expires_at: Timestamp::from_second(self.expires_at).unwrap_or(Timestamp::MIN),
        })
    }
}

impl Session {
    /// What rows call the session.
    pub(crate) fn hash(&self) -> [u8; 32] {
        sha256(&[b"session\0", self.id.as_slice()].concat())
    }

    /// What a client calls the session.
    pub(crate) fn sid(&self, client: &str) -> String {
        let info = [b"yinzheng-sid-v1\0", client.as_bytes()].concat();
        base64url::encode(&derive::<16>(&self.id, b"", &info))
    }

    /// When the session ends by itself.
    pub(crate) fn expires_at(&self) -> Timestamp {
        self.signed_in_at + SESSION_LIFETIME
    }
}
