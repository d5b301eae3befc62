//! The insurer reads what only it can read, and hears what was answered elsewhere.

use axum::routing::post as route_post;
use formats::{OpeningKey, jwe};

use super::*;

/// The insurer's private half, the same in each story.
const SCALAR: [u8; 32] = [9; 32];

pub(super) fn opening_key() -> OpeningKey {
    OpeningKey::from_scalar(&SCALAR, "insurer").unwrap()
}

/// The platform's doors that only the insurer uses.
pub(super) fn doors() -> Router<Arc<Mutex<Platform>>> {
    Router::new()
        .route("/plain-identity", route_post(plain_identity))
        .route("/device_authorization", route_post(ask_by_device))
        .route("/backchannel-authentication", route_post(ask_person))
}

async fn plain_identity(
    State(platform): Shared,
    Form(form): Form<BTreeMap<String, String>>,
) -> String {
    assert_eq!(form["access_token"], "access");
    assert!(form.contains_key("client_assertion"));
    platform.lock().unwrap().plain.clone()
}

async fn ask_by_device(Form(form): Form<BTreeMap<String, String>>) -> Json<Value> {
    assert_eq!(form["scope"], "openid scene:log_in");
    Json(json!({
        "device_code": "secret",
        "user_code": "BCDFGH-42",
        "verification_uri": "https://id.example/device",
        "expires_in": 300,
    }))
}

async fn ask_person(Form(form): Form<BTreeMap<String, String>>) -> Response {
    if form["login_hint"] != "BCDF-GHJK" {
        let nobody = Json(json!({"error": "unknown_user_id"}));
        return (StatusCode::BAD_REQUEST, nobody).into_response();
    }
    Json(json!({"auth_req_id": "secret", "expires_in": 300, "interval": 5})).into_response()
}

impl Stage {
    async fn insurer() -> Self {
        let key = SigningKey::generate();
        Self::new(key.clone(), Credentials::Key(key), RelyingParty::insurer).await
    }

    /// Prepares what is told in clear: these claims, by this key, of this kind, for this reader.
    pub(super) fn tell(
        &self,
        more: &[(&str, Value)],
        key: &SigningKey,
        typ: &str,
        reader: &OpeningKey,
    ) {
        let mut platform = self.platform.lock().unwrap();
        let plain = json!({"name": "安娜", "document_number": "X1"});
        let mut claims = BTreeMap::from([
            ("iss", json!(platform.issuer)),
            ("aud", json!("demo-client")),
            ("sub", json!(ANNA)),
            ("plain_identity", plain),
        ]);
        claims.extend(more.iter().cloned());
        let signed = jws::sign(key, &platform.key.public().thumbprint(), typ, &claims);
        let form = jwe::Form {
            alg: jwe::KeyAlgorithm::EcdhEsA256Kw,
            enc: jwe::ContentEncryption::A256Gcm,
            typ: "",
            cty: "JWT",
        };
        let chance = |bytes: &mut [u8]| bytes.fill(5);
        platform.plain = jwe::encrypt(reader.public(), &form, chance, signed.as_bytes()).unwrap();
    }

    /// Presses a button.
    async fn press(&self, path: &str, form: &'static str) -> Answer {
        let kind = "application/x-www-form-urlencoded";
        let pressed = Request::post(path).header("content-type", kind);
        send(&self.router, pressed.body(Body::from(form)).unwrap()).await
    }
}

const TYP: &str = "plain-identity+jwt";
const AVAILABLE: (&str, &str) = ("plain_identity", "available");

