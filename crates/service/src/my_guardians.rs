//! What a minor sees of the guardians behind them: how many, since when, and what they said. Never who, which the
//! minor knows, and which this plane cannot say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rules::{Capacity, OrganisationCode, Scene, approval::confirmed};

use crate::{
    Error, Platform, Refusal, SaidWord, Session,
    children::{organisation_names, standing},
    session::in_force,
};

/// The minor's page.
#[derive(Clone, Debug)]
pub struct MyGuardians {
    /// In what capacity the person acts today.
    pub capacity: Capacity,
    /// Since when each guardian is known, and whether the guardianship was confirmed within the year.
    pub guardians: Vec<(Timestamp, bool)>,
    /// What was said and stands.
    pub words: Vec<SaidWord>,
    /// What is asked and not answered: where, why, when.
    pub waiting: Vec<(OrganisationCode, Scene, Timestamp)>,
    /// Names of the organisations on the page, in Chinese and in English.
    pub names: BTreeMap<OrganisationCode, (String, String)>,
}

impl Platform {
    /// The guardians of the signed-in person.
    pub async fn my_guardians(&self, session: &Session) -> Result<MyGuardians, Error> {
        let (person, now) = (session.person, self.now());
        self.inner()
            .store
            .read(async move |tx| {
                let certificate = tx.certificate(session.certificate).await?;
                let certificate = certificate.ok_or(Refusal::CertificateUnknown)?;
                in_force(&certificate, session.signed_in_at, now)?;
                let (record, guardianships, words, requests) = tokio::try_join!(
                    tx.person(person),
                    tx.guardianships_of_child(person),
                    tx.guardian_approvals_of_child(person),
                    tx.guardian_requests_of(person),
                )?;
                let capacity =
                    self.capacity_of(person, record.as_ref())?.unwrap_or(Capacity::Adult);
                let in_force = guardianships.iter().filter(|one| one.ended_at.is_none());
                let words = if capacity == Capacity::Represented {
                    standing(words, None, now)
                } else {
                    Vec::new()
                };
                let waiting: Vec<_> = requests
                    .into_iter()
                    .filter(|request| request.answered_at.is_none())
                    .map(|request| (request.organisation, request.scene, request.asked_at))
                    .collect();
                let mut concerned: BTreeSet<_> =
                    words.iter().map(|said| said.organisation.clone()).collect();
                concerned.extend(waiting.iter().map(|(organisation, ..)| organisation.clone()));
                let names = organisation_names(tx, concerned).await?;
                Ok(MyGuardians {
                    capacity,
                    guardians: in_force
                        .map(|one| (one.since, confirmed(one.confirmed_at, now)))
                        .collect(),
                    words,
                    waiting,
                    names,
                })
            })
            .await
    }
}
