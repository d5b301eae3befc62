//! The doors of wallets that carry credentials: walked once honestly, then without what is needed, with odd bodies, others'
//! keys, and proofs that were used.

use axum::body::Body;
use formats::{
    EncryptionKey, OpeningKey, SigningKey, UnopenedJwe,
    jwe::{self, ContentEncryption, KeyAlgorithm},
    sd_jwt::UnverifiedCredential,
};
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
    what_became_of_credentials_is_heard_of_whoever_holds_the_token,
    whoever_encrypts_is_answered_encrypted,
    what_comes_later_is_told_with_its_own_status,
    what_comes_later_is_for_whoever_asked,
);

/// Every endpoint that stories here attack.
pub(crate) const CREDENTIALS: &[(&str, &str)] = &[
    ("POST", "/credential-nonce"),
    ("POST", "/credential"),
    ("POST", "/deferred-credential"),
    ("POST", "/credential-notification"),
];

const JSON: Option<&str> = Some("application/json");
const JWT: Option<&str> = Some("application/jwt");

async fn asks(front: &Front, pocket: &Pocket, kind: Option<&str>, body: &[u8]) -> Answer {
    sends(front, pocket, "/credential", kind, body).await
}

async fn sends(
    front: &Front,
    pocket: &Pocket,
    path: &str,
    kind: Option<&str>,
    body: &[u8],
) -> Answer {
    let proof = pocket.key.proof(&front.town, "POST", path, Some(&pocket.token));
    proving(front, pocket, proof, path, kind, body).await
}

async fn proving(
    front: &Front,
    pocket: &Pocket,
    proof: String,
    path: &str,
    kind: Option<&str>,
    body: &[u8],
) -> Answer {
    let call = Call::post(path)
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
        answer.refused(401, code);
    }
    thief.key = KeyHolder::new();
    // RFC 9449 §7.1: "the protected resource … responds with the 401 (Unauthorized) status code", and says in what it lacks.
    let answer = asks(&front, &thief, JSON, body.as_bytes()).await;
    answer.refused(401, "dpop_another_key");
    assert!(answer.header("www-authenticate").contains("error=\"invalid_dpop_proof\""));
    let proof = json!({ "nonce": "mine" });
    let proof =
        thief.key.proof_with(&front.town, "POST", "/credential", Some(&thief.token), &proof);
    let answer = proving(&front, &thief, proof, "/credential", JSON, body.as_bytes()).await;
    answer.refused(401, "dpop_nonce_wanted");
    assert!(answer.header("www-authenticate").contains("error=\"use_dpop_nonce\""));
    assert!(!answer.header("dpop-nonce").is_empty());
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

async fn what_became_of_credentials_is_heard_of_whoever_holds_the_token(front: Front) {
    let path = "/credential-notification";
    let pocket = front.li().await.pocket().await;
    let keys = [SigningKey::generate()];
    let handed =
        asks(&front, &pocket, JSON, front.town.asks_for_credentials(&keys).as_bytes()).await;
    let id = text(&handed, "notification_id");
    let said = |id: &str, event: &str| json!({"notification_id": id, "event": event}).to_string();
    let before = front.census().await;
    let accepted = said(&id, "credential_accepted");
    for _ in 0..2 {
        let heard = sends(&front, &pocket, path, JSON, accepted.as_bytes()).await;
        assert_eq!((heard.status, heard.body.as_str()), (204, ""));
    }
    let deleted = said(&id, "credential_deleted");
    assert_eq!(sends(&front, &pocket, path, JSON, deleted.as_bytes()).await.status, 204);
    assert_eq!(front.census().await.count("statuses"), before.count("statuses"));
    for (kind, body, reason) in [
        (JSON, said("AAAA", "credential_accepted"), "notification_unknown"),
        (JSON, said(&id, "credential_eaten"), "notification_malformed"),
        (JSON, String::new(), "notification_malformed"),
        (Some(FORM), accepted.clone(), "body_kind"),
    ] {
        let answer = sends(&front, &pocket, path, kind, body.as_bytes()).await;
        assert_eq!(answer.json()["reason"], reason, "{}", answer.body);
    }
    let other = front.town.enrolled(40).await.pocket().await;
    let answer = sends(&front, &other, path, JSON, accepted.as_bytes()).await;
    assert_eq!(answer.json()["error"], "invalid_notification_id", "another person's");
    let bare = Call::post(path).request_with(JSON, Body::from(accepted.clone()));
    front.ask(bare).await.refused(401, "token_missing");
    front.town.world.pass(601);
    let late = sends(&front, &pocket, path, JSON, accepted.as_bytes()).await;
    late.refused(401, "token_expired");
}

