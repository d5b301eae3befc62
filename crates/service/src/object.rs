//! Objecting: one tap on any phone that was told, and the certificate is over.
//!
//! It ends, and is not merely locked: device and passcode may be in the hands of whoever is objected to, and would
//! unlock. Only proving the identity again helps then, which tells every phone again.

use jiff::Timestamp;
use store::authentication::{About, Kind, LockLink};

use crate::{Error, Platform, Refusal, lock_token::LockToken, notices, vault, whole::whole};

/// What a link of a notice is about, for the page it opens.
#[derive(Clone, Copy, Debug)]
pub struct Objection {
    /// What the person was told of.
    pub about: About,
    /// Until when it can be objected to.
    pub until: Timestamp,
    /// Whether it was.
    pub objected: bool,
}

impl Platform {
    /// What the link is about. Changes nothing: previews and prefetches ask this, too.
    pub async fn objection(&self, link: &str) -> Result<Objection, Error> {
        let link = self.lock_link(link).await?;
        Ok(Objection {
            about: link.about,
            until: link.expires_at,
            objected: link.used_at.is_some(),
        })
    }

    /// Ends the certificate of the person who was told, and puts a changed phone number back. Once used, the link does
    /// nothing more, and that is not an error.
    pub async fn object(&self, link: &str) -> Result<(), Error> {
        let link = self.lock_link(link).await?;
        if link.used_at.is_some() {
            return Ok(());
        }
        let platform = self.clone();
        whole(async move {
            // First the number: cut in between, the link is still good and finishes.
            if link.about == About::PhoneChange {
                platform.put_phone_back(&link).await?;
            }
            platform.end_by(link).await
        })
        .await
    }

    async fn lock_link(&self, text: &str) -> Result<LockLink, Error> {
        let id = text.parse::<LockToken>()?.id();
        let link = self.inner().store.read(async move |tx| tx.lock_link(&id).await).await?;
        let good = link.filter(|link| self.now() < link.expires_at);
        good.ok_or_else(|| Refusal::LinkUnknown.into())
    }

    async fn put_phone_back(&self, link: &LockLink) -> Result<(), Error> {
        let (keys, inner, now) = (self.keys(), self.shared(), self.now());
        let (id, person) = (link.id, link.person);
        self.inner()
            .vault
            .write("put a phone number back", async move |tx| {
                let (Some(key), Some(former)) =
                    (vault::data_key(tx, &keys, person).await?, tx.former_phone(&id).await?)
                else {
                    return Ok(());
                };
                let number = notices::former_number(&key, &former)?;
                if tx.delete_former_phone(&id).await? {
                    tx.forget_phone_change_of(person).await?;
                    vault::replace_phone(tx, &key, &*inner.world, person, &number, now).await?;
                }
                Ok(())
            })
            .await
    }

    async fn end_by(&self, link: LockLink) -> Result<(), Error> {
        let now = self.now();
        let event = self.event(link.person, Kind::Objected, now);
        self.inner()
            .store
            .write("object", async move |tx| {
                let held = tx.hold_person(link.person).await?;
                if held && tx.use_lock_link(&link.id, now).await? {
                    tx.end_certificates_of(link.person, now).await?;
                    tx.end_standing_access_of_person(link.person).await?;
                    tx.add_event(&event).await?;
                }
                Ok(())
            })
            .await
    }
}
