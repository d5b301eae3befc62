//! What the verbs of guardianship share: whose child it is, what the guardians say, and what ends when they say no more.

use jiff::{Timestamp, civil::Date};
use rules::{
    Capacity, Guardian, GuardianshipId, Mode, OrganisationCode, PersonId, Purpose, Scene, approval,
    capacity::{capacity, may_use},
};
use store::{
    Authentication, Tx,
    authentication::{Event, Guardianship, Kind, Person},
};

use crate::{
    Error, Platform, Refusal, Session,
    session::{in_force, usable_since},
};

/// What a guardian may do with the certificate as it stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    /// Give something: only while the certificate may be used.
    Give,
    /// Take something back, or look: also while it is locked. Locking errs on the safe side, and so does taking back.
    TakeBack,
}

impl Platform {
    /// A person's date of birth, as this plane keeps it for predicates.
    pub(crate) fn born_from(&self, person: PersonId, sealed_birth: &[u8]) -> Result<Date, Error> {
        let damaged = || Error::fault("reading a date of birth", "no key of ours opens it");
        let plain = self.keys().open_attribute(person.bytes(), sealed_birth).ok_or_else(damaged)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| damaged())?;
        text.parse().map_err(|_| damaged())
    }

    /// In what capacity a person acts today; `None` for who left.
    pub(crate) fn capacity_of(
        &self,
        person: PersonId,
        record: Option<&Person>,
    ) -> Result<Option<Capacity>, Error> {
        let Some(Person::Enrolled { sealed_birth, .. }) = record else { return Ok(None) };
        Ok(Some(capacity(self.born_from(person, sealed_birth)?, self.today())))
    }

    /// May this person use the certificate at this organisation, in this scene? Measures art. 5.
    ///
    /// The guardians are asked for a child under fourteen only: nobody else's login costs anything.
    pub(crate) async fn may_use_at(
        &self,
        tx: &Tx<Authentication>,
        person: PersonId,
        sealed_birth: &[u8],
        (organisation, scene): (&OrganisationCode, Scene),
    ) -> Result<Capacity, Error> {
        let (born, today) = (self.born_from(person, sealed_birth)?, self.today());
        let consent = match capacity(born, today) {
            Capacity::Represented => self.guardians_say(tx, person, organisation, scene).await?,
            Capacity::Supervised | Capacity::Adult => Guardian::None,
        };
        Ok(may_use(born, today, consent)?)
    }

    /// What the guardians in force say, all together; refused where one of them says no.
    async fn guardians_say(
        &self,
        tx: &Tx<Authentication>,
        child: PersonId,
        organisation: &OrganisationCode,
        scene: Scene,
    ) -> Result<Guardian, Error> {
        let now = self.now();
        let (guardianships, approvals) = tokio::try_join!(
            tx.guardianships_of_child(child),
            tx.guardian_approvals_of_child(child)
        )?;
        let carrying = carrying(&guardianships, now);
        let words = approvals.iter().filter(|said| {
            said.ended_at.is_none()
                && said.organisation == *organisation
                && carrying.contains(&said.guardianship)
        });
        let words: Vec<_> = words.map(|said| &said.word).collect();
        match approval::consent(&words, scene, now) {
            Err(rules::Refusal::GuardianConsentMissing) => Ok(Guardian::None),
            outcome => Ok(outcome?),
        }
    }

    /// Withdraws whatever a child agreed to that no guardian stands behind any more, so that codes and tokens on their
    /// way stop working at once. Call it in the transaction that takes the word back.
    pub(crate) async fn settle(
        &self,
        tx: &Tx<Authentication>,
        child: PersonId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let record = tx.person(child).await?;
        if self.capacity_of(child, record.as_ref())? != Some(Capacity::Represented) {
            return Ok(());
        }
        let consents = tx.consents_of(child).await?;
        let in_force = consents.into_iter().filter(|consent| {
            consent.withdrawn_at.is_none() && consent.purpose == Purpose::Release
        });
        for consent in in_force {
            let Some(client) = tx.client(&consent.client).await? else { continue };
            let scene =
                consent.scene.parse().map_err(|cause| Error::fault("reading a scene", cause))?;
            match self.guardians_say(tx, child, &client.organisation, scene).await {
                Ok(Guardian::Approved) => {}
                Ok(Guardian::None) | Err(Error::Refused(_)) => {
                    tx.withdraw_consent(consent.id, child, now).await?;
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// Ends a guardianship and all that rests on it; both sides see it. `false` if it had ended.
    pub(crate) async fn end(
        &self,
        tx: &Tx<Authentication>,
        guardianship: &Guardianship,
        kind: Kind,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if !tx.end_guardianship(guardianship.id, now).await? {
            return Ok(false);
        }
        tx.end_guardian_approvals_on(guardianship.id, now).await?;
        self.settle(tx, guardianship.child, now).await?;
        for person in [guardianship.child, guardianship.guardian] {
            tx.add_event(&self.event(person, kind, now)).await?;
        }
        Ok(true)
    }

    /// An event of both sides, at an organisation's client.
    pub(crate) fn guardian_events(
        &self,
        guardianship: &Guardianship,
        kind: Kind,
        client: &str,
        now: Timestamp,
    ) -> [Event; 2] {
        [guardianship.child, guardianship.guardian]
            .map(|person| Event { client: client.to_owned(), ..self.event(person, kind, now) })
    }

    /// Does the signed-in person's certificate reach this far now? Asked inside the transaction that relies on it.
    pub(crate) async fn reaches(
        &self,
        tx: &Tx<Authentication>,
        session: &Session,
        reach: Reach,
        now: Timestamp,
    ) -> Result<(), Error> {
        with_passcode(session)?;
        let certificate =
            tx.certificate(session.certificate).await?.ok_or(Refusal::CertificateUnknown)?;
        match reach {
            Reach::Give => usable_since(&certificate, session.signed_in_at, now)?,
            Reach::TakeBack => in_force(&certificate, session.signed_in_at, now)?,
        }
        Ok(())
    }
}

/// Acts for a child take the passcode: a phone left on the table is in a child's hands first.
pub(crate) fn with_passcode(session: &Session) -> Result<(), Refusal> {
    if session.acting_for.is_some() {
        Err(Refusal::Rule(rules::Refusal::NotForAnother))
    } else if session.mode().satisfies(Mode::CertificatePasscode) {
        Ok(())
    } else {
        Err(Refusal::NotSignedIn)
    }
}

/// The guardianships that carry anything: in force, and confirmed within the year.
pub(crate) fn carrying(guardianships: &[Guardianship], now: Timestamp) -> Vec<GuardianshipId> {
    let carries =
        |one: &&Guardianship| one.ended_at.is_none() && approval::confirmed(one.confirmed_at, now);
    guardianships.iter().filter(carries).map(|one| one.id).collect()
}

/// Holds several persons' rows, always in the same order, so that two who hold the same do not wait for each other.
/// Refused if one of them left.
pub(crate) async fn hold_all(
    tx: &Tx<Authentication>,
    persons: impl IntoIterator<Item = PersonId>,
) -> Result<(), Error> {
    let mut persons: Vec<_> = persons.into_iter().collect();
    persons.sort_unstable();
    persons.dedup();
    for person in persons {
        if !tx.hold_person(person).await? {
            return Err(Refusal::GuardianshipUnknown.into());
        }
    }
    Ok(())
}
