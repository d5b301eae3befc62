//! Withdrawing a consent: as easy as giving it.

use rules::ConsentId;
use store::authentication::Kind;

use crate::{Error, Platform, Refusal, Session};

impl Platform {
    /// Withdraws a consent of the person who signed in; from now on the relying party must be approved again.
    ///
    /// PIPL 15: consent may be withdrawn, in a convenient way.
    pub async fn withdraw(&self, session: &Session, consent: ConsentId) -> Result<(), Error> {
        let now = self.now();
        let (person, event) = (session.person, self.event(session.person, Kind::Withdrew, now));
        self.inner()
            .store
            .write("withdraw consent", async move |tx| {
                if !tx.withdraw_consent(consent, person, now).await? {
                    return Err(Refusal::ConsentUnknown.into());
                }
                tx.add_event(&event).await?;
                Ok(())
            })
            .await
    }
}
