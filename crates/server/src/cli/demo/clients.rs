//! What the demo's relying parties are admitted with: an airline that logs in and books, a shop
//! that checks an age, an insurer that must keep who is insured and asks on other devices, too.

use formats::{EncryptionKeys, OpeningKey};
use protocol::oauth::{Client, ClientAuthentication, ClientMetadata, Profile};
use rules::age::AgeThreshold;
use rules::{
    Access, Attribute, Mode, OrganisationCode, PlainKind, PlainTerms, Scene, SceneRegistration,
};
use service::{Admission, Error, Platform, Refusal};
use url::Url;

use crate::cli::CliError;

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
    admission(
        ("小满商店", "Xiaoman Shop"),
        organisation("MA00000B")?,
        base_url,
        authentication,
        scenes,
    )
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
    let kinds = vec![PlainKind::Name, PlainKind::DocumentType, PlainKind::DocumentNumber];
    let terms = PlainTerms::new(ANTI_MONEY_LAUNDERING, kinds).map_err(wrong)?;
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
    let mut metadata: ClientMetadata = serde_json::from_str(INSURER).map_err(wrong)?;
    let keys = serde_json::json!({"keys": [opening_key.public()]}).to_string();
    metadata.jwks = EncryptionKeys::parse(&keys).map_err(wrong)?;
    metadata.post_logout_redirect_uris = vec![format!("{base_url}/bye").parse().map_err(wrong)?];
    admission.client.metadata = metadata;
    Ok(admission)
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
        for scene in airline.scenes.iter().chain(&shop.scenes).chain(&insurer.scenes) {
            rules::scene::admit(scene).expect("lawful");
        }
    }
}
