//! The phone's pages before anything is carried. What it does with a platform is told in `conformance/browser/phone.test.mjs`, what is
//! called on the way in `testkit/tests/doors/exchanges.rs`.

use axum::body::Body;
use axum::http::Request;

use super::Phone;
use crate::calls::{Answer, get, send};
use crate::chance::Chance;
use crate::clock::Clock;

const OWN: &str = "http://localhost:8086";

fn router() -> axum::Router {
    let phone = Phone {
        base_url: OWN.parse().unwrap(),
        issuer: "http://localhost:1".to_owned(),
        clock: Clock::new(|| "2026-11-22T04:00:00Z".parse().unwrap()),
        chance: Chance::new(|bytes| bytes.fill(7)),
    };
    phone.router().unwrap()
}

async fn post(path: &str, origin: Option<&str>, form: &str) -> Answer {
    let kind = "application/x-www-form-urlencoded";
    let mut request = Request::post(path).header("content-type", kind);
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    send(&router(), request.body(Body::from(form.to_owned())).unwrap()).await
}

fn trouble(answer: &Answer) -> &str {
    let after = answer.body.split_once(r#"id="trouble" data-code=""#);
    after.and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default()
}

#[tokio::test]
async fn an_empty_phone_says_how_it_is_filled() {
    for path in ["/?lang=en", "/receive", "/answer", "/history", "/receive/offer", "/phone.js"] {
        assert_eq!(get(&router(), path).await.status, 200, "{path}");
    }
    assert!(get(&router(), "/?lang=en").await.body.contains("Take it along"));
    let code = get(&router(), "/code").await;
    assert_eq!((code.status.as_u16(), trouble(&code)), (400, "nothing"));
    let gone = get(&router(), "/asked/BwcHBwcHBwcHBwcHBwcHBw").await;
    assert_eq!(trouble(&gone), "gone");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    for path in ["/receive", "/code", "/history/erase", "/forget", "/asked/one"] {
        for origin in
            [None, Some("http://127.0.0.1:8082"), Some("http://localhost:8080"), Some("null")]
        {
            assert_eq!(post(path, origin, "").await.status, 403, "{path} from {origin:?}");
        }
        assert_ne!(post(path, Some(OWN), "decision=agree").await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn what_is_no_offer_of_its_platform_is_refused_before_anybody_is_called() {
    for (offer, why) in [
        ("", "offer"),
        ("https://id.example", "offer"),
        ("openid-credential-offer%3A%2F%2F%3Fcredential_offer%3D%257B%257D", "offer"),
    ] {
        let answer = post("/receive", Some(OWN), &format!("offer={offer}&tx_code=123456")).await;
        assert_eq!((answer.status.as_u16(), trouble(&answer)), (400, why), "{offer}");
    }
    let offer = r#"{"credential_issuer":"https://id.example","credential_configuration_ids":["net-certificate"],"grants":{"urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"c","tx_code":{"input_mode":"numeric","length":6}}}}"#;
    let encode =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let link = encode(&format!("openid-credential-offer://?credential_offer={}", encode(offer)));
    let others = post("/receive", Some(OWN), &format!("offer={link}&tx_code=123456")).await;
    assert_eq!(trouble(&others), "other-platform");
    let shown = post("/receive/offer", Some("https://id.example"), &format!("offer={link}")).await;
    assert_eq!(trouble(&shown), "other-platform");
}

#[tokio::test]
async fn a_question_that_lies_elsewhere_is_not_fetched() {
    for (link, why) in [
        ("openid4vp", "link"),
        (
            "openid4vp%3A%2F%2F%3Fclient_id%3Dx%26request_uri%3Dhttp%253A%252F%252Flocalhost%253A8090%252Fapi",
            "elsewhere",
        ),
        (
            "openid4vp%3A%2F%2F%3Fclient_id%3Dx%26request_uri%3Dhttp%253A%252F%252Flocalhost%253A1%252Fq",
            "nothing",
        ),
    ] {
        let answer = get(&router(), &format!("/answer?link={link}")).await;
        assert_eq!((answer.status.as_u16(), trouble(&answer)), (400, why), "{link}");
    }
}
