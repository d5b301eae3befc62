//! Enrolments that were cut between the planes: the vault holds an identity, and nobody has a certificate for it.
//!
//! Each identity kept is marked in the same transaction. An hour later the mark is looked at once: with a record on the
//! authentication plane it goes, without one everything the vault holds of the person goes.

use jiff::SignedDuration;
use store::{Tx, Vault, vault::Unissued};

use crate::{Error, Platform, cancel::forget_all};

/// By then the second of the two transactions is long over, or never will be.
const ISSUED_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// Marks looked at in one go.
const BATCH: u32 = 500;

impl Platform {
    /// Forgets persons without a record on the authentication plane; how many.
    pub(crate) async fn forget_who_never_came(&self) -> Result<u64, Error> {
        let before = self.now() - ISSUED_WITHIN;
        let mut forgotten = 0;
        loop {
            let marked =
                self.inner().vault.read(async move |tx| tx.unissued(before, BATCH).await).await?;
            if marked.is_empty() {
                return Ok(forgotten);
            }
            let (known, unknown) = self.sort(marked).await?;
            forgotten += u64::try_from(unknown.len()).unwrap_or(u64::MAX);
            self.inner()
                .vault
                .write("look at what was kept", async move |tx| look(tx, &known, &unknown).await)
                .await?;
        }
    }

    /// Those with a record on the authentication plane, closed ones included, and those without.
    async fn sort(&self, marked: Vec<Unissued>) -> Result<(Vec<Unissued>, Vec<Unissued>), Error> {
        self.inner()
            .store
            .read(async move |tx| {
                let (mut known, mut unknown) = (Vec::new(), Vec::new());
                for mark in marked {
                    let there = tx.person(mark.person).await?.is_some();
                    if there { known.push(mark) } else { unknown.push(mark) }
                }
                Ok((known, unknown))
            })
            .await
    }
}

/// A mark that was set anew meanwhile belongs to somebody who is enrolling at this moment, and stays.
async fn look(
    tx: &Tx<Vault>,
    known: &[Unissued],
    unknown: &[Unissued],
) -> Result<(), store::Error> {
    for mark in known {
        tx.end_unissued(*mark).await?;
    }
    for mark in unknown {
        if tx.end_unissued(*mark).await? {
            forget_all(tx, mark.person).await?;
        }
    }
    Ok(())
}
