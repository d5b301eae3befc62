//! Who stands behind whom: the registry says it when a guardian shows the own card, a counter by documents.

use std::collections::BTreeSet;

use formats::mac::sha256;
use jiff::SignedDuration;
use rules::{
    Capacity, DocumentNumber, PersonId,
    guardian::{self, Claimant},
    retention,
};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{Confirmed, Spent},
};

use crate::{
    CardEvidence, Error, Platform, Refusal, RegisteredPerson, Session,
    enrol::instant,
    guardians::{Ground, Reach, hold_all, with_passcode},
    references::Kind as Reference,
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
                    let between = (session.person, child);
                    platform.stand_behind(tx, between, &Ground::Registry, now).await?;
                }
                let gone = in_force.filter(|one| {
                    one.confirmed_by == Confirmed::Registry && !wards.contains(&one.child)
                });
                for guardianship in gone {
                    platform.end(tx, guardianship, &Ground::Registry, now).await?;
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

    /// The person a document proved, if it proved anybody here.
    pub(crate) async fn person_with(
        &self,
        document: &DocumentNumber,
    ) -> Result<Option<PersonId>, Error> {
        let index = self.keys().blind_index(document);
        Ok(self.inner().vault.read(async move |tx| tx.owner_of(&index).await).await?)
    }
}
