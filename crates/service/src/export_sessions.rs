//! Sessions in the person's file: which clients one served, which ended before their time, and what is still to be said of them.

use rules::PersonId;
use serde::Serialize;
use store::{Authentication, Tx};

/// What is kept of sessions.
#[derive(Serialize)]
pub(crate) struct ExportedSessions {
    sessions_at: Vec<ExportedSession>,
    letters: Vec<ExportedLetter>,
}

/// A session at a relying party that is told when it ends.
#[derive(Serialize)]
struct ExportedSession {
    client: String,
    certificate: String,
    sid: String,
    identifier: String,
    expires_at: String,
}

/// Something a relying party is yet to be told; what it says is sealed.
#[derive(Serialize)]
struct ExportedLetter {
    client: String,
    kind: &'static str,
    tries: i64,
    due_at: String,
    expires_at: String,
}

pub(crate) async fn exported(
    tx: &Tx<Authentication>,
    person: PersonId,
) -> Result<ExportedSessions, store::Error> {
    let (served, letters) = tokio::try_join!(tx.served_of(person), tx.deliveries_of(person))?;
    Ok(ExportedSessions {
        sessions_at: served
            .into_iter()
            .map(|one| ExportedSession {
                client: one.client,
                certificate: one.certificate.to_string(),
                sid: one.sid,
                identifier: one.identifier,
                expires_at: one.expires_at.to_string(),
            })
            .collect(),
        letters: letters
            .into_iter()
            .map(|letter| ExportedLetter {
                client: letter.client,
                kind: letter.kind.as_str(),
                tries: letter.tries,
                due_at: letter.due_at.to_string(),
                expires_at: letter.expires_at.to_string(),
            })
            .collect(),
    })
}
