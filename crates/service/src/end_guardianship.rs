//! A guardianship ends: the guardian resigns, a counter ends it, a guardian leaves the platform.

use rules::{GuardianshipId, PersonId};
use store::{Authentication, Tx, authentication::Kind};

use crate::{
    Error, Platform, Session,
    guardians::{Ground, Reach, hold_all},
};

impl Platform {
    /// Stands behind this child no more. Approvals end with it; another guardian's stay.
    pub async fn resign_guardianship(
        &self,
        session: &Session,
        guardianship: GuardianshipId,
    ) -> Result<(), Error> {
        let (platform, session, now) = (self.clone(), session.clone(), self.now());
        self.inner()
            .store
            .write("resign a guardianship", async move |tx| {
                let guardianship = platform.own_guardianship(tx, &session, guardianship).await?;
                hold_all(tx, [guardianship.guardian, guardianship.child]).await?;
                platform.reaches(tx, &session, Reach::TakeBack, now).await?;
                platform.end(tx, &guardianship, &Ground::Registry, now).await?;
                Ok(())
            })
            .await
    }

    /// Ends whatever guardianship a person who leaves is part of, in the transaction that closes the record: the
    /// other side sees that it ended, and nothing of the one who left stays.
    pub(crate) async fn leave_guardianships(
        &self,
        tx: &Tx<Authentication>,
        person: PersonId,
    ) -> Result<(), Error> {
        let now = self.now();
        let own =
            [tx.guardianships_of_guardian(person).await?, tx.guardianships_of_child(person).await?];
        for guardianship in own.iter().flatten().filter(|one| one.ended_at.is_none()) {
            tx.end_guardianship(guardianship.id, None, now).await?;
            tx.end_guardian_approvals_on(guardianship.id, now).await?;
            let other = if guardianship.guardian == person {
                self.settle(tx, guardianship.child, now).await?;
                guardianship.child
            } else {
                guardianship.guardian
            };
            tx.add_event(&self.event(other, Kind::GuardianEnded, now)).await?;
        }
        tx.forget_guardian_approvals_of(person).await?;
        tx.forget_guardian_requests_of(person).await?;
        tx.forget_guardianships_of(person).await?;
        Ok(())
    }
}
