//! Locking: one tap, and the certificate can do nothing.

use store::authentication::Kind;

use crate::{Error, Platform, Session};

impl Platform {
    /// Locks the session's certificate at once. Locking a locked one changes nothing.
    pub async fn lock(&self, session: &Session) -> Result<(), Error> {
        let now = self.now();
        let (id, event) = (session.certificate, self.event(session.person, Kind::Locked, now));
        self.inner()
            .store
            .write("lock", async move |tx| {
                if tx.lock_certificate(id, now).await? {
                    tx.add_event(&event).await?;
                }
                Ok(())
            })
            .await
    }
}
