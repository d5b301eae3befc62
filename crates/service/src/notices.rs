//! Notices: what a person is told on every phone when something changed that somebody else may have changed.
//!
//! They are written into an outbox of the vault in the transaction that makes the change, and handed to the carrier
//! afterwards, at least once: a carrier that is away, or a kill in between, delays a notice and loses none. One whose change
//! was cut between the planes says that.

use formats::{SealingKey, Secret};
use jiff::{SignedDuration, Timestamp};
use rules::{PersonId, PhoneNumber};
use serde::{Deserialize, Serialize};
use store::{
    Tx, Vault,
    authentication::{About, Kind, LockLink},
    vault::{FormerPhone, NoticeRow},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{Error, Message, Platform, World, lock_token::LockToken, vault};

/// Notices handed over in one go.
const BATCH: u32 = 50;

/// Former numbers kept for one person: the oldest. A thief who enrols again and again, each time with another number,
/// pushes none of them out, and does not have a crowd told.
const MOST_FORMER: usize = 5;

/// How long a notice waits for the change it tells of: the two planes are written one after the other, and when the
/// second never was, nothing changed.
const CHANGE_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// A change, and whom to tell.
pub(crate) struct Change<'a> {
    pub(crate) person: PersonId,
    pub(crate) about: About,
    pub(crate) token: &'a LockToken,
    /// None for somebody who had no phone.
    pub(crate) before: Option<PhoneNumber>,
    /// None for somebody who has no phone now.
    pub(crate) after: Option<PhoneNumber>,
    /// When the person can object no more.
    pub(crate) until: Timestamp,
}

/// A notice as it is sealed.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Sealed {
    to: String,
    about: String,
    token: String,
}

