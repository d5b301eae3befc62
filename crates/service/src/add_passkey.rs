//! A person adds a passkey beside the device key, or removes one.

use formats::base64url;
use rules::{Mode, PasskeyName};
use store::authentication::{Kind, PasskeyOwner, Person};

use crate::{Error, PasskeyQuestion, Platform, Refusal, Session, session::in_force};

impl Platform {
    /// Asks the browser for a new passkey of the person who signed in; needs a sign-in with passcode, since whoever adds
    /// a key opens a door.
    pub async fn ask_to_add_passkey(&self, session: &Session) -> Result<PasskeyQuestion, Error> {
        let owner = self.may_add(session).await?;
        let person = session.person;
        let found = self.inner().store.read(async move |tx| tx.person(person).await).await?;
        let Some(Person::Enrolled { net_number, .. }) = found else {
            return Err(Refusal::NotSignedIn.into());
        };
        self.ask_for_new_passkey(owner, &net_number.masked()).await
    }

    /// Adds the passkey that the browser made. It speaks for the person until the certificate ends.
    pub async fn add_passkey(
        &self,
        session: &Session,
        state: &str,
        answer: &str,
        name: PasskeyName,
    ) -> Result<(), Error> {
        let owner = self.may_add(session).await?;
        let event = self.event(session.person, Kind::PasskeyAdded, self.now());
        self.keep_passkey(owner, state, answer, name, Some(event)).await
    }

    async fn may_add(&self, session: &Session) -> Result<PasskeyOwner, Error> {
        if !session.mode().satisfies(Mode::CertificatePasscode) {
            return Err(Refusal::NotSignedIn.into());
        }
        Ok(PasskeyOwner::Certificate(self.usable_certificate(session).await?.id))
    }

    /// Removes a passkey of the person who signed in, also while the certificate is locked.
    pub async fn remove_passkey(&self, session: &Session, id: &str) -> Result<(), Error> {
        let now = self.now();
        let passkey = base64url::decode(id).map_err(|_| Refusal::PasskeyUnknown)?;
        let (certificate, person) = (session.certificate, session.person);
        let proved_at = session.signed_in_at;
        let event = self.event(person, Kind::PasskeyRemoved, now);
        self.inner()
            .store
            .write("remove passkey", async move |tx| {
                let found =
                    tx.certificate(certificate).await?.ok_or(Refusal::CertificateUnknown)?;
                in_force(&found, proved_at, now)?;
                let owner = PasskeyOwner::Certificate(certificate);
                if !tx.hold_person(person).await? || !tx.remove_passkey(&passkey, &owner).await? {
                    return Err(Error::from(Refusal::PasskeyUnknown));
                }
                tx.add_event(&event).await?;
                Ok(())
            })
            .await
    }
}
