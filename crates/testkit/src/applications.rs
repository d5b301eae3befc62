//! The applications of relying parties: what they registered, and how they prove who they are.

use formats::{JwkSet, SigningKey};
use protocol::oauth::{
    Client, ClientAuthentication, ClientCertificate, ClientMetadata, GrantType, Profile,
};
use rules::{Access, AgeThreshold, Attribute, Mode, OrganisationCode, Scene, SceneRegistration};
use service::{Admission, Error, Platform};

use crate::Town;

/// What the travel companies may ask of who insures a journey.
const ADULT: Attribute = Attribute::AgeOver(AgeThreshold::Eighteen);

/// An application, as its owner knows it.
#[derive(Clone)]
pub struct Application {
    /// Its client id.
    pub id: &'static str,
    /// Where browsers come back to.
    pub redirect_uri: &'static str,
    /// What it asks when nothing else is said.
    pub scope: &'static str,
    pub(crate) credential: Credential,
    pub(crate) profile: Profile,
    pub(crate) metadata: ClientMetadata,
    /// What its organisation's code ends with.
    pub(crate) number: &'static str,
}

/// What an application keeps to itself.
#[derive(Clone)]
pub(crate) enum Credential {
    /// For `private_key_jwt`.
    Key(SigningKey),
    /// For `client_secret_basic`.
    Secret(&'static str),
    /// Shown on each connection.
    Certificate(ClientCertificate),
}

impl Application {
    /// The organisation it belongs to.
    pub fn organisation(&self) -> OrganisationCode {
        let own = format!("MA0000{}", self.number);
        OrganisationCode::compose("91", "110105", &own).expect("a code")
    }

    /// What it signs with its key.
    #[track_caller]
    pub fn sign(&self, typ: &str, claims: &serde_json::Value) -> String {
        let Credential::Key(key) = &self.credential else { panic!("{} signs nothing", self.id) };
        formats::jws::sign(key, &key.public().thumbprint(), typ, claims)
    }

    /// The key it registered to prove itself with.
    #[track_caller]
    pub fn signing_key(&self) -> &SigningKey {
        let Credential::Key(key) = &self.credential else { panic!("{} signs nothing", self.id) };
        key
    }

    fn registered(&self) -> Client {
        let authentication = match &self.credential {
            Credential::Secret(secret) => ClientAuthentication::by_secret(secret),
            Credential::Key(key) => ClientAuthentication::PrivateKeyJwt {
                keys: JwkSet::new([key.public()]).expect("one key"),
            },
            Credential::Certificate(_) => panic!("{} registers a name or a key", self.id),
        };
        self.registered_by(authentication)
    }

