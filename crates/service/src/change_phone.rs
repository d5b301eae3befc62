//! Changing the phone: the new number proves itself by a code; the old one is told, and can object for a cool-down.
//!
//! The change counts at once, for a lost number must not keep a person waiting; the old number is told with the new one
//! until the cool-down is over, and only then forgotten.

use formats::{Secret, mac::same};
use jiff::{SignedDuration, Timestamp};
use rules::{
    Capacity, PersonId, PhoneNumber, guardian::contact, recovery, retention::PHONE_CODE_MINUTES,
};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{About, Kind, LockLink, Person},
    vault::PhoneChange,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    Error, Message, Platform, Refusal, Session,
    lock_token::LockToken,
    notices::{self, Change},
    session::may_give,
    tidings::guardians_but,
    vault,
    whole::whole,
};

/// Tries at one code: five in a million.
const MOST_TRIES: i64 = 5;

/// A change under way, as it is sealed.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Sealed {
    phone: String,
    code: String,
}

impl Sealed {
    fn phone(&self) -> Result<PhoneNumber, Error> {
        self.phone.parse().map_err(|cause| Error::fault("reading a phone number", cause))
    }
}

impl Platform {
    /// Sends a code to the new number; also again, and to another one. A change that was under way is over then.
    pub async fn send_phone_change_code(
        &self,
        session: &Session,
        phone: PhoneNumber,
    ) -> Result<(), Error> {
        self.may_change_phone(session).await?;
        self.guardians_phone(session.person, &phone).await?;
        self.count_code_of(session.person).await?;
        self.count_code_to(&phone).await?;
        let code = self.draw_code();
        self.begin_phone_change(session.person, &phone, &code).await?;
        let message = Message::PhoneCode { code, minutes: PHONE_CODE_MINUTES };
        self.send_code(&phone, message).await
    }

    /// The number a code was sent to, masked; `None`: no change is under way.
    pub async fn phone_change(&self, session: &Session) -> Result<Option<String>, Error> {
        self.may_change_phone(session).await?;
        let under_way = self.phone_under_change(session.person).await?;
        Ok(under_way.map(|(phone, _)| phone.masked()))
    }

    /// The number a code was sent to, and until when the code is good.
    pub(crate) async fn phone_under_change(
        &self,
        person: PersonId,
    ) -> Result<Option<(PhoneNumber, Timestamp)>, Error> {
        let Some((change, sealed)) = self.phone_change_of(person).await? else { return Ok(None) };
        Ok(Some((sealed.phone()?, change.expires_at)))
    }

    /// Takes the code back, and changes the number.
    pub async fn change_phone(&self, session: &Session, answer: &str) -> Result<(), Error> {
        self.may_change_phone(session).await?;
        let Some((change, sealed)) = self.phone_change_of(session.person).await? else {
            return Err(Refusal::PhoneCodeWrong.into());
        };
        let (person, id) = (change.person, change.id);
        let count = async move |tx: &Tx<store::Vault>| {
            tx.count_phone_change_try(person, &id, MOST_TRIES).await
        };
        if !self.inner().vault.write("count a try", count).await? {
            return Err(Refusal::TriesExhausted.into());
        }
        if !same(sealed.code.as_bytes(), answer.trim().as_bytes()) {
            return Err(Refusal::PhoneCodeWrong.into());
        }
        let phone = sealed.phone()?;
        let (platform, session) = (self.clone(), session.clone());
        whole(async move { platform.change_to(&session, change, phone).await }).await
    }

    /// Of a child under fourteen, the contact is the phone of a guardian in force.
    async fn guardians_phone(&self, person: PersonId, phone: &PhoneNumber) -> Result<(), Error> {
        let read = async move |tx: &Tx<Authentication>| {
            Ok::<_, Error>((tx.person(person).await?, tx.guardianships_of_child(person).await?))
        };
        let (record, known) = self.inner().store.read(read).await?;
        if self.capacity_of(person, record.as_ref())? != Some(Capacity::Represented) {
            return Ok(());
        }
        let guardians: Vec<_> = guardians_but(&known, None).collect();
        Ok(contact(phone, &self.numbers_of(guardians).await?)?)
    }

    async fn may_change_phone(&self, session: &Session) -> Result<(), Error> {
        let (now, session) = (self.now(), session.clone());
        self.inner().store.read(async move |tx| allowed(tx, &session, now).await).await
    }

