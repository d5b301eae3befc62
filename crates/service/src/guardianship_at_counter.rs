//! Two officers saw by documents who is whose guardian, or is it no more. Their own use-cases (`counter`) say who may
//! call this: each act has an officer of its own.

use rules::{Capacity, DocumentNumber, PersonId};
use store::authentication::Guardianship;

use crate::{
    Error, Platform, Refusal,
    counter::{GuardianBeside, GuardianshipEntry},
    guardians::{Ground, hold_all},
};

impl Platform {
    /// Both hold a net number, the guardian is of age and holds a certificate in force, the child is a minor.
    pub(crate) async fn confirm_guardianship(
        &self,
        entry: &GuardianshipEntry,
        office: &str,
    ) -> Result<(), Error> {
        let beside = GuardianBeside { document: entry.guardian.clone(), paper: entry.paper };
        let between = self.both(&entry.guardian, &entry.child).await?;
        self.may_stand_beside(&beside, &entry.child).await?;
        let (platform, now) = (self.clone(), self.now());
        let ground = Ground::Counter { paper: entry.paper, office: office.to_owned() };
        self.inner()
            .store
            .write("confirm a guardianship", async move |tx| {
                let (guardian, minor) = between;
                hold_all(tx, [guardian, minor]).await?;
                platform.certificate_held(tx, guardian).await?.held()?;
                let record = tx.person(minor).await?;
                match platform.capacity_of(minor, record.as_ref())? {
                    Some(Capacity::Represented | Capacity::Supervised) => {}
                    _ => return Err(rules::Refusal::ApprovalNotNeeded.into()),
                }
                platform.stand_behind(tx, between, &ground, now).await
            })
            .await
    }

    /// A guardianship ends by what officers saw.
    pub(crate) async fn end_guardianship(
        &self,
        entry: &GuardianshipEntry,
        office: &str,
    ) -> Result<(), Error> {
        entry.paper.ends()?;
        let (guardian, child) = self.both(&entry.guardian, &entry.child).await?;
        let (platform, now) = (self.clone(), self.now());
        let ground = Ground::Counter { paper: entry.paper, office: office.to_owned() };
        self.inner()
            .store
            .write("end a guardianship", async move |tx| {
                hold_all(tx, [child]).await?;
                let known = tx.guardianships_of_child(child).await?;
                let between =
                    |one: &&Guardianship| one.guardian == guardian && one.ended_at.is_none();
                let guardianship =
                    known.iter().find(between).ok_or(Refusal::GuardianshipUnknown)?;
                platform.end(tx, guardianship, &ground, now).await?;
                Ok(())
            })
            .await
    }

    /// The two persons these documents proved.
    pub(crate) async fn both(
        &self,
        guardian: &DocumentNumber,
        child: &DocumentNumber,
    ) -> Result<(PersonId, PersonId), Error> {
        let unknown = Refusal::GuardianshipUnknown;
        let guardian = self.person_with(guardian).await?.ok_or(unknown.clone())?;
        let child = self.person_with(child).await?.ok_or(unknown.clone())?;
        if guardian == child { Err(unknown.into()) } else { Ok((guardian, child)) }
    }
}
