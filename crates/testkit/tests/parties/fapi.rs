//! A client that keeps to FAPI 2.0: it pushes its requests, and its codes and tokens are worth nothing without its key.

use protocol::oauth::{bearer::Presented, token::TokenType};
use serde_json::{Value, json};
use yinzheng_testkit::{Code, Holder, KeyHolder, Told, Town, refusal, stories};

stories!(
    a_pushed_login_is_bound_to_a_key,
    a_login_waits_for_the_disk_once,
    a_request_that_was_not_pushed_goes_back,
    a_reference_is_for_its_client_and_a_minute,
    a_pushed_request_is_refused_at_once,
    a_stolen_code_is_worth_nothing_without_the_key,
    a_stolen_token_is_worth_nothing_without_the_key,
    a_proof_is_good_once,
    a_proof_needs_a_nonce_of_ours,
    an_assertion_names_the_issuer_alone,
);

const PUSH: &str = "/par";
const TOKEN: &str = "/token";
const USERINFO: &str = "/userinfo";

/// A code that the insurer asked for by a pushed request.
async fn code(town: &Town, li: &mut Holder, key: Option<&KeyHolder>) -> Code {
    let proof = key.map(|key| key.proof(town, "POST", PUSH, None));
    let ask = town.ask(&town.insurer());
    let ask = town.push(&ask, proof.as_deref()).await.unwrap();
    li.go(&ask).await.unwrap().code()
}

async fn redeem(town: &Town, code: &Code, key: &KeyHolder) -> Told {
    let call = town.call(code).proving(key.proof(town, "POST", TOKEN, None));
    town.post(&call).await.unwrap()
}

fn bound(told: &Told) -> Presented<'_> {
    Presented { token: told.response.access_token(), token_type: TokenType::Dpop }
}

async fn a_pushed_login_is_bound_to_a_key(town: Town) {
    let mut li = town.enrolled(34).await;
    for early in [true, false] {
        let key = KeyHolder::new();
        let code = code(&town, &mut li, early.then_some(&key)).await;
        let told = redeem(&town, &code, &key).await;
        let answer = serde_json::to_value(&told.response).unwrap();
        assert_eq!(answer["token_type"], "DPoP");
        let proof = key.proof(&town, "GET", USERINFO, Some(told.response.access_token()));
        let info = town.userinfo_shown(bound(&told), Some(&proof)).await.unwrap();
        assert_eq!(info.sub, told.sub());
    }
}

async fn a_login_waits_for_the_disk_once(town: Town) {
    let (mut li, key) = (town.enrolled(34).await, KeyHolder::new());
    code(&town, &mut li, None).await;
    let before = town.platform.store().durable_writes();
    let code = code(&town, &mut li, Some(&key)).await;
    let told = redeem(&town, &code, &key).await;
    let proof = key.proof(&town, "GET", USERINFO, Some(told.response.access_token()));
    town.userinfo_shown(bound(&told), Some(&proof)).await.unwrap();
    // On PostgreSQL also the two transactions that only spend proofs.
    let expected = if town.platform.store().may_forget() { 1 } else { 3 };
    assert_eq!(town.platform.store().durable_writes() - before, expected);
}

async fn a_request_that_was_not_pushed_goes_back(town: Town) {
    let mut li = town.enrolled(34).await;
    let journey = li.go(&town.ask(&town.insurer())).await.unwrap();
    assert_eq!(journey.pages, []);
    assert_eq!(journey.error(), "invalid_request");
    assert!(journey.says("error_description").unwrap().contains("push"));
}

