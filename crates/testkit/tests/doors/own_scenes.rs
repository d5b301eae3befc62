//! Scenes of the operator's own at every door: their titles are text, their boxes are theirs, and nobody brings more along.

use axum::body::Body;
use rules::{Access, AgeThreshold, Attribute};
use serde_json::{Value, json};
use yinzheng_testkit::{
    inn::{CHECK_IN, INNS},
    on_sqlite,
};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;

const ADULT: Attribute = Attribute::AgeOver(AgeThreshold::Eighteen);

/// Tells a story before a front whose operator has a scene for inns.
fn tell<F: Future<Output = ()>>(story: impl FnOnce(Front) -> F) {
    on_sqlite(|town| async move { story(Front::open(town.with_inns(&INNS)).await).await });
}

#[test]
fn an_operators_title_is_text_and_nothing_else() {
    tell(async |front| {
        let inn = front.town.inn(&[ADULT], Access::Standing).await.unwrap();
        let mut li = front.town.enrolled(34).await;
        li.sign_in_with_passcode().await.unwrap();
        let mut browser = Browser::signed_in(&front, &li.session);
        let ask = format!("/authorize?{}", front.town.ask(&inn).query());
        shows_the_title(&browser.open(&front, &ask).await);
        front.town.redeem(&li.agree_to(&inn).await).await.unwrap();
        let overview = browser.open(&front, "/me").await;
        shows_the_title(&overview);
        shows_the_title(&browser.open(&front, "/me/delegations").await);
        let used = front.town.platform.overview(&li.session).await.unwrap().events[0].id;
        shows_the_title(&browser.open(&front, &format!("/me/report?use={used}")).await);
    });
}

#[track_caller]
fn shows_the_title(page: &Answer) {
    assert_eq!(page.status, 200, "{}: {}", page.to, page.body);
    let shown = ["check in at an &#60;inn&#62;", "入住 &#60;旅馆&#62;"];
    assert!(shown.iter().any(|title| page.body.contains(title)), "{}: {}", page.to, page.body);
    for markup in ["<inn>", "<旅馆>", "scene-check_in"] {
        assert!(!page.body.contains(markup), "{}: {markup}", page.to);
    }
}

#[test]
fn no_box_brings_a_scene_along() {
    tell(async |front| {
        let mut li = front.town.enrolled(34).await;
        li.sign_in_with_passcode().await.unwrap();
        let mut browser = Browser::signed_in(&front, &li.session);
        let mut form = browser.form(&front, "/me/delegations", "/me/delegations").await;
        assert!(form.names().contains(&"scene_check_in".to_owned()));
        for name in form.names().into_iter().filter(|name| name.starts_with("scene_")) {
            form = form.without(&name);
        }
        let form = form.with("called", "Mei").with("days", "30");
        for (name, status, code) in [
            ("scene_spa", 422, "delegation_empty"),
            ("check_in", 422, "delegation_empty"),
            ("scene_check_age", 422, "delegation_out_of_scope"),
            ("scene_CHECK_IN", 400, "body_unreadable"),
            ("scene_", 400, "body_unreadable"),
            ("scene_check_in\0", 400, "body_unreadable"),
            ("scene_<b>", 400, "body_unreadable"),
        ] {
            front.refuses(&form.clone().with(name, "on"), status, code).await;
        }
        let ticked = form.with("scene_check_in", "on");
        front.refuses(&ticked.clone().doubled("scene_check_in"), 400, "body_unreadable").await;
        front.send(&ticked).await.let_in();
    });
}

#[test]
fn who_registers_by_itself_is_bound_too() {
    tell(async |front| {
        let before = front.census().await;
        for (scene, status, reason) in [
            (json!({ "scene": "spa" }), 400, "scene_not_declared"),
            (json!({ "scene": "Spa" }), 400, "scene_unknown"),
            (json!({ "scene": "x".repeat(33) }), 400, "scene_unknown"),
            (json!({ "scene": CHECK_IN, "attributes": ["minor"] }), 400, "beyond_scene"),
        ] {
            register(&front, &scene).await.refused(status, reason);
        }
        assert_eq!(front.census().await, before);
        let scene = json!({
            "scene": CHECK_IN, "attributes": ["age_over_18"], "access": "standing",
        });
        let registered = register(&front, &scene).await;
        assert_eq!((registered.status, &registered.json()["yinzheng_scenes"][0]), (201, &scene));

        let discovery = front.send(&Call::get("/.well-known/openid-configuration")).await.json();
        let scopes = discovery["scopes_supported"].as_array().unwrap();
        assert!(scopes.contains(&json!("scene:check_in")) && !scopes.contains(&json!("scene:spa")));
    });
}

async fn register(front: &Front, scene: &Value) -> Answer {
    let body = json!({
        "redirect_uris": ["https://new.example/back"], "client_name": "New", "yinzheng_scenes": [scene],
    });
    let call = Call::post("/register");
    front.ask(call.request_with(Some("application/json"), Body::from(body.to_string()))).await
}