    fn registered_by(&self, authentication: ClientAuthentication) -> Client {
        Client {
            id: self.id.parse().expect("a client id"),
            redirect_uris: vec![self.redirect_uri.parse().expect("a redirect URI")],
            authentication,
            profile: self.profile,
            metadata: self.metadata.clone(),
        }
    }
}

impl Town {
    /// A travel agency of its own organisation that says this of itself beside.
    pub async fn agency(&self, metadata: ClientMetadata) -> Application {
        let agency = Application {
            id: "agency",
            redirect_uri: "https://agency.example/back",
            scope: "openid scene:log_in",
            credential: Credential::Secret("a secret of the agency"),
            profile: Profile::OpenId,
            metadata,
            number: "66",
        };
        admit(&self.platform, &agency, ("远行旅行社", "Far Away Travel"), &travel()).await;
        agency
    }
}

/// Admits another application of an organisation of its own, which registers this besides.
pub(crate) async fn admit_newcomer(
    platform: &Platform,
    id: &'static str,
    number: &'static str,
    metadata: ClientMetadata,
) -> Application {
    let newcomer = Application {
        id,
        redirect_uri: Box::leak(format!("https://{id}.example/back").into_boxed_str()),
        scope: "openid scene:log_in",
        credential: Credential::Secret("a secret of a newcomer"),
        profile: Profile::OpenId,
        metadata,
        number,
    };
    let standing = SceneRegistration {
        access: Access::Standing,
        ..scene(Scene::Insure, &[ADULT], Mode::Certificate)
    };
    let scenes = [scene(Scene::LogIn, &[], Mode::Certificate), standing];
    admit(platform, &newcomer, ("新来者", id), &scenes).await;
    newcomer
}

/// Admits the airline's two applications, the shop's, and the insurer's, which keeps to FAPI 2.0.
pub(crate) async fn admit_all(platform: &Platform) -> [Application; 4] {
    let travel = travel();
    let trade = [
        scene(Scene::CheckAge, &Attribute::ALL, Mode::Certificate),
        scene(Scene::LogIn, &[], Mode::Certificate),
    ];
    let airline = Application {
        id: "airline-web",
        redirect_uri: "https://air.example/back",
        scope: "openid scene:log_in",
        credential: Credential::Key(SigningKey::generate()),
        profile: Profile::OpenId,
        metadata: ClientMetadata::default(),
        number: "11",
    };
    let airline_app = Application {
        id: "airline-app",
        redirect_uri: "https://app.air.example/back",
        scope: "openid scene:log_in",
        credential: Credential::Secret("a secret: of the airline & its app"),
        profile: Profile::OpenId,
        metadata: ClientMetadata {
            grant_types: vec![
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::DeviceCode,
                GrantType::Ciba,
            ],
            ..ClientMetadata::default()
        },
        number: "11",
    };
    let shop = Application {
        id: "shop",
        redirect_uri: "https://shop.example/back?till=3",
        scope: "openid scene:check_age age_over_18",
        credential: Credential::Secret("a secret of the shop"),
        profile: Profile::OpenId,
        metadata: ClientMetadata::default(),
        number: "22",
    };
    let insurer = Application {
        id: "insurer",
        redirect_uri: "https://insurer.example/back",
        scope: "openid scene:log_in",
        credential: Credential::Key(SigningKey::generate()),
        profile: Profile::Fapi2,
        metadata: ClientMetadata {
            grant_types: vec![
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::Ciba,
            ],
            ..ClientMetadata::default()
        },
        number: "55",
    };
    let (sky, corner) = (("天际航空", "Sky Air"), ("街角商店", "Corner Shop"));
    admit(platform, &airline, sky, &travel).await;
    admit(platform, &airline_app, sky, &travel).await;
    admit(platform, &shop, corner, &trade).await;
    admit(platform, &insurer, ("山海保险", "Shanhai Insurance"), &travel).await;
    [airline, airline_app, shop, insurer]
}

impl Town {
    /// Admits another application of the insurer's organisation, with the insurer's scenes.
    pub(crate) async fn admit_beside(
        &self,
        application: &Application,
        authentication: ClientAuthentication,
    ) -> Result<(), Error> {
        let admission = Admission {
            organisation: application.organisation(),
            organisation_zh: "山海保险".to_owned(),
            organisation_en: "Shanhai Insurance".to_owned(),
            client: application.registered_by(authentication),
            client_zh: "山海保险".to_owned(),
            client_en: "Shanhai Insurance".to_owned(),
            scenes: travel().to_vec(),
        };
        self.platform.admit(admission).await
    }
}

async fn admit(
    platform: &Platform,
    application: &Application,
    names: (&str, &str),
    scenes: &[SceneRegistration],
) {
    platform.admit(admission(application, names, scenes)).await.expect("admitted");
}

/// What an operator would read in an application's admission file.
pub(crate) fn admission(
    application: &Application,
    (zh, en): (&str, &str),
    scenes: &[SceneRegistration],
) -> Admission {
    Admission {
        organisation: application.organisation(),
        organisation_zh: zh.to_owned(),
        organisation_en: en.to_owned(),
        client: application.registered(),
        client_zh: zh.to_owned(),
        client_en: en.to_owned(),
        scenes: scenes.to_vec(),
    }
}

/// Why travel companies ask.
fn travel() -> [SceneRegistration; 3] {
    [
        scene(Scene::LogIn, &[], Mode::Certificate),
        scene(Scene::BookTicket, &[], Mode::CertificatePasscode),
        SceneRegistration {
            access: Access::Standing,
            ..scene(Scene::Insure, &[ADULT], Mode::Certificate)
        },
    ]
}

pub(crate) fn scene(scene: Scene, asks: &[Attribute], mode: Mode) -> SceneRegistration {
    SceneRegistration {
        scene,
        purpose_zh: "办理业务".to_owned(),
        purpose_en: "Serving you".to_owned(),
        legal_basis: "网络安全法第二十四条".parse().expect("a legal basis"),
        asks: asks.to_vec(),
        other_methods: vec!["At the counter".to_owned()],
        mode,
        access: Access::Once,
        plain: None,
    }
}
