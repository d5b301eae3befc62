//! Cancelling: the person leaves, and everything kept about them goes.

use rules::{Passcode, PersonId};

use crate::{Error, Platform, Refusal, Session, session::in_force, whole::whole};

impl Platform {
    /// Cancels net number and net certificate. The data key is destroyed first: from then on every sealed copy,
    /// backups included, is noise, even if the rest is interrupted. Called again, it finishes what was interrupted.
    ///
    /// PIPL 47: deletion when the person asks.
    pub async fn cancel(
        &self,
        session: &Session,
        device_proof: &str,
        passcode: Passcode,
    ) -> Result<(), Error> {
        let certificate = self.prove_device(device_proof).await?;
        if certificate.id != session.certificate {
            return Err(Refusal::DeviceProofInvalid.into());
        }
        in_force(&certificate, session.signed_in_at, self.now())?;
        self.prove_passcode(&certificate, passcode).await?;
        let platform = self.clone();
        whole(async move { platform.forget(certificate.person).await }).await
    }

    async fn forget(&self, person: PersonId) -> Result<(), Error> {
        let now = self.now();
        self.inner()
            .vault
            .write("destroy data key", async move |tx| {
                tx.destroy_data_key(person).await?;
                tx.delete_identity(person).await?;
                tx.forget_documents_of(person).await
            })
            .await?;
        self.inner()
            .store
            .write("cancel person", async move |tx| {
                tx.cancel_person(person, now).await?;
                tx.forget_app_identifiers_of(person).await?;
                tx.forget_consents_of(person).await?;
                tx.forget_events_of(person).await?;
                for certificate in tx.certificates_of(person).await? {
                    tx.forget_device_of(certificate.id).await?;
                }
                tx.forget_certificates_of(person).await?;
                Ok(())
            })
            .await
    }
}
