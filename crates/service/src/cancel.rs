//! Cancelling: the person leaves, and everything kept about them goes.

use rules::{PersonId, recovery};
use store::{
    Authentication, Tx, Vault,
    authentication::{PasskeyOwner, Person},
};

use crate::{Error, PasscodeTold, Platform, Refusal, Session, session::in_force, whole::whole};

impl Platform {
    /// Cancels net number and net certificate. First the authentication plane closes the record, and
    /// nothing can be used any more; then the vault destroys the data key, and every sealed copy,
    /// backups included, is noise. What is interrupted between the two, [`Platform::purge`] finishes.
    ///
    /// PIPL 47: deletion when the person asks.
    pub async fn cancel(
        &self,
        session: &Session,
        device_proof: &str,
        passcode: PasscodeTold,
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
        let (platform, now) = (self.clone(), self.now());
        self.inner()
            .store
            .write("cancel person", async move |tx| {
                if let Some(Person::Enrolled { disclosure_from, .. }) = tx.person(person).await? {
                    recovery::may_cancel(disclosure_from, now)?;
                }
                tx.cancel_person(person, now).await?;
                tx.forget_lock_links_of(person).await?;
                tx.forget_tidings_of(person).await?;
                platform.log_out_everywhere(tx, person, Some(person), now).await?;
                tx.part_deliveries_from(person).await?;
                tx.forget_knocks_of(person).await?;
                tx.forget_reach_codes_of(person).await?;
                tx.forget_unwelcome_of(person).await?;
                platform.leave_counters(tx, person, now).await?;
                platform.leave_guardianships(tx, person).await?;
                tx.forget_app_identifiers_of(person).await?;
                tx.forget_consents_of(person).await?;
                tx.end_standing_access_of_person(person).await?;
                tx.forget_events_of(person).await?;
                tx.forget_reports_of(person).await?;
                tx.forget_delegations_of(person).await?;
                tx.forget_plain_disclosures_of(person).await?;
                for certificate in tx.certificates_of(person).await? {
                    tx.forget_device_of(certificate.id).await?;
                    tx.forget_passkeys_of(&PasskeyOwner::Certificate(certificate.id)).await?;
                    tx.forget_dynamic_code_of(certificate.id).await?;
                    tx.forget_sheets_of(certificate.id).await?;
                }
                tx.part_statuses_from(person, now).await?;
                tx.forget_certificates_of(person).await?;
                Ok::<_, Error>(())
            })
            .await?;
        self.forget_in_vault(person).await
    }

    async fn forget_in_vault(&self, person: PersonId) -> Result<(), Error> {
        let now = self.now();
        self.inner()
            .vault
            .write("destroy data key", async move |tx| forget_all(tx, person).await)
            .await?;
        let forgotten =
            async move |tx: &Tx<Authentication>| tx.person_is_forgotten(person, now).await;
        self.inner().store.write("person is forgotten", forgotten).await?;
        Ok(())
    }

    /// Finishes what an interruption left between the two planes; how many persons.
    pub(crate) async fn forget_who_left(&self) -> Result<u64, Error> {
        let left = self.inner().store.read(async move |tx| tx.persons_to_forget().await).await?;
        let mut forgotten = 0;
        for person in left {
            self.forget_in_vault(person).await?;
            forgotten += 1;
        }
        Ok(forgotten)
    }
}

/// Everything the vault holds of a person, the data key first.
pub(crate) async fn forget_all(tx: &Tx<Vault>, person: PersonId) -> Result<(), store::Error> {
    tx.destroy_data_key(person).await?;
    tx.delete_identity(person).await?;
    tx.forget_entries_of(person).await?;
    tx.forget_former_phones_of(person).await?;
    tx.forget_phone_change_of(person).await?;
    tx.forget_report_words_of(person).await?;
    tx.forget_notices_of(person).await?;
    tx.forget_unissued(person).await.map(drop)
}
