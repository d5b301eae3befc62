//! Stories of the relying parties against a tiny platform on a loopback port, honest or not as each story wants it.

mod by_wallet;
mod hotel;
mod insurer;
mod museum;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get as route_get, post as route_post};
use axum::{Json, Router};
use formats::mac::sha256;
use formats::{Secret, SigningKey, UnverifiedJws, base64url, jws};
use serde_json::{Value, json};
use url::Url;

use super::{Credentials, RelyingParty};
use crate::calls::{Answer, send};
use crate::clock::Clock;

const ANNA: &str = "annaannaannaannaannaannaannaanna";
/// The year 2100: the client library reads the real clock.
/// The code that [`RelyingParty::organisation`] has here.
const ORGANISATION: &str = "91110000MA00000B17";
const NOT_YET: i64 = 4_102_444_800;

/// What the platform will say, and what it was asked.
struct Platform {
    issuer: String,
    key: SigningKey,
    claims: BTreeMap<String, Value>,
    userinfo: Value,
    asked: Vec<(Option<String>, BTreeMap<String, String>)>,
    /// Errors for those who ask for tokens, the next one last.
    refusing: Vec<&'static str>,
    /// What is told in clear, sealed.
    plain: String,
}

#[derive(Clone)]
struct Stage {
    platform: Arc<Mutex<Platform>>,
    router: Router,
    client_key: SigningKey,
}

impl Stage {
    async fn airline() -> Self {
        let key = SigningKey::generate();
        Self::new(key.clone(), Credentials::Key(key), RelyingParty::airline).await
    }

    async fn shop() -> Self {
        let secret = Credentials::Secret(Secret::new("a secret: with+signs".to_owned()));
        Self::new(SigningKey::generate(), secret, RelyingParty::shop).await
    }

    async fn new(
        client_key: SigningKey,
        credentials: Credentials,
        open: impl FnOnce(RelyingParty) -> Result<Router, super::Unusable>,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let platform = Arc::new(Mutex::new(Platform {
            issuer: issuer.clone(),
            key: SigningKey::generate(),
            claims: BTreeMap::new(),
            userinfo: json!({"sub": ANNA, "result": "passed"}),
            asked: Vec::new(),
            refusing: Vec::new(),
            plain: String::new(),
        }));
        let doors = Router::new()
            .route("/.well-known/openid-configuration", route_get(discovery))
            .route("/jwks", route_get(jwks))
            .route("/token", route_post(token))
            .route("/userinfo", route_get(userinfo))
            .merge(insurer::doors())
            .merge(by_wallet::doors())
            .with_state(platform.clone());
        tokio::spawn(async move { axum::serve(listener, doors).await });
        let party = RelyingParty {
            base_url: "http://localhost:8091".parse().unwrap(),
            issuer,
            client_id: "demo-client".to_owned(),
            organisation: ORGANISATION.to_owned(),
            credentials,
            opening_key: Some(insurer::opening_key()),
            phone: Some("http://localhost:8096".parse().unwrap()),
            clock: Clock::new(|| "2026-11-22T04:00:00Z".parse().unwrap()),
        };
        Self { platform, router: open(party).unwrap(), client_key }
    }

    async fn visit(&self, path: &str, cookie: Option<&str>) -> Answer {
        let mut request = Request::get(path);
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        send(&self.router, request.body(Body::empty()).unwrap()).await
    }

    /// Leaves for the platform; what it is asked, and the browser's cookie.
    async fn leave(&self, path: &str, cookie: Option<&str>) -> (BTreeMap<String, String>, String) {
        let left = self.visit(path, cookie).await;
        asked_of(&left)
    }

