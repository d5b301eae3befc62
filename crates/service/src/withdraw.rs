//! Withdrawing a consent: as easy as giving it.

use rules::ConsentId;
use store::authentication::Kind;

use crate::{Error, Platform, Refusal, Session, session::in_force};

impl Platform {
    /// Withdraws a consent of the person who signed in; from now on the relying party must be approved again.
    ///
    /// PIPL 15: consent may be withdrawn, in a convenient way.
    pub async fn withdraw(&self, session: &Session, consent: ConsentId) -> Result<(), Error> {
        let now = self.now();
        let (person, id) = (session.person, session.certificate);
        let proved_at = session.signed_in_at;
        let event = self.event(person, Kind::Withdrew, now);
        let platform = self.clone();
        self.inner()
            .store
            .write("withdraw consent", async move |tx| {
                let certificate = tx.certificate(id).await?.ok_or(Refusal::CertificateUnknown)?;
                in_force(&certificate, proved_at, now)?;
                if !tx.hold_person(person).await? {
                    return Err(Refusal::CertificateEnded.into());
                }
                tx.end_standing_access_of_consent(consent).await?;
                let served = tx.served_by_consent(consent).await?;
                if !tx.withdraw_consent(consent, person, now).await? {
                    return Err(Refusal::ConsentUnknown.into());
                }
                platform.log_out(tx, &served, None, None, now).await?;
                tx.add_event(&event).await?;
                Ok(())
            })
            .await
    }
}
