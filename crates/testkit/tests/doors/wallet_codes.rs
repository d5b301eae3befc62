//! A wallet that the operator knows comes by itself: pushes, has its person agree, redeems, and is handed certificates; then the same
//! with another's key, code or verifier, and twice.

use formats::SigningKey;
use protocol::issuance::Configuration;
use protocol::issuance::wallet::KeyDemands;
use serde_json::{Value, json};
use url::Url;
use yinzheng_testkit::{ISSUER, KeyHolder};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;
use crate::known_wallets::{BACK, Known, VERIFIER, pocket, query, request, value};

crate::told!(
    a_wallet_comes_by_itself,
    what_wallets_need_is_published,
    a_person_may_say_no,
    whoever_is_not_signed_in_comes_back_to_the_page,
    a_code_is_for_its_wallet_its_key_its_verifier_and_once,
);

/// Every endpoint that stories here attack.
pub(crate) const WALLET_CODES: &[(&str, &str)] =
    &[("GET", "/me/wallet/take"), ("POST", "/me/wallet/take")];

async fn a_wallet_comes_by_itself(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let code = known.code("pocket", &[known.dpop(&key, "/par")]).await;
    let told = known.redeems("pocket", &code, &[known.dpop(&key, "/token")]).await;
    let pocket = pocket(&known, &key, &told);
    assert_eq!(pocket.receives(3).await.len(), 3);
    // The scope named one form, and the token is for no other.
    let keys = [SigningKey::generate()];
    let form = Configuration::Code(formats::Suite::International);
    let refused = pocket.sends(&known.front.town.asks_for(form, &keys)).await.expect("no fault");
    assert!(refused.is_err(), "the token is for another form");

    // By authorization_details, and then by identifier.
    let details = json!([{"type": "openid_credential", "credential_configuration_id": form.id()}]);
    let form_text = format!(
        "{}&{}",
        request("pocket"),
        query(&[("authorization_details", &details.to_string())])
    );
    let pushed = known.posts("/par", &[known.dpop(&key, "/par")], &form_text).await;
    let back = known.answers(&known.asks("pocket", &pushed).await, "approve").await;
    let code = value(&back, "code").expect("a code");
    let told = known.redeems("pocket", &code, &[known.dpop(&key, "/token")]).await;
    let granted = told.json()["authorization_details"].clone();
    assert_eq!(granted[1]["credential_identifiers"][0], form.id());
    let pocket = self::pocket(&known, &key, &told);
    let body = known.front.town.asks_for(form, &keys);
    assert!(pocket.sends(&body).await.is_err(), "it has to name the identifier");
    let body = body.replace("credential_configuration_id", "credential_identifier");
    let handed = pocket.sends(&body).await.expect("no fault").expect("let in");
    assert_eq!(handed.codes().count(), 1);
}

async fn what_wallets_need_is_published(front: Front) {
    let path = "/.well-known/oauth-authorization-server";
    let methods = |metadata: &Value| metadata["token_endpoint_auth_methods_supported"].to_string();
    let without = front.send(&Call::get(path)).await.json();
    assert!(!methods(&without).contains("attest") && !methods(&without).contains("none"));
    let known = Known::new(front, KeyDemands::default());
    let with = known.front.send(&Call::get(path)).await.json();
    assert!(methods(&with).contains("\"none\",\"attest_jwt_client_auth\""), "{}", methods(&with));
    assert_eq!(with["authorization_details_types_supported"][1], "openid_credential");
}

async fn a_person_may_say_no(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let page =
        known.asks("pocket", &known.pushes("pocket", &[known.dpop(&key, "/par")]).await).await;
    let before = known.front.census().await;
    for decision in ["decline", "perhaps"] {
        let back = known.answers(&page, decision).await;
        assert_eq!(value(&back, "error").as_deref(), Some("access_denied"));
        assert_eq!(value(&back, "code"), None);
    }
    let session = &known.front.li().await.session;
    let mut browser = Browser::signed_in(&known.front, session);
    let form = browser.form(&known.front, &page, "/me/wallet/take").await;
    let forged = browser.dress(form.clone().with("ticket", "AAAA").with("decision", "approve"));
    assert_eq!(known.front.send(&forged).await.status, 403);
    let another = browser.dress(form.with("asked", "AAAA").with("decision", "approve"));
    assert!(matches!(known.front.send(&another).await.status, 400 | 403));
    assert_eq!(known.front.census().await.count("statuses"), before.count("statuses"));
    known.front.town.world.pass(31 * 60);
    let late = browser.dress(Call::get(page));
    assert!(known.front.send(&late).await.status >= 400, "the page was open too long");
}

