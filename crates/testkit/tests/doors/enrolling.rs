//! Steps of an enrolment sent twice, out of turn, too late, or with what belongs to another's.

use crate::browser::{Browser, ENROLMENT};
use crate::forgery::swap;
use crate::front::{Front, only_counted};
use crate::stand::{STANDS, Stand, counting};

crate::told!(
    every_step_is_taken_once,
    no_step_is_taken_out_of_turn,
    what_belongs_to_another_enrolment_is_refused,
    tries_and_messages_are_counted,
    an_enrolment_lapses,
    a_notice_nobody_read_is_no_consent,
);

/// Every step's page, in order.
const STEPS: [&str; 7] = [
    "/enrol/document",
    "/enrol/chip",
    "/enrol/guardian",
    "/enrol/portrait",
    "/enrol/phone",
    "/enrol/phone-code",
    "/enrol/device",
];

async fn every_step_is_taken_once(front: Front) {
    let steps = STANDS.iter().filter(|(method, path, stand)| {
        let consents_only = *path == "/enrol/portrait" || *path == "/enrol/phone";
        *method == "POST" && matches!(stand, Stand::Step | Stand::Portrait) && !consents_only
    });
    for stand in steps {
        let call = front.honest(*stand).await;
        front.send(&call).await.let_in();
        let (status, code) = match stand.1 {
            "/enrol/device" => (404, "enrolment_unknown"),
            _ => (409, "step_not_due"),
        };
        front.refuses(&call, status, code).await;
    }
}

async fn no_step_is_taken_out_of_turn(front: Front) {
    for due in STEPS {
        for sent in STEPS {
            let again = due == "/enrol/phone-code" && sent == "/enrol/phone";
            // The first of the portrait's two forms only leads to the camera.
            if due == sent || again || sent == "/enrol/portrait" {
                continue;
            }
            let enrolment = front.enrolment_at(due).await;
            let theirs = Browser::enrolling(&enrolment.token);
            let early = front.honest(("POST", sent, Stand::Step)).await;
            let early = swap(&early, ENROLMENT, Some(theirs.cookie(ENROLMENT)));
            front.refuses(&early, 409, "step_not_due").await;
        }
        let picture = front.honest(("POST", "/enrol/portrait/taken", Stand::Portrait)).await;
        if due != "/enrol/portrait" {
            let enrolment = front.enrolment_at(due).await;
            let early = swap(&picture, ENROLMENT, Some(enrolment.token.as_str()));
            front.refuses(&early, 409, "step_not_due").await;
        }
    }
}

async fn what_belongs_to_another_enrolment_is_refused(front: Front) {
    for (path, status, code) in [
        ("/enrol/document", 422, "document_not_genuine"),
        ("/enrol/chip", 422, "chip_cloned"),
        ("/enrol/guardian", 422, "document_not_genuine"),
        ("/enrol/phone-code", 422, "phone_code_wrong"),
        ("/enrol/device", 409, "challenge_spent"),
    ] {
        let one = front.honest(("POST", path, Stand::Step)).await;
        let other = front.enrolment_at(path).await;
        let mixed = swap(&one, ENROLMENT, Some(other.token.as_str()));
        front.refuses_counting(&mixed, status, code, counting(path)).await;
        front.send(&one).await.let_in();
    }
    let picture = front.honest(("POST", "/enrol/portrait/taken", Stand::Portrait)).await;
    let other = front.enrolment_at("/enrol/portrait").await;
    let mixed = swap(&picture, ENROLMENT, Some(other.token.as_str()));
    front.refuses_counting(&mixed, 422, "portrait_not_matched", &["enrolments"]).await;

    // A child's guardian is not just anybody, nor the child.
    let guardian = front.honest(("POST", "/enrol/guardian", Stand::Step)).await;
    let due = front.enrolment_at("/enrol/guardian").await;
    let guardian = swap(&guardian, ENROLMENT, Some(due.token.as_str()));
    for (holder, code) in
        [(due.resident.clone(), "not_the_guardian"), (front.town.adult(), "not_the_guardian")]
    {
        let card = holder.card(due.challenge());
        let call = guardian.clone().with("card", card.card).with("answer", card.answer);
        let before = front.census().await;
        let answer = front.send(&call).await;
        let known = [code, "guardian_uncertified"].contains(&answer.code().as_str());
        assert!(known && answer.status == 422, "{} {}", answer.status, answer.code());
        only_counted(&before, &front.census().await, &["enrolments"], code);
    }
}

async fn tries_and_messages_are_counted(front: Front) {
    let call = front.honest(("POST", "/enrol/phone-code", Stand::Step)).await;
    let right = call.value("code").to_vec();
    let wrong = if right == b"000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let guess = call.clone().with("code", wrong);
        front.refuses_counting(&guess, 422, "phone_code_wrong", &["enrolments"]).await;
    }
    front.refuses(&call, 429, "tries_exhausted").await;

    let enrolment = front.enrolment_at("/enrol/phone").await;
    let mut browser = Browser::enrolling(&enrolment.token);
    let sending = front.step_of(&enrolment, &mut browser, "/enrol/phone").await;
    for _ in 0..3 {
        front.send(&sending).await.let_in();
    }
    let sent = front.town.phones.count(enrolment.resident.phone());
    front.refuses(&sending, 429, "tries_exhausted").await;
    assert_eq!(front.town.phones.count(enrolment.resident.phone()), sent, "no fourth message");

    let call = front.honest(("POST", "/enrol/document", Stand::Step)).await;
    for _ in 0..10 {
        let forged = call.clone().with("answer", "a.b.c");
        front.refuses_counting(&forged, 422, "document_not_genuine", &["enrolments"]).await;
    }
    front.refuses(&call, 429, "tries_exhausted").await;
}

async fn an_enrolment_lapses(front: Front) {
    for path in STEPS {
        let call = front.honest(("POST", path, Stand::Step)).await;
        front.town.world.pass(30 * 60);
        if path != "/enrol/portrait" {
            front.refuses(&call, 404, "enrolment_unknown").await;
        }
        let page = crate::call::Call::get(path).header("cookie", &call.headers[0].1);
        front.refuses(&page, 404, "enrolment_unknown").await;
    }
    let code = front.honest(("POST", "/enrol/phone-code", Stand::Step)).await;
    front.town.world.pass(5 * 60);
    front.refuses_counting(&code, 422, "phone_code_wrong", &["enrolments"]).await;
}

async fn a_notice_nobody_read_is_no_consent(front: Front) {
    for version in ["0", "2", "4294967295"] {
        let mut browser = Browser::default();
        let first = browser.form(&front, "/enrol", "/enrol").await.with("notice", version);
        let page = browser.send(&front, first).await.location().to_owned();
        let second = browser.form(&front, &page, "/enrol/sensitive").await;
        front.refuses(&second, 422, "notice_outdated").await;
        let right = front.honest(("POST", "/enrol/sensitive", Stand::Sensitive)).await;
        front.refuses(&right.clone().with("sensitive", version), 422, "notice_outdated").await;
        front.refuses(&right.with("notice", version), 403, "ticket_wrong").await;
        let mut consent = front.honest(("POST", "/enrol/portrait/taken", Stand::Portrait)).await;
        consent.path = format!("/enrol/portrait/taken?consent={version}");
        front.refuses(&consent, 403, "ticket_wrong").await;
    }
}
