//! What the demo's relying parties are admitted with: an airline that logs in and books, a shop
//! that checks an age, an insurer that must keep who is insured and asks on other devices, too, a
//! hotel that must register its guests, a museum with one ticket for each person.

use formats::{EncryptionKeys, OpeningKey};
use protocol::oauth::{Client, ClientAuthentication, ClientMetadata, Profile};
use rules::age::AgeThreshold;
use rules::{
    Access, Attribute, Mode, OrganisationCode, PlainKind, PlainTerms, Scene, SceneRegistration,
};
use service::{Admission, Error, Platform, Refusal};
use url::Url;

use crate::cli::CliError;
use crate::config::RawScene;

/// Admits who is not admitted yet.
pub(super) async fn admit(platform: &Platform, admissions: &[Admission]) -> Result<(), CliError> {
    for admission in admissions {
        match platform.admit(admission.clone()).await {
            Ok(()) | Err(Error::Refused(Refusal::ClientExists)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The client at this address. The port is in it: a demo on other ports has other redirect URIs.
pub(super) fn id(base_url: &str) -> String {
    let port = Url::parse(base_url).ok().and_then(|url| url.port()).unwrap_or_default();
    format!("demo-{port}")
}

pub(super) fn airline(
    base_url: &str,
    authentication: ClientAuthentication,
) -> Result<Admission, CliError> {
    let scenes = vec![
        scene(
            Scene::LogIn,
            ("登录会员账户", "Signing in to your account"),
            "《网络安全法》第二十四条 Cybersecurity Law art. 24",
            "手机号与密码 Phone and password",
        )?,
        scene(
            Scene::BookTicket,
            ("购买机票", "Booking a flight"),
            "《民用航空安全保卫条例》 Civil aviation security rules",
            "柜台出示证件 Document shown at the counter",
        )?,
    ];
    admission(
        ("云鹊航空", "Magpie Air"),
        organisation("MA00000A")?,
        base_url,
        authentication,
        scenes,
    )
}

pub(super) fn shop(
    base_url: &str,
    authentication: ClientAuthentication,
) -> Result<Admission, CliError> {
    let check_age = scene(
        Scene::CheckAge,
        ("购买年龄受限商品", "Buying age-restricted goods"),
        "《未成年人保护法》第五十九条 Law on the Protection of Minors art. 59",
        "到店出示证件 Document shown in the shop",
    )?;
    let asks = vec![Attribute::AgeOver(AgeThreshold::Eighteen)];
    let scenes = vec![SceneRegistration { asks, ..check_age }];
    let mut admission = admission(
        ("小满商店", "Xiaoman Shop"),
        organisation("MA00000B")?,
        base_url,
        authentication,
        scenes,
    )?;
    // It must be able to show later that it asked.
    admission.client.metadata.receipts = true;
    Ok(admission)
}

/// What the insurer registers of itself, beside its key and its farewell: it asks by kiosk and
/// counter, and reads what is encrypted to its key.
const INSURER: &str = r#"{
    "grant_types": [
        "authorization_code",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:openid:params:grant-type:ciba"
    ],
    "backchannel_token_delivery_mode": "poll",
    "plain_identity_encrypted_response_alg": "ECDH-ES+A256KW",
    "plain_identity_encrypted_response_enc": "A256GCM"
}"#;

pub(super) fn insurer(
    base_url: &str,
    authentication: ClientAuthentication,
    opening_key: &OpeningKey,
) -> Result<Admission, CliError> {
    const ANTI_MONEY_LAUNDERING: &str = "《反洗钱法》第二十九条 Anti-Money Laundering Law art. 29";
    const CYBERSECURITY: &str = "《网络安全法》第二十四条 Cybersecurity Law art. 24";
    const DOCUMENT: &str = "营业厅出示证件 Document shown in the hall";
    let terms = who_it_is(ANTI_MONEY_LAUNDERING)?;
    let insure = scene(
        Scene::Insure,
        ("投保出行意外险", "Taking out travel insurance"),
        ANTI_MONEY_LAUNDERING,
        DOCUMENT,
    )?;
    let scenes = vec![
        SceneRegistration { plain: Some(terms), ..insure },
        scene(
            Scene::LogIn,
            ("在自助机上查看保单", "Looking at your policies at the kiosk"),
            CYBERSECURITY,
            DOCUMENT,
        )?,
        scene(
            Scene::ManageMembership,
            ("在柜台办理保单业务", "Changing a policy at the counter"),
            CYBERSECURITY,
            DOCUMENT,
        )?,
    ];
    let mut admission = admission(
        ("安澜保险", "Anlan Insurance"),
        organisation("MA00000C")?,
        base_url,
        authentication,
        scenes,
    )?;
    let mut metadata = reading(INSURER, opening_key)?;
    metadata.post_logout_redirect_uris = vec![format!("{base_url}/bye").parse().map_err(wrong)?];
    admission.client.metadata = metadata;
    Ok(admission)
}

/// What a hotel registers of itself: it reads what is encrypted to its key.
const HOTEL: &str = r#"{
    "plain_identity_encrypted_response_alg": "ECDH-ES+A256KW",
    "plain_identity_encrypted_response_enc": "A256GCM"
}"#;

/// The scene of the operator's own in which guests are registered.
const CHECK_IN: &str = "check_in";

/// The rules for the public security of hotels: guests are registered.
const HOTEL_LAW: &str = "《旅馆业治安管理办法》第六条 Rules for the security of hotels art. 6";

/// The scenes that the demonstration's platform declares beside the law's own.
pub(super) fn own_scenes() -> Vec<RawScene> {
    vec![RawScene {
        name: CHECK_IN.to_owned(),
        title_zh: "入住旅舍".to_owned(),
        title_en: "Checking in at a hotel".to_owned(),
        asks: vec![Attribute::Minor.claim().to_owned()],
        access: None,
        delegable: false,
        plain_law: Some(HOTEL_LAW.to_owned()),
    }]
}

pub(super) fn hotel(
    base_url: &str,
    authentication: ClientAuthentication,
    opening_key: &OpeningKey,
) -> Result<Admission, CliError> {
    let check_in = scene(
        CHECK_IN.parse().map_err(wrong)?,
        ("办理入住登记", "Registering as a guest"),
        HOTEL_LAW,
        "在前台出示证件 Document shown at the desk",
    )?;
    // Who takes in a minor asks how to reach the guardian.
    let asks = vec![Attribute::Minor];
    let scenes = vec![SceneRegistration { asks, plain: Some(who_it_is(HOTEL_LAW)?), ..check_in }];
    let mut admission = admission(
        ("松影旅舍", "Pine Shade Inn"),
        organisation("MA00000D")?,
        base_url,
        authentication,
        scenes,
    )?;
    admission.client.metadata = reading(HOTEL, opening_key)?;
    Ok(admission)
}

pub(super) fn museum(
    base_url: &str,
    authentication: ClientAuthentication,
) -> Result<Admission, CliError> {
    let book = scene(
        Scene::BookTicket,
        ("领取免费门票，每人每天一张", "A free ticket, one a person and day"),
        "《博物馆条例》 Museum Regulations",
        "到窗口领票 Ticket at the window",
    )?;
    admission(
        ("砚池博物馆", "Inkstone Museum"),
        organisation("MA00000E")?,
        base_url,
        authentication,
        vec![book],
    )
}

/// Name and document, which this law has kept.
fn who_it_is(law: &str) -> Result<PlainTerms, CliError> {
    let kinds = vec![PlainKind::Name, PlainKind::DocumentType, PlainKind::DocumentNumber];
    PlainTerms::new(law, kinds).map_err(wrong)
}

/// What a client registers that reads what is encrypted to its key.
fn reading(metadata: &str, opening_key: &OpeningKey) -> Result<ClientMetadata, CliError> {
    let mut metadata: ClientMetadata = serde_json::from_str(metadata).map_err(wrong)?;
    let keys = serde_json::json!({"keys": [opening_key.public()]}).to_string();
    metadata.jwks = EncryptionKeys::parse(&keys).map_err(wrong)?;
    Ok(metadata)
}

/// A scene that asks for the result and no more, once.
fn scene(
    scene: Scene,
    (purpose_zh, purpose_en): (&str, &str),
    legal_basis: &str,
    other_method: &str,
) -> Result<SceneRegistration, CliError> {
    Ok(SceneRegistration {
        scene,
        purpose_zh: purpose_zh.to_owned(),
        purpose_en: purpose_en.to_owned(),
        legal_basis: legal_basis.parse().map_err(wrong)?,
        asks: Vec::new(),
        other_methods: vec![other_method.to_owned()],
        mode: Mode::Certificate,
        access: Access::Once,
        plain: None,
    })
}

fn admission(
    (zh, en): (&str, &str),
    organisation: OrganisationCode,
    base_url: &str,
    authentication: ClientAuthentication,
    scenes: Vec<SceneRegistration>,
) -> Result<Admission, CliError> {
    let redirect_uri = format!("{base_url}/callback").parse().map_err(wrong)?;
    Ok(Admission {
        organisation,
        organisation_zh: format!("{zh}有限公司（虚构）"),
        organisation_en: format!("{en} (invented)"),
        client: Client {
            id: id(base_url).parse().map_err(wrong)?,
            redirect_uris: vec![redirect_uri],
            authentication,
            profile: Profile::OpenId,
            metadata: ClientMetadata::default(),
        },
        client_zh: zh.to_owned(),
        client_en: en.to_owned(),
        scenes,
    })
}

fn organisation(own: &str) -> Result<OrganisationCode, CliError> {
    // 91: a company; 110000: Beijing.
    OrganisationCode::compose("91", "110000", own).map_err(wrong)
}

fn wrong(error: impl std::error::Error + Send + Sync + 'static) -> CliError {
    CliError::Demo(error.into())
}

#[cfg(test)]
mod tests {
    use rules::own_scene::DeclaredBounds;
    use rules::{OwnScenes, SceneDeclaration};

    use super::*;

    #[test]
    fn their_scenes_are_lawful() {
        let secret = || ClientAuthentication::SecretBasic { secret_hash: [0; 32] };
        let airline = airline("http://127.0.0.1:8081", secret()).expect("complete");
        let shop = shop("http://127.0.0.1:8082", secret()).expect("complete");
        let opening_key = OpeningKey::generate("insurer");
        let insurer = insurer("http://127.0.0.1:8083", secret(), &opening_key).expect("complete");
        assert_ne!(airline.organisation, shop.organisation);
        assert_ne!(insurer.organisation, shop.organisation);
        let museum = museum("http://127.0.0.1:8085", secret()).expect("complete");
        let of_law = [airline.scenes, shop.scenes, insurer.scenes, museum.scenes];
        for scene in of_law.iter().flatten() {
            rules::scene::admit(scene).expect("lawful");
        }
    }

    #[test]
    fn the_hotel_registers_guests_as_the_demonstration_declares_it() {
        let secret = ClientAuthentication::SecretBasic { secret_hash: [0; 32] };
        let opening_key = OpeningKey::generate("hotel");
        let hotel = hotel("http://127.0.0.1:8084", secret, &opening_key).expect("complete");
        let [registration] = &hotel.scenes[..] else { panic!("one scene") };
        rules::scene::admit(registration).expect_err("nobody declared it");
        let declared = own_scenes().into_iter().map(|raw| {
            let bounds = DeclaredBounds {
                asks: &[Attribute::Minor],
                access: Access::Once,
                delegable: false,
                plain_law: raw.plain_law.as_deref(),
            };
            SceneDeclaration::new(&raw.name, [&raw.title_zh, &raw.title_en], &bounds)
        });
        let declared: Result<Vec<_>, _> = declared.collect();
        let own = OwnScenes::new(declared.expect("declarations")).expect("scenes");
        let scene = own.in_force(registration.scene).expect("declared");
        let in_force = SceneRegistration { scene, ..registration.clone() };
        rules::scene::admit(&in_force).expect("lawful");
    }
}
