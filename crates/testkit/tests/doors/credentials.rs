//! The doors of wallets that carry credentials: walked once honestly, then without what is needed, with odd bodies, others'
//! keys, and proofs that were used.

use axum::body::Body;
use formats::{SigningKey, sd_jwt::UnverifiedCredential};
use serde_json::{Value, json};
use yinzheng_testkit::{KeyHolder, Pocket};

use crate::answer::Answer;
use crate::call::{Call, FORM};
use crate::front::Front;

crate::told!(
    a_wallet_is_handed_credentials,
    what_is_published_can_be_kept_by_anybody,
    nothing_is_handed_out_without_a_token,
    odd_requests_are_refused,
    a_proof_of_the_token_is_good_once,
    a_list_has_one_address,
);

/// Every endpoint that stories here attack.
pub(crate) const CREDENTIALS: &[(&str, &str)] =
    &[("POST", "/credential-nonce"), ("POST", "/credential")];

const JSON: Option<&str> = Some("application/json");

async fn asks(front: &Front, pocket: &Pocket, kind: Option<&str>, body: &[u8]) -> Answer {
    let proof = pocket.key.proof(&front.town, "POST", "/credential", Some(&pocket.token));
    let call = Call::post("/credential")
        .header("authorization", format!("DPoP {}", pocket.token))
        .header("dpop", proof);
    front.ask(call.request_with(kind, Body::from(body.to_vec()))).await
}

fn text(answer: &Answer, name: &str) -> String {
    answer.json()[name].as_str().expect("a text").to_owned()
}

async fn a_wallet_is_handed_credentials(front: Front) {
    let li = front.li().await;
    let offer = li.offers().await.expect("an offer");
    let key = KeyHolder::new();
    let proof = key.proof(&front.town, "POST", "/token", None);
    let call = Call::post("/token").header("dpop", proof);
    let told = front.ask(call.request_with(Some(FORM), Body::from(offer.form()))).await;
    told.let_in();
    assert_eq!(told.header("cache-control"), "no-store");
    assert_eq!(
        (text(&told, "token_type").as_str(), told.header("dpop-nonce").is_empty()),
        ("DPoP", false)
    );
    let token = text(&told, "access_token");
    let nonce = front.send(&Call::post("/credential-nonce")).await;
    nonce.let_in();
    assert_eq!(nonce.header("cache-control"), "no-store");
    assert!(!text(&nonce, "c_nonce").is_empty());
    let pocket = li.pocket().await;
    let keys = [SigningKey::generate(), SigningKey::generate()];
    let body = front.town.asks_for_credentials(&keys);
    let answer = asks(&front, &pocket, JSON, body.as_bytes()).await;
    answer.let_in();
    assert_eq!(answer.header("cache-control"), "no-store");
    let handed = answer.json();
    let texts = handed["credentials"].as_array().expect("credentials");
    assert_eq!(texts.len(), 2);
    for text in texts {
        UnverifiedCredential::parse(text["credential"].as_str().expect("text")).expect("one");
    }
    assert!(!token.is_empty() && token != pocket.token);
}

async fn what_is_published_can_be_kept_by_anybody(front: Front) {
    let list = front.send(&Call::get("/status/0")).await;
    list.let_in();
    assert_eq!(list.header("content-type"), "application/statuslist+jwt");
    assert_eq!(list.header("cache-control"), "public, max-age=120");
    assert_eq!(list.header("access-control-allow-origin"), "*");
    let metadata = front.send(&Call::get("/.well-known/openid-credential-issuer")).await.json();
    assert_eq!(metadata["credential_issuer"], yinzheng_testkit::ISSUER);
    let call =
        Call::get("/.well-known/openid-credential-issuer").header("accept", "application/jwt");
    let signed = front.send(&call).await;
    assert_eq!(signed.header("content-type"), "application/jwt");
    let keys = front.send(&Call::get("/.well-known/jwt-vc-issuer")).await.json();
    let set = formats::JwkSet::parse(&keys["jwks"].to_string()).expect("a set");
    let jws = formats::UnverifiedJws::parse(&signed.body, 64 * 1024).expect("a JWS");
    let jws = jws.expect_typ("openidvci-issuer-metadata+jwt").expect("of that type");
    let key = set.find(jws.unverified_header().kid.as_deref()).expect("a published key");
    let claims = jws.verify::<Value>(key.verifying_key()).expect("signed");
    assert_eq!(claims["credential_endpoint"], metadata["credential_endpoint"]);
    let kind = front.send(&Call::get("/credentials/net-certificate")).await.json();
    let configured = &metadata["credential_configurations_supported"]["net-certificate"];
    assert_eq!(kind["vct"], configured["vct"]);
}

