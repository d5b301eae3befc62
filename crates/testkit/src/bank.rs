//! A bank: what it is answered is encrypted to a key of its own, as far as it registered.

use std::sync::Arc;

use formats::{OpeningKey, SigningKey, UnopenedJwe};
use protocol::oauth::{ClientMetadata, Profile, encryption::Encrypted};
use rules::{
    Access, AgeThreshold, Attribute, Mode, PlainKind, PlainTerms, Scene, SceneRegistration,
};
use serde_json::{Map, Value, json};
use service::Error;

use crate::{
    Application, Ask, Town,
    applications::{Credential, admission, scene},
};

/// The longest message a bank opens.
const ROOM: usize = 16 * 1024;

/// A bank, with the key that opens what it is sent.
#[derive(Clone)]
pub struct Bank {
    /// Its application.
    pub application: Application,
    key: Arc<OpeningKey>,
}

impl Town {
    /// Admits a bank with these settings; its key set stands beside them.
    pub async fn bank(&self, settings: Value) -> Result<Bank, Error> {
        let key = OpeningKey::generate("bank-enc-1");
        let mut said = json!({"jwks": {"keys": [key.public()]}});
        let Value::Object(settings) = settings else { panic!("no settings") };
        for (name, value) in settings {
            said[name] = value;
        }
        let application = Application {
            id: "bank",
            redirect_uri: "https://bank.example/back",
            scope: "openid scene:register",
            credential: Credential::Key(SigningKey::generate()),
            profile: Profile::OpenId,
            metadata: serde_json::from_value::<ClientMetadata>(said).expect("settings"),
            number: "66",
        };
        let kinds = vec![PlainKind::Name, PlainKind::DocumentType, PlainKind::DocumentNumber];
        let terms = PlainTerms::new("反洗钱法第二十九条", kinds).expect("a law and kinds");
        let asks_plain = application.metadata.encryption_of(Encrypted::PlainIdentity).is_some();
        let adult = Attribute::AgeOver(AgeThreshold::Eighteen);
        let scenes = [
            SceneRegistration {
                plain: asks_plain.then(|| terms.clone()),
                ..scene(Scene::Register, &[adult], Mode::Certificate)
            },
            SceneRegistration {
                plain: asks_plain.then_some(terms),
                access: Access::Standing,
                ..scene(Scene::Insure, &[adult], Mode::Certificate)
            },
            scene(Scene::LogIn, &[], Mode::Certificate),
        ];
        let names = ("河谷银行", "Valley Bank");
        self.platform.admit(admission(&application, names, &scenes)).await?;
        Ok(Bank { application, key: Arc::new(key) })
    }
}

/// What a bank registers that a law obliges to know its customers.
const KNOWS_ITS_CUSTOMERS: &str = r#"{
    "plain_identity_encrypted_response_alg": "ECDH-ES+A256KW",
    "plain_identity_encrypted_response_enc": "A256GCM"
}"#;

impl Town {
    /// A bank that a law obliges to know its customers.
    pub async fn obliged_bank(&self) -> Bank {
        let settings = serde_json::from_str(KNOWS_ITS_CUSTOMERS).expect("settings");
        self.bank(settings).await.expect("admitted")
    }
}

impl Bank {
    /// What it asks of a customer: name and document number.
    pub fn who_are_you(&self, town: &Town) -> Ask {
        let scope = "openid scene:register plain:name plain:document_number";
        town.ask(&self.application).with("scope", scope)
    }

    /// What it asks of whom it insures: the same, and that it may go on asking.
    pub fn insure_yourself(&self, town: &Town) -> Ask {
        let scope = "openid scene:insure offline_access plain:name plain:document_number";
        town.ask(&self.application).with("scope", scope)
    }

    /// What is inside of a message to it.
    #[track_caller]
    pub fn open(&self, text: &str) -> String {
        let jwe = UnopenedJwe::parse(text, ROOM).expect("a JWE");
        let plain = jwe.open(&self.key).expect("encrypted to this bank");
        String::from_utf8(plain.expose().clone()).expect("text")
    }

    /// The claims of a signed token inside of a message to it, verified.
    #[track_caller]
    pub fn claims(&self, town: &Town, text: &str) -> Map<String, Value> {
        assert_eq!(UnopenedJwe::parse(text, ROOM).expect("a JWE").cty(), Some("JWT"));
        town.verified(&self.open(text))
    }
}
