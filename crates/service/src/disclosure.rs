//! Whether plain identity may be told: asked in one place, and its answer is a type.

use rules::{Mode, PersonId, recovery};
use store::authentication::Person;

use crate::{Error, Platform, Refusal, Session};

/// Plain identity of this person may be told now. [`Platform::may_disclose`] is the only maker, and the vault's
/// `disclose` takes nothing else: who forgets to ask cannot open.
#[derive(Debug)]
pub struct MayDisclose(PersonId);

impl MayDisclose {
    /// Whose.
    pub fn person(&self) -> PersonId {
        self.0
    }
}

impl Platform {
    /// May the plain identity of the person who signed in be told? With the passcode, on a certificate in force, and
    /// outside the cool-down after it was issued anew.
    pub async fn may_disclose(&self, session: &Session) -> Result<MayDisclose, Error> {
        if !session.mode().satisfies(Mode::CertificatePasscode) {
            return Err(Refusal::NotSignedIn.into());
        }
        self.usable_certificate(session).await?;
        let person = session.person;
        let record = self.inner().store.read(async move |tx| tx.person(person).await).await?;
        let Some(Person::Enrolled { disclosure_from, .. }) = record else {
            return Err(Refusal::CertificateEnded.into());
        };
        recovery::may_disclose(disclosure_from, self.now())?;
        Ok(MayDisclose(person))
    }
}
