//! A scene asked as a structure (RFC 9396): in the browser, pushed, signed; told back with the tokens and to introspection.

use protocol::oauth::{ClientMetadata, Profile, authorization_details::DetailsType};
use serde_json::{Value, json};
use yinzheng_testkit::{Application, Ask, Town, refusal, stories};

stories!(
    a_structure_asks_what_words_ask,
    it_is_told_back_as_it_was_granted,
    what_the_scene_does_not_allow_is_refused,
    what_is_unknown_goes_back_as_an_error,
    a_signed_request_carries_it,
);

async fn registered(town: &Town) -> Application {
    let authorization_details_types = vec![DetailsType::Scene];
    let metadata = ClientMetadata { authorization_details_types, ..Default::default() };
    town.admit_signing("structured", Profile::OpenId, metadata).await.unwrap()
}

fn insure(access: &str) -> Value {
    json!([{
        "type": "yinzheng_scene", "scene": "insure", "attributes": ["age_over_18"], "access": access,
    }])
}

fn ask(town: &Town, application: &Application, details: &Value) -> Ask {
    town.ask(application)
        .with("scope", "openid")
        .with("authorization_details", &details.to_string())
}

async fn a_structure_asks_what_words_ask(town: Town) {
    let mut li = town.enrolled(34).await;
    let application = registered(&town).await;
    let by_structure = li.go(&ask(&town, &application, &insure("once"))).await.unwrap().code();
    let told = town.redeem(&by_structure).await.unwrap();
    assert_eq!(told.id_token["scene"], "insure");
    assert_eq!(told.id_token["age_over_18"], true);
    let words = town.ask(&application).with("scope", "openid scene:insure age_over_18");
    let before = town.census().await;
    let again = li.go(&words).await.unwrap();
    assert_eq!(again.pages, [], "agreed to already: it is the same");
    assert_eq!(town.census().await, before);
    let pushed = town.push(&ask(&town, &application, &insure("once")), None).await.unwrap();
    assert!(li.go(&pushed).await.unwrap().pages.is_empty());
}

async fn it_is_told_back_as_it_was_granted(town: Town) {
    let mut li = town.enrolled(34).await;
    let application = registered(&town).await;
    let standing = insure("standing");
    let code = li.go(&ask(&town, &application, &standing)).await.unwrap().code();
    let told = town.redeem(&code).await.unwrap();
    let answer = serde_json::to_value(&told.response).unwrap();
    assert_eq!(answer["authorization_details"], standing);
    for token in [told.response.access_token(), &told.refresh_token()] {
        let said = town.introspect(&town.about(&application, token)).await.unwrap();
        assert_eq!(said["authorization_details"], standing);
    }
    let again = town.refresh(&application, &told.refresh_token()).await.unwrap();
    let answer = serde_json::to_value(&again.response).unwrap();
    assert_eq!(answer["authorization_details"], standing);
    // Who did not register the type is told nothing in its form.
    let plain = town.redeem(&li.agree_to(&town.airline()).await).await.unwrap();
    assert_eq!(serde_json::to_value(&plain.response).unwrap().get("authorization_details"), None);
}

async fn what_the_scene_does_not_allow_is_refused(town: Town) {
    let application = registered(&town).await;
    for (scene, attributes, reason) in [
        ("log_in", json!(["age_over_18"]), "beyond_scene"),
        ("check_age", json!([]), "scene_not_registered"),
        ("nothing", json!([]), "scene_not_registered"),
    ] {
        let details =
            json!([{ "type": "yinzheng_scene", "scene": scene, "attributes": attributes }]);
        let refused = town.push(&ask(&town, &application, &details), None).await;
        assert_eq!(refusal(refused), reason, "{scene}");
    }
}

async fn what_is_unknown_goes_back_as_an_error(town: Town) {
    let mut li = town.enrolled(34).await;
    let application = registered(&town).await;
    let unknown = json!([{ "type": "payment_initiation", "amount": 1 }]);
    let extended = json!([{ "type": "yinzheng_scene", "scene": "insure", "purpose": "marketing" }]);
    for details in [unknown, extended] {
        let journey = li.go(&ask(&town, &application, &details)).await.unwrap();
        assert_eq!(journey.error(), "invalid_authorization_details");
        assert_eq!(journey.pages, []);
    }
    let both = ask(&town, &application, &insure("once")).with("scope", "openid scene:log_in");
    assert_eq!(refusal(town.push(&both, None).await), "scene_said_twice");
    let unregistered = ask(&town, &town.airline(), &insure("once"));
    assert_eq!(refusal(town.push(&unregistered, None).await), "details_not_registered");
}

async fn a_signed_request_carries_it(town: Town) {
    let mut li = town.enrolled(34).await;
    let application = registered(&town).await;
    let list = json!({ "authorization_details": insure("once") });
    let ask = town.ask(&application).with("scope", "openid");
    let mut code = li.go(&ask.clone().signed(&town, &list)).await.unwrap().code();
    code.ask = ask;
    assert_eq!(town.redeem(&code).await.unwrap().id_token["scene"], "insure");
}
