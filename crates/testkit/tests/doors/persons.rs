//! One person's pages in another person's hands, and what was used before.

use crate::browser::{Browser, SESSION};
use crate::call::Call;
use crate::forgery::swap;
use crate::front::Front;
use crate::stand::{STANDS, Stand, counting};

crate::told!(
    nobody_approves_what_another_was_asked,
    who_acts_for_another_reads_for_whom,
    nobody_withdraws_anothers_consent,
    nobody_leaves_for_another,
    a_proof_is_good_once_and_for_five_minutes,
    the_passcode_is_tried_five_times,
    a_session_ends_after_a_working_day,
    a_waiting_request_ends_after_half_an_hour,
);

/// The same call in the same browser, where somebody else has signed in since.
async fn taken_over(front: &Front, call: &Call) -> Call {
    let wang = Browser::signed_in(front, &front.wang().await.session);
    swap(call, SESSION, Some(wang.cookie(SESSION)))
}

async fn nobody_approves_what_another_was_asked(front: Front) {
    let (form, _) = (front.approval().await, front.wang().await);
    for decision in ["approve", "decline"] {
        let hers = form.clone().with("decision", decision);
        front.refuses(&taken_over(&front, &hers).await, 403, "ticket_invalid").await;
    }
    // Nor does a request that waits for a sign-in pass for one that was shown for approval.
    let waiting = front.honest(("GET", "/authorize/continue", Stand::Continue)).await;
    let (_, waiting) = waiting.path.split_once("request=").expect("a request");
    let skipped = form.clone().with("request", waiting).with("decision", "approve");
    front.refuses(&skipped, 403, "ticket_invalid").await;
    let shown = String::from_utf8(form.value("request").to_vec()).expect("text");
    let back = Call::get(format!("/authorize/continue?request={shown}"));
    let back = Browser::signed_in(&front, &front.li().await.session).dress(back);
    front.refuses(&back, 403, "ticket_invalid").await;
    front.send(&form.with("decision", "approve")).await.let_in();
}

async fn who_acts_for_another_reads_for_whom(front: Front) {
    let enrol = async || front.town.adult().enrol().await;
    let (mut mother, mut daughter) = (enrol().await, enrol().await);
    daughter.acts_for(&mut mother, &[rules::Scene::LogIn]).await;
    let ask = front.town.ask(&front.town.airline()).query();
    let mut browser = Browser::signed_in(&front, &daughter.session);
    let page = browser.open(&front, &format!("/authorize?{ask}")).await;
    let note = page.body.split_once("id=\"on-behalf-of\"").expect("a note").1;
    assert!(note.split_once("</section>").expect("its end").0.contains("Mother"), "{note}");
    // In her own name there is nobody else to read of; and the form of the one is none of the other's.
    let form = page.form("/authorize/decision").with("decision", "approve");
    let herself = front.town.platform.act_for_oneself(&daughter.session);
    let sealed = front.town.platform.seal_session(&herself).expect("sealed");
    let mut browser = browser.holding(SESSION, &sealed);
    let own = browser.open(&front, &format!("/authorize?{ask}")).await;
    assert!(!own.body.contains("on-behalf-of"));
    front.refuses(&browser.dress(form), 403, "ticket_invalid").await;
}

async fn nobody_withdraws_anothers_consent(front: Front) {
    let stand = ("POST", "/me/withdraw", Stand::Mine);
    let hers = front.honest(stand).await;
    front.refuses(&taken_over(&front, &hers).await, 404, "consent_unknown").await;
    front.send(&hers).await.let_in();
    // What was withdrawn is not withdrawn again.
    front.refuses(&hers, 404, "consent_unknown").await;
}

async fn nobody_leaves_for_another(front: Front) {
    let stand = ("POST", "/me/cancel", Stand::Mine);
    let hers = front.honest(stand).await;
    let moved = counting("/me/cancel");
    // Her phone and passcode, in a browser where he has signed in.
    let his = taken_over(&front, &hers).await;
    front.refuses_counting(&his, 422, "device_proof_invalid", moved).await;
    // His phone, in a browser where she has.
    let his_proof = front.wang().await.proof();
    let hers = front.honest(stand).await.with("device_proof", his_proof);
    front.refuses_counting(&hers, 422, "device_proof_invalid", moved).await;
    // Her phone without her passcode.
    let guessed = front.honest(stand).await.with("passcode", "20481358");
    front.refuses_counting(&guessed, 422, "passcode_wrong", moved).await;
    // Without a session, with all else.
    let unsigned = swap(&front.honest(stand).await, SESSION, None);
    let before = front.census().await;
    assert_eq!(front.send(&unsigned).await.location(), "/sign-in?to=/me");
    assert_eq!(front.census().await, before);
}

