//! A television asks, a phone answers: the device authorization grant (RFC 8628).

use service::{Decision, Way};
use yinzheng_testkit::{Town, arrived, back, refusal, stories};

stories!(
    a_phone_answers_for_a_television,
    whoever_polls_too_often_is_slowed_down,
    a_no_is_heard_once,
    who_guesses_the_number_is_soon_done,
    the_answer_waits_no_longer_than_the_request,
    a_lock_reaches_what_is_not_yet_heard,
    agreed_before_is_asked_again_on_another_device,
    a_stronger_scene_wants_a_stronger_sign_in,
    a_childs_television_waits_for_the_guardian,
    the_request_stands_in_the_persons_file_and_goes,
    two_processes_share_a_television,
);

const LOG_IN: &str = "openid scene:log_in";

async fn a_phone_answers_for_a_television(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let shown = town.ask_by_device(&app, LOG_IN).await.unwrap();
    let poll = || town.polling(&app, shown.device_code());
    assert_eq!(refusal(town.post(&poll()).await), "authorization_pending");
    let page = li.type_code(&shown.user_code().to_lowercase()).await.unwrap();
    let knock = page.knock.as_ref().unwrap();
    assert_eq!((knock.way(), knock.wants_number), (Some(Way::Device), false));
    assert_eq!(page.by.organisation, app.organisation());
    let after =
        back(town.platform.agree(&li.session, &page.ticket, Decision::Approve).await.unwrap());
    // The phone stays here: the code is the television's.
    assert_eq!(arrived(&after).as_str(), "https://id.example/device/answered?said=yes");
    town.world.pass(5);
    let told = town.post(&poll()).await.unwrap();
    assert_eq!(told.id_token["scene"], "log_in");
    assert!(town.userinfo(&told).await.is_ok());
    assert_eq!(told.sub(), town.redeem(&li.agree_to(&app).await).await.unwrap().sub());
    assert_eq!(refusal(town.post(&poll()).await), "device_code_unknown");
    assert!(town.userinfo(&told).await.is_ok(), "who asks again takes nothing away");
}

async fn whoever_polls_too_often_is_slowed_down(town: Town) {
    let app = town.airline_app();
    let shown = town.ask_by_device(&app, LOG_IN).await.unwrap();
    let poll = || town.polling(&app, shown.device_code());
    for (wait, said) in [
        (0, "authorization_pending"),
        (4, "slow_down"),
        (9, "slow_down"),
        (14, "slow_down"),
        (20, "authorization_pending"),
        (19, "slow_down"),
        (25, "authorization_pending"),
    ] {
        town.world.pass(wait);
        assert_eq!(refusal(town.post(&poll()).await), said, "after {wait} seconds");
    }
}

async fn who_guesses_the_number_is_soon_done(town: Town) {
    let (mut li, mut wang) = (town.enrolled(34).await, town.enrolled(50).await);
    let shown = town.ask_by_device(&town.airline_app(), LOG_IN).await.unwrap();
    // The letters were seen on a photograph, the number was not.
    let (letters, number) = shown.user_code().rsplit_once('-').unwrap();
    let wrong = if number == "77" { "78" } else { "77" };
    for _ in 0..3 {
        let tried = wang.type_code(&format!("{letters}-{wrong}")).await;
        assert_eq!(refusal(tried.map(drop)), "knock_unknown");
    }
    for holder in [&mut wang, &mut li] {
        let late = holder.type_code(shown.user_code()).await;
        assert_eq!(refusal(late.map(drop)), "tries_exhausted");
    }
}

async fn a_no_is_heard_once(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let shown = town.ask_by_device(&app, LOG_IN).await.unwrap();
    let page = li.type_code(shown.user_code()).await.unwrap();
    let after =
        back(town.platform.agree(&li.session, &page.ticket, Decision::Decline).await.unwrap());
    assert!(arrived(&after).as_str().ends_with("said=no"));
    let again = town.platform.agree(&li.session, &page.ticket, Decision::Approve).await;
    assert_eq!(refusal(again), "knock_unknown", "a no stays a no");
    let poll = || town.polling(&app, shown.device_code());
    assert_eq!(refusal(town.post(&poll()).await), "declined");
    assert_eq!(refusal(town.post(&poll()).await), "device_code_unknown");
    let kinds: Vec<_> = town.platform.overview(&li.session).await.unwrap().events;
    assert_eq!(kinds[0].kind.as_str(), "declined");
}

