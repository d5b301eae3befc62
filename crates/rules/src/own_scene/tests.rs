use super::*;
use crate::{
    age::AgeThreshold, delegation::delegable, mode::Mode, plain::PlainKind, plain::PlainTerms,
    refusal::Refusal, scene::admit,
};

const ADULT: Attribute = Attribute::AgeOver(AgeThreshold::Eighteen);

fn declared(name: &str, bounds: &DeclaredBounds<'_>) -> SceneDeclaration {
    SceneDeclaration::new(name, ["入住酒店", "check in at a hotel"], bounds).unwrap()
}

fn wide() -> DeclaredBounds<'static> {
    DeclaredBounds {
        asks: &[ADULT],
        access: Access::Standing,
        delegable: true,
        plain_law: Some("旅馆业治安管理办法第六条"),
    }
}

fn registered(scene: Scene) -> SceneRegistration {
    SceneRegistration {
        scene,
        purpose_zh: "办理入住".to_owned(),
        purpose_en: "Checking in".to_owned(),
        legal_basis: "旅馆业治安管理办法".parse().unwrap(),
        asks: vec![ADULT],
        other_methods: vec!["Document shown at the desk".to_owned()],
        mode: Mode::Certificate,
        access: Access::Standing,
        plain: Some(PlainTerms::new("旅馆业治安管理办法第六条", vec![PlainKind::Name]).unwrap()),
    }
}

#[test]
fn a_name_is_strict_and_never_one_of_the_laws() {
    let longest = "a".repeat(32);
    for name in ["hotel", "h", "h2_o", "a_", longest.as_str()] {
        let scene: Scene = name.parse().unwrap();
        assert_eq!(scene.as_str(), name);
        assert!(matches!(scene, Scene::Own(_)) && !scene.is_declared());
    }
    let too_long = "a".repeat(33);
    for odd in ["", "_a", "2a", "Hotel", "ho tel", "hotel\0", "酒店", "a-b", "a:b", &too_long] {
        assert_eq!(odd.parse::<Scene>(), Err(NotAScene), "{odd:?}");
        assert!(SceneDeclaration::new(odd, ["酒店", "hotel"], &wide()).is_err());
    }
    for scene in Scene::ALL {
        let twice = SceneDeclaration::new(scene.as_str(), ["登录", "log in"], &wide());
        assert_eq!(twice, Err(NotADeclaration::Name));
    }
}

#[test]
fn names_are_ordered_as_text_is() {
    let [a, b, c]: [Scene; 3] = ["hotel", "hotel2", "i"].map(|name| name.parse().unwrap());
    assert!(a < b && b < c && Scene::Insure < a);
}

#[test]
fn titles_are_a_line_in_both_languages() {
    let titled = |zh, en| SceneDeclaration::new("hotel", [zh, en], &DeclaredBounds::default());
    let hotel = titled(" 入住酒店 ", "check in").unwrap();
    assert_eq!((hotel.title_zh(), hotel.title_en()), ("入住酒店", "check in"));
    let long = "长".repeat(41);
    for odd in ["", " ", "a\nb", "a\u{7}", &long] {
        assert_eq!(titled(odd, "x"), Err(NotADeclaration::Title), "{odd:?}");
        assert_eq!(titled("x", odd), Err(NotADeclaration::Title), "{odd:?}");
    }
}

#[test]
fn plain_identity_needs_a_law() {
    let unnamed = DeclaredBounds { plain_law: Some(" "), ..wide() };
    let refused = SceneDeclaration::new("hotel", ["酒店", "hotel"], &unnamed);
    assert_eq!(refused, Err(NotADeclaration::PlainLaw));
}

#[test]
fn each_is_declared_once_and_not_without_end() {
    let one = |n: usize| declared(&format!("scene{n}"), &wide());
    assert_eq!(OwnScenes::new(vec![one(1), one(1)]).unwrap_err(), NotADeclaration::Twice);
    assert!(OwnScenes::new((0..MOST).map(one).collect()).is_ok());
    let more = OwnScenes::new((0..=MOST).map(one).collect());
    assert_eq!(more.unwrap_err(), NotADeclaration::TooMany);
}

#[test]
fn a_mere_name_justifies_nothing() {
    let hotel: Scene = "hotel".parse().unwrap();
    for attribute in Attribute::ALL {
        assert!(!hotel.allows(attribute));
    }
    assert!(!hotel.allows_standing_access() && !hotel.allows_plain_identity());
    assert!(!delegable(hotel));
    let least = SceneRegistration {
        asks: Vec::new(),
        access: Access::Once,
        plain: None,
        ..registered(hotel)
    };
    assert_eq!(admit(&least), Err(Refusal::SceneNotDeclared));
}

#[test]
fn a_declared_one_justifies_what_was_declared() {
    let own = OwnScenes::new(vec![declared("hotel", &wide()), declared("bare", &<_>::default())]);
    let own = own.unwrap();
    let in_force = |name: &str| own.in_force(name.parse().unwrap()).unwrap();
    let hotel = in_force("hotel");
    assert_eq!(admit(&registered(hotel)), Ok(()));
    for attribute in Attribute::ALL {
        assert_eq!(hotel.allows(attribute), attribute == ADULT);
    }
    assert!(delegable(hotel) && !delegable(in_force("bare")));
    let bare = registered(in_force("bare"));
    assert_eq!(admit(&bare), Err(Refusal::StandingBeyondScene));
    let bare = SceneRegistration { access: Access::Once, ..bare };
    assert_eq!(admit(&bare), Err(Refusal::PlainBeyondScene));
    let bare = SceneRegistration { plain: None, ..bare };
    assert_eq!(admit(&bare), Err(Refusal::BeyondScene(ADULT)));
    assert_eq!(own.in_force("spa".parse().unwrap()), None);
    assert_eq!(own.in_force(Scene::LogIn), Some(Scene::LogIn));
}

#[test]
fn no_declaration_lifts_what_holds_in_every_scene() {
    let own = OwnScenes::new(vec![declared("hotel", &wide())]).unwrap();
    let hotel = registered(own.in_force("hotel".parse().unwrap()).unwrap());
    let closed = SceneRegistration { other_methods: Vec::new(), ..hotel.clone() };
    assert_eq!(admit(&closed), Err(Refusal::OtherMethodsMissing));
    let face = SceneRegistration { other_methods: vec!["刷脸".to_owned()], ..hotel.clone() };
    assert_eq!(admit(&face), Err(Refusal::OnlyFaceRemains));
    let mute = SceneRegistration { purpose_zh: String::new(), ..hotel };
    assert_eq!(admit(&mute), Err(Refusal::PurposeMissing));
}

#[test]
fn a_registration_shrinks_with_its_declaration() {
    let stored = || registered("hotel".parse().unwrap());
    let gone = OwnScenes::default().bound(stored());
    assert!(!gone.scene.is_declared());
    let narrow = OwnScenes::new(vec![declared("hotel", &DeclaredBounds::default())]).unwrap();
    let narrow = narrow.bound(stored());
    assert_eq!((narrow.access, narrow.plain.as_ref()), (Access::Once, None));
    assert!(!narrow.scene.allows(ADULT) && narrow.scene.is_declared());
    let same = OwnScenes::new(vec![declared("hotel", &wide())]).unwrap().bound(stored());
    assert_eq!(same, stored());
    assert_eq!(same.access, Access::Standing);
}
