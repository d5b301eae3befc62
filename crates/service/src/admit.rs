//! Admission: an organisation becomes a relying party, its application a client with scenes.

use std::sync::{Arc, PoisonError};

use jiff::{SignedDuration, Timestamp};
use protocol::oauth::client::Client;
use rules::{OrganisationCode, Scene, SceneRegistration, scene};
use store::authentication::{ClientRecord, RelyingParty};

use crate::{Error, Platform, Refusal};

/// A relying party with one client.
#[derive(Clone, Debug)]
pub struct Admission {
    /// The organisation.
    pub organisation: OrganisationCode,
    /// Its name in Chinese.
    pub organisation_zh: String,
    /// Its name in English.
    pub organisation_en: String,
    /// The client, as OAuth knows it.
    pub client: Client,
    /// The client's name in Chinese.
    pub client_zh: String,
    /// The client's name in English.
    pub client_en: String,
    /// Why it asks, and for what; the first is what it asks when it names none.
    pub scenes: Vec<SceneRegistration>,
}

/// A client with all that a request needs to be judged.
#[derive(Clone)]
pub(crate) struct Registered {
    pub(crate) admission: Arc<Admission>,
    read_at: Timestamp,
}

/// How long a client that was read is believed: a suspension shows within that time.
const FRESH: SignedDuration = SignedDuration::from_secs(10);
/// Clients kept at most; beyond, all are read again.
const MOST_KEPT: usize = 10_000;

impl Admission {
    /// The registration of the scene a request names, or of the first when it names none.
    pub(crate) fn scene(&self, named: Option<&str>) -> Option<&SceneRegistration> {
        match named {
            None => self.scenes.first(),
            Some(name) => {
                let wanted: Scene = name.parse().ok()?;
                self.scenes.iter().find(|registration| registration.scene == wanted)
            }
        }
    }
}

impl Platform {
    /// Admits a client, and its organisation if that is new.
    ///
    /// Measures art. 6: a scene declares the other methods it offers; art. 8: it asks no more than its kind allows.
    /// A scene that could never be served is refused here, not at its first request.
    pub async fn admit(&self, admission: Admission) -> Result<(), Error> {
        for registration in &admission.scenes {
            scene::admit(registration)?;
            self.may_be_served(registration)?;
        }
        admission.client.metadata.can_be_told().map_err(|_| Refusal::NowhereToTell)?;
        admission.client.keeps_its_profile().map_err(|_| Refusal::ProfileNotKept)?;
        let now = self.now();
        self.inner()
            .store
            .write("admit client", async move |tx| {
                let party = RelyingParty {
                    organisation: admission.organisation.clone(),
                    name_zh: admission.organisation_zh.clone(),
                    name_en: admission.organisation_en.clone(),
                    admitted_at: now,
                    suspended_at: None,
                };
                tx.add_relying_party(&party).await?;
                let record = ClientRecord {
                    client: admission.client.clone(),
                    organisation: admission.organisation.clone(),
                    name_zh: admission.client_zh.clone(),
                    name_en: admission.client_en.clone(),
                    admitted_at: now,
                    suspended_at: None,
                };
                if !tx.add_client(&record).await? {
                    return Err(Refusal::ClientExists.into());
                }
                for (position, registration) in (0..).zip(&admission.scenes) {
                    tx.add_scene(admission.client.id.as_str(), position, registration).await?;
                }
                Ok(())
            })
            .await
    }

    /// The client with this id; `None` if it was never admitted or is suspended.
    pub(crate) async fn registered(&self, client: &str) -> Result<Option<Arc<Admission>>, Error> {
        let now = self.now();
        let kept = self
            .inner()
            .clients
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(client)
            .cloned();
        if let Some(kept) = kept.filter(|kept| now.duration_since(kept.read_at) < FRESH) {
            return Ok(Some(kept.admission));
        }
        let Some(admission) = self.read_client(client).await? else { return Ok(None) };
        let admission = Arc::new(admission);
        let mut clients = self.inner().clients.write().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= MOST_KEPT {
            clients.clear();
        }
        clients.insert(
            client.to_owned(),
            Registered { admission: Arc::clone(&admission), read_at: now },
        );
        Ok(Some(admission))
    }

    async fn read_client(&self, client: &str) -> Result<Option<Admission>, Error> {
        let client = client.to_owned();
        self.inner()
            .store
            .read(async move |tx| {
                let Some(record) = tx.client(&client).await? else { return Ok(None) };
                let Some(party) = tx.relying_party(&record.organisation).await? else {
                    return Ok(None);
                };
                if record.suspended_at.is_some() || party.suspended_at.is_some() {
                    return Ok(None);
                }
                Ok(Some(Admission {
                    organisation: party.organisation,
                    organisation_zh: party.name_zh,
                    organisation_en: party.name_en,
                    client: record.client,
                    client_zh: record.name_zh,
                    client_en: record.name_en,
                    scenes: tx.scenes_of(&client).await?,
                }))
            })
            .await
    }

    /// A scene that could never be served is not admitted.
    fn may_be_served(&self, registration: &SceneRegistration) -> Result<(), Refusal> {
        let SceneRegistration { scene, mode, .. } = *registration;
        if self.offered().contains(&mode) {
            Ok(())
        } else {
            Err(Refusal::ModeNotOffered { scene, mode })
        }
    }
}
