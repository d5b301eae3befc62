//! Bodies that are too large, cut off, of another kind, or not a form at all.

use axum::body::Body;

use crate::call::{Call, FORM};
use crate::front::Front;
use crate::stand::{STANDS, Stand, forms};

crate::told!(
    a_body_over_its_limit_is_refused,
    a_body_of_another_kind_is_refused,
    a_body_that_is_no_form_is_refused,
    a_form_cut_off_is_refused,
    a_field_missing_or_doubled_is_refused,
);

/// One byte more than is taken: 64 KiB, or 640 KiB where a picture is sent.
fn too_much(path: &str) -> usize {
    let picture = path.ends_with("/portrait/taken") || path.ends_with("/portrait/prove");
    if picture { 640 * 1024 + 1 } else { 64 * 1024 + 1 }
}

/// Endpoints that send a form on as a query, and read it there.
pub(crate) const FORWARDS: [&str; 2] = ["/authorize", "/end-session"];

/// Endpoints that read a form.
fn readers() -> impl Iterator<Item = &'static (&'static str, &'static str, Stand)> {
    STANDS.iter().filter(|(method, path, _)| *method == "POST" && *path != "/userinfo")
}

async fn a_body_over_its_limit_is_refused(front: Front) {
    for stand in STANDS {
        let call = front.honest(*stand).await;
        let before = front.census().await;
        let announced = call.clone().header("content-length", too_much(stand.1).to_string());
        let announced = front.ask(announced.request_with(Some(FORM), Body::empty())).await;
        announced.refused(413, "body_too_large");
        if stand.0 == "POST" && stand.1 != "/userinfo" {
            // Nothing announced: it turns out while it is read.
            let padded = call.with("padding", "a".repeat(too_much(stand.1)));
            front.send(&padded).await.refused(413, "body_too_large");
        }
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

async fn a_body_of_another_kind_is_refused(front: Front) {
    for stand in readers() {
        let call = front.honest(*stand).await;
        let before = front.census().await;
        for kind in [
            None,
            Some("application/json"),
            Some("text/plain"),
            Some("multipart/form-data; boundary=x"),
            Some("application/x-www-form-urlencodedx"),
            Some(""),
        ] {
            let answer = front.ask(call.request_with(kind, call.form().into())).await;
            answer.refused(415, "body_kind");
        }
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

async fn a_body_that_is_no_form_is_refused(front: Front) {
    for stand in readers().filter(|(_, path, _)| !FORWARDS.contains(path)) {
        let call = front.honest(*stand).await;
        let before = front.census().await;
        for body in [&b""[..], b"\xff\xfe", b"\0\0\0", b"{\"ticket\":1}", b"&&&===&", b"%", b"\r\n"]
        {
            let answer = front.ask(call.request_with(Some(FORM), body.to_vec().into())).await;
            let told = (answer.status, answer.code());
            let expected: &[(u16, &str)] = match stand.1 {
                "/par"
                | "/device_authorization"
                | "/backchannel-authentication"
                | "/token"
                | "/revoke"
                | "/introspect"
                | "/plain-identity" => &[
                    (400, "body_unreadable"),
                    (400, "parameter_misencoded"),
                    (401, "client_not_authenticated"),
                ],
                _ => &[(400, "body_unreadable")],
            };
            assert!(
                expected.iter().any(|(status, code)| told == (*status, (*code).to_owned())),
                "{} says {told:?} to {body:?}",
                stand.1
            );
        }
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

async fn a_form_cut_off_is_refused(front: Front) {
    for stand in forms() {
        let call = front.honest(*stand).await;
        let ticket = call.value("ticket").to_vec();
        let call = call.without("ticket").with("ticket", ticket);
        let (form, before) = (call.form(), front.census().await);
        let cut = |length: usize| call.request_with(Some(FORM), form[..length].to_owned().into());
        front.ask(cut(form.len() - 1)).await.refused(403, "ticket_wrong");
        front.ask(cut(form.len() - 20)).await.refused(403, "ticket_wrong");
        for length in [form.rfind("ticket=").unwrap(), 1] {
            front.ask(cut(length)).await.refused(400, "body_unreadable");
        }
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

async fn a_field_missing_or_doubled_is_refused(front: Front) {
    for stand in forms() {
        let call = front.honest(*stand).await;
        let before = front.census().await;
        for name in call.names() {
            front.send(&call.clone().doubled(&name)).await.refused(400, "body_unreadable");
            if let Some((status, code)) = refusal_without(stand.1, &name) {
                front.send(&call.clone().without(&name)).await.refused(status, code);
            }
        }
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

/// How a form without this field is refused, if it may not be left out.
fn refusal_without(path: &str, name: &str) -> Option<(u16, &'static str)> {
    match (path, name) {
        // Signing in with the device alone is a mode of its own; a request is there if a relying party asks.
        ("/sign-in", "passcode" | "request")
        | ("/me/report", "named")
        | ("/sign-in/portrait/prove", "passcode")
        | (
            "/counter/enter",
            "valid_until" | "phone" | "guardian_class" | "guardian_number" | "paper",
        ) => None,
        ("/me/unlock" | "/me/cancel" | "/authorize/plain-identity", "passcode") => {
            Some((422, "passcode_form"))
        }
        ("/me/delegations", "scene_log_in") => Some((422, "delegation_empty")),
        ("/counter/enter", "enrolment" | "sensitive") | ("/enrol/portrait", "consent") => {
            Some((422, "consent_missing"))
        }
        ("/me/report", "grievance") => Some((422, "grievance_missing")),
        ("/me/children/answer", "days") => Some((422, "approval_term_malformed")),
        ("/me/children/answer", "scene_log_in") => Some((422, "approval_without_scene")),
        _ => Some((400, "body_unreadable")),
    }
}

#[test]
fn the_form_is_encoded_as_it_must_be() {
    let call = Call::post("/").with("a", [0xff, 0, b'\r']).with("b", "x y&z");
    assert_eq!(call.form(), "a=%FF%00%0D&b=x+y%26z");
    assert_eq!(call.doubled("b").form(), "a=%FF%00%0D&b=x+y%26z&b=x+y%26z");
}
