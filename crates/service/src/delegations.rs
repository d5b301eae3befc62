//! The delegations of a person, as either of the two sees them.

use jiff::Timestamp;
use rules::{DelegationId, DelegationScope, PersonId, delegation::in_force};
use store::authentication::DelegationRecord;

use crate::{Error, Platform, Session, delegate::Names};

/// A delegation as either of the two sees it.
#[derive(Clone, Debug)]
pub struct DelegationView {
    /// Which.
    pub id: DelegationId,
    /// What the other one is called.
    pub called: String,
    /// How far it reaches.
    pub scope: DelegationScope,
    /// Until when.
    pub expires_at: Timestamp,
    /// Whether it may be used now.
    pub in_force: bool,
    /// What the delegate's screen shows until the person has typed it; for the delegate only.
    pub number: Option<String>,
}

/// A person's delegations.
#[derive(Clone, Debug, Default)]
pub struct Delegations {
    /// Those the person gave that stand or wait.
    pub given: Vec<DelegationView>,
    /// Those the person holds that stand or wait.
    pub held: Vec<DelegationView>,
}

impl Platform {
    /// The delegations of whoever is signed in that stand or wait.
    pub async fn delegations(&self, session: &Session) -> Result<Delegations, Error> {
        let person = session.person;
        let (given, held) = self
            .inner()
            .store
            .read(async move |tx| {
                tokio::try_join!(tx.delegations_given(person), tx.delegations_held(person))
            })
            .await?;
        let views = |records: Vec<DelegationRecord>| -> Result<Vec<_>, Error> {
            records
                .iter()
                .filter_map(|record| self.delegation_view(record, person).transpose())
                .collect()
        };
        Ok(Delegations { given: views(given)?, held: views(held)? })
    }

    /// What stands or waits; none for what is over.
    fn delegation_view(
        &self,
        record: &DelegationRecord,
        seen_by: PersonId,
    ) -> Result<Option<DelegationView>, Error> {
        let now = self.now();
        let delegation = &record.delegation;
        let stands = in_force(delegation, now).is_ok();
        let waits = delegation.confirmed_at.is_none()
            && delegation.revoked_at.is_none()
            && now < record.offered_until;
        if !stands && !waits {
            return Ok(None);
        }
        let names = self.names(record)?;
        let is_delegate = delegation.delegate == seen_by;
        Ok(Some(DelegationView {
            id: record.id,
            called: if is_delegate { names.person } else { names.delegate },
            scope: delegation.scope.clone(),
            expires_at: delegation.expires_at,
            in_force: stands,
            number: record.number.clone().filter(|_| is_delegate),
        }))
    }

    pub(crate) fn names(&self, record: &DelegationRecord) -> Result<Names, Error> {
        let damaged = || Error::fault("reading names", "no key of ours opens them");
        let plain = self.keys().open_attribute(record.id.bytes(), &record.sealed_names);
        serde_json::from_slice(plain.ok_or_else(damaged)?.expose()).map_err(|_| damaged())
    }
}
