//! Whom the platform trusts about travel documents: what the operator imported, read again when it changed.

use std::sync::{Arc, PoisonError};

use formats::mac::sha256;
use icao::{
    Anchor, RevocationList, TrustStore,
    trust::{BadTrust, Import, import},
};
use rules::OfficerId;
use store::authentication::{StaffAct, TrustKind, TrustRecord};

use crate::{Error, Platform, Refusal};

/// The store as it was read, and the change it was read after.
pub(crate) struct Read {
    version: i64,
    store: Arc<TrustStore>,
}

/// What an import changed.
#[derive(Debug)]
pub struct TrustChange {
    /// What the file was and gave.
    pub import: Import,
    /// How much of it is new.
    pub added: usize,
    /// Revocation lists that a newer one replaced.
    pub replaced: usize,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// What was offered does not verify.
    #[error("it is not taken")]
    Refused(#[from] BadTrust),
    /// Nothing that is trusted has such a fingerprint.
    #[error("nothing that is trusted has this fingerprint")]
    NotTrusted,
    /// We broke.
    #[error("the platform did not do it")]
    Platform(#[from] Error),
}

impl Platform {
    /// Whom we trust about travel documents now. One short reading tells whether a command changed it.
    pub async fn trust(&self) -> Result<Arc<TrustStore>, Error> {
        let version = self.store().read(async |tx| tx.trust_version().await).await?;
        if let Some(read) = &*self.inner().trust.read().unwrap_or_else(PoisonError::into_inner)
            && read.version == version
        {
            return Ok(Arc::clone(&read.store));
        }
        let records = self.store().read(async |tx| tx.trust().await).await?;
        let store = Arc::new(assemble(&records));
        let read = Read { version, store: Arc::clone(&store) };
        *self.inner().trust.write().unwrap_or_else(PoisonError::into_inner) = Some(read);
        Ok(store)
    }

    /// Imports a master list, a certificate or a revocation list: what verifies is trusted from now on.
    pub async fn import_trust(&self, bytes: &[u8]) -> Result<TrustChange, TrustError> {
        self.import_trust_by(OPERATOR, bytes).await
    }

    /// The same, answered for by this officer. The staff log has it, in the same transaction.
    pub async fn import_trust_by(
        &self,
        by: OfficerId,
        bytes: &[u8],
    ) -> Result<TrustChange, TrustError> {
        let known = self.trust().await?;
        let import = import(bytes, &known)?;
        let now = self.now();
        let record = |kind, fingerprint, bytes: &[u8]| TrustRecord {
            fingerprint,
            kind,
            bytes: bytes.to_vec(),
            added_at: now,
        };
        let authorities = import
            .anchors
            .iter()
            .map(|one| record(TrustKind::Authority, one.fingerprint(), one.der()));
        let lists = import
            .revocation_lists
            .iter()
            .map(|one| record(TrustKind::RevocationList, one.fingerprint(), one.der()));
        let records: Vec<_> = authorities.chain(lists).collect();
        let old: Vec<[u8; 32]> = known
            .revocation_lists()
            .filter(|one| import.revocation_lists.iter().any(|new| new.supersedes(one)))
            .map(RevocationList::fingerprint)
            .collect();
        let entry = self.staff_entry(by, StaffAct::TrustImported, sha256(bytes), now);
        let change = async move |tx: &store::Tx<store::Authentication>| {
            answered_for(tx, by).await?;
            tx.add_staff_entry(&entry).await?;
            let (mut added, mut replaced) = (0, 0);
            for record in &records {
                added += usize::from(tx.add_trust(record).await?);
            }
            for fingerprint in &old {
                replaced += usize::from(tx.remove_trust(fingerprint).await?);
            }
            Ok::<_, Error>((added, replaced))
        };
        let (added, replaced) = self.store().write("import trust", change).await?;
        Ok(TrustChange { import, added, replaced })
    }

    /// Trusts the authority or list with this fingerprint no longer. Links that only it vouched for fall with it.
    pub async fn remove_trust(&self, fingerprint: [u8; 32]) -> Result<(), TrustError> {
        self.remove_trust_by(OPERATOR, fingerprint).await
    }

    /// The same, answered for by this officer.
    pub async fn remove_trust_by(
        &self,
        by: OfficerId,
        fingerprint: [u8; 32],
    ) -> Result<(), TrustError> {
        let entry = self.staff_entry(by, StaffAct::TrustRemoved, fingerprint, self.now());
        let remove = async move |tx: &store::Tx<store::Authentication>| {
            answered_for(tx, by).await?;
            if !tx.remove_trust(&fingerprint).await? {
                return Ok::<_, Error>(false);
            }
            tx.add_staff_entry(&entry).await?;
            Ok(true)
        };
        if self.store().write("remove trust", remove).await? {
            Ok(())
        } else {
            Err(TrustError::NotTrusted)
        }
    }
}

/// Who acts at the command line without naming an officer; no officer has this id.
pub const OPERATOR: OfficerId = OfficerId::from_bytes([0; 16]);

/// Is this the operator, or an officer at work?
pub(crate) async fn answered_for(
    tx: &store::Tx<store::Authentication>,
    by: OfficerId,
) -> Result<(), Error> {
    if by != OPERATOR && !tx.hold_officer(by).await? {
        return Err(Refusal::OfficerUnknown.into());
    }
    Ok(())
}

/// Everything was verified when it came; what can no longer be read is left out and said.
fn assemble(records: &[TrustRecord]) -> TrustStore {
    let (mut anchors, mut lists) = (Vec::new(), Vec::new());
    for record in records {
        let read = match record.kind {
            TrustKind::Authority => Anchor::parse(&record.bytes).map(|one| anchors.push(one)),
            TrustKind::RevocationList => {
                RevocationList::parse(&record.bytes).map(|one| lists.push(one))
            }
        };
        if let Err(error) = read {
            let fingerprint = data_encoding::HEXLOWER.encode(&record.fingerprint);
            tracing::warn!(fingerprint, error = &error as &dyn std::error::Error, "trust left out");
        }
    }
    TrustStore::new(anchors, lists)
}
