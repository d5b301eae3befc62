//! Who stands behind whom: the registry says it when a guardian shows the own card, a counter by documents.

use std::collections::BTreeSet;

use formats::mac::sha256;
use jiff::{SignedDuration, Timestamp};
use rules::{
    Capacity, DocumentNumber, GuardianshipId, PersonId,
    guardian::{self, Claimant},
    retention,
};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{Confirmed, Guardianship, Kind, Person, Spent},
};

use crate::{
    CardEvidence, Error, Platform, Refusal, RegisteredPerson, Session,
    enrol::instant,
    guardians::{Reach, hold_all, with_passcode},
    hand_over::day_number,
    references::Kind as Reference,
    session::usable,
};

#[derive(Deserialize, Serialize)]
struct CardChallenge {
    #[serde(with = "formats::base64url::text")]
    random: [u8; 16],
    expires_at: i64,
}

impl Platform {
    /// A challenge for the signed-in guardian's own card: for this session, for five minutes, once.
    pub fn guardian_card_challenge(&self, session: &Session) -> Result<String, Error> {
        let lifetime = SignedDuration::try_from(retention::CHALLENGE)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let expires_at = (self.now() + lifetime).as_second();
        let challenge = CardChallenge { random: self.world().draw(), expires_at };
        self.seal(Reference::GuardianCard, session.id(), &challenge)
    }

