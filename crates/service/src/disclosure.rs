//! Whether plain identity may be told: asked in one place, and its answer is a type.

use rules::{Mode, PersonId, recovery};
use store::authentication::Person;

use jiff::Timestamp;
use store::{Authentication, Tx, authentication::PlainDisclosure};

use crate::{Error, Platform, Refusal, Session, events::to_the_minute, session::usable_since};

/// Plain identity of this person may be told now. [`Platform::may_disclose`] makes it for the person who asks, [`tell`] for
/// a relying party the person agreed to tell; and the vault's `disclose` takes nothing else: who forgets to ask cannot open.
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

/// What a person agreed to tell is told now, and that stands written: once, in time, while the certificate it was agreed to
/// with may be used, and outside a cool-down that began since. Nothing: it was told before, or lapsed.
pub(crate) async fn tell(
    tx: &Tx<Authentication>,
    agreed: &PlainDisclosure,
    now: Timestamp,
) -> Result<Option<MayDisclose>, Error> {
    let (certificate, person) =
        tokio::try_join!(tx.certificate(agreed.certificate), tx.person(agreed.person))?;
    let certificate = certificate.ok_or(Refusal::CertificateUnknown)?;
    usable_since(&certificate, agreed.agreed_at, now)?;
    let Some(Person::Enrolled { disclosure_from, .. }) = person else {
        return Err(Refusal::CertificateEnded.into());
    };
    recovery::may_disclose(disclosure_from, now)?;
    Ok(tx
        .tell_plain(agreed.id, to_the_minute(now), now)
        .await?
        .then_some(MayDisclose(agreed.person)))
}