async fn the_answer_waits_no_longer_than_the_request(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let shown = town.ask_by_device(&app, LOG_IN).await.unwrap();
    town.world.pass(299);
    let page = li.type_code(shown.user_code()).await.unwrap();
    town.platform.agree(&li.session, &page.ticket, Decision::Approve).await.unwrap();
    town.world.pass(59);
    let told = town.post(&town.polling(&app, shown.device_code())).await.unwrap();
    assert_eq!(told.id_token["result"], "passed");

    let shown = town.ask_by_device(&app, LOG_IN).await.unwrap();
    let page = li.type_code(shown.user_code()).await.unwrap();
    town.world.pass(300);
    let late = town.platform.agree(&li.session, &page.ticket, Decision::Approve).await;
    assert_eq!(refusal(late), "knock_unknown");
    let poll = town.polling(&app, shown.device_code());
    assert_eq!(refusal(town.post(&poll).await), "knock_expired");
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("knocks"), 0);
    assert_eq!(refusal(town.post(&poll).await), "device_code_unknown");
}

async fn a_lock_reaches_what_is_not_yet_heard(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let shown = town.ask_by_device(&app, LOG_IN).await.unwrap();
    let page = li.type_code(shown.user_code()).await.unwrap();
    town.platform.agree(&li.session, &page.ticket, Decision::Approve).await.unwrap();
    li.lock().await.unwrap();
    let poll = town.polling(&app, shown.device_code());
    assert_eq!(refusal(town.post(&poll).await), "certificate_unusable");
}

async fn agreed_before_is_asked_again_on_another_device(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    li.agree_to(&app).await;
    let shown = town.ask_by_device(&app, LOG_IN).await.unwrap();
    // A consent of last week does not answer for a screen somewhere.
    li.type_code(shown.user_code()).await.unwrap();
    let poll = town.polling(&app, shown.device_code());
    assert_eq!(refusal(town.post(&poll).await), "authorization_pending");
}

async fn a_stronger_scene_wants_a_stronger_sign_in(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    li.sign_in().await.unwrap();
    let shown = town.ask_by_device(&app, "openid scene:book_ticket").await.unwrap();
    let page = li.type_code(shown.user_code()).await.unwrap();
    town.platform.agree(&li.session, &page.ticket, Decision::Approve).await.unwrap();
    let told = town.post(&town.polling(&app, shown.device_code())).await.unwrap();
    assert_eq!(told.id_token["acr"], "urn:yinzheng:acr:certificate+passcode");
    let unknown = town.ask_by_device(&app, "openid scene:recover_password").await;
    assert_eq!(refusal(unknown), "scene_not_registered");
    let unregistered = town.ask_by_device(&town.shop(), "openid scene:log_in").await;
    assert_eq!(refusal(unregistered), "grant_type_not_registered");
}

async fn a_childs_television_waits_for_the_guardian(town: Town) {
    let (child, app) = (town.enrolled(10).await, town.airline_app());
    let shown = town.ask_by_device(&app, LOG_IN).await.unwrap();
    let ticket = town.platform.open_by_code(&child.session, shown.user_code()).await.unwrap();
    let next = town.platform.resume(&child.session, &ticket).await.unwrap();
    let service::Authorize::GuardianNeeded(needed) = next else { panic!("a guardian is asked") };
    assert_eq!(arrived(&needed.back).as_str(), "https://id.example/device/answered");
    town.platform.ask_guardian(&child.session, &needed.asked.ticket).await.unwrap();
    let poll = town.polling(&app, shown.device_code());
    assert_eq!(refusal(town.post(&poll).await), "guardian_consent_missing");
}

async fn the_request_stands_in_the_persons_file_and_goes(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let shown = town.ask_by_device(&app, LOG_IN).await.unwrap();
    li.sign_in_with_passcode().await.unwrap();
    li.type_code(shown.user_code()).await.unwrap();
    let file = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert_eq!(file["knocks"][0]["client"], app.id);
    assert_eq!(file["knocks"][0]["state"], "opened");
    li.cancel().await.unwrap();
    assert_eq!(town.census().await.count("knocks"), 0);
    let poll = town.polling(&app, shown.device_code());
    assert_eq!(refusal(town.post(&poll).await), "device_code_unknown");
}

async fn two_processes_share_a_television(town: Town) {
    let (other, mut li, app) = (town.restarted(), town.enrolled(34).await, town.airline_app());
    let shown = other.ask_by_device(&app, LOG_IN).await.unwrap();
    let page = li.type_code(shown.user_code()).await.unwrap();
    town.platform.agree(&li.session, &page.ticket, Decision::Approve).await.unwrap();
    let polls = [&town, &other].map(|one| {
        let (one, call) = (one.clone(), one.polling(&app, shown.device_code()));
        tokio::spawn(async move { one.post(&call).await.is_ok() })
    });
    let mut heard = 0;
    for poll in polls {
        heard += u32::from(poll.await.unwrap());
    }
    assert_eq!(heard, 1, "exactly one of them has the tokens");
}
