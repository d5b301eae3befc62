//! Forgetting what is no longer needed: the server calls this every minute.

use jiff::{SignedDuration, Timestamp};
use rules::{EventId, GrantId, retention};

use crate::{Error, Platform};

/// Redeemed grants are remembered while their code or their access token could still be shown.
const GRANT_MEMORY: SignedDuration = SignedDuration::from_mins(10);

impl Platform {
    /// Deletes what expired, and finishes forgetting whoever left; how many rows.
    pub async fn purge(&self) -> Result<u64, Error> {
        let now = self.now();
        let events = SignedDuration::try_from(self.inner().settings.event_lifetime.duration())
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let replaced = SignedDuration::try_from(retention::REPLACED_DOCUMENT)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let consents = SignedDuration::try_from(retention::CONSENT_RECORD)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let first_grant = GrantId::from_bytes(first_at(now - GRANT_MEMORY));
        let first_event = EventId::from_bytes(first_at(now - events));
        let platform = self.clone();
        let kept = async move |tx: &store::Tx<store::Authentication>| {
            let spent = tx.purge_spent(now).await? + tx.purge_native_spent(now - events).await?;
            let grants = tx.purge_grants(first_grant).await?;
            // Over delegations stand in the person's file as long as the events they led to.
            let delegations = tx.purge_delegations(now - events).await?;
            let links = tx.purge_lock_links(now).await? + tx.purge_tidings(now).await?;
            let access = platform.purge_standing_access(tx, now).await?;
            let told = tx.purge_plain_disclosures(now - consents).await?;
            let sessions = tx.purge_sessions(now).await? + tx.purge_deliveries(now).await?;
            let lapsed = tx.purge_registrations(now).await?;
            let statuses = tx.purge_statuses(now).await? + tx.purge_presentations(now).await?;
            let knocks = tx.purge_knocks(now).await? + tx.purge_reach_codes(now).await?;
            let gone = lapsed
                + spent
                + grants
                + delegations
                + links
                + access
                + sessions
                + told
                + knocks
                + statuses;
            Ok::<_, Error>(gone + tx.purge_events(first_event).await?)
        };
        let sealed = async move |tx: &store::Tx<store::Vault>| {
            let waiting = tx.purge_waiting(now).await?;
            let applications = waiting + tx.purge_applications(now).await?;
            let enrolments = applications + tx.purge_enrolments(now).await?;
            let changes = tx.purge_phone_changes(now).await?;
            let phones = tx.purge_former_phones(now).await?;
            let notices = tx.purge_notices(now).await?;
            let documents = tx.purge_ended_entries(now - replaced).await?;
            let told = notices + documents + tx.purge_sendings(now).await?;
            Ok::<_, Error>(enrolments + changes + phones + told)
        };
        let forgotten = self.forget_who_left().await? + self.forget_who_never_came().await?;
        let handed_over = self.hand_over().await? + self.purge_guardianships().await?;
        Ok(forgotten
            + handed_over
            + self.purge_staff(now).await?
            + self.purge_reports(now).await?
            + self.inner().store.write("purge", kept).await?
            + self.inner().vault.write("purge the vault", sealed).await?)
    }
}

/// The first time-ordered id of an instant: RFC 9562 §5.7, the time in the first 48 bits.
pub(crate) fn first_at(at: Timestamp) -> [u8; 16] {
    (u128::try_from(at.as_millisecond()).unwrap_or(0) << 80).to_be_bytes()
}
