//! Two relying parties whose secrets these stories know: one signs, one has a password.

use data_encoding::BASE64;
use formats::{JwkSet, OpeningKey, SigningKey, base64url, jws, mac::sha256};
use protocol::oauth::client_assertion::ASSERTION_TYPE;
use protocol::oauth::{Client, ClientAuthentication, ClientMetadata, GrantType, Profile};
use rules::{
    Access, AgeThreshold, Attribute, Mode, OrganisationCode, PlainKind, PlainTerms, Scene,
    SceneRegistration,
};
use serde_json::{Map, Value, json};
use service::Admission;
use yinzheng_testkit::{ISSUER, Town};

use crate::call::Call;

/// A relying party.
pub(crate) struct Party {
    pub(crate) id: &'static str,
    pub(crate) back: &'static str,
    proof: Proof,
}

enum Proof {
    Key(SigningKey),
    Secret(&'static str),
}

/// A code, with what its relying party knows beside it.
#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) text: String,
    pub(crate) verifier: String,
}

/// Admits both.
pub(crate) async fn admit(town: &Town) -> [Party; 2] {
    let signs = Party {
        id: "harbour",
        back: "https://harbour.example/back",
        proof: Proof::Key(SigningKey::generate()),
    };
    let has_password = Party {
        id: "kiosk",
        back: "https://kiosk.example/back",
        proof: Proof::Secret("a password of the kiosk"),
    };
    for (party, own) in [(&signs, "MA000033"), (&has_password, "MA000044")] {
        let admission = Admission {
            organisation: OrganisationCode::compose("91", "110105", own).expect("a code"),
            organisation_zh: "某机构".to_owned(),
            organisation_en: "An Organisation".to_owned(),
            client: party.registered(),
            client_zh: "某应用".to_owned(),
            client_en: "An Application".to_owned(),
            scenes: vec![
                scene(Scene::LogIn, &[]),
                scene(Scene::CheckAge, &[Attribute::AgeOver(AgeThreshold::Eighteen)]),
                SceneRegistration {
                    access: Access::Standing,
                    ..scene(Scene::ManageMembership, &[])
                },
                SceneRegistration { plain: party.asks_plain(), ..scene(Scene::Register, &[]) },
            ],
        };
        town.platform.admit(admission).await.expect("admitted");
    }
    [signs, has_password]
}

fn scene(scene: Scene, asks: &[Attribute]) -> SceneRegistration {
    SceneRegistration {
        scene,
        purpose_zh: "办理业务".to_owned(),
        purpose_en: "Serving you".to_owned(),
        legal_basis: "网络安全法第二十四条".parse().expect("a legal basis"),
        asks: asks.to_vec(),
        other_methods: vec!["At the counter".to_owned()],
        mode: Mode::Certificate,
        access: Access::Once,
        plain: None,
    }
}

impl Party {
    /// The one that signs is obliged by a law to know its customers.
    fn asks_plain(&self) -> Option<PlainTerms> {
        let terms = || PlainTerms::new("反洗钱法第二十九条", vec![PlainKind::Name]).expect("a law");
        matches!(self.proof, Proof::Key(_)).then(terms)
    }

    fn metadata(&self) -> ClientMetadata {
        if self.asks_plain().is_none() {
            return ClientMetadata::default();
        }
        let key = OpeningKey::generate("enc-1");
        let said = json!({
            "jwks": {"keys": [key.public()]},
            "plain_identity_encrypted_response_alg": "ECDH-ES+A256KW",
            "plain_identity_encrypted_response_enc": "A256GCM",
        });
        serde_json::from_value(said).expect("metadata")
    }

    /// The key of the one that signs.
    pub(crate) fn key(&self) -> &SigningKey {
        let Proof::Key(key) = &self.proof else { panic!("{} signs nothing", self.id) };
        key
    }

    fn registered(&self) -> Client {
        let authentication = match &self.proof {
            Proof::Secret(secret) => ClientAuthentication::by_secret(secret),
            Proof::Key(key) => ClientAuthentication::PrivateKeyJwt {
                keys: JwkSet::new([key.public()]).expect("one key"),
            },
        };
        Client {
            id: self.id.parse().expect("a client id"),
            redirect_uris: vec![self.back.parse().expect("a redirect URI")],
            authentication,
            profile: Profile::OpenId,
            // The one with the password comes from the national interface.
            metadata: ClientMetadata {
                native: self.id == "kiosk",
                grant_types: vec![
                    GrantType::AuthorizationCode,
                    GrantType::RefreshToken,
                    GrantType::DeviceCode,
                    GrantType::Ciba,
                ],
                ..self.metadata()
            },
        }
    }

    /// An honest authorization request as fields, and the verifier that belongs to it.
    pub(crate) fn question(&self, town: &Town) -> (Call, String) {
        let verifier = town.chance();
        let call = Call::post("/authorize")
            .with("response_type", "code")
            .with("client_id", self.id)
            .with("redirect_uri", self.back)
            .with("scope", "openid scene:log_in")
            .with("state", town.chance())
            .with("nonce", town.chance())
            .with("code_challenge", base64url::encode(&sha256(verifier.as_bytes())))
            .with("code_challenge_method", "S256");
        (call, verifier)
    }

    /// An honest request, pushed.
    pub(crate) fn pushes(&self, town: &Town) -> Call {
        let (question, _) = self.question(town);
        self.prove(town, Call { path: "/par".to_owned(), ..question })
    }

    /// An honest token request.
    pub(crate) fn redeems(&self, town: &Town, code: &Code) -> Call {
        let call = Call::post("/token")
            .with("grant_type", "authorization_code")
            .with("code", &code.text)
            .with("redirect_uri", self.back)
            .with("code_verifier", &code.verifier);
        self.prove(town, call)
    }

    /// The call with this party's proof and nobody else's.
    pub(crate) fn prove(&self, town: &Town, call: Call) -> Call {
        let call = call.bare_of("authorization").without("client_assertion");
        let call = call.without("client_assertion_type");
        match &self.proof {
            Proof::Key(_) => call
                .with("client_assertion_type", ASSERTION_TYPE)
                .with("client_assertion", self.assertion(town, &json!({}))),
            Proof::Secret(secret) => call.header("authorization", basic(self.id, secret)),
        }
    }

    /// This party's assertion, with some claims changed.
    pub(crate) fn assertion(&self, town: &Town, changes: &Value) -> String {
        let Proof::Key(key) = &self.proof else { panic!("{} signs nothing", self.id) };
        let minute = town.platform.now() + jiff::SignedDuration::from_mins(1);
        let mut claims: Map<String, Value> = Map::from_iter([
            ("iss".to_owned(), json!(self.id)),
            ("sub".to_owned(), json!(self.id)),
            ("aud".to_owned(), json!(ISSUER)),
            ("exp".to_owned(), json!(minute.as_second())),
            ("jti".to_owned(), json!(town.chance())),
        ]);
        claims.extend(changes.as_object().expect("claims").clone());
        jws::sign(key, &key.public().thumbprint(), "JWT", &claims)
    }
}

/// An `Authorization: Basic` header.
pub(crate) fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", BASE64.encode(format!("{}:{}", encoded(id), encoded(secret)).as_bytes()))
}
