//! Requests by value, signed by their client (RFC 9101), and single claims.

use serde_json::json;
use yinzheng_testkit::{ISSUER, KeyHolder, Town, refusal, stories};

stories!(
    a_signed_request_is_followed,
    what_stands_beside_it_does_not_count,
    nobody_else_signs_it,
    it_is_for_us_and_for_now,
    it_can_be_pushed,
    an_age_can_be_asked_as_a_claim,
    a_mode_can_be_insisted_on,
    a_person_can_be_insisted_on,
);

const PASSCODE: &str = "urn:yinzheng:acr:certificate+passcode";

async fn a_signed_request_is_followed(town: Town) {
    let mut li = town.enrolled(34).await;
    let ask = town.ask(&town.airline());
    let journey = li.go(&ask.clone().signed(&town, &json!({}))).await.unwrap();
    assert_eq!(journey.says("state").as_deref(), Some(ask.value("state")));
    let mut code = journey.code();
    code.ask = ask.clone();
    let told = town.redeem(&code).await.unwrap();
    assert_eq!(told.id_token["nonce"], ask.value("nonce"));
    for typ in ["JWT", "oauth-authz-req+jwt"] {
        let object = town.airline().sign(typ, &claims(&town));
        let bare = town.ask(&town.airline()).with("request", &object);
        assert!(li.go(&bare).await.unwrap().says("code").is_some());
    }
}

fn claims(town: &Town) -> serde_json::Value {
    let (ask, now) = (town.ask(&town.airline()), town.platform.now().as_second());
    json!({
        "iss": "airline-web", "aud": ISSUER, "exp": now + 60, "client_id": "airline-web",
        "response_type": "code", "redirect_uri": "https://air.example/back", "scope": "openid",
        "code_challenge": ask.value("code_challenge"), "code_challenge_method": "S256",
    })
}

async fn what_stands_beside_it_does_not_count(town: Town) {
    let mut li = town.enrolled(34).await;
    let object = town.airline().sign("JWT", &claims(&town));
    // Everything of an honest request stands beside it, and a state, a nonce and a scene that the client did not sign.
    let ask = town.ask(&town.airline()).with("scope", "openid scene:book_ticket");
    let journey = li.go(&ask.with("request", &object)).await.unwrap();
    assert_eq!(journey.says("state"), None);
    assert!(journey.says("code").is_some());
    let events = town.platform.overview(&li.session).await.unwrap().consents;
    assert!(events.iter().any(|consent| consent.scene == "log_in"));
    assert!(events.iter().all(|consent| consent.scene != "book_ticket"));
}

async fn nobody_else_signs_it(town: Town) {
    let mut li = town.enrolled(34).await;
    let good = claims(&town);
    let ask = || town.ask(&town.airline());
    let mut assertion = good.clone();
    assertion["sub"] = json!("airline-web");
    let mut insurers = good.clone();
    insurers["iss"] = json!("insurer");
    for object in [
        town.insurer().sign("JWT", &good),
        town.insurer().sign("JWT", &insurers),
        town.airline().sign("JWT", &insurers),
        town.airline().sign("dpop+jwt", &good),
        town.airline().sign("JWT", &assertion),
        "e30.e30.e30".to_owned(),
    ] {
        let journey = li.go(&ask().with("request", &object)).await.unwrap();
        assert_eq!(journey.error(), "invalid_request_object");
        // Where to complain is where the client may be answered in any case; elsewhere it is a page.
        let stray = ask().with("request", &object).with("redirect_uri", "https://evil.example/");
        assert!(refusal(li.go(&stray).await).starts_with("request_object_"));
    }
    // Who has no key signs nothing.
    let shop = town.ask(&town.shop()).with("request", &town.airline().sign("JWT", &good));
    assert_eq!(li.go(&shop).await.unwrap().error(), "invalid_request_object");
}

