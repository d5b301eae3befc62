//! Odd heads: queries that are too long, doubled or not text, headers that are huge, doubled or nonsense.

use crate::answer::MARK;
use crate::browser::{ENROLMENT, KNOWN, SESSION};
use crate::call::Call;
use crate::front::Front;
use crate::stand::{STANDS, Stand};

crate::told!(
    an_endless_query_changes_nothing,
    a_query_that_does_not_fit_is_refused,
    odd_headers_change_nothing,
    a_forged_session_is_none,
    paths_that_are_no_text_lead_nowhere,
    a_refusal_to_somebody_who_reads_is_a_page,
);

async fn an_endless_query_changes_nothing(front: Front) {
    for stand in STANDS.iter().filter(|(method, ..)| *method == "GET") {
        let mut call = front.honest(*stand).await;
        let before = front.census().await;
        let join = if call.path.contains('?') { '&' } else { '?' };
        call.path = format!("{}{join}x={}", call.path, "a".repeat(60_000));
        let answer = front.send(&call).await;
        if ["/authorize", "/end-session"].contains(&stand.1) {
            answer.refused(400, "request_too_long");
        }
        assert!(answer.status < 500);
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

async fn a_query_that_does_not_fit_is_refused(front: Front) {
    let asked = STANDS.iter().filter(|(_, path, _)| {
        matches!(
            *path,
            "/authorize/continue"
                | "/language/{tag}"
                | "/sign-in"
                | "/sandbox/sign-in"
                | "/enrol/sensitive"
                | "/enrol/portrait/taken"
        )
    });
    for stand in asked.filter(|(method, path, _)| *method == "GET" || path.ends_with("taken")) {
        let call = front.honest(*stand).await;
        let (path, query) = call.path.split_once('?').expect("a query");
        let before = front.census().await;
        let again = |query: String| Call { path: format!("{path}?{query}"), ..call.clone() };
        front.send(&again(format!("{query}&{query}"))).await.refused(400, "query_unreadable");
        let page = front.send(&again(format!("{query}&{query}")).by_a_reader()).await;
        page.refused(400, "query_unreadable");
        assert!(page.is_page());
        let required = !query.starts_with("to=");
        for odd in [
            "",
            "x",
            "%ff=%ff",
            "request=%ff",
            "consent=%00",
            "notice=%0d%0a&told=%00",
            "notice=1&told=",
        ] {
            let answer = front.send(&again(odd.to_owned())).await;
            assert!(
                !required || answer.status >= 400 || answer.location() == "/enrol",
                "{path}?{odd}"
            );
        }
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

async fn odd_headers_change_nothing(front: Front) {
    let huge = "a".repeat(64 * 1024);
    let odd: &[(&str, &[u8])] = &[
        ("cookie", huge.as_bytes()),
        ("cookie", b"__Host-yinzheng; =; ; __Host-yinzheng=;;;"),
        ("cookie", b"__Host-yinzheng=\xff\xfe; __Host-yinzheng-language=\xff"),
        ("cookie", b"__Host-yinzheng-language=../../en; __Host-yinzheng-browser=%00"),
        ("authorization", huge.as_bytes()),
        ("authorization", b"\xff\xfe"),
        ("authorization", b"Basic ===="),
        ("accept", b"\xff\xff"),
        ("accept-language", huge.as_bytes()),
        ("accept-language", b";q=;q=1,*;q=-1,\xff"),
        ("x-forwarded-for", b"\xff, 999.999.999.999, <b>"),
        ("host", b"evil.example"),
        ("x-forwarded-host", b"evil.example"),
        ("content-length", b"-1"),
        ("content-length", b"99999999999999999999999999"),
        ("range", b"bytes=0-0,0-0,0-0"),
        ("if-none-match", b"*"),
        ("expect", b"100-continue"),
    ];
    for stand in STANDS.iter().filter(|(method, ..)| *method == "GET") {
        let call = front.honest(*stand).await;
        let before = front.census().await;
        for (name, value) in odd {
            let answer = front.send(&call.clone().header(name, value)).await;
            assert!(answer.status < 500, "{stand:?} {name}");
            assert!(!answer.body.contains("evil.example"), "{stand:?} echoes {name}");
            assert!(!answer.header("location").contains("evil.example"), "{stand:?} {name}");
        }
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

async fn a_forged_session_is_none(front: Front) {
    let li = front.li().await;
    let platform = &front.town.platform;
    let sealed = platform.seal_session(&li.session).expect("sealed");
    let mut turned = sealed.clone().into_bytes();
    turned[20] = if turned[20] == b'A' { b'B' } else { b'A' };
    let turned = String::from_utf8(turned).expect("text");
    let code = front.code(li, &front.parties[0]).await.text;
    let token = front.access_token(li, &front.parties[1]).await;
    let challenge = platform.challenge().expect("a challenge");
    let cut = &sealed[..sealed.len() - 1];
    let long = "A".repeat(8 * 1024 + 1);
    let before = front.census().await;
    for forged in [
        cut,
        &turned,
        &code,
        &token,
        &challenge,
        "",
        "A",
        &long,
        &format!("{sealed}="),
        &format!(" {sealed}"),
    ] {
        for name in [SESSION, ENROLMENT] {
            let mine = [
                ("GET", "/me"),
                ("GET", "/me/export"),
                ("GET", "/me/cancel"),
                ("POST", "/me/lock"),
                ("POST", "/me/withdraw"),
            ];
            for (method, path) in mine {
                let call = Call { method, ..Call::get(path) };
                let answer = front.send(&call.header("cookie", format!("{name}={forged}"))).await;
                assert_eq!(answer.location(), "/sign-in?to=/me", "{path} took {forged:?}");
            }
        }
        let decision =
            Call::post("/authorize/decision").header("cookie", format!("{SESSION}={forged}"));
        front.send(&decision).await.refused(401, "not_signed_in");
        let document = Call::get("/enrol/document")
            .header("cookie", format!("{ENROLMENT}={forged}; {KNOWN}=x"));
        let answer = front.send(&document).await;
        assert!(
            answer.code() == "enrolment_unknown" || answer.location() == "/enrol",
            "{forged:?}"
        );
    }
    assert_eq!(front.census().await, before);
}

async fn paths_that_are_no_text_lead_nowhere(front: Front) {
    for path in [
        "/language/%ff",
        "/language/%00",
        "/language/..%2f..",
        "/language/en/x",
        "/static/%ff",
        "/static/..%2f..%2fCargo.toml",
        "/static/%2e%2e/style.css",
        "/static/",
        "/nothing",
        "/me/",
        "//me",
        "/me/lock/..",
        "/%2e%2e/",
        "/metrics",
        "/enrol/%64ocument%00",
        "/token%0d%0aset-cookie:a=b",
        "/%3Cb%20id%3Dmark%3E",
    ] {
        front.send(&Call::get(path)).await.refused(404, "not_found");
        let page = front.send(&Call::get(path).by_a_reader()).await;
        page.refused(404, "not_found");
        assert!(page.is_page(), "{path}");
    }
}

async fn a_refusal_to_somebody_who_reads_is_a_page(front: Front) {
    let marked: String = form_urlencoded::byte_serialize(MARK.as_bytes()).collect();
    let unsigned = Call::post("/authorize/decision").with("decision", MARK);
    for (call, status, code) in [
        (Call::get(format!("/nothing/{}", marked.replace('+', "%20"))), 404, "not_found"),
        (Call::get(format!("/me/lock?x={marked}")), 405, "method_not_allowed"),
        (Call::get(format!("/authorize?client_id={marked}&state={marked}")), 400, "client_unknown"),
        (Call::get(format!("/authorize/continue?request={marked}")), 403, "ticket_invalid"),
        (Call::post("/enrol").with("ticket", MARK).with("notice", "1"), 403, "ticket_wrong"),
        (unsigned, 401, "not_signed_in"),
    ] {
        let page = front.send(&call.clone().by_a_reader()).await;
        page.refused(status, code);
        assert!(page.is_page(), "{call:?}");
        let document = front.send(&call).await;
        document.refused(status, code);
        assert!(!document.is_page(), "{call:?}");
    }
    let waiting = front.honest(("GET", "/authorize/continue", Stand::Continue)).await;
    let damaged = Call { path: waiting.path.replace("request=", "request=A"), ..waiting };
    front.refuses(&damaged, 403, "ticket_invalid").await;
}
