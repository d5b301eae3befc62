//! The staff log: what officers did, verified as an auditor would years later, and forgotten when its time is over.

use std::collections::BTreeMap;

use formats::CoseKey;
use jiff::{SignedDuration, Timestamp};
use rules::{EventId, OfficerId, retention};
use store::authentication::{PasskeyOwner, StaffAct, StaffEntry};

use crate::{Error, Platform, counter::purpose_of, passkeys::Place, signed_act::SignedAct};

/// Acts read in one go.
const BATCH: u32 = 500;

/// What verification says of an act.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// The officer's own passkey signed exactly this.
    Signed,
    /// Nothing is signed at such an act.
    NothingToSign,
    /// A signature should stand here and none does, or not one that holds.
    Broken,
}

impl Platform {
    /// What officers did lately, newest first.
    pub async fn staff_log(&self, most: u32) -> Result<Vec<StaffEntry>, Error> {
        Ok(self.inner().store.read(async move |tx| tx.staff_log(most).await).await?)
    }

    /// Every act that is kept, oldest first, with what its signature is worth: under the key with which its officer joined.
    ///
    /// It needs the database alone. That nobody struck an act out, or put another officer's key in, an append-only log
    /// elsewhere has to show.
    pub async fn verify_staff_log(&self) -> Result<Vec<(StaffEntry, Verdict)>, Error> {
        let place = Place::of(self)?;
        let mut keys: BTreeMap<OfficerId, CoseKey> = BTreeMap::new();
        let (mut verified, mut last) = (Vec::new(), None);
        loop {
            let next = async move |tx: &store::Tx<store::Authentication>| {
                tx.staff_log_after(last, BATCH).await
            };
            let entries = self.inner().store.read(next).await?;
            let Some(end) = entries.last() else { return Ok(verified) };
            last = Some(end.id);
            for entry in entries {
                let signed = entry.evidence.as_deref().and_then(SignedAct::read);
                let verdict = match (purpose_of(entry.act, &entry.digest), signed) {
                    (None, Some(joined)) if entry.act == StaffAct::Joined => match joined.key() {
                        Some(key) => {
                            keys.insert(entry.officer, key);
                            Verdict::NothingToSign
                        }
                        None => Verdict::Broken,
                    },
                    (None, None) if entry.act != StaffAct::Joined => Verdict::NothingToSign,
                    (Some(purpose), Some(signed)) => {
                        let key = keys.get(&entry.officer);
                        let holds = |key| signed.holds(&purpose, place.party(), key);
                        if key.is_some_and(holds) { Verdict::Signed } else { Verdict::Broken }
                    }
                    _ => Verdict::Broken,
                };
                verified.push((entry, verdict));
            }
        }
    }

    /// Forgets acts, officers who were suspended, and invitations nobody took up, each when its time is over.
    pub(crate) async fn purge_staff(&self, now: Timestamp) -> Result<u64, Error> {
        let kept = SignedDuration::try_from(retention::STAFF_RECORD)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let before = now - kept;
        let first = EventId::from_bytes(crate::purge::first_at(before));
        self.inner()
            .store
            .write("purge the staff log", async move |tx| {
                let mut gone = tx.purge_staff_log(first).await?;
                for officer in tx.officers_to_forget(before).await? {
                    gone += tx.forget_acts_of(officer.id).await?;
                    tx.forget_passkeys_of(&PasskeyOwner::Officer(officer.id)).await?;
                    gone += tx.forget_officer(officer.id).await?;
                }
                Ok(gone + tx.purge_invitations(before).await?)
            })
            .await
    }
}
