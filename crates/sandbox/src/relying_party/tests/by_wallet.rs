//! The shop's second way: the platform asks a wallet, whose browser comes back.

use super::*;

/// The platform's doors for it.
pub(super) fn doors() -> Router<Arc<Mutex<Platform>>> {
    Router::new()
        .route("/presentations", route_post(start))
        .route("/presentation-result", route_post(result))
        .route("/jwks/receipts", route_get(jwks))
}

const LINK: &str =
    "openid4vp://?client_id=verifier_attestation%3Ashop&request_uri=http%3A%2F%2Fid%2Fq";

async fn start(
    State(platform): Shared,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let mut platform = platform.lock().unwrap();
    let basic = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let started = match form.get("response_mode").map(String::as_str) {
        Some("dc_api.jwt") => {
            let request = json!({"digital": {"requests": [{"protocol": "openid4vp-v1-signed"}]}});
            json!({"presentation": "kept", "request": request, "expires_in": 600})
        }
        _ => json!({"presentation": "kept", "link": LINK, "expires_in": 600, "interval": 2}),
    };
    platform.asked.push((basic, form));
    (StatusCode::CREATED, Json(started)).into_response()
}

async fn result(State(platform): Shared, Form(form): Form<BTreeMap<String, String>>) -> Response {
    let mut platform = platform.lock().unwrap();
    let brought = form.get("response_code").or(form.get("answer")).unwrap();
    assert_eq!((form["presentation"].as_str(), brought.as_str()), ("kept", "brought"));
    if let Some(error) = platform.refusing.pop() {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response();
    }
    // What was agreed to is what was asked, unless a test says otherwise.
    let (_, asked) = platform.asked.last().unwrap();
    let agreed: Value = serde_json::from_str(&asked["transaction_data"]).unwrap();
    let mut told = platform.userinfo.clone();
    told.as_object_mut().unwrap().entry("transaction_data").or_insert(agreed);
    Json(told).into_response()
}

impl Stage {
    /// What the platform will tell, with a receipt that says `receipt`.
    fn proves(&self, of_age: bool, receipt: &Value) {
        let mut platform = self.platform.lock().unwrap();
        let key = &platform.key;
        let kid = key.public().kid().unwrap_or_default().to_owned();
        let receipt = jws::sign(key, &kid, "receipt+jwt", receipt);
        platform.userinfo = json!({
            "result": if of_age { "passed" } else { "not_passed" }, "scene": "check_age",
            "attributes": {"age_over_18": of_age}, "receipt": receipt,
        });
    }

    fn receipt(&self, result: &str) -> Value {
        let issuer = self.platform.lock().unwrap().issuer.clone();
        json!({"iss": issuer, "aud": ORGANISATION, "scene": "check_age", "result": result, "iat": 60})
    }

    /// Asks, and comes back from the wallet; the page that follows, and the browser's cookie.
    async fn shows(&self) -> (Answer, String) {
        let asked = self.visit("/wallet?lang=en", None).await;
        let cookie = asked.cookie("shop_session").unwrap();
        (self.visit("/callback?response_code=brought", Some(&cookie)).await, cookie)
    }
}

