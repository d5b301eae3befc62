//! Clients that register themselves: once honestly, then with others' tokens, odd bodies, and where it is not offered.

use axum::body::Body;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::front::Front;
use crate::party::basic;

crate::told!(
    a_registration_lives_its_life,
    nobody_manages_anothers,
    odd_registrations_are_refused,
    a_registered_client_is_what_it_registered,
);

/// Every endpoint that stories here attack.
pub(crate) const REGISTERING: &[(&str, &str)] = &[
    ("POST", "/register"),
    ("GET", "/register/{client_id}"),
    ("PUT", "/register/{client_id}"),
    ("DELETE", "/register/{client_id}"),
];

const JSON: Option<&str> = Some("application/json");

async fn send(
    front: &Front,
    method: &'static str,
    path: &str,
    token: &str,
    body: &Value,
) -> Answer {
    let mut call = Call::post(path);
    call.method = method;
    if !token.is_empty() {
        call = call.header("authorization", format!("Bearer {token}"));
    }
    front.ask(call.request_with(JSON, Body::from(body.to_string()))).await
}

fn plain() -> Value {
    json!({ "redirect_uris": ["https://new.example/back"], "client_name": "New" })
}

/// What a registration was answered, and where it is managed.
async fn registered(front: &Front) -> (Value, String, String) {
    let answer = send(front, "POST", "/register", "", &plain()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let told = answer.json();
    let text = |name: &str| told[name].as_str().expect("a text").to_owned();
    let path = text("registration_client_uri").replace(yinzheng_testkit::ISSUER, "");
    let token = text("registration_access_token");
    (told, path, token)
}

async fn a_registration_lives_its_life(front: Front) {
    let (told, path, token) = registered(&front).await;
    assert_eq!(told["token_endpoint_auth_method"], "client_secret_basic");
    assert!(told["client_secret"].is_string());
    let shown = send(&front, "GET", &path, &token, &json!({})).await;
    shown.let_in();
    assert_eq!(shown.json().get("client_secret"), None, "told once");
    assert_eq!(shown.json()["redirect_uris"], told["redirect_uris"]);

    let mut changed = plain();
    changed["client_id"] = told["client_id"].clone();
    changed["redirect_uris"] = json!(["https://new.example/other"]);
    let answer = send(&front, "PUT", &path, &token, &changed).await;
    answer.let_in();
    assert_eq!(answer.json()["redirect_uris"], changed["redirect_uris"]);
    assert_ne!(answer.json()["client_secret"], told["client_secret"]);

    let gone = send(&front, "DELETE", &path, &token, &json!({})).await;
    assert_eq!((gone.status, gone.body.as_str()), (204, ""));
    for method in ["GET", "PUT", "DELETE"] {
        let after = send(&front, method, &path, &token, &changed).await;
        after.refused(401, "registration_token_unknown");
    }
}

async fn nobody_manages_anothers(front: Front) {
    let (mine, my_path, my_token) = registered(&front).await;
    let (_, path, _) = registered(&front).await;
    let unknown = "/register/sandbox-nobody".to_owned();
    let admitted = format!("/register/{}", front.parties[0].id);
    let before = front.census().await;
    let mut body = plain();
    for at in [&path, &unknown, &admitted] {
        body["client_id"] = json!(at.rsplit('/').next());
        for method in ["GET", "PUT", "DELETE"] {
            let answer = send(&front, method, at, &my_token, &body).await;
            answer.refused(401, "registration_token_unknown");
            send(&front, method, at, "", &body).await.refused(401, "token_missing");
        }
    }
    for token in ["A", &my_token[1..], &format!("{my_token}A")] {
        let answer = send(&front, "GET", &my_path, token, &body).await;
        answer.refused(401, "registration_token_unknown");
    }
    // Nor does a change make one client another.
    body["client_id"] = json!("harbour");
    let answer = send(&front, "PUT", &my_path, &my_token, &body).await;
    answer.refused(400, "client_id_not_ones_own");
    body["client_id"] = mine["client_id"].clone();
    let answer = send(&front, "POST", "/register", "", &body).await;
    answer.refused(400, "client_id_not_ones_own");
    assert_eq!(front.census().await, before);
}

async fn odd_registrations_are_refused(front: Front) {
    let before = front.census().await;
    let with = |name: &str, value: Value| {
        let mut body = plain();
        body[name] = value;
        body
    };
    for (body, reason) in [
        (json!([]), "registration_malformed"),
        (json!({}), "redirect_uri_malformed"),
        (with("redirect_uris", json!(["javascript:alert(1)"])), "redirect_uri_malformed"),
        (with("jwks_uri", json!("http://169.254.169.254/")), "jwks_uri_not_taken"),
        (with("subject_type", json!("public")), "metadata_not_offered"),
        (with("token_endpoint_auth_method", json!("none")), "authentication_method_unfit"),
        (with("client_name", json!("a\nb")), "registration_malformed"),
        (with("yinzheng_scenes", json!([{ "scene": "spy" }])), "scene_not_declared"),
        (with("pad", json!("a".repeat(20_000))), "registration_malformed"),
    ] {
        send(&front, "POST", "/register", "", &body).await.refused(400, reason);
    }
    let over =
        with("yinzheng_scenes", json!([{ "scene": "log_in", "attributes": ["age_over_18"] }]));
    assert_eq!(send(&front, "POST", "/register", "", &over).await.status, 400);
    for kind in [None, Some("text/plain"), Some("application/jsonp"), Some(crate::call::FORM)] {
        let body = Body::from(plain().to_string());
        let answer = front.ask(Call::post("/register").request_with(kind, body)).await;
        answer.refused(415, "body_kind");
    }
    assert_eq!(front.census().await, before);
}

async fn a_registered_client_is_what_it_registered(front: Front) {
    let (told, _, _) = registered(&front).await;
    let (id, secret) = (told["client_id"].as_str(), told["client_secret"].as_str());
    let (id, secret) = (id.expect("an id"), secret.expect("a secret"));
    let about = Call::post("/introspect").with("token", "x");
    let proves = |secret: &str| about.clone().header("authorization", basic(id, secret));
    front.send(&proves(secret)).await.let_in();
    front.send(&proves("x")).await.refused(401, "secret_wrong");
}