    /// Prepares the platform to vouch for Anna towards whoever asked.
    fn vouch(&self, asked: &BTreeMap<String, String>, more: &[(&str, Value)]) {
        let mut platform = self.platform.lock().unwrap();
        let usual = [
            ("iss", json!(platform.issuer)),
            ("sub", json!(ANNA)),
            ("aud", json!(asked["client_id"])),
            ("exp", json!(NOT_YET)),
            ("iat", json!(1)),
            ("auth_time", json!(1)),
            ("nonce", json!(asked["nonce"])),
            ("acr", json!("urn:yinzheng:acr:certificate+passcode")),
            ("at_hash", json!(base64url::encode(&sha256(b"access")[..16]))),
            ("result", json!("passed")),
        ];
        platform.claims = usual
            .iter()
            .chain(more)
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
    }

    /// The address a browser comes back to.
    fn back(&self, asked: &BTreeMap<String, String>) -> String {
        let issuer = self.platform.lock().unwrap().issuer.clone();
        back_with(&[("code", "one"), ("state", &asked["state"]), ("iss", &issuer)])
    }

    /// A whole sign-in; the page it ends on and the browser's cookie.
    async fn sign_in(
        &self,
        path: &str,
        cookie: Option<&str>,
        more: &[(&str, Value)],
    ) -> (Answer, String) {
        let (asked, cookie) = self.leave(path, cookie).await;
        self.vouch(&asked, more);
        let returned = self.visit(&self.back(&asked), Some(&cookie)).await;
        assert_eq!(returned.status, 303, "{}", returned.body);
        let fresh = returned.cookie(cookie.split('=').next().unwrap()).unwrap();
        assert_ne!(fresh, cookie, "the browser's name changes when it signs in");
        (self.visit(returned.header("location"), Some(&fresh)).await, fresh)
    }
}

fn back_with(parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("/callback?{}", query.extend_pairs(parameters).finish())
}

fn asked_of(left: &Answer) -> (BTreeMap<String, String>, String) {
    assert_eq!(left.status, 303, "{}", left.body);
    let to: Url = left.header("location").parse().unwrap();
    assert_eq!(to.path(), "/authorize");
    let parties = ["airline", "shop", "insurer", "hotel", "museum"];
    let cookie = parties.into_iter().find_map(|name| left.cookie(name)).unwrap();
    (to.query_pairs().into_owned().collect(), cookie)
}

type Shared = State<Arc<Mutex<Platform>>>;

async fn discovery(State(platform): Shared) -> Json<Value> {
    let issuer = platform.lock().unwrap().issuer.clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "plain_identity_endpoint": format!("{issuer}/plain-identity"),
        "device_authorization_endpoint": format!("{issuer}/device_authorization"),
        "backchannel_authentication_endpoint": format!("{issuer}/backchannel-authentication"),
        "end_session_endpoint": format!("{issuer}/end-session"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn jwks(State(platform): Shared) -> Json<Value> {
    Json(json!({"keys": [platform.lock().unwrap().key.public()]}))
}

async fn token(
    State(platform): Shared,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let mut platform = platform.lock().unwrap();
    let basic = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    platform.asked.push((basic, form));
    if let Some(error) = platform.refusing.pop() {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    }
    let kid = platform.key.public().thumbprint();
    let id_token = jws::sign(&platform.key, &kid, "JWT", &platform.claims);
    Json(
        json!({"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": id_token}),
    )
    .into_response()
}

async fn userinfo(State(platform): Shared, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers.get("authorization").unwrap(), "Bearer access");
    Json(platform.lock().unwrap().userinfo.clone())
}

const LOG_IN: [(&str, Value); 0] = [];

#[tokio::test]
async fn the_airline_signs_in_by_its_own_key_and_knows_the_passenger_again() {
    let stage = Stage::airline().await;
    let (asked, _) = stage.leave("/login?lang=en", None).await;
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "demo-client"),
        ("redirect_uri", "http://localhost:8091/callback"),
        ("scope", "openid scene:log_in"),
        ("code_challenge_method", "S256"),
        ("ui_locales", "en"),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{asked:?}");
    }
    let (page, cookie) = stage.sign_in("/login", None, &LOG_IN).await;
    assert!(page.body.contains("welcome-new") && page.body.contains("anna…anna"), "{}", page.body);
    let (page, _) = stage.sign_in("/login", Some(&cookie), &LOG_IN).await;
    assert!(page.body.contains("welcome-back"));
    assert_eq!(
        stage.visit("/account", Some(&cookie)).await.status,
        303,
        "the old name is forgotten"
    );

    let platform = stage.platform.lock().unwrap();
    let (basic, form) = &platform.asked[0];
    assert_eq!(basic, &None);
    assert!(form.contains_key("code_verifier") && !form.contains_key("client_secret"));
    let assertion = UnverifiedJws::parse(&form["client_assertion"], 4096).unwrap();
    let claims: Value =
        assertion.verify::<Value>(stage.client_key.verifying_key()).unwrap().into_inner();
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!("demo-client"), &json!("demo-client")));
    assert_eq!(claims["aud"], json!(platform.issuer));
    let other = UnverifiedJws::parse(&platform.asked[1].1["client_assertion"], 4096).unwrap();
    assert_ne!(other.unverified_claims::<Value>().unwrap()["jti"], claims["jti"]);
}