/// The key of the platform's to which requests are encrypted.
async fn published(front: &Front) -> EncryptionKey {
    let metadata = front.send(&Call::get("/.well-known/openid-credential-issuer")).await.json();
    let published = metadata["credential_request_encryption"]["jwks"]["keys"][0].clone();
    serde_json::from_value(published).expect("a key")
}

/// A wallet's own key, as a request names it.
fn jwk(own: &OpeningKey) -> Value {
    let mut jwk = serde_json::to_value(own.public()).expect("JSON");
    jwk["alg"] = json!("ECDH-ES");
    jwk
}

fn seal(plain: &str, key: &EncryptionKey) -> String {
    let (alg, enc) = (KeyAlgorithm::EcdhEs, ContentEncryption::A128Gcm);
    let form = jwe::Form { alg, enc, typ: "", cty: "" };
    jwe::encrypt(key, &form, |bytes| bytes.fill(7), plain.as_bytes()).expect("sealed")
}

async fn whoever_encrypts_is_answered_encrypted(front: Front) {
    let pocket = front.li().await.pocket().await;
    let published = published(&front).await;
    let own = OpeningKey::generate("own");
    let own_jwk = jwk(&own);
    let asked = |encrypted: bool| {
        let keys = [SigningKey::generate(), SigningKey::generate()];
        let body = front.town.asks_for_credentials(&keys);
        let mut body: Value = serde_json::from_str(&body).expect("JSON");
        if encrypted {
            body["credential_response_encryption"] = json!({"jwk": own_jwk, "enc": "A256GCM"});
        }
        body.to_string()
    };
    let sealed = asks(&front, &pocket, JWT, seal(&asked(true), &published).as_bytes()).await;
    assert_eq!((sealed.status, sealed.header("content-type")), (200, "application/jwt"));
    let opened = UnopenedJwe::parse(&sealed.body, 256 * 1024).expect("a JWE").open(&own);
    let handed: Value = serde_json::from_slice(opened.expect("ours").expose()).expect("JSON");
    assert_eq!(handed["credentials"].as_array().expect("credentials").len(), 2);
    let open = asks(&front, &pocket, JWT, seal(&asked(false), &published).as_bytes()).await;
    assert_eq!(open.json()["credentials"].as_array().expect("credentials").len(), 2);
    let stranger = OpeningKey::generate("stranger");
    for (kind, body, reason) in [
        (JSON, asked(true), "credential_request_not_encrypted"),
        (JWT, asked(false), "credential_request_unopened"),
        (JWT, seal(&asked(true), stranger.public()), "credential_request_unopened"),
        (JWT, seal("{}", &published), "credential_request_malformed"),
    ] {
        let answer = asks(&front, &pocket, kind, body.as_bytes()).await;
        assert_eq!(answer.json()["reason"], reason, "{}", answer.body);
    }
}