    /// The link first, so that no change is without one; then the change with its notices; then the event.
    async fn change_to(
        &self,
        session: &Session,
        change: PhoneChange,
        phone: PhoneNumber,
    ) -> Result<(), Error> {
        let (now, person) = (self.now(), change.person);
        let (token, until) = (LockToken::draw(self.world()), self.settings().cool_down.end(now));
        let link = LockLink {
            id: token.id(),
            person,
            about: About::PhoneChange,
            expires_at: until,
            used_at: None,
        };
        let again = session.clone();
        self.inner()
            .store
            .write("prepare a change of phone", async move |tx| {
                if !tx.hold_person(person).await? {
                    return Err(Refusal::CertificateEnded.into());
                }
                allowed(tx, &again, now).await?;
                Ok::<_, Error>(tx.add_lock_link(&link).await?)
            })
            .await?;
        let (keys, inner) = (self.keys(), self.shared());
        let changed = self
            .inner()
            .vault
            .write("change phone", async move |tx| {
                let world = &*inner.world;
                if !tx.end_phone_change(person, &change.id).await? {
                    return Err(Error::from(Refusal::PhoneCodeWrong));
                }
                let Some(key) = vault::data_key(tx, &keys, person).await? else {
                    return Err(Refusal::CertificateEnded.into());
                };
                let before = vault::replace_phone(tx, &key, world, person, &phone, now).await?;
                if before.as_ref() == Some(&phone) {
                    return Ok(false);
                }
                let (about, token, after) = (About::PhoneChange, &token, Some(phone.clone()));
                let change = Change { person, about, token, before, after, until };
                notices::write(tx, &key, world, &change, now).await?;
                Ok(true)
            })
            .await?;
        if changed {
            let event = self.event(person, Kind::PhoneChanged, now);
            let remember = async move |tx: &Tx<Authentication>| tx.add_event(&event).await;
            self.inner().store.write("phone changed", remember).await?;
        }
        Ok(())
    }

    async fn begin_phone_change(
        &self,
        person: PersonId,
        phone: &PhoneNumber,
        code: &str,
    ) -> Result<(), Error> {
        let plain = Sealed { phone: phone.as_str().to_owned(), code: code.to_owned() };
        let plain = serde_json::to_vec(&plain)
            .map_err(|cause| Error::fault("writing a change of phone", cause))?;
        let plain = Secret::new(plain);
        let (keys, inner, id) = (self.keys(), self.shared(), self.world().draw());
        let expires_at = self.now() + SignedDuration::from_mins(PHONE_CODE_MINUTES.into());
        self.inner()
            .vault
            .write("begin a change of phone", async move |tx| {
                let Some(key) = vault::data_key(tx, &keys, person).await? else {
                    return Err(Refusal::CertificateEnded.into());
                };
                let sealed = key.seal(inner.world.draw(), &context(person, &id), plain.expose());
                let change = PhoneChange { person, id, sealed, tries: 0, expires_at };
                Ok::<_, Error>(tx.put_phone_change(&change).await?)
            })
            .await
    }

    /// The change under way, opened; `None` if there is none, or its code is too old.
    async fn phone_change_of(
        &self,
        person: PersonId,
    ) -> Result<Option<(PhoneChange, Sealed)>, Error> {
        let (keys, now) = (self.keys(), self.now());
        self.inner()
            .vault
            .read(async move |tx| {
                let (Some(key), Some(change)) =
                    (vault::data_key(tx, &keys, person).await?, tx.phone_change(person).await?)
                else {
                    return Ok(None);
                };
                if now >= change.expires_at {
                    return Ok(None);
                }
                let plain = key
                    .open(&context(person, &change.id), &change.sealed)
                    .map_err(|cause| Error::fault("opening a change of phone", cause))?;
                let sealed = serde_json::from_slice(plain.expose())
                    .map_err(|_| Error::fault("reading a change of phone", "not of this form"))?;
                Ok(Some((change, sealed)))
            })
            .await
    }
}

/// With the passcode, on a certificate in force, outside the cool-down of a new one.
async fn allowed(tx: &Tx<Authentication>, session: &Session, now: Timestamp) -> Result<(), Error> {
    may_give(tx, session, now).await?;
    let Some(Person::Enrolled { disclosure_from, .. }) = tx.person(session.person).await? else {
        return Err(Refusal::CertificateEnded.into());
    };
    Ok(recovery::may_change_phone(session.mode(), disclosure_from, now)?)
}

fn context(person: PersonId, id: &[u8; 16]) -> Vec<u8> {
    [person.bytes().as_slice(), b"phone-change", id].concat()
}