async fn nothing_is_handed_out_without_a_token(front: Front) {
    let mut thief = front.li().await.pocket().await;
    let body = front.town.asks_for_credentials(&[SigningKey::generate()]);
    let before = front.census().await;
    let bare = Call::post("/credential").request_with(JSON, Body::from(body.clone()));
    let answer = front.ask(bare).await;
    answer.refused(401, "token_missing");
    assert!(answer.header("www-authenticate").contains("DPoP"));
    for (authorization, code) in [
        (format!("Bearer {}", thief.token), "token_scheme_wrong"),
        (format!("DPoP {}", thief.token), "dpop_missing"),
        ("DPoP AAAA".to_owned(), "token_unknown"),
    ] {
        let call = Call::post("/credential").header("authorization", authorization);
        let answer = front.ask(call.request_with(JSON, Body::from(body.clone()))).await;
        assert_eq!(answer.code(), code);
        assert!(matches!(answer.status, 400 | 401), "{}", answer.status);
    }
    thief.key = KeyHolder::new();
    let answer = asks(&front, &thief, JSON, body.as_bytes()).await;
    assert_eq!(answer.code(), "dpop_another_key");
    // A relying party's token opens nothing here, nor this one anything there.
    let token = front.access_token(front.li().await, &front.parties[1]).await;
    let call = Call::post("/credential").header("authorization", format!("Bearer {token}"));
    front.ask(call.request_with(JSON, Body::from(body))).await.refused(401, "token_unknown");
    let call = Call::get("/userinfo").header("authorization", format!("DPoP {}", thief.token));
    front.send(&call).await.refused(401, "token_unknown");
    assert_eq!(front.census().await.count("statuses"), before.count("statuses"));
}

async fn odd_requests_are_refused(front: Front) {
    let pocket = front.li().await.pocket().await;
    let good = front.town.asks_for_credentials(&[SigningKey::generate()]);
    let twice = SigningKey::generate();
    let twice = front.town.asks_for_credentials([&twice, &twice]);
    let keys: Vec<_> = (0..51).map(|_| SigningKey::generate()).collect();
    let many = front.town.asks_for_credentials(&keys);
    let before = front.census().await.count("statuses");
    for (kind, body, error) in [
        (Some(FORM), good.as_bytes(), "body_kind"),
        (None, good.as_bytes(), "body_kind"),
        (JSON, &b""[..], "credential_request_malformed"),
        (JSON, &b"\xff\xfe"[..], "body_unreadable"),
        (JSON, &b"[]"[..], "credential_request_malformed"),
        (
            JSON,
            good.replace("net-certificate", "mdl").as_bytes(),
            "credential_configuration_unknown",
        ),
        (
            JSON,
            json!({"credential_configuration_id": "net-certificate"}).to_string().as_bytes(),
            "proofs_missing",
        ),
        (JSON, twice.as_bytes(), "proof_key_repeated"),
        (JSON, many.as_bytes(), "proofs_missing"),
        (JSON, good.replace(".ey", ".eY").as_bytes(), "proof_invalid"),
    ] {
        let answer = asks(&front, &pocket, kind, body).await;
        let said = answer.json();
        assert_eq!(said["reason"], error, "{}", answer.body);
        assert!(matches!(answer.status, 400 | 415), "{}", answer.status);
    }
    front.town.world.pass(301);
    let stale = asks(&front, &pocket, JSON, good.as_bytes()).await;
    assert_eq!(stale.json()["reason"], "proof_invalid", "proofs and nonces are of now");
    assert_eq!(front.census().await.count("statuses"), before);
}

async fn a_proof_of_the_token_is_good_once(front: Front) {
    let pocket = front.li().await.pocket().await;
    let body = front.town.asks_for_credentials(&[SigningKey::generate()]);
    let proof = pocket.key.proof(&front.town, "POST", "/credential", Some(&pocket.token));
    let call = Call::post("/credential")
        .header("authorization", format!("DPoP {}", pocket.token))
        .header("dpop", proof);
    let ask = || call.request_with(JSON, Body::from(body.clone()));
    front.ask(ask()).await.let_in();
    assert_eq!(front.ask(ask()).await.code(), "dpop_replayed");
}

async fn a_list_has_one_address(front: Front) {
    for odd in ["00", "+0", "-1", "1", "4294967296", "x", "0%20", ""] {
        let answer = front.send(&Call::get(format!("/status/{odd}"))).await;
        assert_eq!(answer.status, 404, "{odd}");
    }
}