fn available() -> [(&'static str, Value); 1] {
    [(AVAILABLE.0, json!(AVAILABLE.1))]
}

#[tokio::test]
async fn who_is_insured_is_read_and_shown() {
    let stage = Stage::insurer().await;
    let (asked, _) = stage.leave("/insure", None).await;
    let scope = "openid scene:insure plain:name plain:document_type plain:document_number";
    assert_eq!(asked["scope"], scope);
    let key = stage.platform.lock().unwrap().key.clone();
    stage.tell(&[], &key, TYP, &opening_key());
    let (page, cookie) = stage.sign_in("/insure", None, &available()).await;
    assert!(page.body.contains("安娜") && page.body.contains("X1"), "{}", page.body);

    // Signing out goes by way of the platform, which is told of whom.
    let out = Request::post("/logout").header("cookie", &cookie);
    let out = send(&stage.router, out.body(Body::empty()).unwrap()).await;
    let to: Url = out.header("location").parse().unwrap();
    let said: BTreeMap<_, _> = to.query_pairs().into_owned().collect();
    assert_eq!(to.path(), "/end-session");
    assert_eq!(said["post_logout_redirect_uri"], "http://localhost:8091/bye");
    let hint = UnverifiedJws::parse(&said["id_token_hint"], 4096).unwrap();
    assert_eq!(hint.unverified_claims::<Value>().unwrap()["sub"], json!(ANNA));
    assert_eq!(stage.visit("/policy", Some(&cookie)).await.status, 303);
}

#[tokio::test]
async fn who_declines_is_not_asked_further() {
    let stage = Stage::insurer().await;
    let declined = [(AVAILABLE.0, json!("declined"))];
    let (page, _) = stage.sign_in("/insure", None, &declined).await;
    assert!(page.body.contains(r#"id="without""#), "{}", page.body);
}

/// Claims in place of the honest ones, who signs, the type it says, and who can read it.
type Lie<'a> = (&'a [(&'a str, Value)], &'a SigningKey, &'a str, &'a OpeningKey);

#[tokio::test]
async fn what_is_told_by_or_about_others_is_not_believed() {
    let stage = Stage::insurer().await;
    let key = stage.platform.lock().unwrap().key.clone();
    let (stranger, deaf) = (SigningKey::generate(), OpeningKey::generate("insurer"));
    let lies: [Lie<'_>; 6] = [
        (&[("sub", json!("somebody else"))], &key, TYP, &opening_key()),
        (&[("aud", json!("demo-other"))], &key, TYP, &opening_key()),
        (&[("iss", json!("https://evil.example"))], &key, TYP, &opening_key()),
        (&[], &stranger, TYP, &opening_key()),
        (&[], &key, "JWT", &opening_key()),
        (&[], &key, TYP, &deaf),
    ];
    for (more, signer, typ, reader) in lies {
        stage.tell(more, signer, typ, reader);
        let (asked, cookie) = stage.leave("/insure", None).await;
        stage.vouch(&asked, &available());
        let answer = stage.visit(&stage.back(&asked), Some(&cookie)).await;
        assert!(answer.body.contains(r#"id="sorry""#), "{more:?} {typ}: {}", answer.body);
        assert!(!answer.body.contains("安娜"));
    }
}

#[tokio::test]
async fn the_kiosk_waits_and_is_told_once() {
    let stage = Stage::insurer().await;
    let begun = stage.press("/kiosk", "").await;
    let here = begun.header("location").to_owned();
    stage.platform.lock().unwrap().refusing = vec!["slow_down", "authorization_pending"];
    for _ in 0..2 {
        let page = stage.visit(&here, None).await;
        assert!(page.body.contains(r#"data-outcome="waiting""#), "{}", page.body);
        assert!(page.body.contains("BCDFGH-42"));
    }
    let asked = BTreeMap::from([("client_id".to_owned(), "demo-client".to_owned())]);
    let asked = asked.into_iter().chain([("nonce".to_owned(), String::new())]).collect();
    stage.vouch(&asked, &[("scene", json!("log_in"))]);
    // Nobody sent a nonce, so there is none.
    stage.platform.lock().unwrap().claims.remove("nonce");
    let page = stage.visit(&here, None).await;
    assert!(page.body.contains(r#"data-outcome="told""#), "{}", page.body);
    assert!(page.body.contains(ANNA) && !page.body.contains("BCDFGH-42"));
    // The answer was fetched; it stays on the screen.
    stage.platform.lock().unwrap().refusing = vec!["invalid_grant"];
    assert!(stage.visit(&here, None).await.body.contains(r#"data-outcome="told""#));
    assert_eq!(stage.visit("/asked/guessed", None).await.status, 303);
}

#[tokio::test]
async fn a_nonce_nobody_sent_is_no_answer_of_ours() {
    let stage = Stage::insurer().await;
    let here = stage.press("/kiosk", "").await.header("location").to_owned();
    let asked = [("client_id", "demo-client"), ("nonce", "of another sign-in")];
    let asked = asked.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    stage.vouch(&asked, &LOG_IN);
    assert!(stage.visit(&here, None).await.body.contains("sorry-refused"));
}

#[tokio::test]
async fn the_counter_hears_no_and_too_late() {
    let stage = Stage::insurer().await;
    let nobody = stage.press("/counter", "code=13800138000").await;
    assert_eq!(nobody.status, 400);
    assert!(nobody.body.contains(r#"id="wrong""#), "{}", nobody.body);
    for (error, outcome) in [("access_denied", "declined"), ("expired_token", "over")] {
        let here = stage.press("/counter", "code=BCDF-GHJK").await.header("location").to_owned();
        stage.platform.lock().unwrap().refusing = vec![error];
        let page = stage.visit(&here, None).await;
        assert!(page.body.contains(&format!(r#"data-outcome="{outcome}""#)), "{}", page.body);
    }
}
