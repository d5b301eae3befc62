//! Locking: one tap, and the certificate can do nothing.

use store::authentication::Kind;

use crate::{Error, Platform, Session};

impl Platform {
    /// Locks the session's certificate at once. Locking a locked one changes nothing.
    pub async fn lock(&self, session: &Session) -> Result<(), Error> {
        let now = self.now();
        let (id, person) = (session.certificate, session.person);
        let event = self.event(person, Kind::Locked, now);
        self.inner()
            .store
            .write("lock", async move |tx| {
                // A stolen old session may lock, too: locking errs on the safe side.
                if tx.hold_person(person).await? && tx.lock_certificate(id, now).await? {
                    tx.add_event(&event).await?;
                }
                Ok(())
            })
            .await
    }
}