async fn whoever_is_not_signed_in_comes_back_to_the_page(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let page =
        known.asks("pocket", &known.pushes("pocket", &[known.dpop(&key, "/par")]).await).await;
    let sent = known.front.send(&Call::get(page.clone())).await;
    assert_eq!(sent.status, 303);
    let to: Url = format!("{ISSUER}{}", sent.header("location")).parse().expect("an address");
    assert_eq!((to.path(), value(&to, "to")), ("/sign-in", Some(page.clone())));
    let posted = Call::post("/me/wallet/take").with("ticket", "AAAA").with("decision", "approve");
    assert!(known.front.send(&posted).await.status >= 400);
    // What is not a wallet's request is nobody's.
    for query in ["client_id=pocket", "client_id=pocket&request_uri=urn:x", &request("pocket")] {
        assert_eq!(known.front.send(&Call::get(format!("/authorize?{query}"))).await.status, 400);
    }
    let other = known.pushes("pocket", &[known.dpop(&key, "/par")]).await.json();
    let reference = other["request_uri"].as_str().expect("a reference");
    let another = query(&[("client_id", "vault-pocket"), ("request_uri", reference)]);
    assert_eq!(known.front.send(&Call::get(format!("/authorize?{another}"))).await.status, 400);
    known.front.town.world.pass(61);
    let late = query(&[("client_id", "pocket"), ("request_uri", reference)]);
    assert_eq!(known.front.send(&Call::get(format!("/authorize?{late}"))).await.status, 400);
}

async fn a_code_is_for_its_wallet_its_key_its_verifier_and_once(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let code = known.code("pocket", &[known.dpop(&key, "/par")]).await;
    let thief = KeyHolder::new();
    let reason = |answer: &Answer| answer.json()["reason"].as_str().expect("a reason").to_owned();
    let stolen = known.redeems("pocket", &code, &[known.dpop(&thief, "/token")]).await;
    assert_eq!(reason(&stolen), "wallet_code_unknown");
    assert_eq!(reason(&known.redeems("pocket", &code, &[]).await), "dpop_missing");
    let form = |name: &str, value: &str| {
        let mut pairs = [
            ("grant_type", "authorization_code"),
            ("client_id", "pocket"),
            ("code", code.as_str()),
            ("code_verifier", VERIFIER),
            ("redirect_uri", BACK),
        ];
        pairs.iter_mut().filter(|(known, _)| *known == name).for_each(|pair| pair.1 = value);
        query(&pairs)
    };
    for (name, value, why) in [
        ("code_verifier", &"a".repeat(43) as &str, "wallet_code_unknown"),
        ("redirect_uri", "https://pocket.example/other", "wallet_code_unknown"),
        ("code", "AAAA", "wallet_code_unknown"),
        ("grant_type", "client_credentials", "wallet_grant_type"),
    ] {
        let headers = [known.dpop(&key, "/token")];
        let answer = known.posts("/token", &headers, &form(name, value)).await;
        assert_eq!(reason(&answer), why, "{name}");
    }
    // A relying party's client does not redeem it, either.
    let other = form("client_id", known.front.parties[0].id);
    assert!(known.posts("/token", &[known.dpop(&key, "/token")], &other).await.status >= 400);
    let told = known.redeems("pocket", &code, &[known.dpop(&key, "/token")]).await;
    let pocket = pocket(&known, &key, &told);
    assert_eq!(pocket.receives(1).await.len(), 1);
    // Whoever has a code and not what belongs to it ends nothing.
    let stolen = known.redeems("pocket", &code, &[known.dpop(&thief, "/token")]).await;
    assert_eq!(reason(&stolen), "wallet_code_unknown");
    assert_eq!(pocket.receives(1).await.len(), 1);
    // Shown again with everything, one of the two is a thief: the token is over.
    let again = known.redeems("pocket", &code, &[known.dpop(&key, "/token")]).await;
    assert_eq!(reason(&again), "wallet_code_unknown");
    assert_eq!(pocket.refused(&[SigningKey::generate()]).await, "token_revoked");
    let late = known.code("pocket", &[known.dpop(&key, "/par")]).await;
    known.front.town.world.pass(61);
    let late = known.redeems("pocket", &late, &[known.dpop(&key, "/token")]).await;
    assert_eq!(reason(&late), "wallet_code_unknown");
}