#[tokio::test]
async fn a_ticket_is_booked_and_the_receipt_has_no_name() {
    let stage = Stage::airline().await;
    let book = Request::post("/book").header("content-type", "application/x-www-form-urlencoded");
    let left = send(&stage.router, book.body(Body::from("flight=YQ4511")).unwrap()).await;
    let (asked, cookie) = asked_of(&left);
    assert_eq!(asked["scope"], "openid scene:book_ticket");
    stage.vouch(&asked, &[("scene", json!("book_ticket"))]);
    let returned = stage.visit(&stage.back(&asked), Some(&cookie)).await;
    assert_eq!(returned.header("location"), "/receipt/1");
    let fresh = returned.cookie("airline").unwrap();
    let receipt = stage.visit("/receipt/1?lang=en", Some(&fresh)).await;
    for part in [
        "YQ4511",
        "never received",
        "book_ticket",
        "net certificate + passcode",
        "2026-11-22 12:00",
        ANNA,
    ] {
        assert!(receipt.body.contains(part), "{part} in {}", receipt.body);
    }
    let known = stage.visit("/known", Some(&fresh)).await;
    assert!(
        known.body.contains("urn:yinzheng:acr:certificate+passcode")
            && known.body.contains("at_hash")
    );
    assert_eq!(stage.visit("/receipt/1", None).await.status, 404);
    assert_eq!(stage.visit("/receipt/2", Some(&fresh)).await.status, 404);
}

#[tokio::test]
async fn a_browser_comes_back_only_as_it_left_and_only_once() {
    let stage = Stage::airline().await;
    let (asked, cookie) = stage.leave("/login", None).await;
    let (_, other) = stage.leave("/login", None).await;
    stage.vouch(&asked, &LOG_IN);
    let issuer = stage.platform.lock().unwrap().issuer.clone();
    let given = asked["state"].as_str();
    let refused = [
        (back_with(&[("code", "one"), ("state", given)]), Some(cookie.as_str()), "refused"),
        (
            back_with(&[("code", "one"), ("state", given), ("iss", "https://evil.example")]),
            Some(&cookie),
            "refused",
        ),
        (
            back_with(&[("code", "one"), ("state", "guessed"), ("iss", &issuer)]),
            Some(&cookie),
            "lost",
        ),
        (back_with(&[("code", "one"), ("iss", &issuer)]), Some(&cookie), "lost"),
        (back_with(&[("code", "one"), ("state", given), ("iss", &issuer)]), Some(&other), "lost"),
        (back_with(&[("code", "one"), ("state", given), ("iss", &issuer)]), None, "lost"),
    ];
    for (path, cookie, code) in refused {
        let answer = stage.visit(&path, cookie).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains(&format!("sorry-{code}")), "{path}: {}", answer.body);
    }
    assert_eq!(stage.visit(&stage.back(&asked), Some(&cookie)).await.status, 303);
    assert!(stage.visit(&stage.back(&asked), Some(&cookie)).await.body.contains("sorry-lost"));
}

