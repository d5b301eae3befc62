//! Relying parties that send one another's codes, secrets and assertions, or their own twice, too late, or damaged.

use serde_json::json;

use crate::call::Call;
use crate::front::{Front, only_counted};
use crate::party::{Code, basic};

crate::told!(
    a_damaged_token_request_redeems_nothing,
    nobody_redeems_anothers_code,
    nobody_proves_to_be_another,
    an_assertion_that_does_not_fit_is_refused,
    what_was_used_once_is_used_up,
    a_code_does_not_outlive_its_minute_or_its_certificate,
);

/// A refused request may spend its assertion, and nothing else.
const SPENT: &[&str] = &["spent"];

async fn a_damaged_token_request_redeems_nothing(front: Front) {
    let (town, harbour) = (&front.town, &front.parties[0]);
    let code = front.code(front.li().await, harbour).await;
    let fresh = || harbour.redeems(town, &code);
    let cut = |name: &str| {
        let call = fresh();
        let value = call.value(name).to_vec();
        call.with(name, &value[..value.len() - 1])
    };
    let before = front.census().await;
    for (call, status, reason) in [
        (cut("grant_type"), 400, "grant_type_unknown"),
        (cut("code"), 400, "code_unknown"),
        (cut("redirect_uri"), 400, "redirect_uri_differs"),
        (cut("code_verifier"), 400, "code_verifier_malformed"),
        (cut("client_assertion_type"), 401, "assertion_type_unknown"),
        (cut("client_assertion"), 401, "assertion_malformed"),
        (fresh().with("code_verifier", town.chance()), 400, "code_verifier_wrong"),
        (fresh().with("grant_type", "password"), 400, "grant_type_unknown"),
        (fresh().with("code", "a".repeat(5000)), 400, "code_unknown"),
        (
            fresh().with("redirect_uri", "https://harbour.example/back/"),
            400,
            "redirect_uri_differs",
        ),
        (fresh().with("client_id", "kiosk"), 401, "client_id_differs"),
        (fresh().with("client_secret", "x"), 401, "secret_in_the_form"),
        (fresh().header("authorization", basic("harbour", "x")), 401, "two_authentications"),
    ] {
        front.refuses_counting(&call, status, reason, SPENT).await;
    }
    for name in fresh().names() {
        front.refuses(&fresh().doubled(&name), 400, "parameter_doubled").await;
        for odd in [&b"\0"[..], b"x\r\ny", b"\x7f"] {
            front.refuses(&fresh().with(&name, odd), 400, "control_character").await;
        }
        front.refuses(&fresh().with(&name, b"\xff\xfe"), 400, "parameter_misencoded").await;
        let (status, reason) = match name.as_str() {
            "client_assertion" => (401, "client_not_authenticated"),
            "client_assertion_type" => (401, "assertion_type_unknown"),
            _ => (400, "parameter_missing"),
        };
        front.refuses(&fresh().without(&name), status, reason).await;
        front.refuses(&fresh().with(&name, ""), status, reason).await;
    }
    let in_query = Call { path: format!("/token?{}", fresh().form()), ..Call::post("/token") };
    front.refuses(&in_query, 401, "client_not_authenticated").await;
    let now = front.census().await;
    only_counted(&before, &now, SPENT, "all of it");
    assert_eq!(front.send(&fresh()).await.status, 200, "no wrong try has used the code up");
}

async fn nobody_redeems_anothers_code(front: Front) {
    let (town, [harbour, kiosk]) = (&front.town, &front.parties);
    let li = front.li().await;
    let (of_harbour, of_kiosk) = (front.code(li, harbour).await, front.code(li, kiosk).await);
    for (thief, code) in [(kiosk, &of_harbour), (harbour, &of_kiosk)] {
        for back in [harbour.back, kiosk.back] {
            let stolen = thief.redeems(town, code).with("redirect_uri", back);
            front.refuses_counting(&stolen, 400, "code_of_another_client", SPENT).await;
        }
    }
    // Not even with the other's request beside it: the code is bound to who asked.
    let mixed = Code { verifier: of_kiosk.verifier.clone(), ..of_harbour.clone() };
    front.refuses_counting(&harbour.redeems(town, &mixed), 400, "code_verifier_wrong", SPENT).await;
    for (party, code) in [(harbour, &of_harbour), (kiosk, &of_kiosk)] {
        assert_eq!(front.send(&party.redeems(town, code)).await.status, 200);
    }
}

async fn nobody_proves_to_be_another(front: Front) {
    let (town, [harbour, kiosk]) = (&front.town, &front.parties);
    let li = front.li().await;
    let code = front.code(li, kiosk).await;
    let kiosks = kiosk.redeems(town, &code);
    let with =
        |header: &str| kiosks.clone().bare_of("authorization").header("authorization", header);
    let password = "a password of the kiosk";
    let signed_by_harbour = harbour.assertion(town, &json!({"iss": "kiosk", "sub": "kiosk"}));
    let asserted = harbour.prove(town, kiosks.clone()).with("client_assertion", signed_by_harbour);
    let in_two_headers = kiosks.clone().header("authorization", basic("kiosk", password));
    for (call, status, reason) in [
        (with(&basic("kiosk", "")), 401, "secret_wrong"),
        (with(&basic("kiosk", "a password of the kioskx")), 401, "secret_wrong"),
        (with(&basic("kiosk", &password[1..])), 401, "secret_wrong"),
        (with(&basic("harbour", password)), 401, "authentication_not_registered"),
        (with(&basic("nobody", password)), 401, "client_unknown"),
        (with("Basic"), 401, "basic_malformed"),
        (with("Basic ????"), 401, "basic_malformed"),
        (with("Basic a2lvc2s="), 401, "basic_malformed"),
        (with(&format!("Basic {}", "QUFB".repeat(16_000))), 401, "basic_malformed"),
        (with(&format!("Bearer {}", code.text)), 401, "basic_malformed"),
        (kiosks.clone().bare_of("authorization"), 401, "client_not_authenticated"),
        (in_two_headers, 400, "authorization_malformed"),
        (asserted, 401, "authentication_not_registered"),
    ] {
        let before = front.census().await;
        let answer = front.send(&call).await;
        let got = (answer.status, answer.code());
        assert_eq!(got, (status, reason.to_owned()), "{call:?}");
        assert_eq!(front.census().await, before);
    }
    assert_eq!(front.send(&kiosks).await.status, 200);
}

