//! The native interface: its page as a browser meets it, its call as a relying party's server makes it.

use axum::body::Body;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::call::Call;
use crate::front::Front;
use crate::party::basic;

crate::told!(
    a_server_forwards_what_came_back,
    odd_bodies_are_refused_with_a_code,
    a_body_too_large_is_not_read,
);

/// Every endpoint that stories here attack.
pub(crate) const NATIVE: &[(&str, &str)] = &[("POST", "/native/verify")];

impl Front {
    /// The honest call of the page.
    pub(crate) async fn native(&self) -> Call {
        let call = Call::get(self.native_page());
        Browser::signed_in(self, &self.li().await.session).dress(call)
    }

    fn native_page(&self) -> String {
        let organisation = rules::OrganisationCode::compose("91", "110105", "MA000044");
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("orgID", organisation.expect("a code").as_str())
            .append_pair("appID", self.parties[1].id)
            .append_pair("bizSeq", &"7".repeat(32))
            .append_pair("type", "0")
            .finish();
        format!("/native/authenticate?{query}")
    }

    async fn forwards(&self, kind: Option<&str>, body: String) -> Answer {
        let by = basic(self.parties[1].id, "a password of the kiosk");
        let call = Call::post("/native/verify").header("authorization", by);
        self.ask(call.request_with(kind, Body::from(body))).await
    }
}

fn body(code: &str) -> Value {
    let organisation = rules::OrganisationCode::compose("91", "110105", "MA000044");
    json!({
        "orgID": organisation.expect("a code").as_str(),
        "appID": "kiosk",
        "bizSeq": "7".repeat(32),
        "idCardAuthData": code,
    })
}

async fn a_server_forwards_what_came_back(front: Front) {
    let mut browser = Browser::signed_in(&front, &front.li().await.session);
    let form = browser.form(&front, &front.native_page(), "/authorize/decision").await;
    let back = browser.send(&front, form.with("decision", "approve")).await;
    let fields = back.form("https://kiosk.example/back");
    let said = |name: &str| String::from_utf8(fields.value(name).to_vec()).expect("text");
    assert_eq!(said("resultCode"), "C0000000");
    let answer =
        front.forwards(Some("application/json"), body(&said("idCardAuthData")).to_string());
    let answer = answer.await;
    answer.let_in();
    let document: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(document["resultCode"], "C0000000");
    assert_eq!(document["result"], "passed");
}

async fn odd_bodies_are_refused_with_a_code(front: Front) {
    let good = body("AAAA").to_string();
    let before = front.census().await;
    for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        front.forwards(kind, good.clone()).await.refused(415, "body_kind");
    }
    for odd in ["", "[]", "{}", "null", "{\"a\":1,\"a\":2}", &good[1..], &format!("{good}{good}")] {
        let answer = front.forwards(Some("application/json"), odd.to_owned()).await;
        answer.refused(400, "body_unreadable");
        let document: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(document["resultCode"], "C0401001");
    }
    let unproved = Call::post("/native/verify");
    let unproved = unproved.request_with(Some("application/json"), Body::from(good.clone()));
    front.ask(unproved).await.refused(401, "client_not_authenticated");
    front.forwards(Some("application/json"), good).await.refused(400, "code_unknown");
    assert_eq!(front.census().await, before);
}

async fn a_body_too_large_is_not_read(front: Front) {
    let long = body(&"A".repeat(64 * 1024)).to_string();
    front.forwards(Some("application/json"), long).await.refused(413, "body_too_large");
}