async fn it_is_for_us_and_for_now(town: Town) {
    let mut li = town.enrolled(34).await;
    let now = town.platform.now().as_second();
    let with = |changes| town.ask(&town.airline()).signed(&town, &changes);
    for changes in [
        json!({"aud": "https://evil.example"}),
        json!({"aud": [ISSUER, "https://evil.example"]}),
        json!({"exp": now}),
        json!({"exp": now + 3601}),
        json!({"nbf": now + 60}),
        json!({"request_uri": "https://air.example/r"}),
        json!({"request": "e30.e30.e30"}),
        json!({"scope": ["openid"]}),
    ] {
        let page = refusal(li.go(&with(changes.clone())).await);
        assert!(page.starts_with("request_object_"), "{changes}: {page}");
    }
    let elsewhere = with(json!({"redirect_uri": "https://evil.example/"}));
    assert_eq!(refusal(li.go(&elsewhere).await), "redirect_uri_unknown");
    let late = with(json!({}));
    town.world.pass(60);
    assert_eq!(refusal(li.go(&late).await), "request_object_expired");
}

async fn it_can_be_pushed(town: Town) {
    let (mut li, key) = (town.enrolled(34).await, KeyHolder::new());
    let ask = town.ask(&town.insurer());
    // A client of FAPI 2.0 pushes it all the same.
    let in_browser = ask.clone().signed(&town, &json!({}));
    // Beside the object stands nothing that says where to complain.
    assert!(
        matches!(li.go(&in_browser).await.map(|journey| journey.error()), Ok(error) if error == "invalid_request")
    );
    let pushed = town.push(&in_browser, None).await.unwrap();
    let mut code = li.go(&pushed).await.unwrap().code();
    code.ask = ask;
    let proof = key.proof(&town, "POST", "/token", None);
    assert!(town.post(&town.call(&code).proving(proof)).await.is_ok());
    let wrong = town.ask(&town.insurer()).signed(&town, &json!({"aud": "https://evil.example"}));
    assert_eq!(refusal(town.push(&wrong, None).await), "request_object_for_another");
}

async fn an_age_can_be_asked_as_a_claim(town: Town) {
    let mut li = town.enrolled(34).await;
    let claims = json!({"id_token": {"age_over_18": {"essential": true}, "birthdate": null}});
    let ask = town.ask(&town.shop()).with("scope", "openid scene:check_age");
    let code = li.go(&ask.with("claims", &claims.to_string())).await.unwrap().code();
    let told = town.redeem(&code).await.unwrap();
    assert_eq!(told.id_token["age_over_18"], json!(true));
    assert!(
        !told.id_token.contains_key("birthdate"),
        "a name that is no claim of ours is passed over"
    );
    // The scene's bounds hold for claims as for scope.
    let claims = json!({"userinfo": {"age_over_18": null}});
    let beyond = town.ask(&town.airline()).with("claims", &claims.to_string());
    assert_eq!(li.go(&beyond).await.unwrap().error(), "invalid_scope");
    // Standing access is not had by the back door.
    let claims = json!({"userinfo": {"offline_access": null, "scene:insure": null}}).to_string();
    let ask = town.ask(&town.airline()).with("scope", "openid scene:insure");
    let code = li.go(&ask.with("claims", &claims)).await.unwrap().code();
    assert_eq!(town.redeem(&code).await.unwrap().response.refresh_token(), None);
}

async fn a_mode_can_be_insisted_on(town: Town) {
    let mut li = town.enrolled(34).await;
    let acr = |values: serde_json::Value| {
        let claims = json!({"id_token": {"acr": {"essential": true, "values": values}}});
        town.ask(&town.airline()).with("claims", &claims.to_string())
    };
    let told = town.redeem(&li.go(&acr(json!([PASSCODE]))).await.unwrap().code()).await.unwrap();
    assert_eq!(told.id_token["acr"], PASSCODE);
    // The session shows more than is insisted on, which is what is told.
    let weaker = "urn:yinzheng:acr:certificate";
    let told = town.redeem(&li.go(&acr(json!([weaker]))).await.unwrap().code()).await.unwrap();
    assert_eq!(told.id_token["acr"], weaker);
    let unknown = li.go(&acr(json!(["urn:mace:incommon:iap:silver"]))).await.unwrap();
    assert_eq!(unknown.error(), "unmet_authentication_requirements");
    assert_eq!(unknown.pages, []);
}

async fn a_person_can_be_insisted_on(town: Town) {
    let (mut li, mut wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let sub = town.redeem(&li.agree_to(&town.airline()).await).await.unwrap().sub().to_owned();
    let claims = json!({"id_token": {"sub": {"value": sub}}}).to_string();
    let ask = || town.ask(&town.airline()).with("claims", &claims);
    assert!(li.go(&ask()).await.unwrap().says("code").is_some());
    assert_eq!(wang.go(&ask()).await.unwrap().error(), "login_required");
}
