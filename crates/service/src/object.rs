//! Objecting: one tap on any phone that was told, and the certificate stops.
//!
//! What that means depends on how well its identity was proved (`rules::objection`). One that rests on a card alone
//! ends: device and passcode may be in the hands of whoever is objected to, and would unlock it. One for which a face
//! was compared, or whose person two officers saw, is locked: a number does not outweigh a face.

use jiff::Timestamp;
use rules::{
    assurance::Evidence,
    objection::{Stop, stop},
};
use store::{
    Authentication, Tx,
    authentication::{About, Certificate, Kind, LockLink, State},
};

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
    /// Whether the certificate is only locked by it, or was.
    pub locks: bool,
}

impl Platform {
    /// What the link is about. Changes nothing: previews and prefetches ask this, too.
    pub async fn objection(&self, link: &str) -> Result<Objection, Error> {
        let link = self.lock_link(link).await?;
        let person = link.person;
        let all = async move |tx: &Tx<Authentication>| tx.certificates_of(person).await;
        let certificates = self.inner().store.read(all).await?;
        let current = certificates.iter().find(|one| !matches!(one.state, State::Ended { .. }));
        Ok(Objection {
            about: link.about,
            until: link.expires_at,
            objected: link.used_at.is_some(),
            locks: current.is_some_and(|current| stops(link.about, current) == Some(Stop::Locks)),
        })
    }

    /// Stops the certificate of the person who was told, and puts a changed phone number back. Once used, the link does
    /// nothing more, and that is not an error.
    pub async fn object(&self, link: &str) -> Result<(), Error> {
        let link = self.lock_link(link).await?;
        if link.used_at.is_some() {
            return Ok(());
        }
        let platform = self.clone();
        whole(async move {
            // First the number: cut in between, the link is still good and finishes.
            if link.about != About::Reissue {
                platform.put_phone_back(&link).await?;
            }
            platform.stop_by(link).await
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

    async fn stop_by(&self, link: LockLink) -> Result<(), Error> {
        let (platform, now) = (self.clone(), self.now());
        let event = self.event(link.person, Kind::Objected, now);
        self.inner()
            .store
            .write("object", async move |tx| {
                let held = tx.hold_person(link.person).await?;
                if held && tx.use_lock_link(&link.id, now).await? {
                    for certificate in tx.certificates_of(link.person).await? {
                        match stops(link.about, &certificate) {
                            Some(Stop::Ends) => {
                                tx.end_certificates_of(link.person, now).await?;
                                tx.end_standing_access_of_person(link.person).await?;
                                platform.log_out_everywhere(tx, link.person, None, now).await?;
                            }
                            Some(Stop::Locks) => {
                                tx.lock_certificate(certificate.id, now).await?;
                                platform.log_out_everywhere(tx, link.person, None, now).await?;
                            }
                            None => {}
                        }
                    }
                    tx.add_event(&event).await?;
                }
                Ok(())
            })
            .await
    }
}

/// What an objection to this does to this certificate; `None`: nothing, because none was issued, or it has ended.
fn stops(about: About, certificate: &Certificate) -> Option<Stop> {
    if let State::Ended { .. } = certificate.state {
        return None;
    }
    match about {
        About::Reissue => Some(stop(Evidence {
            proofing: certificate.proofing,
            portrait: certificate.mode.has_portrait(),
        })),
        // Whoever changed the number had device and passcode, and would open a lock with them.
        About::PhoneChange => Some(Stop::Ends),
        About::ReissueCut => None,
    }
}
