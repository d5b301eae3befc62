//! A scene that could never be served is refused when its client comes; one that stands in the database all the same
//! sends nobody round in circles.

use protocol::oauth::{Client, ClientAuthentication, ClientMetadata, Profile};
use rules::{Mode, OrganisationCode, PlainKind, PlainTerms, Scene, SceneRegistration};
use service::Admission;
use yinzheng_testkit::{Town, refusal, stories};

stories!(
    a_portrait_is_not_admitted_where_none_is_compared,
    a_portrait_written_all_the_same_is_refused_by_redirect,
    a_scene_whose_other_way_is_a_face_is_not_admitted,
    what_nobody_can_be_shown_is_not_admitted,
    plain_identity_is_for_who_can_read_it_alone_and_must_keep_it,
);

const BACK: &str = "https://bank.example/back";

async fn a_portrait_is_not_admitted_where_none_is_compared(town: Town) {
    town.face_verifier.cut();
    let before = town.census().await;
    for mode in [Mode::CertificatePortrait, Mode::CertificatePasscodePortrait] {
        let scenes = vec![scene(Scene::LogIn, Mode::Certificate), scene(Scene::Insure, mode)];
        let outcome = town.platform.admit(bank(scenes)).await;
        let said = outcome.as_ref().unwrap_err().to_string();
        assert!(said.contains("scene insure") && said.contains(mode.acr()), "{said}");
        assert_eq!(refusal(outcome), "mode_not_offered");
    }
    assert_eq!(town.census().await, before);
    town.platform.admit(bank(vec![scene(Scene::Insure, Mode::CertificatePasscode)])).await.unwrap();
}

async fn a_portrait_written_all_the_same_is_refused_by_redirect(town: Town) {
    let mut li = town.enrolled(34).await;
    town.face_verifier.cut();
    town.platform.admit(bank(vec![scene(Scene::LogIn, Mode::Certificate)])).await.unwrap();
    let insure = scene(Scene::Insure, Mode::CertificatePortrait);
    let added = town
        .platform
        .store()
        .write("story", async move |tx| tx.add_scene("bank", 1, &insure).await);
    assert!(added.await.unwrap());

    let ask = town.ask(&town.airline()).with("client_id", "bank").with("redirect_uri", BACK);
    let ask = ask.with("scope", "openid scene:insure");
    let journey = li.go(&ask).await.unwrap();
    assert_eq!(journey.pages, []);
    assert_eq!(journey.error(), "unmet_authentication_requirements");
}

/// A wallet would not read what the platform says of such a verifier.
async fn what_nobody_can_be_shown_is_not_admitted(town: Town) {
    let honest = || bank(vec![scene(Scene::LogIn, Mode::Certificate)]);
    for odd in ["n".repeat(201), "Bank\u{202e}knaB".to_owned(), "a\nb".to_owned(), String::new()] {
        let named = [
            Admission { client_en: odd.clone(), ..honest() },
            Admission { organisation_zh: odd.clone(), ..honest() },
        ];
        for admission in named {
            assert_eq!(refusal(town.platform.admit(admission).await), "name_not_showable", "{odd}");
        }
        if !odd.is_empty() {
            let mut admission = honest();
            admission.scenes[0].purpose_en = odd;
            assert_eq!(refusal(town.platform.admit(admission).await), "name_not_showable");
        }
    }
    town.platform.admit(Admission { client_zh: "银".repeat(200), ..honest() }).await.unwrap();
}

async fn a_scene_whose_other_way_is_a_face_is_not_admitted(town: Town) {
    let before = town.census().await;
    for mode in Mode::ALL {
        for (methods, code) in [
            (&["刷脸"][..], "only_face_remains"),
            (&["Facial recognition", ""], "only_face_remains"),
            (&[], "other_methods_missing"),
        ] {
            let other_methods = methods.iter().map(|text| (*text).to_owned()).collect();
            let closed = SceneRegistration { other_methods, ..scene(Scene::LogIn, mode) };
            assert_eq!(refusal(town.platform.admit(bank(vec![closed])).await), code, "{mode:?}");
        }
    }
    assert_eq!(town.census().await, before);
}

fn bank(scenes: Vec<SceneRegistration>) -> Admission {
    Admission {
        organisation: OrganisationCode::compose("91", "110105", "MA000033").unwrap(),
        organisation_zh: "河口银行".to_owned(),
        organisation_en: "Estuary Bank".to_owned(),
        client: Client {
            id: "bank".parse().unwrap(),
            redirect_uris: vec![BACK.parse().unwrap()],
            authentication: ClientAuthentication::by_secret("a secret of the bank"),
            profile: Profile::OpenId,
            metadata: ClientMetadata::default(),
        },
        client_zh: "河口银行".to_owned(),
        client_en: "Estuary Bank".to_owned(),
        scenes,
    }
}

async fn plain_identity_is_for_who_can_read_it_alone_and_must_keep_it(town: Town) {
    let before = town.census().await;
    let terms = || PlainTerms::new("反洗钱法第二十九条", vec![PlainKind::Name]).unwrap();
    let asking =
        |kind| SceneRegistration { plain: Some(terms()), ..scene(kind, Mode::Certificate) };
    for (kind, why) in [
        (Scene::LogIn, "plain_beyond_scene"),
        (Scene::CheckAge, "plain_beyond_scene"),
        (Scene::Register, "encryption_key_missing"),
    ] {
        assert_eq!(refusal(town.platform.admit(bank(vec![asking(kind)])).await), why);
    }
    assert_eq!(town.census().await, before);
}

fn scene(scene: Scene, mode: Mode) -> SceneRegistration {
    SceneRegistration {
        scene,
        purpose_zh: "办理业务".to_owned(),
        purpose_en: "Serving you".to_owned(),
        legal_basis: "网络安全法第二十四条".parse().unwrap(),
        asks: Vec::new(),
        other_methods: vec!["At the counter".to_owned()],
        mode,
        access: rules::Access::Once,
        plain: None,
    }
}
