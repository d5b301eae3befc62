//! A client registers itself (RFC 7591, 7592): in the sandbox, where every person is invented. Elsewhere an operator admits
//! organisations, and says so.
//!
//! Each registered client gets an invented organisation of its own, so that strangers share no application identifier and
//! no look into one another's tokens.

use formats::{
    base64url,
    mac::{same, sha256},
};
use jiff::SignedDuration;
use protocol::oauth::{
    bearer::{self, BearerError, Presented},
    client::{Client, ClientAuthentication},
    error::{ErrorCode, OAuthError},
    registration::{Given, Method, RegisteredClient, RegisteredScene, Registration},
};
use rules::{Access, Attribute, Mode, OrganisationCode, Scene, SceneRegistration};
use store::{Authentication, Tx, authentication::RegistrationRecord};

use crate::{Admission, Error, Platform, Refusal, platform::Registering};

/// How long the sandbox keeps a registration: a week of trying.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Registrations at a time: a sandbox is not a store of strangers' data.
const MOST: i64 = 1000;

/// Where registrations are made and managed.
pub const REGISTER_PATH: &str = "/register";

impl Platform {
    /// `body` is that of `POST /register`.
    pub async fn register(&self, body: &[u8]) -> Result<RegisteredClient, Error> {
        self.registers_by_itself()?;
        let registration = Registration::read(body)?;
        if registration.client_id.is_some() {
            return Err(ID_IS_OURS.into());
        }
        let now = self.now();
        let id = format!("sandbox-{}", base64url::encode(&self.world().draw::<12>()));
        let organisation = self.invented_organisation()?;
        let (admission, secret) = self.registered_as(registration, &id, organisation)?;
        self.admissible(&admission).map_err(unfit)?;
        let access_token = base64url::encode(&self.world().draw::<32>());
        let record = RegistrationRecord {
            client: id,
            access_hash: sha256(access_token.as_bytes()),
            made_at: now,
            lapses_at: now + LIFETIME,
        };
        let answer = self.answered(&admission, &record, secret, access_token);
        self.inner()
            .store
            .write("register client", async move |tx: &Tx<Authentication>| {
                if tx.count_registrations().await? >= MOST {
                    return Err(FULL.into());
                }
                Self::write_admission(tx, &admission, now).await?;
                tx.add_registration(&record).await?;
                Ok::<_, Error>(())
            })
            .await?;
        Ok(answer)
    }

    /// What is registered, to who holds its registration access token; the inner error is the bearer's.
    pub async fn registration(
        &self,
        client: &str,
        presented: Presented<'_>,
    ) -> Result<Result<RegisteredClient, BearerError>, Error> {
        Ok(match self.managed(client, presented).await? {
            Ok((record, admission)) => {
                Ok(self.answered(&admission, &record, None, presented.token.to_owned()))
            }
            Err(refused) => Err(refused),
        })
    }

    /// Puts another registration in its place; a secret is drawn anew.
    ///
    /// RFC 7592 §2.2: the request tells all of it, not what changes.
    pub async fn change_registration(
        &self,
        client: &str,
        presented: Presented<'_>,
        body: &[u8],
    ) -> Result<Result<RegisteredClient, BearerError>, Error> {
        let (record, before) = match self.managed(client, presented).await? {
            Ok(managed) => managed,
            Err(refused) => return Ok(Err(refused)),
        };
        let registration = Registration::read(body)?;
        if registration.client_id.as_ref() != Some(&before.client.id) {
            return Err(ID_IS_OURS.into());
        }
        let organisation = before.organisation.clone();
        let (admission, secret) = self.registered_as(registration, client, organisation)?;
        self.admissible(&admission).map_err(unfit)?;
        let answer = self.answered(&admission, &record, secret, presented.token.to_owned());
        self.inner()
            .store
            .write("change registration", async move |tx: &Tx<Authentication>| {
                Self::rewrite_admission(tx, &admission).await
            })
            .await?;
        self.forget_client(client);
        Ok(Ok(answer))
    }

    /// Ends it: the client is suspended at once.
    pub async fn end_registration(
        &self,
        client: &str,
        presented: Presented<'_>,
    ) -> Result<Result<(), BearerError>, Error> {
        if let Err(refused) = self.managed(client, presented).await? {
            return Ok(Err(refused));
        }
        let (now, gone) = (self.now(), client.to_owned());
        self.inner()
            .store
            .write("end registration", async move |tx: &Tx<Authentication>| {
                tx.end_registration(&gone, now).await
            })
            .await?;
        self.forget_client(client);
        Ok(Ok(()))
    }

    /// The registration that this token manages.
    ///
    /// RFC 7592 §2.1: 401 for an unknown client as for a token that is not its.
    async fn managed(
        &self,
        client: &str,
        presented: Presented<'_>,
    ) -> Result<Result<(RegistrationRecord, Admission), BearerError>, Error> {
        self.registers_by_itself()?;
        let id = client.to_owned();
        let read = self.inner().store.read(async move |tx| tx.registration(&id).await);
        let record = read.await?.filter(|record| {
            same(&sha256(presented.token.as_bytes()), &record.access_hash)
                && self.now() < record.lapses_at
        });
        let Some(record) = record else {
            return Ok(Err(bearer::invalid_token("registration_token_unknown")));
        };
        Ok(match self.read_client(client).await? {
            Some(admission) => Ok((record, admission)),
            None => Err(bearer::invalid_token("registration_token_unknown")),
        })
    }

    fn registers_by_itself(&self) -> Result<(), Error> {
        match self.settings().registration {
            Registering::ByThemselves => Ok(()),
            Registering::ByAdmission => Err(BY_ADMISSION.into()),
        }
    }