async fn an_assertion_that_does_not_fit_is_refused(front: Front) {
    let (town, harbour) = (&front.town, &front.parties[0]);
    let code = front.code(front.li().await, harbour).await;
    let now = town.platform.now().as_second();
    for (changes, reason) in [
        (json!({"aud": "https://harbour.example"}), "assertion_for_another"),
        (json!({"aud": ["https://id.example", "https://evil.example"]}), "assertion_for_another"),
        (json!({"exp": now}), "assertion_expired"),
        (json!({"exp": now + 301}), "assertion_too_long_lived"),
        (json!({"iat": now + 60}), "assertion_not_yet_valid"),
        (json!({"iss": "kiosk"}), "assertion_not_by_the_client"),
        (json!({"sub": "kiosk"}), "authentication_not_registered"),
        (json!({"sub": "nobody"}), "client_unknown"),
        (json!({"jti": ""}), "assertion_jti_malformed"),
        (json!({"jti": "j".repeat(129)}), "assertion_jti_malformed"),
        (json!({"jti": 7}), "assertion_malformed"),
    ] {
        let assertion = harbour.assertion(town, &changes);
        let call = harbour.redeems(town, &code).with("client_assertion", assertion);
        front.refuses(&call, 401, reason).await;
    }
    let good = harbour.assertion(town, &json!({}));
    let parts: Vec<_> = good.split('.').collect();
    let none = formats::base64url::encode(br#"{"alg":"none"}"#);
    for forged in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}.{}", parts[2]),
        format!("{good}="),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86)),
        "..".to_owned(),
        "a".repeat(60_000),
    ] {
        let call = harbour.redeems(town, &code).with("client_assertion", &forged);
        let before = front.census().await;
        let answer = front.send(&call).await;
        let known =
            ["assertion_malformed", "assertion_signature_wrong"].contains(&answer.code().as_str());
        assert!(answer.status == 401 && known, "{} to {forged:.80}", answer.code());
        assert_eq!(front.census().await, before);
    }
}

async fn what_was_used_once_is_used_up(front: Front) {
    let (town, [harbour, kiosk]) = (&front.town, &front.parties);
    let li = front.li().await;
    let (one, two) = (front.code(li, harbour).await, front.code(li, harbour).await);
    let call = harbour.redeems(town, &one);
    front.send(&call).await.let_in();
    let again = harbour.redeems(town, &two);
    let replayed = again.with("client_assertion", call.value("client_assertion"));
    front.refuses(&replayed, 401, "assertion_replayed").await;
    front.refuses(&call, 401, "assertion_replayed").await;

    let code = front.code(li, kiosk).await;
    let call = kiosk.redeems(town, &code);
    let told: serde_json::Value =
        serde_json::from_str(&front.send(&call).await.body).expect("JSON");
    let bearer = format!("Bearer {}", told["access_token"].as_str().expect("a token"));
    let ask = Call::get("/userinfo").header("authorization", bearer);
    front.send(&ask).await.let_in();
    // RFC 6749 §4.1.2: what a code bought is revoked when it comes again.
    front.refuses_counting(&call, 400, "code_reused", &["grants"]).await;
    front.refuses(&ask, 401, "token_revoked").await;
    front.refuses(&call, 400, "code_reused").await;
}

async fn a_code_does_not_outlive_its_minute_or_its_certificate(front: Front) {
    let (town, [harbour, kiosk]) = (&front.town, &front.parties);
    let wang = front.wang().await;
    let late = front.code(wang, harbour).await;
    town.world.pass(61);
    front.refuses_counting(&harbour.redeems(town, &late), 400, "code_expired", SPENT).await;

    let (locked, token) = (front.code(wang, kiosk).await, front.access_token(wang, kiosk).await);
    let ask = Call::get("/userinfo").header("authorization", format!("Bearer {token}"));
    front.send(&ask).await.let_in();
    wang.lock().await.expect("locked");
    front.refuses(&kiosk.redeems(town, &locked), 400, "certificate_unusable").await;
    front.refuses(&ask, 401, "token_revoked").await;

    let zhao = town.adult().enrol().await;
    let (gone, token) = (front.code(&zhao, kiosk).await, front.access_token(&zhao, kiosk).await);
    zhao.cancel().await.expect("gone");
    front.refuses(&kiosk.redeems(town, &gone), 400, "certificate_unusable").await;
    let ask = Call::get("/userinfo").header("authorization", format!("Bearer {token}"));
    front.refuses(&ask, 401, "token_revoked").await;
}