/// Keeps the former number for as long as the change can be objected to, and writes a notice to every number at which
/// the person is reached.
pub(crate) async fn write(
    tx: &Tx<Vault>,
    key: &SealingKey,
    world: &dyn World,
    change: &Change<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    let person = change.person;
    let mut numbers: Vec<PhoneNumber> = Vec::new();
    for (number, _) in former_phones(tx, key, person, now).await? {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    if let Some(before) = &change.before
        && change.after.as_ref() != Some(before)
        && (numbers.contains(before) || numbers.len() < MOST_FORMER)
    {
        let (id, until) = (change.token.id(), change.until);
        let number = Secret::new(before.as_str().as_bytes().to_vec());
        let sealed = key.seal(world.draw(), &context(person, b"former", &id), number.expose());
        tx.add_former_phone(&FormerPhone { id, person, sealed, until }).await?;
    }
    for number in [&change.before, &change.after].into_iter().flatten() {
        if !numbers.contains(number) {
            numbers.push(number.clone());
        }
    }
    for number in &numbers {
        tx.add_notice(&notice(key, world, change, number, now)?).await?;
    }
    Ok(())
}

/// The numbers a person was reached at before and is still told at, and until when.
pub(crate) async fn former_phones(
    tx: &Tx<Vault>,
    key: &SealingKey,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<(PhoneNumber, Timestamp)>, Error> {
    let rows = tx.former_phones_of(person, now).await?;
    rows.iter().map(|row| Ok((former_number(key, row)?, row.until))).collect()
}

/// The number in a row of former numbers.
pub(crate) fn former_number(key: &SealingKey, row: &FormerPhone) -> Result<PhoneNumber, Error> {
    let plain = key
        .open(&context(row.person, b"former", &row.id), &row.sealed)
        .map_err(|cause| Error::fault("opening a former number", cause))?;
    let number = std::str::from_utf8(plain.expose()).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| Error::fault("reading a former number", "not a phone number"))
}

fn notice(
    key: &SealingKey,
    world: &dyn World,
    change: &Change<'_>,
    to: &PhoneNumber,
    now: Timestamp,
) -> Result<NoticeRow, Error> {
    let (id, person): ([u8; 16], _) = (world.draw(), change.person);
    let plain = Sealed {
        to: to.as_str().to_owned(),
        about: change.about.as_str().to_owned(),
        token: change.token.text(),
    };
    let plain =
        serde_json::to_vec(&plain).map_err(|cause| Error::fault("writing a notice", cause))?;
    let plain = Secret::new(plain);
    let sealed = key.seal(world.draw(), &context(person, b"notice", &id), plain.expose());
    let expires_at = change.until;
    Ok(NoticeRow { id, person, sealed, tries: 0, made_at: now, due_at: now, expires_at })
}

fn context(person: PersonId, what: &[u8], id: &[u8]) -> Vec<u8> {
    [person.bytes().as_slice(), what, id].concat()
}

/// How a notice fared.
enum Fate {
    /// The carrier has it.
    Taken,
    /// It waits, or somebody else has it in hand.
    Waits,
    /// The carrier does not answer.
    CarrierAway,
}

impl Platform {
    /// Hands over the notices that are due; how many the carrier took. The server calls this every few seconds.
    pub async fn deliver_notices(&self) -> Result<u64, Error> {
        let now = self.now();
        let due = self.inner().vault.read(async move |tx| tx.notices_due(now, BATCH).await).await?;
        let mut taken = 0;
        for row in due {
            match self.deliver(row, now).await {
                Ok(Fate::Taken) => taken += 1,
                Ok(Fate::Waits) => {}
                // The others would wait for the same silence.
                Ok(Fate::CarrierAway) => break,
                // One that cannot be read must not keep the others waiting.
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a notice could not be delivered"
                ),
            }
        }
        Ok(taken + self.deliver_tidings().await?)
    }

    async fn deliver(&self, row: NoticeRow, now: Timestamp) -> Result<Fate, Error> {
        let (id, tries, next) = (row.id, row.tries, now + wait(row.tries));
        let claim = async move |tx: &Tx<Vault>| tx.claim_notice(&id, tries, next).await;
        if !self.inner().vault.write("take a notice in hand", claim).await? {
            return Ok(Fate::Waits);
        }
        let (keys, person) = (self.keys(), row.person);
        let key = self.inner().vault.read(async move |tx| vault::data_key(tx, &keys, person).await);
        // Whoever left in between is told nothing any more.
        let Some(key) = key.await? else { return Ok(Fate::Waits) };
        let plain = key
            .open(&context(person, b"notice", &id), &row.sealed)
            .map_err(|cause| Error::fault("opening a notice", cause))?;
        let notice: Sealed = serde_json::from_slice(plain.expose())
            .map_err(|_| Error::fault("reading a notice", "not of this form"))?;
        let Some(about) = self.happened(&notice).await? else {
            if now.duration_since(row.made_at) >= CHANGE_WITHIN
                && !self.was_cut(&notice, person, row.expires_at).await?
            {
                self.drop_notice(id).await?;
            }
            return Ok(Fate::Waits);
        };
        let to = notice.to.parse().map_err(|cause| Error::fault("reading a notice", cause))?;
        let message = self.message(&notice, about);
        match self.inner().outside.messages.send(&to, message).await {
            Ok(()) => self.drop_notice(id).await.map(|()| Fate::Taken),
            Err(cause) => {
                tracing::warn!(
                    error = &cause as &dyn std::error::Error,
                    "the message carrier does not answer; a notice waits"
                );
                Ok(Fate::CarrierAway)
            }
        }
    }

    /// What happened. The link is written with the change on the authentication plane: without it nothing happened there.
    async fn happened(&self, notice: &Sealed) -> Result<Option<About>, Error> {
        let id = notice.token.parse::<LockToken>()?.id();
        let link = self.inner().store.read(async move |tx| tx.lock_link(&id).await).await?;
        Ok(link.map(|link| link.about))
    }

    /// Proving an identity again was cut between the planes: the vault has the number just proved, and nobody has a
    /// certificate for it. Every phone is told all the same, with a link that brings the old number back. `false` if
    /// that was no re-issue, or its person is gone.
    async fn was_cut(
        &self,
        notice: &Sealed,
        person: PersonId,
        expires_at: Timestamp,
    ) -> Result<bool, Error> {
        if notice.about.parse() != Ok(About::Reissue) {
            return Ok(false);
        }
        let id = notice.token.parse::<LockToken>()?.id();
        let about = About::ReissueCut;
        let link = LockLink { id, person, about, expires_at, used_at: None };
        let event = self.event(person, Kind::ReissueCut, self.now());
        self.inner()
            .store
            .write("a re-issue was cut", async move |tx| {
                if !tx.hold_person(person).await? {
                    return Ok(false);
                }
                // Each number has a notice of its own, and one link stands behind them all.
                if tx.lock_link(&link.id).await?.is_none() {
                    tx.add_lock_link(&link).await?;
                    tx.add_event(&event).await?;
                }
                Ok::<_, Error>(true)
            })
            .await
    }

    fn message(&self, notice: &Sealed, about: About) -> Message {
        let link = format!("{}/lock/{}", self.issuer().as_str(), notice.token);
        let hours = self.settings().cool_down.hours();
        match about {
            About::Reissue => Message::CertificateReplaced { link, hours },
            About::PhoneChange => Message::PhoneChanged { link, hours },
            About::ReissueCut => Message::ReissueCut { link, hours },
        }
    }

    async fn drop_notice(&self, id: [u8; 16]) -> Result<(), Error> {
        let delete = async move |tx: &Tx<Vault>| tx.delete_notice(&id).await;
        self.inner().vault.write("a notice is out of hand", delete).await?;
        Ok(())
    }
}

/// How long after a hand-over that was not confirmed the next one follows: half a minute, doubled up to an hour.
pub(crate) fn wait(tries: i64) -> SignedDuration {
    const MOST_DOUBLINGS: i64 = 7;
    let doubled = 1_i64 << tries.clamp(0, MOST_DOUBLINGS);
    SignedDuration::from_secs((30 * doubled).min(60 * 60))
}
