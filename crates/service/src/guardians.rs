//! What the verbs of guardianship share: whose child it is, what the guardians say, and what ends when they say no more.

use jiff::{Timestamp, civil::Date};
use rules::{
    Capacity, Guardian, GuardianshipId, GuardianshipPaper, Mode, OrganisationCode, PersonId,
    Purpose, Scene, approval,
    capacity::{capacity, may_use},
    guardian,
};
use store::{
    Authentication, Tx,
    authentication::{Confirmed, Event, Guardianship, Kind, Person, TidingAbout},
};

use crate::{
    Error, Platform, Refusal, Session,
    complete_at_counter::OFFICE,
    hand_over::day_number,
    session::{in_force, may_give, usable},
    tidings::guardians_but,
};

/// What a guardian may do with the certificate as it stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    /// Give something: only while the certificate may be used.
    Give,
    /// Take something back, or look: also while it is locked. Locking errs on the safe side, and so does taking back.
    TakeBack,
}

/// Who says that a guardianship is, or is no more.
#[derive(Clone, Debug)]
pub(crate) enum Ground {
    /// The registry, asked with the guardian's card, or the guardian, who resigns.
    Registry,
    /// Officers at a counter, by a paper.
    Counter {
        /// Its class.
        paper: GuardianshipPaper,
        /// Where.
        office: String,
    },
}

impl Ground {
    const fn paper(&self) -> Option<GuardianshipPaper> {
        match self {
            Self::Registry => None,
            Self::Counter { paper, .. } => Some(*paper),
        }
    }

    /// The place in an event: a client's id begins otherwise.
    fn place(&self) -> String {
        match self {
            Self::Registry => String::new(),
            Self::Counter { office, .. } => format!("{OFFICE}{office}"),
        }
    }
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

    /// Makes or confirms a guardianship; both sides see a new one, and what officers did all guardians see. The caller
    /// holds both persons.
    pub(crate) async fn stand_behind(
        &self,
        tx: &Tx<Authentication>,
        (guardian, child): (PersonId, PersonId),
        ground: &Ground,
        now: Timestamp,
    ) -> Result<(), Error> {
        let guardianship = Guardianship {
            id: GuardianshipId::make(now, &mut |bytes| self.world().fill(bytes)),
            guardian,
            child,
            confirmed_by: match ground {
                Ground::Registry => Confirmed::Registry,
                Ground::Counter { .. } => Confirmed::Counter,
            },
            paper: ground.paper(),
            since: now,
            confirmed_at: now,
            looked_on: day_number(self.today()),
            ended_at: None,
            end_paper: None,
        };
        let made = tx.confirm_guardianship(&guardianship).await?;
        match ground {
            Ground::Registry if !made => Ok(()),
            _ => self.seen(tx, &guardianship, Kind::GuardianConfirmed, ground, now).await,
        }
    }

    /// Ends a guardianship and all that rests on it; both sides see it. `false` if it had ended.
    pub(crate) async fn end(
        &self,
        tx: &Tx<Authentication>,
        guardianship: &Guardianship,
        ground: &Ground,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if !tx.end_guardianship(guardianship.id, ground.paper(), now).await? {
            return Ok(false);
        }
        tx.end_guardian_approvals_on(guardianship.id, now).await?;
        self.settle(tx, guardianship.child, now).await?;
        self.seen(tx, guardianship, Kind::GuardianEnded, ground, now).await?;
        Ok(true)
    }

    /// Both sides see it; what officers did, the other guardians too, and every guardian's phone says so.
    async fn seen(
        &self,
        tx: &Tx<Authentication>,
        guardianship: &Guardianship,
        kind: Kind,
        ground: &Ground,
        now: Timestamp,
    ) -> Result<(), Error> {
        let place = ground.place();
        for event in self.guardian_events(guardianship, kind, &place, now) {
            tx.add_event(&event).await?;
        }
        if let Ground::Counter { .. } = ground {
            let known = tx.guardianships_of_child(guardianship.child).await?;
            let others: Vec<_> = guardians_but(&known, Some(guardianship.guardian)).collect();
            for &other in &others {
                let event = Event { client: place.clone(), ..self.event(other, kind, now) };
                tx.add_event(&event).await?;
            }
            let all = others.into_iter().chain([guardianship.guardian]);
            self.tell(tx, all, TidingAbout::GuardianshipChanged, now).await?;
        }
        Ok(())
    }

    /// Whether a person holds a certificate that can be used now.
    pub(crate) async fn certificate_held(
        &self,
        tx: &Tx<Authentication>,
        person: PersonId,
    ) -> Result<guardian::Certificate, Error> {
        let (certificates, now) = (tx.certificates_of(person).await?, self.now());
        let held = certificates.iter().any(|one| usable(one, now).is_ok());
        Ok(if held { guardian::Certificate::Held } else { guardian::Certificate::Missing })
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
        match reach {
            Reach::Give => {
                may_give(tx, session, now).await?;
            }
            Reach::TakeBack => {
                let certificate = tx.certificate(session.certificate).await?;
                let certificate = certificate.ok_or(Refusal::CertificateUnknown)?;
                in_force(&certificate, session.signed_in_at, now)?;
            }
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
