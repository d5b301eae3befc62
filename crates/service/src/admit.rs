//! Admission: an organisation becomes a relying party, its application a client with scenes.

use jiff::Timestamp;
use protocol::native;
use protocol::oauth::authorization_details::SceneDetails;
use protocol::oauth::client::{Client, ClientAuthentication};
use protocol::oauth::encryption::{Encrypted, Unreadable};
use protocol::oidc::scope::Scope;
use protocol::presentation::attestation::is_shown;
use rules::{OrganisationCode, Scene, SceneRegistration, scene};
use store::authentication::{ClientRecord, RelyingParty};
use store::{Authentication, Tx};

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

impl Admission {
    /// The registration of the scene a request names, or of the first when it names none.
    ///
    /// None if the client did not register it, and none if the operator declares it no more.
    pub(crate) fn scene(&self, named: Option<&str>) -> Option<&SceneRegistration> {
        self.registered(named).filter(|registration| registration.scene.is_declared())
    }

    /// Was it registered, and is declared no more?
    pub(crate) fn has_lost(&self, named: Option<&str>) -> bool {
        self.registered(named).is_some_and(|registration| !registration.scene.is_declared())
    }

    fn registered(&self, named: Option<&str>) -> Option<&SceneRegistration> {
        match named {
            None => self.scenes.first(),
            Some(name) => {
                let wanted: Scene = name.parse().ok()?;
                self.scenes.iter().find(|registration| registration.scene == wanted)
            }
        }
    }
}

impl Admission {
    fn record(&self, admitted_at: Timestamp) -> ClientRecord {
        ClientRecord {
            client: self.client.clone(),
            organisation: self.organisation.clone(),
            name_zh: self.client_zh.clone(),
            name_en: self.client_en.clone(),
            admitted_at,
            suspended_at: None,
        }
    }

    /// What persons are shown of it.
    fn said(&self) -> impl Iterator<Item = &str> {
        let names =
            [&self.organisation_zh, &self.organisation_en, &self.client_zh, &self.client_en];
        let purposes = self.scenes.iter().flat_map(|scene| [&scene.purpose_zh, &scene.purpose_en]);
        names.into_iter().chain(purposes).map(String::as_str)
    }

    /// What was granted as a structure, if the client asks so.
    pub(crate) fn details(&self, scope: &Scope) -> Option<[SceneDetails; 1]> {
        let first = self.scenes.first()?;
        SceneDetails::granted(&self.client, scope, first.scene.as_str())
    }
}

impl Platform {
    /// Admits a client, and its organisation if that is new.
    ///
    /// Measures art. 6: a scene declares the other methods it offers; art. 8: it asks no more than its kind allows.
    /// A scene that could never be served is refused here, not at its first request.
    pub async fn admit(&self, admission: Admission) -> Result<(), Error> {
        self.admissible(&admission)?;
        let now = self.now();
        self.inner()
            .store
            .write("admit client", async move |tx| Self::write_admission(tx, &admission, now).await)
            .await
    }

    /// May it be admitted at all?
    pub(crate) fn admissible(&self, admission: &Admission) -> Result<(), Error> {
        for registration in &admission.scenes {
            scene::admit(&self.as_declared(registration)?)?;
            self.may_be_served(registration)?;
        }
        // A wallet that is to show them does not read more; the person on a page is no better served.
        if !admission.said().all(is_shown) {
            return Err(Refusal::NotShowable.into());
        }
        self.may_authenticate(&admission.client)?;
        admission.client.metadata.can_be_told().map_err(|_| Refusal::NowhereToTell)?;
        admission.client.may_be_pushed().map_err(|_| Refusal::NotToBePushed)?;
        admission.client.keeps_its_profile().map_err(|_| Refusal::ProfileNotKept)?;
        if !admission.client.frames_its_own() {
            return Err(Refusal::LogoutUriElsewhere.into());
        }
        if admission.client.metadata.native {
            native::may_speak(&admission.client).map_err(|_| Refusal::NativeNotForFapi)?;
        }
        let readable = admission.client.metadata.is_readable();
        readable.map_err(Refusal::Unreadable)?;
        // Measures art. 8: plain identity is told to whom a law obliges, so that nobody else could read it.
        let asks_plain = admission.scenes.iter().any(|scene| scene.plain.is_some());
        let what = Encrypted::PlainIdentity;
        if asks_plain && admission.client.metadata.encryption_of(what).is_none() {
            return Err(Refusal::Unreadable(Unreadable::NoKey(what)).into());
        }
        Ok(())
    }

    /// Writes an admission, in a transaction that may write more.
    pub(crate) async fn write_admission(
        tx: &Tx<Authentication>,
        admission: &Admission,
        now: Timestamp,
    ) -> Result<(), Error> {
        let party = RelyingParty {
            organisation: admission.organisation.clone(),
            name_zh: admission.organisation_zh.clone(),
            name_en: admission.organisation_en.clone(),
            admitted_at: now,
            suspended_at: None,
        };
        tx.add_relying_party(&party).await?;
        if !tx.add_client(&admission.record(now)).await? {
            return Err(Refusal::ClientExists.into());
        }
        for (position, registration) in (0..).zip(&admission.scenes) {
            tx.add_scene(admission.client.id.as_str(), position, registration).await?;
        }
        Ok(())
    }

    /// Writes it in place of what its client was admitted with.
    pub(crate) async fn rewrite_admission(
        tx: &Tx<Authentication>,
        admission: &Admission,
    ) -> Result<(), Error> {
        let id = admission.client.id.as_str();
        if !tx.change_client(&admission.record(Timestamp::UNIX_EPOCH)).await? {
            return Err(Error::fault("changing a client", "it vanished"));
        }
        tx.remove_scenes(id).await?;
        for (position, registration) in (0..).zip(&admission.scenes) {
            tx.add_scene(id, position, registration).await?;
        }
        Ok(())
    }

    pub(crate) async fn read_client(&self, client: &str) -> Result<Option<Admission>, Error> {
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
                let own = &self.settings().own_scenes;
                let scenes = tx.scenes_of(&client).await?;
                Ok(Some(Admission {
                    organisation: party.organisation,
                    organisation_zh: party.name_zh,
                    organisation_en: party.name_en,
                    client: record.client,
                    client_zh: record.name_zh,
                    client_en: record.name_en,
                    scenes: scenes.into_iter().map(|scene| own.bound(scene)).collect(),
                }))
            })
            .await
    }

    /// Nor is a client that could never show its certificate, or whose certificate nobody could vouch for.
    fn may_authenticate(&self, client: &Client) -> Result<(), Refusal> {
        let shows = client.authentication.is_by_certificate()
            || client.metadata.tls_client_certificate_bound_access_tokens;
        let certified = matches!(client.authentication, ClientAuthentication::Tls { .. });
        match &self.settings().mutual_tls {
            None if shows => Err(Refusal::MutualTlsNotOffered),
            Some(door) if certified && !door.authorities => Err(Refusal::MutualTlsNotOffered),
            _ => Ok(()),
        }
    }

    /// A registration of a scene there is: one of the law's, or one the operator declares.
    fn as_declared(&self, registration: &SceneRegistration) -> Result<SceneRegistration, Refusal> {
        let own = &self.settings().own_scenes;
        match own.in_force(registration.scene) {
            Some(scene) => Ok(SceneRegistration { scene, ..registration.clone() }),
            None => Err(Refusal::SceneNotDeclared {
                scene: registration.scene,
                known: own.known().map(|scene| scene.as_str().to_owned()).collect(),
            }),
        }
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
