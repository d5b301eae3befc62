//! Locking: one tap, and the certificate can do nothing.

use rules::{CertificateId, PersonId};
use store::authentication::{Kind, State};

use crate::{Error, Platform, Refusal, Session};

impl Platform {
    /// Locks the session's certificate at once. Locking a locked one changes nothing.
    pub async fn lock(&self, session: &Session) -> Result<(), Error> {
        // A stolen old session may lock, too: locking errs on the safe side.
        self.lock_at_once(session.person, session.certificate).await
    }

    /// Locks the certificate of the device that proves itself, without a passcode and without a session.
    pub async fn lock_by_device(&self, device_proof: &str) -> Result<(), Error> {
        let certificate = self.prove_device(device_proof).await?;
        if let State::Ended { .. } = certificate.state {
            return Err(Refusal::CertificateEnded.into());
        }
        self.lock_at_once(certificate.person, certificate.id).await
    }

    async fn lock_at_once(&self, person: PersonId, id: CertificateId) -> Result<(), Error> {
        let now = self.now();
        let event = self.event(person, Kind::Locked, now);
        self.inner()
            .store
            .write("lock", async move |tx| {
                if tx.hold_person(person).await? && tx.lock_certificate(id, now).await? {
                    // Unlocking brings back nothing that was proved before.
                    tx.end_standing_access_of_person(person).await?;
                    tx.add_event(&event).await?;
                }
                Ok(())
            })
            .await
    }
}