    /// The guardian's own card was read: whose guardian the registry says they are, that they are, and of nobody else.
    /// How many children were confirmed.
    ///
    /// Children without a net number are passed over: there is nothing to stand behind yet.
    pub async fn confirm_children(
        &self,
        session: &Session,
        challenge: &str,
        evidence: CardEvidence,
    ) -> Result<usize, Error> {
        let claimant = self.own_card(session, challenge, &evidence).await?;
        let wards = self.children_among(&claimant).await?;
        let (platform, session, now) = (self.clone(), session.clone(), self.now());
        let confirmed = wards.len();
        self.inner()
            .store
            .write("confirm children", async move |tx| {
                let known = tx.guardianships_of_guardian(session.person).await?;
                let in_force = known.iter().filter(|one| one.ended_at.is_none());
                let held = in_force.clone().map(|one| one.child).chain(wards.iter().copied());
                hold_all(tx, held.chain([session.person])).await?;
                platform.reaches(tx, &session, Reach::Give, now).await?;
                for &child in &wards {
                    let by = Confirmed::Registry;
                    platform.stand_behind(tx, (session.person, child), by, now).await?;
                }
                let gone = in_force.filter(|one| {
                    one.confirmed_by == Confirmed::Registry && !wards.contains(&one.child)
                });
                for guardianship in gone {
                    platform.end(tx, guardianship, Kind::GuardianEnded, now).await?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        Ok(confirmed)
    }

    /// The signed-in guardian's own card answered our challenge; what the registry says.
    pub(crate) async fn own_card(
        &self,
        session: &Session,
        challenge: &str,
        evidence: &CardEvidence,
    ) -> Result<RegisteredPerson, Error> {
        with_passcode(session)?;
        self.usable_certificate(session).await?;
        let opened: CardChallenge = self
            .open(Reference::GuardianCard, session.id(), challenge)
            .map_err(|_| Refusal::ChallengeSpent)?;
        let expires_at = instant(opened.expires_at)?;
        if self.now() >= expires_at {
            return Err(Refusal::ChallengeSpent.into());
        }
        let spent = Spent::new(expires_at, &sha256(challenge.as_bytes()));
        let once = async move |tx: &Tx<Authentication>| tx.spend(&spent).await;
        if !self.inner().store.write("spend a card's challenge", once).await? {
            return Err(Refusal::ChallengeSpent.into());
        }
        let claimant = self.person_shown_by(evidence, challenge).await?;
        if self.person_registered(&claimant).await? == Some(session.person) {
            Ok(claimant)
        } else {
            Err(Refusal::CardOfAnother.into())
        }
    }

    /// The minors among a guardian's wards who hold a net number, as the law lets the guardian stand behind them.
    async fn children_among(
        &self,
        claimant: &RegisteredPerson,
    ) -> Result<BTreeSet<PersonId>, Error> {
        let facts = Claimant {
            born: claimant.identity.born(),
            certificate: guardian::Certificate::Held,
            wards: &claimant.wards,
        };
        let mut children = BTreeSet::new();
        for ward in &claimant.wards {
            guardian::approve(facts, ward, self.today())?;
            if let Some(child) = self.person_with(ward).await? {
                let record =
                    self.inner().store.read(async move |tx| tx.person(child).await).await?;
                let minor = self.capacity_of(child, record.as_ref())?;
                if minor.is_some_and(|capacity| capacity != Capacity::Adult) {
                    children.insert(child);
                }
            }
        }
        Ok(children)
    }

    /// Makes or confirms a guardianship; both sides see a new one. The caller holds both persons.
    pub(crate) async fn stand_behind(
        &self,
        tx: &Tx<Authentication>,
        (guardian, child): (PersonId, PersonId),
        confirmed_by: Confirmed,
        now: Timestamp,
    ) -> Result<(), Error> {
        let guardianship = Guardianship {
            id: GuardianshipId::make(now, &mut |bytes| self.world().fill(bytes)),
            guardian,
            child,
            confirmed_by,
            since: now,
            confirmed_at: now,
            looked_on: day_number(self.today()),
            ended_at: None,
        };
        if tx.confirm_guardianship(&guardianship).await? {
            for event in self.guardian_events(&guardianship, Kind::GuardianConfirmed, "", now) {
                tx.add_event(&event).await?;
            }
        }
        Ok(())
    }

    /// Officers at a counter saw by documents who is whose guardian. Both hold a net number, the guardian is of age
    /// and holds a certificate in force, the child is a minor.
    ///
    /// Who may call this, the counter's own use-cases say: two officers, each act their own.
    pub async fn confirm_guardianship(
        &self,
        guardian: &DocumentNumber,
        child: &DocumentNumber,
    ) -> Result<(), Error> {
        let between = self.both(guardian, child).await?;
        let (platform, now) = (self.clone(), self.now());
        let wards = [child.clone()];
        self.inner()
            .store
            .write("confirm a guardianship", async move |tx| {
                let (guardian, minor) = between;
                hold_all(tx, [guardian, minor]).await?;
                let Some(Person::Enrolled { sealed_birth, .. }) = tx.person(guardian).await? else {
                    return Err(Refusal::GuardianshipUnknown.into());
                };
                let certificates = tx.certificates_of(guardian).await?;
                let claimant = Claimant {
                    born: platform.born_from(guardian, &sealed_birth)?,
                    certificate: if certificates.iter().any(|one| usable(one, now).is_ok()) {
                        guardian::Certificate::Held
                    } else {
                        guardian::Certificate::Missing
                    },
                    wards: &wards,
                };
                let [ward] = &wards;
                guardian::approve(claimant, ward, platform.today())?;
                let record = tx.person(minor).await?;
                match platform.capacity_of(minor, record.as_ref())? {
                    Some(Capacity::Represented | Capacity::Supervised) => {}
                    _ => return Err(rules::Refusal::ApprovalNotNeeded.into()),
                }
                platform.stand_behind(tx, between, Confirmed::Counter, now).await
            })
            .await
    }

    /// Officers at a counter saw by documents that somebody is no guardian any more, or has died.
    pub async fn end_guardianship(
        &self,
        guardian: &DocumentNumber,
        child: &DocumentNumber,
    ) -> Result<(), Error> {
        let (guardian, child) = self.both(guardian, child).await?;
        let (platform, now) = (self.clone(), self.now());
        self.inner()
            .store
            .write("end a guardianship", async move |tx| {
                hold_all(tx, [child]).await?;
                let known = tx.guardianships_of_child(child).await?;
                let between =
                    |one: &&Guardianship| one.guardian == guardian && one.ended_at.is_none();
                let guardianship =
                    known.iter().find(between).ok_or(Refusal::GuardianshipUnknown)?;
                platform.end(tx, guardianship, Kind::GuardianEnded, now).await?;
                Ok(())
            })
            .await
    }

    async fn both(
        &self,
        guardian: &DocumentNumber,
        child: &DocumentNumber,
    ) -> Result<(PersonId, PersonId), Error> {
        let unknown = Refusal::GuardianshipUnknown;
        let guardian = self.person_with(guardian).await?.ok_or(unknown.clone())?;
        let child = self.person_with(child).await?.ok_or(unknown)?;
        Ok((guardian, child))
    }

    /// The person a document proved, if it proved anybody here.
    pub(crate) async fn person_with(
        &self,
        document: &DocumentNumber,
    ) -> Result<Option<PersonId>, Error> {
        let index = self.keys().blind_index(document);
        Ok(self.inner().vault.read(async move |tx| tx.owner_of(&index).await).await?)
    }
}