async fn a_proof_is_good_once_and_for_five_minutes(front: Front) {
    let li = front.li().await;
    for (path, code) in [("/sign-in", ""), ("/me/cancel", "passcode_wrong"), ("/me/unlock", "")] {
        let stand = STANDS.iter().find(|stand| (stand.0, stand.1) == ("POST", path));
        let call = front.honest(*stand.expect("a stand")).await;
        // Leaving would leave nobody to be tried again.
        let call = if code.is_empty() { call } else { call.with("passcode", "20481358") };
        let first = front.send(&call).await;
        assert_eq!(first.code(), code, "{path}");
        let replayed = call.clone().with("passcode", "20481357");
        front.refuses(&replayed, 409, "challenge_spent").await;
        for other in ["/sign-in", "/me/unlock"] {
            let stand = STANDS.iter().find(|stand| (stand.0, stand.1) == ("POST", other));
            let elsewhere = front.honest(*stand.expect("a stand")).await;
            let elsewhere = elsewhere.with("device_proof", call.value("device_proof"));
            front.refuses(&elsewhere, 409, "challenge_spent").await;
        }
        let stand = STANDS.iter().find(|stand| (stand.0, stand.1) == ("POST", path));
        let late = front.honest(*stand.expect("a stand")).await;
        front.town.world.pass(5 * 60);
        front.refuses(&late, 409, "challenge_spent").await;
    }
    // Nothing else that is ours passes for a challenge.
    let session = front.town.platform.seal_session(&li.session).expect("sealed");
    for nonce in [session.as_str(), "", "AAAA"] {
        let call = front.honest(("POST", "/sign-in", Stand::SignIn)).await;
        let call = call.with("device_proof", li.proof_over(nonce));
        front.refuses(&call, 409, "challenge_spent").await;
    }
}

async fn the_passcode_is_tried_five_times(front: Front) {
    let stand = ("POST", "/sign-in", Stand::SignIn);
    let counted = counting("/sign-in");
    for _ in 0..5 {
        let guess = front.honest(stand).await.with("passcode", "20481358");
        front.refuses_counting(&guess, 422, "passcode_wrong", counted).await;
    }
    let right = front.honest(stand).await;
    front.refuses_counting(&right, 429, "too_many_tries", &["spent"]).await;
    // Nor by another door.
    let leaving = front.honest(("POST", "/me/cancel", Stand::Mine)).await;
    front.refuses_counting(&leaving, 429, "too_many_tries", &["spent"]).await;
    front.town.world.pass(61);
    front.send(&front.honest(stand).await).await.let_in();
}

async fn a_session_ends_after_a_working_day(front: Front) {
    let mine: Vec<_> = STANDS.iter().filter(|(_, path, _)| path.starts_with("/me")).collect();
    let mut calls = Vec::new();
    for stand in mine {
        if !matches!(stand.1, "/me/unlock" | "/me/sign-out") {
            calls.push(front.honest(*stand).await);
        }
    }
    let decision = front.approval().await.with("decision", "approve");
    front.town.world.pass(8 * 60 * 60);
    let before = front.census().await;
    for call in calls {
        let answer = front.send(&call).await;
        assert!(answer.location().starts_with("/sign-in?to=/me"), "{call:?}");
    }
    front.send(&decision).await.refused(401, "not_signed_in");
    assert_eq!(front.census().await, before);
}

async fn a_waiting_request_ends_after_half_an_hour(front: Front) {
    let waiting = front.honest(("GET", "/authorize/continue", Stand::Continue)).await;
    let decision = front.approval().await.with("decision", "approve");
    front.town.world.pass(30 * 60 + 1);
    front.refuses(&waiting, 403, "ticket_invalid").await;
    front.refuses(&decision, 403, "ticket_invalid").await;
}
