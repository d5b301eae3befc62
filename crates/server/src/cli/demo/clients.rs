//! What the demo's relying parties are admitted with: an airline that logs in and books, a shop
//! that checks an age.

use protocol::oauth::{Client, ClientAuthentication, ClientMetadata, Profile};
use rules::age::AgeThreshold;
use rules::{Access, Attribute, Mode, OrganisationCode, Scene, SceneRegistration};
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
        SceneRegistration {
            scene: Scene::LogIn,
            purpose_zh: "登录会员账户".to_owned(),
            purpose_en: "Signing in to your account".to_owned(),
            legal_basis: basis("《网络安全法》第二十四条 Cybersecurity Law art. 24")?,
            asks: Vec::new(),
            other_methods: vec!["手机号与密码 Phone and password".to_owned()],
            mode: Mode::Certificate,
            access: Access::Once,
            plain: None,
        },
        SceneRegistration {
            scene: Scene::BookTicket,
            purpose_zh: "购买机票".to_owned(),
            purpose_en: "Booking a flight".to_owned(),
            legal_basis: basis("《民用航空安全保卫条例》 Civil aviation security rules")?,
            asks: Vec::new(),
            other_methods: vec!["柜台出示证件 Document shown at the counter".to_owned()],
            mode: Mode::Certificate,
            access: Access::Once,
            plain: None,
        },
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
    let scenes = vec![SceneRegistration {
        scene: Scene::CheckAge,
        purpose_zh: "购买年龄受限商品".to_owned(),
        purpose_en: "Buying age-restricted goods".to_owned(),
        legal_basis: basis("《未成年人保护法》第五十九条 Law on the Protection of Minors art. 59")?,
        asks: vec![Attribute::AgeOver(AgeThreshold::Eighteen)],
        other_methods: vec!["到店出示证件 Document shown in the shop".to_owned()],
        mode: Mode::Certificate,
        access: Access::Once,
        plain: None,
    }];
    admission(
        ("小满商店", "Xiaoman Shop"),
        organisation("MA00000B")?,
        base_url,
        authentication,
        scenes,
    )
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

fn basis(text: &str) -> Result<rules::scene::LegalBasis, CliError> {
    text.parse().map_err(wrong)
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
        assert_ne!(airline.organisation, shop.organisation);
        for scene in airline.scenes.iter().chain(&shop.scenes) {
            rules::scene::admit(scene).expect("lawful");
        }
    }
}