async fn a_reference_is_for_its_client_and_a_minute(town: Town) {
    let mut li = town.enrolled(34).await;
    let pushed = town.push(&town.ask(&town.airline()), None).await.unwrap();
    let stolen = town.ask(&town.insurer()).pushed_to(reference(&pushed));
    assert_eq!(refusal(li.go(&stolen).await), "request_uri_unknown");
    let damaged = pushed.clone().pushed_to(&format!("{}A", reference(&pushed)));
    assert_eq!(refusal(li.go(&damaged).await), "request_uri_unknown");

    // A reload is allowed (RFC 9126 §4), a late one is not.
    assert!(li.go(&pushed).await.is_ok());
    assert!(li.go(&pushed).await.is_ok());
    town.world.pass(60);
    assert_eq!(refusal(li.go(&pushed).await), "request_uri_unknown");
}

fn reference(pushed: &yinzheng_testkit::Ask) -> &str {
    pushed.request_uri().unwrap()
}

async fn a_pushed_request_is_refused_at_once(town: Town) {
    let ask = || town.ask(&town.insurer());
    let before = town.census().await;
    // Each within its own bound, all together more than a reference carries.
    let many = vec!["x".repeat(120); 16].join(" ");
    let part = |bytes: &[u8]| formats::base64url::encode(bytes);
    let claims = format!(r#"{{"sub":"{}"}}"#, "x".repeat(2800));
    let hint = [part(br#"{"alg":"ES256","kid":"k"}"#), part(claims.as_bytes()), part(&[1; 64])];
    let long = ask().with("ui_locales", &many).with("acr_values", &many);
    let long = long.with("id_token_hint", &hint.join("."));
    for (ask, reason) in [
        (long, "request_too_long"),
        (ask().with("redirect_uri", "https://evil.example/"), "redirect_uri_unknown"),
        (ask().with("scope", "openid scene:check_age"), "scene_not_registered"),
        (ask().with("scope", "openid age_over_18"), "beyond_scene"),
        (ask().with("code_challenge_method", "plain"), "code_challenge_method_not_s256"),
        (ask().with("request_uri", "urn:x"), "request_uri_pushed"),
        (ask().with("dpop_jkt", "short"), "dpop_jkt_malformed"),
    ] {
        assert_eq!(refusal(town.push(&ask, None).await), reason);
    }
    let another = KeyHolder::new().thumbprint();
    let proof = KeyHolder::new().proof(&town, "POST", PUSH, None);
    let twisted = ask().with("dpop_jkt", &another);
    assert_eq!(refusal(town.push(&twisted, Some(&proof)).await), "dpop_another_key");
    // What was asked beyond the scene is counted, for whoever supervises.
    assert_eq!(town.census().await.changed_since(&before), ["over_asking", "spent"]);
}

async fn a_stolen_code_is_worth_nothing_without_the_key(town: Town) {
    let mut li = town.enrolled(34).await;
    let (key, thief) = (KeyHolder::new(), KeyHolder::new());
    let code = code(&town, &mut li, Some(&key)).await;
    assert_eq!(refusal(town.redeem(&code).await), "dpop_missing");
    let call = town.call(&code).proving(thief.proof(&town, "POST", TOKEN, None));
    assert_eq!(refusal(town.post(&call).await), "dpop_another_key");
    redeem(&town, &code, &key).await;
}

async fn a_stolen_token_is_worth_nothing_without_the_key(town: Town) {
    let mut li = town.enrolled(34).await;
    let (key, thief) = (KeyHolder::new(), KeyHolder::new());
    let code = code(&town, &mut li, Some(&key)).await;
    let told = redeem(&town, &code, &key).await;
    let token = told.response.access_token();
    assert_eq!(town.userinfo(&told).await, Err("token_scheme_wrong"));
    assert_eq!(town.userinfo_shown(bound(&told), None).await, Err("dpop_missing"));
    for (proof, reason) in [
        (thief.proof(&town, "GET", USERINFO, Some(token)), "dpop_another_key"),
        (key.proof(&town, "GET", USERINFO, None), "dpop_for_another_token"),
        (key.proof(&town, "GET", USERINFO, Some("another")), "dpop_for_another_token"),
        (key.proof(&town, "POST", USERINFO, Some(token)), "dpop_for_another_request"),
        (key.proof(&town, "GET", TOKEN, Some(token)), "dpop_for_another_request"),
        ("nothing".to_owned(), "dpop_malformed"),
    ] {
        assert_eq!(town.userinfo_shown(bound(&told), Some(&proof)).await, Err(reason));
    }
    // A token that is bound to nothing is no better for a proof.
    let plain = li.agree_to(&town.airline()).await;
    let plain = town.redeem(&plain).await.unwrap();
    let proof = key.proof(&town, "GET", USERINFO, Some(plain.response.access_token()));
    assert_eq!(town.userinfo_shown(bound(&plain), Some(&proof)).await, Err("token_scheme_wrong"));
}

async fn a_proof_is_good_once(town: Town) {
    let mut li = town.enrolled(34).await;
    let key = KeyHolder::new();
    let proof = key.proof(&town, "POST", PUSH, None);
    let ask = town.ask(&town.insurer());
    let first = town.push(&ask, Some(&proof)).await.unwrap();
    assert_eq!(refusal(town.push(&ask, Some(&proof)).await), "dpop_replayed");

    let one = li.go(&first).await.unwrap().code();
    let two = code(&town, &mut li, Some(&key)).await;
    let proof = key.proof(&town, "POST", TOKEN, None);
    let told = town.post(&town.call(&one).proving(proof.clone())).await.unwrap();
    assert_eq!(refusal(town.post(&town.call(&two).proving(proof)).await), "dpop_replayed");
    redeem(&town, &two, &key).await;

    let proof = key.proof(&town, "GET", USERINFO, Some(told.response.access_token()));
    let shown = |_| {
        let (town, told, proof) = (town.clone(), told.clone(), proof.clone());
        tokio::spawn(async move { town.userinfo_shown(bound(&told), Some(&proof)).await })
    };
    let all: Vec<_> = (0..10).map(shown).collect();
    let mut answered = 0;
    for one in all {
        match one.await.unwrap() {
            Ok(_) => answered += 1,
            Err(reason) => assert_eq!(reason, "dpop_replayed"),
        }
    }
    assert_eq!(answered, 1, "ten at once, on whichever node");
}

async fn a_proof_needs_a_nonce_of_ours(town: Town) {
    let key = KeyHolder::new();
    let ask = town.ask(&town.insurer());
    for nonce in [Value::Null, json!(""), json!("mine"), json!("A".repeat(60))] {
        let proof = key.proof_with(&town, "POST", PUSH, None, &json!({ "nonce": nonce }));
        assert_eq!(refusal(town.push(&ask, Some(&proof)).await), "dpop_nonce_wanted");
    }
    let proof = key.proof(&town, "POST", PUSH, None);
    town.world.pass(299);
    assert!(town.push(&ask, Some(&proof)).await.is_ok());
    let proof = key.proof_with(
        &town,
        "POST",
        PUSH,
        None,
        &json!({ "iat": town.platform.now().as_second() + 300 }),
    );
    town.world.pass(300);
    assert_eq!(refusal(town.push(&ask, Some(&proof)).await), "dpop_nonce_wanted");
}

async fn an_assertion_names_the_issuer_alone(town: Town) {
    let mut li = town.enrolled(34).await;
    let key = KeyHolder::new();
    let code = code(&town, &mut li, Some(&key)).await;
    for audience in ["https://id.example/token", "https://id.example/par"] {
        let call = town.call(&code).asserting(&town.insurer(), &town, audience);
        let call = call.proving(key.proof(&town, "POST", TOKEN, None));
        assert_eq!(refusal(town.post(&call).await), "assertion_for_another");
    }
    let plain = li.agree_to(&town.airline()).await;
    let call = town.call(&plain).asserting(&town.airline(), &town, "https://id.example/par");
    assert!(town.post(&call).await.is_ok());
}
