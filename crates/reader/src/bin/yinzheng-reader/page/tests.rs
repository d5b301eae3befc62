//! The page as a browser meets it, with a desk behind it and phones before it.

#[path = "../../../../tests/platform/mod.rs"]
mod platform;

use std::cell::Cell;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request},
};
use formats::{
    Suite, base45,
    qr::{Moment, Subject},
};
use platform::{DAY, LIST, NOON, Platform, REVOKED};
use qrcode::{Color, QrCode};
use tower::ServiceExt;
use yinzheng_reader::Desk;

use super::*;

thread_local! {
    static NOW: Cell<i64> = const { Cell::new(NOON) };
    static DRAWN: Cell<u8> = const { Cell::new(0) };
}

/// A screen at the door of a bar.
struct Screen(Router);

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Screen {
    fn before(platform: &Platform, asks: bool) -> Self {
        let brought = Brought::open(platform.folder(), NOW.get()).unwrap();
        let setup = Setup {
            post: Post::new(Desk::new(vec![Subject::AgeOver18]), brought, asks),
            language: "zh-CN",
            clock: || NOW.get(),
            draw: || {
                DRAWN.set(DRAWN.get() + 1);
                Challenge([DRAWN.get(); 12])
            },
        };
        Self(router(setup, 8_095))
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.0.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let body = String::from_utf8(body).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn open(&self, path: &str) -> String {
        let request = Request::get(path).header("host", "localhost:8095");
        self.send(request.body(Body::empty()).unwrap()).await.body
    }

    async fn show(&self, code: &str) -> String {
        let code: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
        let request = posted_from("http://localhost:8095", "/judge?lang=en")
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = self.send(request.body(Body::from(format!("code={code}"))).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }

    async fn photograph(&self, width: usize, dots: Vec<u8>) -> Answer {
        let request = posted_from("http://localhost:8095", &format!("/look?width={width}"));
        self.send(request.body(Body::from(dots)).unwrap()).await
    }
}

fn posted_from(origin: &str, path: &str) -> axum::http::request::Builder {
    Request::post(path).header("host", "localhost:8095").header("origin", origin)
}

const PASSED: &str = r#"data-verdict="passed""#;
const REFUSED: &str = r#"data-verdict="refused""#;

fn adult(platform: &Platform) -> String {
    platform.code(LIST, 5, NOW.get(), &[Subject::AgeOver18])
}

#[tokio::test]
async fn who_is_of_age_is_shown_a_tick_and_the_desk_what_was_proved() {
    let platform = Platform::new(Suite::International);
    let screen = Screen::before(&platform, false);
    let waiting = screen.open("/").await;
    assert!(waiting.contains(r#"data-verdict="waiting""#) && waiting.contains(r#"lang="zh-CN""#));
    assert!(waiting.contains("已满18周岁"), "what the desk wants");
    let page = screen.show(&adult(&platform)).await;
    assert!(page.contains(PASSED) && page.contains("18 or over: yes"), "{page}");
    assert!(page.contains("PASSED") && page.contains(r#"role="status""#));
    // Nothing of it is left.
    let after = screen.open("/?lang=en").await;
    assert!(after.contains(r#"data-verdict="waiting""#) && !after.contains("18 or over: yes"));
}

#[tokio::test]
async fn a_strangers_screenshot_and_a_code_shown_twice_are_crossed_out() {
    let platform = Platform::new(Suite::International);
    let screen = Screen::before(&platform, false);
    let code = adult(&platform);
    assert!(screen.show(&code).await.contains(PASSED));
    let again = screen.show(&code).await;
    assert!(again.contains(REFUSED) && again.contains("shown here just now"), "{again}");
    NOW.set(NOON + 600);
    let old = screen.show(&code).await;
    assert!(old.contains(REFUSED) && old.contains("10 minutes old: a picture"), "{old}");
    // A clock that is wrong is said to be that, and no forgery.
    let fast = platform.code(LIST, 6, NOON + 3_000, &[Subject::AgeOver18]);
    let page = screen.show(&fast).await;
    assert!(page.contains("40 minutes ahead: a clock is wrong"), "{page}");
}

#[tokio::test]
async fn a_desk_that_asks_takes_the_answer_to_its_own_question_once() {
    let platform = Platform::new(Suite::ShangMi);
    let screen = Screen::before(&platform, true);
    let asked = |page: &str| {
        let text = page.split_once("YZQ1:").unwrap().1.split('<').next().unwrap();
        Challenge(base45::decode(text).unwrap().try_into().unwrap())
    };
    let answer = |question, index| {
        platform.shown(LIST, index, Moment::Challenge(question), &[Subject::AgeOver18])
    };
    let first = asked(&screen.open("/").await);
    let other = screen.show(&answer(Challenge([99; 12]), 5)).await;
    assert!(other.contains("not made for this reader") && asked(&other) == first, "{other}");
    let page = screen.show(&adult(&platform)).await;
    assert!(page.contains(REFUSED), "a code for anybody is no answer");
    let good = screen.show(&answer(first, 5)).await;
    assert!(good.contains(PASSED), "{good}");
    let second = asked(&good);
    assert_ne!(second, first);
    assert!(screen.show(&answer(first, 6)).await.contains(REFUSED), "its question is over");
    // Nor is one good for hours.
    NOW.set(NOON + 3_600);
    assert!(screen.show(&answer(second, 7)).await.contains(REFUSED));
}

#[tokio::test]
async fn other_pages_of_the_same_browser_are_not_heard() {
    let platform = Platform::new(Suite::International);
    let screen = Screen::before(&platform, false);
    let of = |request: axum::http::request::Builder| request.body(Body::from("code=A")).unwrap();
    let form = "application/x-www-form-urlencoded";
    let strangers = [
        of(Request::get("/")),
        of(Request::get("/").header("host", "evil.example:8095")),
        of(Request::get("/").header("host", "localhost:80")),
        of(posted_from("http://evil.example", "/judge").header("content-type", form)),
        of(posted_from("null", "/judge").header("content-type", form)),
        of(posted_from("http://localhost:8095", "/judge").header("sec-fetch-site", "cross-site")),
        of(posted_from("http://localhost:8096", "/look?width=1")),
    ];
    for request in strangers {
        let asked = format!("{request:?}");
        let answer = screen.send(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{asked}");
        assert!(answer.body.is_empty());
    }
    for path in ["/", "/page.js", "/page.css", "/nowhere"] {
        let request = Request::get(path).header("host", "127.0.0.1:8095");
        let answer = screen.send(of(request)).await;
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    let long = posted_from("http://localhost:8095", "/judge").header("content-type", form);
    let long = screen.send(long.body(Body::from("A".repeat(9_000))).unwrap()).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// What a camera sees of a phone: so many dots a module, dark grey on light grey.
fn seen(text: &str, scale: usize) -> (usize, Vec<u8>) {
    let code = QrCode::new(text).unwrap();
    let (colors, modules) = (code.to_colors(), code.width());
    let width = (modules + 16) * scale;
    let dot = |at: usize| {
        let (x, y) = (at % width / scale, at / width / scale);
        let inside = (8..8 + modules).contains(&x) && (8..8 + modules).contains(&y);
        if inside && colors[(y - 8) * modules + x - 8] == Color::Dark { 60 } else { 190 }
    };
    (width, (0..width * width).map(dot).collect())
}

#[tokio::test]
async fn a_camera_reads_what_a_phone_shows() {
    let platform = Platform::new(Suite::International);
    let screen = Screen::before(&platform, false);
    let code = adult(&platform);
    for scale in [3, 5] {
        let (width, dots) = seen(&code, scale);
        let answer = screen.photograph(width, dots).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::OK, &code), "{scale} dots a module");
    }
    let (width, dots) = seen(&code, 3);
    for (width, dots) in
        [(0, dots.clone()), (width + 1, dots), (300, vec![128; 90_000]), (7, vec![])]
    {
        assert_eq!(screen.photograph(width, dots).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn a_mirror_of_yesterday_says_so_and_a_new_one_is_used_at_once() {
    let platform = Platform::new(Suite::International);
    let screen = Screen::before(&platform, false);
    NOW.set(NOON + DAY + 3_600);
    let idle = screen.open("/?lang=en").await;
    assert!(idle.contains("25 hours old. What was revoked since"), "{idle}");
    let page = screen.show(&adult(&platform)).await;
    assert!(page.contains(PASSED) && page.matches("25 hours old. What").count() == 2, "{page}");

    // Somebody brings what is none of this platform's: the one before serves on.
    let put = |name: &str, text: &str| {
        platform.put("status/fresh", text);
        std::fs::rename(platform.folder().join("status/fresh"), platform.folder().join(name))
            .unwrap();
        NOW.set(NOW.get() + 60);
    };
    put("status/8.jwt", &Platform::new(Suite::International).list(8));
    let page = screen.show(&adult(&platform)).await;
    assert!(
        page.contains(PASSED) && page.contains("newest copy of keys and lists cannot"),
        "{page}"
    );
    put("status/8.jwt", &platform.list_of(8, NOW.get(), REVOKED));
    put("status/7.jwt", &platform.list_of(LIST, NOW.get(), 5));
    let page = screen.show(&adult(&platform)).await;
    assert!(page.contains("was revoked") && page.contains("within the hour"), "{page}");
    assert!(!page.contains("newest copy"));
}
