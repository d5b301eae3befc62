//! Scenes the operator declares: served as the law's own are, within their bounds, and no longer than they are declared.

use jiff::SignedDuration;
use rules::{
    Access, AgeThreshold, Attribute, DelegationScope, Scene, approval::Term,
    own_scene::DeclaredBounds,
};
use serde_json::json;
use service::{Authorize, Decision, DelegationOffer};
use yinzheng_testkit::{
    Application, Page, Town,
    inn::{CHECK_IN, INNS, check_in},
    refusal, stories,
};

stories!(
    a_guest_checks_in,
    what_nobody_declared_is_not_admitted,
    no_registration_has_more_than_its_declaration,
    narrowed_it_justifies_less_at_once,
    declared_no_more_it_is_asked_no_more,
    a_child_checks_in_with_a_guardians_word,
    a_daughter_checks_her_mother_in_where_that_was_declared,
);

const ADULT: Attribute = Attribute::AgeOver(AgeThreshold::Eighteen);
const STANDING: &str = "openid scene:check_in age_over_18 offline_access";

async fn open(town: &Town) -> Application {
    town.inn(&[ADULT], Access::Standing).await.unwrap()
}

async fn a_guest_checks_in(town: Town) {
    let town = town.with_inns(&INNS);
    let (mut li, inn) = (town.enrolled(34).await, open(&town).await);
    let ask = town.ask(&inn).with("scope", "openid scene:check_in age_over_18");
    let journey = li.go(&ask).await.unwrap();
    assert_eq!(journey.pages, [Page::Approve]);
    let told = town.redeem(&journey.code()).await.unwrap();
    assert_eq!(
        (&told.id_token["scene"], &told.id_token["age_over_18"]),
        (&json!(CHECK_IN), &json!(true))
    );
    assert!(told.response.receipt().is_some());
    let seen = town.platform.overview(&li.session).await.unwrap();
    assert_eq!(seen.events[0].scene, CHECK_IN);
    assert!(seen.consents.iter().any(|consent| consent.scene == CHECK_IN));
    // Agreed to in this scene, and in no other.
    assert_eq!(li.go(&ask).await.unwrap().pages, []);
    let elsewhere = town.ask(&inn).with("scope", "openid scene:log_in");
    assert_eq!(li.go(&elsewhere).await.unwrap().pages, [Page::Approve]);
    // It is the first one registered, so it need not be named.
    let unnamed = town.ask(&inn).with("scope", "openid age_over_18");
    assert_eq!(li.go(&unnamed).await.unwrap().pages, []);
}

async fn what_nobody_declared_is_not_admitted(town: Town) {
    let before = town.census().await;
    let Err(refused) = town.inn(&[], Access::Once).await else { panic!("admitted") };
    let said = refused.to_string();
    for known in Scene::ALL {
        assert!(said.contains(known.as_str()), "{said}");
    }
    assert_eq!(refusal(Err::<(), _>(refused)), "scene_not_declared");
    let inns = town.with_inns(&INNS);
    let other = inns.declaring(rules::OwnScenes::default());
    assert_eq!(refusal(other.inn(&[], Access::Once).await), "scene_not_declared");
    assert_eq!(town.census().await, before);
    inns.inn(&[], Access::Once).await.unwrap();
}

async fn no_registration_has_more_than_its_declaration(town: Town) {
    let bare = town.with_inns(&DeclaredBounds::default());
    let before = town.census().await;
    assert_eq!(refusal(bare.inn(&[ADULT], Access::Once).await), "beyond_scene");
    assert_eq!(refusal(bare.inn(&[], Access::Standing).await), "standing_beyond_scene");
    let inns = town.with_inns(&INNS);
    assert_eq!(refusal(inns.inn(&[Attribute::Minor], Access::Once).await), "beyond_scene");
    assert_eq!(town.census().await, before);

    // What was declared and not registered is not asked either.
    let inn = inns.inn(&[], Access::Once).await.unwrap();
    let over = inns.ask(&inn).with("scope", "openid scene:check_in age_over_18");
    assert_eq!(refusal(inns.push(&over, None).await), "beyond_registration");
}

async fn narrowed_it_justifies_less_at_once(town: Town) {
    let inns = town.with_inns(&INNS);
    let (mut li, inn) = (inns.enrolled(34).await, open(&inns).await);
    let begun = li.go(&inns.ask(&inn).with("scope", STANDING)).await.unwrap().code();
    let begun = inns.redeem(&begun).await.unwrap();
    let bare = town.with_inns(&DeclaredBounds::default());
    let asking = |scope| bare.ask(&inn).with("scope", scope);
    assert_eq!(
        refusal(bare.push(&asking("openid scene:check_in age_over_18"), None).await),
        "beyond_scene"
    );
    assert!(bare.push(&asking("openid scene:check_in"), None).await.is_ok());
    assert_eq!(refusal(bare.refresh(&inn, &begun.refresh_token()).await), "standing_access_over");
}

