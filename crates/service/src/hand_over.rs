//! Birthdays: at fourteen a child answers for itself, at eighteen nobody stands behind it any more.
//!
//! What a birthday changes it changes at the moment of use, by arithmetic. Here it is only written down, and both
//! sides are told: each day every guardianship in force is looked at once.

use jiff::{SignedDuration, Timestamp, civil::Date};
use rules::{Capacity, capacity::capacity, retention};
use store::{
    Authentication, Tx,
    authentication::{Guardianship, Kind, Person, TidingAbout},
};

use crate::{Error, Platform};

/// Guardianships looked at in one round; the purge goes round every minute, which makes 14 million a day.
const MOST: u32 = 10_000;

impl Platform {
    /// Writes down the birthdays of today; how many.
    pub(crate) async fn hand_over(&self) -> Result<u64, Error> {
        let (today, now) = (self.today(), self.now());
        let day = day_number(today);
        let due = async move |tx: &Tx<Authentication>| tx.guardianships_to_look_at(day, MOST).await;
        let mut handed_over = 0;
        for guardianship in self.inner().store.read(due).await? {
            let platform = self.clone();
            let changed = self
                .inner()
                .store
                .write("hand over", async move |tx| {
                    platform.look_at_age(tx, &guardianship, today, now).await
                })
                .await?;
            handed_over += u64::from(changed);
        }
        Ok(handed_over)
    }

    async fn look_at_age(
        &self,
        tx: &Tx<Authentication>,
        guardianship: &Guardianship,
        today: Date,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if !tx.guardianship_was_looked_at(guardianship.id, day_number(today)).await? {
            return Ok(false);
        }
        let child = guardianship.child;
        let Some(Person::Enrolled { sealed_birth, .. }) = tx.person(child).await? else {
            return Ok(false);
        };
        let born = self.born_from(child, &sealed_birth)?;
        let before = capacity(born, day_of(guardianship.looked_on));
        match capacity(born, today) {
            after if after == before => Ok(false),
            after => {
                let kind = if after == Capacity::Adult {
                    tx.end_guardianship(guardianship.id, None, now).await?;
                    Kind::Eighteen
                } else {
                    Kind::Fourteen
                };
                tx.end_guardian_approvals_on(guardianship.id, now).await?;
                tx.close_guardian_requests_of(child, now).await?;
                let (to_ward, to_guardian) = match kind {
                    Kind::Eighteen => (TidingAbout::Eighteen, TidingAbout::WardEighteen),
                    _ => (TidingAbout::Fourteen, TidingAbout::WardFourteen),
                };
                tx.add_event(&self.event(guardianship.guardian, kind, now)).await?;
                self.tell(tx, [guardianship.guardian], to_guardian, now).await?;
                // Another guardian's was looked at before: the child has been told.
                let others = tx.guardianships_of_child(child).await?;
                let told = |other: &Guardianship| {
                    other.id != guardianship.id && other.looked_on == day_number(today)
                };
                if !others.iter().any(told) {
                    tx.add_event(&self.event(child, kind, now)).await?;
                    self.tell(tx, [child], to_ward, now).await?;
                }
                Ok(true)
            }
        }
    }

    /// Forgets what guardianships left behind.
    pub(crate) async fn purge_guardianships(&self) -> Result<u64, Error> {
        let now = self.now();
        let reckon = |lifetime| {
            SignedDuration::try_from(lifetime)
                .map_err(|cause| Error::fault("reckoning a lifetime", cause))
        };
        let ended_before = now - reckon(self.settings().event_lifetime.duration())?;
        let asked_before = now - reckon(retention::GUARDIAN_REQUEST)?;
        self.inner()
            .store
            .write("purge guardianships", async move |tx| {
                Ok(tx.purge_guardian_requests(asked_before).await?
                    + tx.purge_guardian_approvals(ended_before).await?
                    + tx.purge_guardianships(ended_before).await?)
            })
            .await
    }
}

/// A day as it is counted in the store.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from((day - EPOCH).get_days())
}

fn day_of(number: i64) -> Date {
    EPOCH.saturating_add(jiff::Span::new().days(number))
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_found_again() {
        for day in [EPOCH, jiff::civil::date(2024, 2, 29), jiff::civil::date(2026, 11, 22)] {
            assert_eq!(day_of(day_number(day)), day);
        }
        assert_eq!(day_number(jiff::civil::date(1971, 1, 1)), 365);
    }
}