    fn registered_as(
        &self,
        registration: Registration,
        id: &str,
        organisation: OrganisationCode,
    ) -> Result<(Admission, Option<String>), Error> {
        let (authentication, secret) = match registration.method {
            Method::Brought(authentication) => (authentication, None),
            Method::Secret => {
                let secret = base64url::encode(&self.world().draw::<32>());
                (ClientAuthentication::by_secret(&secret), Some(secret))
            }
        };
        let [zh, en] = registration.names;
        let either = en.clone().or_else(|| zh.clone()).unwrap_or_else(|| id.to_owned());
        let (zh, en) = (zh.unwrap_or_else(|| either.clone()), en.unwrap_or(either));
        let scenes = match registration.scenes.as_slice() {
            [] => vec![
                scene(Scene::LogIn, vec![], Access::Once)?,
                scene(Scene::CheckAge, Attribute::ALL.to_vec(), Access::Once)?,
            ],
            named => named.iter().map(read).collect::<Result<_, _>>()?,
        };
        let client = Client {
            id: id.parse().map_err(|cause| Error::fault("naming a client", cause))?,
            redirect_uris: registration.redirect_uris,
            authentication,
            profile: registration.profile,
            metadata: registration.metadata,
        };
        let admission = Admission {
            organisation,
            organisation_zh: format!("{zh}（测试）"),
            organisation_en: format!("{en} (test)"),
            client,
            client_zh: zh,
            client_en: en,
            scenes,
        };
        Ok((admission, secret))
    }

    /// An organisation that does not exist, with a code that is right.
    fn invented_organisation(&self) -> Result<OrganisationCode, Error> {
        let place = |byte: u8| usize::from(byte) % CODE_CHARACTERS.len();
        let character = |byte| CODE_CHARACTERS.get(place(byte)).copied().map(char::from);
        let own: String = self.world().draw::<8>().into_iter().filter_map(character).collect();
        OrganisationCode::compose("91", "110105", &own)
            .map_err(|cause| Error::fault("inventing an organisation", cause))
    }

    fn answered(
        &self,
        admission: &Admission,
        record: &RegistrationRecord,
        secret: Option<String>,
        access_token: String,
    ) -> RegisteredClient {
        let scenes = admission.scenes.iter().map(written).collect();
        let given = Given {
            secret,
            access_token,
            address: format!("{}/{}", self.issuer().at(REGISTER_PATH), admission.client.id),
            made_at: record.made_at,
            lapses_at: record.lapses_at,
            names: [&admission.client_zh, &admission.client_en],
            scenes,
        };
        RegisteredClient::new(&admission.client, given)
    }
}

/// What the codes of organisations are made of (GB 32100).
const CODE_CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

fn read(said: &RegisteredScene) -> Result<SceneRegistration, Error> {
    let attributes: Result<Vec<Attribute>, _> =
        said.attributes.iter().map(|claim| claim.parse()).collect();
    match (said.scene.parse(), attributes, said.access.parse()) {
        (Ok(name), Ok(attributes), Ok(access)) => scene(name, attributes, access),
        _ => Err(SCENE_UNKNOWN.into()),
    }
}

/// What may not be admitted, as it is told to who registers by itself: RFC 7591 §3.2.2.
fn unfit(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::OAuth(_)) | Error::Faulted { .. } => error,
        Error::Refused(Refusal::SceneNotDeclared { .. }) => SCENE_NOT_DECLARED.into(),
        Error::Refused(refusal) => {
            ErrorCode::InvalidClientMetadata.because(refusal.code(), UNFIT).into()
        }
    }
}

fn written(registered: &SceneRegistration) -> RegisteredScene {
    RegisteredScene {
        scene: registered.scene.as_str().to_owned(),
        attributes: registered.asks.iter().map(|asked| asked.claim().to_owned()).collect(),
        access: registered.access.as_str().to_owned(),
    }
}

fn scene(scene: Scene, asks: Vec<Attribute>, access: Access) -> Result<SceneRegistration, Error> {
    let legal_basis = "A test in the sandbox: every person is invented".parse();
    Ok(SceneRegistration {
        scene,
        purpose_zh: "测试".to_owned(),
        purpose_en: "A test".to_owned(),
        legal_basis: legal_basis.map_err(|cause| Error::fault("naming a basis", cause))?,
        asks,
        other_methods: vec!["测试 / A test".to_owned()],
        mode: Mode::Certificate,
        access,
        // Plain identity has to be admitted by somebody who read the law.
        plain: None,
    })
}

const UNFIT: &str = "what is registered may not be admitted, or is not offered here";
const BY_ADMISSION: OAuthError = ErrorCode::AccessDenied.because(
    "registration_by_admission",
    "clients do not register themselves here: send the operator an admission file (yinzheng client example prints one)",
);
const ID_IS_OURS: OAuthError = ErrorCode::InvalidClientMetadata.because(
    "client_id_not_ones_own",
    "client_id is drawn by the platform; a change names the one it changes",
);
const SCENE_UNKNOWN: OAuthError = ErrorCode::InvalidClientMetadata
    .because("scene_unknown", "yinzheng_scenes names a scene, an attribute or an access not known");
const SCENE_NOT_DECLARED: OAuthError = ErrorCode::InvalidClientMetadata.because(
    "scene_not_declared",
    "yinzheng_scenes names a scene that is not declared here; scopes_supported of the discovery document lists those that are",
);
const FULL: OAuthError = ErrorCode::TemporarilyUnavailable
    .because("registrations_full", "too many registrations at once; they lapse, try later");