async fn what_comes_later_is_told_with_its_own_status(front: Front) {
    let path = "/deferred-credential";
    let front = front.signing(1);
    let pocket = front.li().await.pocket().await;
    let ask = || front.town.asks_for_credentials(&[SigningKey::generate(), SigningKey::generate()]);
    let first = asks(&front, &pocket, JSON, ask().as_bytes()).await;
    assert_eq!((first.status, first.json()["transaction_id"].is_null()), (200, true));
    let later = asks(&front, &pocket, JSON, ask().as_bytes()).await;
    assert_eq!((later.status, later.header("cache-control")), (202, "no-store"));
    assert_eq!(
        (later.json()["interval"].clone(), later.json()["credentials"].is_null()),
        (json!(2), true)
    );
    assert!(later.json()["notification_id"].is_null());
    let wanted = json!({"transaction_id": text(&later, "transaction_id")});
    let early = sends(&front, &pocket, path, JSON, wanted.to_string().as_bytes()).await;
    assert_eq!((early.status, early.json()), (202, later.json()));
    front.town.world.pass(2);
    let own = OpeningKey::generate("own");
    let mut sealed = wanted.clone();
    sealed["credential_response_encryption"] = json!({"jwk": jwk(&own), "enc": "A256GCM"});
    let bare = sends(&front, &pocket, path, JSON, sealed.to_string().as_bytes()).await;
    assert_eq!(bare.json()["reason"], "credential_request_not_encrypted");
    let sealed = seal(&sealed.to_string(), &published(&front).await);
    let handed = sends(&front, &pocket, path, JWT, sealed.as_bytes()).await;
    assert_eq!((handed.status, handed.header("content-type")), (200, "application/jwt"));
    let opened = UnopenedJwe::parse(&handed.body, 256 * 1024).expect("a JWE").open(&own);
    let handed: Value = serde_json::from_slice(opened.expect("ours").expose()).expect("JSON");
    assert_eq!(handed["credentials"].as_array().expect("credentials").len(), 2);
    assert!(handed["notification_id"].is_null());
    let again = sends(&front, &pocket, path, JSON, wanted.to_string().as_bytes()).await;
    assert_eq!(
        (again.status, again.json()["error"].clone()),
        (400, json!("invalid_transaction_id"))
    );
}

async fn what_comes_later_is_for_whoever_asked(front: Front) {
    let path = "/deferred-credential";
    let front = front.signing(1);
    let pocket = front.li().await.pocket().await;
    let first = front.town.asks_for_credentials(&[SigningKey::generate(), SigningKey::generate()]);
    asks(&front, &pocket, JSON, first.as_bytes()).await.let_in();
    let body = front.town.asks_for_credentials(&[SigningKey::generate()]);
    let later = asks(&front, &pocket, JSON, body.as_bytes()).await;
    assert_eq!(later.status, 202, "{}", later.body);
    front.town.world.pass(60);
    let before = front.census().await.count("statuses");
    let wanted = json!({"transaction_id": text(&later, "transaction_id")}).to_string();
    let bare = Call::post(path).request_with(JSON, Body::from(wanted.clone()));
    front.ask(bare).await.refused(401, "token_missing");
    let proof = pocket.key.proof(&front.town, "POST", "/credential", Some(&pocket.token));
    let elsewhere = proving(&front, &pocket, proof, path, JSON, wanted.as_bytes()).await;
    assert_eq!(elsewhere.status, 401, "a proof is for one address");
    let mut thief = front.li().await.pocket().await;
    let other = sends(&front, &thief, path, JSON, wanted.as_bytes()).await;
    assert_eq!(other.json()["reason"], "transaction_unknown");
    thief.token.clone_from(&pocket.token);
    sends(&front, &thief, path, JSON, wanted.as_bytes()).await.refused(401, "dpop_another_key");
    for (kind, body, reason) in [
        (JSON, "", "deferred_request_malformed"),
        (JSON, "[]", "deferred_request_malformed"),
        (JSON, r#"{"transaction_id":1}"#, "deferred_request_malformed"),
        (JSON, r#"{"transaction_id":"AAAA"}"#, "transaction_unknown"),
        (Some(FORM), wanted.as_str(), "body_kind"),
        (None, wanted.as_str(), "body_kind"),
        (JWT, wanted.as_str(), "credential_request_unopened"),
    ] {
        let answer = sends(&front, &pocket, path, kind, body.as_bytes()).await;
        assert_eq!(answer.json()["reason"], reason, "{}", answer.body);
    }
    assert_eq!(front.census().await.count("statuses"), before);
    assert_eq!(sends(&front, &pocket, path, JSON, wanted.as_bytes()).await.status, 200);
}
