//! What the world sees of the doors, asked of the router itself: refusals, headers, limits.

use std::net::IpAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use super::limits::{BODY_MAX, Peer};
use super::router;
use crate::assemble::{Schema, assemble};
use crate::config::Config;
use crate::{App, Setup};

/// The routes whose refusals are tried below; a page's own are tried where the page is.
const PATHS: [&str; 6] = [
    "/authorize",
    "/token",
    "/userinfo",
    "/jwks",
    "/.well-known/openid-configuration",
    "/health/live",
];

struct Doors {
    router: Router,
    _folder: TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn doors() -> Doors {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "issuer = 'https://id.example'\ndata_directory = '{}'\n[operator]\nname_zh = '示例机构'\n\
         name_en = 'Example Institution'\ncontact = '+86 10-1234 5678'\n[registry]\nurl = 'http://127.0.0.1:9'\n[messages]\n\
         url = 'http://127.0.0.1:9'\n[limits]\npages_per_second = 1\npages_burst = 3",
        folder.path().display()
    );
    let config: Config = text.parse().expect("a configuration");
    let assembled = assemble(&config, Schema::Migrate).await.expect("a platform");
    let setup = Setup {
        profile: config.profile,
        operator: config.operator,
        limits: config.limits,
        ticket_key: assembled.keys.derived(b"test"),
        tour: None,
    };
    Doors { router: router(App::new(assembled.platform, setup)), _folder: folder }
}

impl Doors {
    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("answered");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.expect("a body");
        let body = String::from_utf8(body.into()).expect("text");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn form(&self, path: &str, form: impl Into<Body>) -> Answer {
        let kind = "application/x-www-form-urlencoded";
        self.ask(
            Request::post(path)
                .header(header::CONTENT_TYPE, kind)
                .body(form.into())
                .expect("a request"),
        )
        .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).expect("a request")).await
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

#[tokio::test]
async fn refusals_are_documents_with_codes() {
    let doors = doors().await;
    let large = Request::post("/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::CONTENT_LENGTH, BODY_MAX + 1);
    let bearer = |token: &str| {
        Request::get("/userinfo").header(header::AUTHORIZATION, format!("Bearer {token}"))
    };
    let twice = bearer("a").header(header::AUTHORIZATION, "Bearer b");
    let foreign = Request::post("/me/lock").header(header::ORIGIN, "https://evil.example");
    let empty =
        |request: axum::http::request::Builder| request.body(Body::empty()).expect("a request");
    let answers = [
        ("no such path", doors.get("/nothing").await),
        ("another method", doors.get("/token").await),
        ("announced too large", doors.ask(empty(large)).await),
        ("turns out too large", doors.form("/token", vec![b'a'; BODY_MAX + 1]).await),
        ("not a form", doors.ask(empty(Request::post("/token"))).await),
        ("not text", doors.form("/token", vec![0xff]).await),
        ("no client", doors.form("/token", "grant_type=authorization_code").await),
        ("unknown client", doors.get("/authorize?client_id=x").await),
        ("no token", doors.get("/userinfo").await),
        ("a token of nobody", doors.ask(empty(bearer("abc"))).await),
        ("two tokens", doors.ask(empty(twice)).await),
        ("a form from elsewhere", doors.ask(empty(foreign)).await),
    ];
    let mut seen = serde_json::Map::new();
    for (what, answer) in answers {
        let challenge = answer
            .headers
            .get(header::WWW_AUTHENTICATE)
            .map(|text| text.to_str().expect("text").to_owned());
        let kind = answer.headers[header::CONTENT_TYPE].to_str().expect("text").to_owned();
        seen.insert(
            what.to_owned(),
            serde_json::json!([answer.status.as_u16(), kind, challenge, answer.json()]),
        );
    }
    insta::assert_json_snapshot!(seen);
}

#[tokio::test]
async fn every_answer_is_protected() {
    let doors = doors().await;
    for path in PATHS.into_iter().chain(["/", "/nothing"]) {
        let headers = doors.get(path).await.headers;
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        assert!(
            headers["strict-transport-security"].to_str().expect("text").starts_with("max-age="),
            "{path}"
        );
        let public = matches!(path, "/jwks" | "/.well-known/openid-configuration");
        assert_eq!(
            headers[header::CACHE_CONTROL].to_str().expect("text").starts_with("public"),
            public,
            "{path}"
        );
    }
    let page = doors.get("/").await.headers;
    let policy = page[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(
        page[header::SET_COOKIE].to_str().expect("text").starts_with("__Host-yinzheng-browser=")
    );
}

#[tokio::test]
async fn a_browser_gets_a_page_of_the_same_refusal() {
    let doors = doors().await;
    let asked = Request::get("/nothing")
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .expect("a request");
    let page = doors.ask(asked).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.headers[header::CONTENT_TYPE].to_str().expect("text").starts_with("text/html"));
    assert!(page.body.contains("not_found"));
}

// PIPL 17: people are told who processes what is theirs, and how to reach them.
#[tokio::test]
async fn every_page_names_the_operator() {
    let doors = doors().await;
    for (language, name) in [("zh-CN", "示例机构"), ("en", "Example Institution")] {
        for path in ["/", "/enrol", "/sign-in", "/nothing"] {
            let asked = Request::get(path)
                .header(header::ACCEPT, "text/html")
                .header(header::ACCEPT_LANGUAGE, language);
            let page = doors.ask(asked.body(Body::empty()).expect("a request")).await.body;
            let foot = page.rsplit("<footer").next().expect("a foot");
            assert!(foot.contains(name), "{path} in {language}");
            assert!(foot.contains("href=\"tel:+861012345678\""), "{path} in {language}");
            assert_eq!(page.matches(name).count(), if path == "/enrol" { 2 } else { 1 }, "{path}");
        }
    }
}

#[tokio::test]
async fn one_address_is_limited_and_told_when_to_come_back() {
    let doors = doors().await;
    let from = |address: &str, path: &str| {
        let mut request = Request::get(path).body(Body::empty()).expect("a request");
        request.extensions_mut().insert(Peer(address.parse::<IpAddr>().expect("an address")));
        request
    };
    for _ in 0..3 {
        assert_eq!(doors.ask(from("192.0.2.1", "/")).await.status, StatusCode::OK);
    }
    let refused = doors.ask(from("192.0.2.1", "/")).await;
    assert_eq!(
        (refused.status, &refused.headers[header::RETRY_AFTER]),
        (StatusCode::TOO_MANY_REQUESTS, &"1".parse().expect("text"))
    );
    assert_eq!(refused.json()["code"], "too_many_requests");
    assert_eq!(doors.ask(from("192.0.2.2", "/")).await.status, StatusCode::OK);
    assert_eq!(doors.ask(from("192.0.2.1", "/health/ready")).await.status, StatusCode::OK);
    assert_eq!(doors.ask(from("192.0.2.1", "/jwks")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_posted_request_is_sent_on_as_a_link() {
    let answer = doors().await.form("/authorize", "client_id=x&scope=openid").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers[header::LOCATION], "/authorize?client_id=x&scope=openid");
}
