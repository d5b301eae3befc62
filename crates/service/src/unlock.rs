//! Unlocking: the device and the passcode together.

use rules::{Factor, Factors};
use store::authentication::{Kind, State};

use crate::{Error, PasscodeTold, Platform, Refusal, Session};

impl Platform {
    /// Unlocks the certificate of the device that proves itself, and signs in.
    pub async fn unlock(
        &self,
        device_proof: &str,
        passcode: PasscodeTold,
    ) -> Result<Session, Error> {
        let certificate = self.prove_device(device_proof).await?;
        match certificate.state {
            State::Locked { .. } => {}
            State::Active => return Err(Refusal::CertificateNotLocked.into()),
            State::Ended { .. } => return Err(Refusal::CertificateEnded.into()),
        }
        self.prove_passcode(&certificate, passcode).await?;
        let (id, person, now) = (certificate.id, certificate.person, self.now());
        let event = self.event(person, Kind::Unlocked, now);
        self.inner()
            .store
            .write("unlock", async move |tx| {
                if !tx.hold_person(person).await? || !tx.unlock_certificate(id, now).await? {
                    return Err(Error::from(Refusal::CertificateNotLocked));
                }
                tx.add_event(&event).await?;
                Ok(())
            })
            .await?;
        Ok(self.new_session(person, id, Factors::of(&[Factor::DeviceKey, Factor::Passcode])))
    }
}
