//! A guardian's word on an organisation: yes with a scope and an end, no, or the word taken back.

use jiff::Timestamp;
use rules::{
    ApprovalId, Capacity, GuardianshipId, OrganisationCode,
    approval::{Scenes, Term, Word, confirmed},
};
use store::{
    Authentication, Tx,
    authentication::{GuardianApproval, Guardianship, Kind, TidingAbout},
};

use crate::{
    Error, Platform, Refusal, Session,
    guardians::{Reach, hold_all},
    tidings::guardians_but,
};

/// What a guardian says.
#[derive(Clone, Debug)]
pub enum GuardianWord {
    /// The child may use the certificate there.
    Yes {
        /// In these scenes.
        scenes: Scenes,
        /// For so long.
        term: Term,
    },
    /// The child may not.
    No,
}

impl Platform {
    /// Says a word on an organisation, in the place of the one this guardian said before.
    ///
    /// Measures art. 5, PIPL 31: under fourteen, use needs a guardian's consent; it is given for one organisation, in
    /// named scenes, for at most a year.
    pub async fn answer_child(
        &self,
        session: &Session,
        guardianship: GuardianshipId,
        organisation: &OrganisationCode,
        word: GuardianWord,
    ) -> Result<(), Error> {
        let now = self.now();
        let id = ApprovalId::make(now, &mut |bytes| self.world().fill(bytes));
        let (word, kind, reach) = match word {
            GuardianWord::Yes { scenes, term } => {
                let own = &self.settings().own_scenes;
                if scenes.iter().any(|scene| own.in_force(scene).is_none()) {
                    return Err(rules::Refusal::ApprovalWithoutScene.into());
                }
                (Word::Yes { scenes, until: term.end(now) }, Kind::GuardianApproved, Reach::Give)
            }
            GuardianWord::No => (Word::No, Kind::GuardianRefused, Reach::TakeBack),
        };
        let (platform, session) = (self.clone(), session.clone());
        let organisation = organisation.clone();
        self.inner()
            .store
            .write("answer a child", async move |tx| {
                let guardianship = platform.own_guardianship(tx, &session, guardianship).await?;
                hold_all(tx, [guardianship.guardian, guardianship.child]).await?;
                platform.reaches(tx, &session, reach, now).await?;
                if !confirmed(guardianship.confirmed_at, now) {
                    return Err(rules::Refusal::GuardianshipUnconfirmed.into());
                }
                let child = tx.person(guardianship.child).await?;
                match platform.capacity_of(guardianship.child, child.as_ref())? {
                    Some(Capacity::Represented) => {}
                    _ => return Err(rules::Refusal::ApprovalNotNeeded.into()),
                }
                if tx.relying_party(&organisation).await?.is_none() {
                    return Err(Refusal::OrganisationUnknown.into());
                }
                let client = platform.client_asked_about(tx, &guardianship, &organisation).await?;
                let said = GuardianApproval {
                    id,
                    guardianship: guardianship.id,
                    guardian: guardianship.guardian,
                    child: guardianship.child,
                    organisation: organisation.clone(),
                    word: word.clone(),
                    said_at: now,
                    ended_at: None,
                };
                if !tx.replace_guardian_approval(&said).await? {
                    return Err(Refusal::StepNotDue.into());
                }
                tx.answer_guardian_requests(guardianship.child, &organisation, now).await?;
                platform.settle(tx, guardianship.child, now).await?;
                if kind == Kind::GuardianRefused {
                    platform.tell_the_others(tx, &guardianship, now).await?;
                }
                for event in platform.guardian_events(&guardianship, kind, &client, now) {
                    tx.add_event(&event).await?;
                }
                Ok(())
            })
            .await
    }

    /// Takes a word back, yes or no: the organisation is as if this guardian had said nothing.
    pub async fn lift_answer(&self, session: &Session, approval: ApprovalId) -> Result<(), Error> {
        let (platform, session, now) = (self.clone(), session.clone(), self.now());
        self.inner()
            .store
            .write("lift an answer", async move |tx| {
                let own = tx.guardian_approvals_by(session.person).await?;
                let said = own
                    .into_iter()
                    .find(|said| said.id == approval && said.ended_at.is_none())
                    .ok_or(Refusal::ApprovalUnknown)?;
                hold_all(tx, [said.guardian, said.child]).await?;
                platform.reaches(tx, &session, Reach::TakeBack, now).await?;
                if !tx.lift_guardian_approval(approval, session.person, now).await? {
                    return Err(Refusal::ApprovalUnknown.into());
                }
                platform.settle(tx, said.child, now).await?;
                let guardianship =
                    tx.guardianship(said.guardianship).await?.ok_or(Refusal::ApprovalUnknown)?;
                if matches!(said.word, Word::Yes { .. }) {
                    platform.tell_the_others(tx, &guardianship, now).await?;
                }
                let client =
                    platform.client_asked_about(tx, &guardianship, &said.organisation).await?;
                let kind = Kind::GuardianLifted;
                for event in platform.guardian_events(&guardianship, kind, &client, now) {
                    tx.add_event(&event).await?;
                }
                Ok(())
            })
            .await
    }

    /// Somebody disagrees: the other guardians' phones say so, without a name.
    async fn tell_the_others(
        &self,
        tx: &Tx<Authentication>,
        guardianship: &Guardianship,
        now: Timestamp,
    ) -> Result<(), Error> {
        let known = tx.guardianships_of_child(guardianship.child).await?;
        let others = guardians_but(&known, Some(guardianship.guardian));
        self.tell(tx, others, TidingAbout::GuardianDisagrees, now).await
    }

    /// The guardianship with this id, if it is the signed-in person's own and in force.
    pub(crate) async fn own_guardianship(
        &self,
        tx: &Tx<Authentication>,
        session: &Session,
        id: GuardianshipId,
    ) -> Result<Guardianship, Error> {
        let found = tx.guardianship(id).await?;
        let own = |one: &Guardianship| one.guardian == session.person && one.ended_at.is_none();
        Ok(found.filter(own).ok_or(Refusal::GuardianshipUnknown)?)
    }

    /// At which client the child last asked about an organisation, to name it in the events; empty if it never did.
    async fn client_asked_about(
        &self,
        tx: &Tx<Authentication>,
        guardianship: &Guardianship,
        organisation: &OrganisationCode,
    ) -> Result<String, Error> {
        let requests = tx.guardian_requests_of(guardianship.child).await?;
        let about = requests.into_iter().find(|request| request.organisation == *organisation);
        Ok(about.map(|request| request.client).unwrap_or_default())
    }
}