#[tokio::test]
async fn who_declines_is_offered_another_way() {
    let stage = Stage::airline().await;
    let (asked, cookie) = stage.leave("/login", None).await;
    let issuer = stage.platform.lock().unwrap().issuer.clone();
    let back =
        back_with(&[("error", "access_denied"), ("state", &asked["state"]), ("iss", &issuer)]);
    let page = stage.visit(&back, Some(&cookie)).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("sorry-declined")
            && page.body.contains(r#"id="other-way" href="/counter""#)
    );
    assert_eq!(stage.visit("/account", Some(&cookie)).await.status, 303);
}

#[tokio::test]
async fn what_does_not_hold_is_not_believed() {
    let stage = Stage::airline().await;
    let lies = [
        ("nonce", json!("another")),
        ("aud", json!("another-client")),
        ("iss", json!("https://evil.example")),
        ("exp", json!(1)),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
    ];
    for lie in lies {
        let (asked, cookie) = stage.leave("/login", None).await;
        stage.vouch(&asked, std::slice::from_ref(&lie));
        let answer = stage.visit(&stage.back(&asked), Some(&cookie)).await;
        assert!(answer.body.contains("sorry-refused"), "{lie:?}: {}", answer.body);
    }
    let (asked, cookie) = stage.leave("/login", None).await;
    stage.vouch(&asked, &LOG_IN);
    stage.platform.lock().unwrap().userinfo = json!({"sub": "somebody else"});
    let answer = stage.visit(&stage.back(&asked), Some(&cookie)).await;
    assert!(answer.body.contains("sorry-away"), "{}", answer.body);
}

#[tokio::test]
async fn a_platform_may_change_its_keys() {
    let stage = Stage::airline().await;
    stage.sign_in("/login", None, &LOG_IN).await;
    stage.platform.lock().unwrap().key = SigningKey::generate();
    stage.sign_in("/login", None, &LOG_IN).await;
}

#[tokio::test]
async fn the_shop_learns_yes_or_no_by_its_secret() {
    let stage = Stage::shop().await;
    let (asked, _) = stage.leave("/check", None).await;
    assert_eq!(asked["scope"], "openid scene:check_age age_over_18");
    let yes = [("scene", json!("check_age")), ("age_over_18", json!(true))];
    let (page, cookie) = stage.sign_in("/check", None, &yes).await;
    assert!(page.body.contains(r#"id="age-result" data-result="allowed""#), "{}", page.body);
    assert!(stage.visit("/", Some(&cookie)).await.body.contains(r#"data-age="allowed""#));
    {
        let platform = stage.platform.lock().unwrap();
        let (basic, form) = &platform.asked[0];
        // RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
        let expected = data_encoding::BASE64.encode(b"demo-client:a+secret%3A+with%2Bsigns");
        assert_eq!(basic.as_deref(), Some(format!("Basic {expected}").as_str()));
        assert!(!form.contains_key("client_secret") && !form.contains_key("client_assertion"));
    }
    for more in [vec![("age_over_18", json!(false)), ("result", json!("not_passed"))], vec![]] {
        let (page, cookie) = stage.sign_in("/check", None, &more).await;
        assert!(page.body.contains(r#"id="age-result" data-result="refused""#), "{}", page.body);
        assert!(stage.visit("/", Some(&cookie)).await.body.contains(r#"data-age="refused""#));
    }
}

#[tokio::test]
async fn an_absent_platform_is_said_to_be_away() {
    let party = RelyingParty {
        base_url: "http://localhost:8091".parse().unwrap(),
        issuer: "http://localhost:9".to_owned(),
        client_id: "demo-client".to_owned(),
        organisation: ORGANISATION.to_owned(),
        credentials: Credentials::Key(SigningKey::generate()),
        opening_key: None,
        phone: None,
        clock: Clock::new(|| "2026-11-22T04:00:00Z".parse().unwrap()),
    };
    let answer = crate::calls::get(&party.airline().unwrap(), "/login").await;
    assert_eq!(answer.status, 502);
    assert!(answer.body.contains("sorry-away") && answer.body.contains("other-way"));
}