#[tokio::test]
async fn a_wallet_says_yes_and_the_shop_knows_nobody() {
    let stage = Stage::shop().await;
    let asked = stage.visit("/wallet?lang=en", None).await;
    let link = url::form_urlencoded::byte_serialize(LINK.as_bytes()).collect::<String>();
    assert!(
        asked.body.contains(&format!("http://localhost:8096/answer?link={link}")),
        "{}",
        asked.body
    );
    let (basic, form) = stage.platform.lock().unwrap().asked.pop().unwrap();
    assert!(basic.unwrap().starts_with("Basic "));
    assert_eq!(form["scope"], "openid scene:check_age age_over_18");
    assert_eq!(form["redirect_uri"], "http://localhost:8091/callback");
    let [agreement]: [String; 1] = serde_json::from_str(&form["transaction_data"]).unwrap();
    let agreement = formats::base64url::decode(&agreement).unwrap();
    let agreement: Value = serde_json::from_slice(&agreement).unwrap();
    assert_eq!(agreement["scene"], "check_age");

    stage.proves(true, &stage.receipt("passed"));
    let (back, cookie) = stage.shows().await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, "/result"));
    let page = stage.visit("/result", Some(&cookie)).await;
    assert!(page.body.contains(r#"data-result="allowed""#) && page.body.contains("signed-receipt"));
    assert!(page.body.contains("no-identifier") && !page.body.contains(ANNA));
    assert!(stage.visit("/", Some(&cookie)).await.body.contains(r#"data-age="allowed""#));
    assert!(stage.visit("/", None).await.body.contains(r#"data-age="unknown""#));
    let again = stage.visit("/callback?response_code=brought", Some(&cookie)).await;
    assert!(again.body.contains("sorry-lost"), "each question once");
}

#[tokio::test]
async fn a_page_asks_a_wallet_and_brings_what_it_says() {
    let stage = Stage::shop().await;
    stage.proves(true, &stage.receipt("passed"));
    let brings = async |cookie: &str, answer: &str| {
        let form = Request::post("/in-browser")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", cookie);
        send(&stage.router, form.body(Body::from(format!("answer={answer}"))).unwrap()).await
    };
    let asked = stage.visit("/in-browser?lang=en", None).await;
    assert!(asked.header("content-security-policy").contains("script-src 'self'"));
    assert!(asked.body.contains("openid4vp-v1-signed"), "{}", asked.body);
    let (_, form) = stage.platform.lock().unwrap().asked.last().unwrap().clone();
    assert_eq!(form["response_mode"], "dc_api.jwt");
    assert_eq!(form["origin"], "http://localhost:8091");

    assert!(brings("", "brought").await.body.contains("sorry-lost"), "asked of nobody");
    let cookie = asked.cookie("shop_session").unwrap();
    let long = brings(&cookie, &"a".repeat(64 * 1024)).await;
    assert_eq!(long.status.as_u16(), 413);
    let back = brings(&cookie, "brought").await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, "/result"));
    let page = stage.visit("/result", Some(&cookie)).await;
    assert!(page.body.contains(r#"data-result="allowed""#) && page.body.contains("signed-receipt"));
    assert!(brings(&cookie, "brought").await.body.contains("sorry-lost"), "each question once");
    let script = stage.visit("/in-browser.js", None).await;
    assert!(script.header("content-type").starts_with("text/javascript"));
}

#[tokio::test]
async fn a_wallet_says_no() {
    let stage = Stage::shop().await;
    stage.proves(false, &stage.receipt("not_passed"));
    let (_, cookie) = stage.shows().await;
    let page = stage.visit("/result", Some(&cookie)).await;
    assert!(page.body.contains(r#"data-result="refused""#), "{}", page.body);
}

#[tokio::test]
async fn who_declines_is_offered_the_other_way() {
    let stage = Stage::shop().await;
    for (error, code) in
        [("access_denied", "declined"), ("expired_token", "lost"), ("odd", "refused")]
    {
        stage.platform.lock().unwrap().refusing = vec![error];
        let (page, cookie) = stage.shows().await;
        assert!(page.body.contains(&format!("sorry-{code}")), "{}", page.body);
        assert!(page.body.contains(r#"id="other-way""#));
        assert!(stage.visit("/", Some(&cookie)).await.body.contains(r#"data-age="unknown""#));
    }
}

#[tokio::test]
async fn a_receipt_of_something_else_is_not_believed() {
    let stage = Stage::shop().await;
    let mut elsewhere = stage.receipt("passed");
    elsewhere["iss"] = json!("https://other.example");
    let mut anothers = stage.receipt("passed");
    anothers["aud"] = json!("91110000MA00000A1A");
    for receipt in [stage.receipt("not_passed"), elsewhere, anothers] {
        stage.proves(true, &receipt);
        let (page, cookie) = stage.shows().await;
        assert!(page.body.contains("sorry-refused"), "{}", page.body);
        assert!(stage.visit("/", Some(&cookie)).await.body.contains(r#"data-age="unknown""#));
    }
}

#[tokio::test]
async fn what_was_not_asked_was_not_agreed_to() {
    let stage = Stage::shop().await;
    stage.proves(true, &stage.receipt("passed"));
    for agreed in [json!([]), json!(["e30"])] {
        stage.platform.lock().unwrap().userinfo["transaction_data"] = agreed;
        let (page, cookie) = stage.shows().await;
        assert!(page.body.contains("sorry-refused"), "{}", page.body);
        assert!(stage.visit("/", Some(&cookie)).await.body.contains(r#"data-age="unknown""#));
    }
}

#[tokio::test]
async fn another_browsers_answer_is_not_taken() {
    let stage = Stage::shop().await;
    stage.proves(true, &stage.receipt("passed"));
    stage.visit("/wallet", None).await;
    let answer = stage.visit("/callback?response_code=brought", None).await;
    assert!(answer.body.contains("sorry-lost"), "{}", answer.body);
}
