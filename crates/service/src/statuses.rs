//! Status lists: places are drawn for credentials, and what is revoked is published.
//!
//! A revocation is seen by everybody within five minutes: a credential's entry flips up to two minutes after its certificate was
//! locked or ended (each at its own moment, or the entries of one person would be linked), a list is written anew every
//! minute, and says that it may be kept for two.

use std::{collections::BTreeMap, sync::Arc};

use formats::status_list::{ENTRIES, StatusList, StatusToken};
use jiff::{SignedDuration, Timestamp};
use protocol::issuance::STATUS_PATH;
use rules::CertificateId;
use store::{
    Authentication, Tx,
    authentication::{StatusListRow, StatusPlace},
};

use crate::{Error, Platform, Refusal};

/// The longest between a revocation and its entry: with [`REWRITTEN`] and [`TIME_TO_LIVE`], five minutes.
const FLIP_DELAY_MAX: SignedDuration = SignedDuration::from_mins(2);

/// How long a written list is given out.
const REWRITTEN: SignedDuration = SignedDuration::from_mins(1);

/// How long whoever fetched a list may keep it.
const TIME_TO_LIVE: SignedDuration = SignedDuration::from_mins(2);

/// How long a list is believed where there is no network.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// Places of a list that are given away before the next is opened: so few that a place drawn by chance is nearly always free.
const FULL: u64 = ENTRIES as u64 / 2;

/// Decoys among the places of one batch: entries that flip at some time though nobody has the credential, so that a list does
/// not tell how many were revoked.
const DECOYS: u32 = 2;

/// Draws of one place before we give up: in a list half full, one of 2⁶⁴ fails so often.
const DRAWS: u32 = 64;

/// A list as it is given out, until it is written anew.
#[derive(Debug)]
pub struct WrittenList {
    jwt: String,
    cwt: Vec<u8>,
    at: Timestamp,
}

impl WrittenList {
    /// As a JWT.
    pub fn jwt(&self) -> &str {
        &self.jwt
    }

    /// As a CWT.
    pub fn cwt(&self) -> &[u8] {
        &self.cwt
    }
}

/// A place that was drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) list: u32,
    pub(crate) index: u32,
}

/// The lists written lately.
pub(crate) type WrittenLists = tokio::sync::Mutex<BTreeMap<u32, Arc<WrittenList>>>;

impl Platform {
    /// Draws places for credentials on a certificate, among decoys, inside the transaction that issues them.
    pub(crate) async fn draw_places(
        &self,
        tx: &Tx<Authentication>,
        (certificate, expires_at): (CertificateId, Timestamp),
        count: u32,
        now: Timestamp,
    ) -> Result<Vec<Place>, Error> {
        let list = open_list(tx, now).await?;
        let mut places = Vec::new();
        for _ in 0..count {
            let flip_delay = self.below(FLIP_DELAY_MAX);
            let holder = Some(certificate);
            let draft = StatusPlace {
                list,
                place: 0,
                certificate: holder,
                flip_delay,
                flips_at: None,
                expires_at,
            };
            places.push(Place { list, index: self.draw_place(tx, draft).await? });
        }
        for _ in 0..DECOYS {
            let flips_at = Some(now + self.below(expires_at.duration_since(now)));
            let flip_delay = SignedDuration::ZERO;
            let draft =
                StatusPlace { list, place: 0, certificate: None, flip_delay, flips_at, expires_at };
            self.draw_place(tx, draft).await?;
        }
        tx.count_status_places(list, count + DECOYS).await?;
        Ok(places)
    }

    async fn draw_place(&self, tx: &Tx<Authentication>, draft: StatusPlace) -> Result<u32, Error> {
        for _ in 0..DRAWS {
            // ENTRIES is a power of two: every place is as likely as every other.
            let place = u32::from_be_bytes(self.world().draw()) % ENTRIES;
            if tx.take_status_place(&StatusPlace { place, ..draft }).await? {
                return Ok(place);
            }
        }
        Err(Error::fault("drawing a place in a status list", NoPlace))
    }

    /// A duration below this one, to the second.
    fn below(&self, most: SignedDuration) -> SignedDuration {
        let most = u64::try_from(most.as_secs()).unwrap_or(0).max(1);
        let drawn = u64::from_be_bytes(self.world().draw()) % most;
        SignedDuration::from_secs(i64::try_from(drawn).unwrap_or(0))
    }

    pub(crate) fn status_uri(&self, list: u32) -> String {
        format!("{}{list}", self.issuer().at(STATUS_PATH))
    }

    /// A status list, signed: the one written within the last minute, or written now.
    pub async fn status_list(&self, list: u32) -> Result<Arc<WrittenList>, Error> {
        let now = self.now();
        // Held while a list is written: whoever asks for the same one waits and has it.
        let mut written = self.inner().written_lists.lock().await;
        if let Some(lately) = written.get(&list)
            && now.duration_since(lately.at) < REWRITTEN
            && now >= lately.at
        {
            return Ok(Arc::clone(lately));
        }
        let revoked = self
            .inner()
            .store
            .read(async move |tx| match tx.status_list(list).await? {
                // The first list stands there before the first credential: that there is none is not to be seen.
                None if list != 0 => Ok::<_, Error>(None),
                _ => tx.revoked_places(list, now).await.map(Some).map_err(Error::from),
            })
            .await?
            .ok_or(Refusal::StatusListUnknown)?;
        let token = StatusToken {
            uri: self.status_uri(list),
            issued_at: now,
            expires_at: now + LIFETIME,
            time_to_live: TIME_TO_LIVE,
            list: StatusList::revoking(revoked),
        };
        let keys = self.keys();
        let by = keys
            .certificate_signer()
            .map_err(|cause| Error::fault("signing a status list", cause))?;
        let (jwt, cwt) = (token.sign_as(by), token.sign_cwt(by.key, by.kid.as_bytes()));
        let signed = Arc::new(WrittenList { jwt, cwt, at: now });
        written.insert(list, Arc::clone(&signed));
        Ok(signed)
    }
}

/// The list that places are taken from: the newest, until it is half full.
async fn open_list(tx: &Tx<Authentication>, now: Timestamp) -> Result<u32, Error> {
    let next = match tx.newest_status_list().await? {
        Some(StatusListRow { list, taken }) if taken < FULL => return Ok(list),
        Some(StatusListRow { list, .. }) => list + 1,
        None => 0,
    };
    // Whoever was faster opened the same.
    tx.open_status_list(next, now).await?;
    Ok(next)
}

/// Chance is broken, or the list is fuller than was counted.
#[derive(Debug, thiserror::Error)]
#[error("no place was free in as many draws as there may be")]
struct NoPlace;