async fn declared_no_more_it_is_asked_no_more(town: Town) {
    let inns = town.with_inns(&INNS);
    let (mut li, inn) = (inns.enrolled(34).await, open(&inns).await);
    let begun = li.go(&inns.ask(&inn).with("scope", STANDING)).await.unwrap().code();
    let begun = inns.redeem(&begun).await.unwrap();
    let waiting = li.agree_to(&inn).await;

    let mut li = li.moved_to(&town);
    for scope in ["openid scene:check_in", "openid"] {
        let ask = town.ask(&inn).with("scope", scope);
        assert_eq!(refusal(town.push(&ask, None).await), "scene_not_declared", "{scope}");
        let journey = li.go(&ask).await.unwrap();
        assert_eq!((journey.pages.len(), journey.error().as_str()), (0, "invalid_scope"));
    }
    assert_eq!(refusal(town.refresh(&inn, &begun.refresh_token()).await), "standing_access_over");
    // The client goes on in its other scenes, and records of before keep the name.
    let log_in = town.ask(&inn).with("scope", "openid scene:log_in");
    assert!(town.redeem(&li.go(&log_in).await.unwrap().code()).await.is_ok());
    let seen = town.platform.overview(&li.session).await.unwrap();
    assert!(seen.events.iter().any(|event| event.scene == CHECK_IN));
    assert!(seen.consents.iter().any(|consent| consent.scene == CHECK_IN));
    let export = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert!(export["events"].as_array().unwrap().iter().any(|event| event["scene"] == CHECK_IN));
    // What was agreed to while it stood was agreed to.
    assert_eq!(inns.redeem(&waiting).await.unwrap().id_token["scene"], CHECK_IN);
}

async fn a_child_checks_in_with_a_guardians_word(town: Town) {
    let town = town.with_inns(&INNS);
    let inn = open(&town).await;
    let child =
        std::iter::repeat_with(|| town.aged(10)).find(|child| !child.guardians().is_empty());
    let child = child.unwrap();
    let guardian = child.guardian().enrol().await;
    let mut child = guardian.enrol_child(&child).await.unwrap();
    let ask = town.ask(&inn);
    assert_eq!(child.go(&ask).await.unwrap().pages, [Page::GuardianNeeded]);
    let needed = child.guardian_needed(&ask).await;
    child.ask_guardian(&needed).await.unwrap();
    assert_eq!(guardian.children().await[0].requests[0].scenes, [check_in(), Scene::LogIn]);

    // A word on one scene is none on another; and none is given on a scene that nobody declares.
    guardian.approve(&inn, &[Scene::LogIn], Term::Month).await.unwrap();
    assert_eq!(child.go(&ask).await.unwrap().pages, [Page::GuardianNeeded]);
    let spa = "spa".parse().unwrap();
    assert_eq!(
        refusal(guardian.approve(&inn, &[spa], Term::Month).await),
        "approval_without_scene"
    );
    guardian.approve(&inn, &[check_in()], Term::Month).await.unwrap();
    assert_eq!(child.go(&ask).await.unwrap().pages, [Page::Approve]);
    // Nobody under age lets it stand.
    let standing = child.go(&town.ask(&inn).with("scope", STANDING)).await.unwrap().code();
    let told = town.redeem(&standing).await.unwrap();
    assert!(serde_json::to_value(&told.response).unwrap().get("refresh_token").is_none());
    assert_eq!(told.id_token["age_over_18"], false);
}

async fn a_daughter_checks_her_mother_in_where_that_was_declared(town: Town) {
    let inns = town.with_inns(&INNS);
    let inn = open(&inns).await;
    let (mut mother, mut daughter) = (inns.enrolled(76).await, inns.enrolled(44).await);
    mother.sign_in_with_passcode().await.unwrap();
    daughter.sign_in_with_passcode().await.unwrap();
    let offer = |scene| DelegationOffer {
        scope: DelegationScope { scenes: vec![scene], organisations: Vec::new() },
        lasts: SignedDuration::from_hours(30 * 24),
        called: "Mei".parse().unwrap(),
    };
    let declared = |town: &Town| town.platform.settings().own_scenes.in_force(check_in()).unwrap();
    // By its mere name, or where that was not declared, it is not handed on.
    let kept = town.with_inns(&DeclaredBounds { delegable: false, ..INNS });
    for scene in [check_in(), declared(&kept)] {
        let refused = inns.platform.offer_delegation(&mother.session, offer(scene)).await;
        assert_eq!(refusal(refused), "delegation_out_of_scope");
    }
    let offered = offer(declared(&inns));
    let text = inns.platform.offer_delegation(&mother.session, offered).await.unwrap();
    let called = "Mother".parse().unwrap();
    let id = inns.platform.accept_delegation(&daughter.session, &text, &called).await.unwrap();
    let held = inns.platform.delegations(&daughter.session).await.unwrap().held;
    let number = held[0].number.clone().unwrap();
    inns.platform.confirm_delegation(&mother.session, id, &number).await.unwrap();

    let acting = inns.platform.act_for(&daughter.session, id).await.unwrap();
    let query = inns.ask(&inn).query();
    let Authorize::Approve(asked) = inns.platform.authorize(Some(&acting), &query).await.unwrap()
    else {
        panic!("she is asked")
    };
    inns.platform.agree(&acting, &asked.ticket, Decision::Approve).await.unwrap();
    // An operator that takes that back takes it back from those that stand.
    let later = kept.platform.authorize(Some(&acting), &kept.ask(&inn).query()).await.unwrap();
    let Authorize::Approve(asked) = later else { panic!("she is asked") };
    let refused = kept.platform.agree(&acting, &asked.ticket, Decision::Approve).await;
    assert_eq!(refusal(refused), "delegation_out_of_scope");
}
