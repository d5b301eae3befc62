//! A computer asks, the phone answers, the computer goes on (RFC 10027).

use service::{Authorize, Decision, OnPhone, Watched, Way};
use yinzheng_testkit::{Ask, Code, Holder, Journey, Town, refusal, stories};

stories!(
    a_phone_answers_for_a_computer,
    an_old_picture_and_a_forged_one_open_nothing,
    a_second_phone_finds_nothing,
    without_the_number_nothing_is_approved,
    the_answer_is_for_the_browser_that_asked,
    a_no_goes_back_to_the_computer,
    whoever_cannot_see_the_picture_types_the_code,
    it_lasts_two_minutes,
    its_code_is_good_for_a_minute,
    a_fresh_sign_in_is_made_on_the_phone,
);

/// The computer's browser.
const BROWSER: &[u8] = b"a browser";

/// A computer that shows the picture.
async fn screen(town: &Town, ask: &Ask) -> String {
    let next = town.platform.authorize(None, &ask.query()).await.unwrap();
    let Authorize::SignIn(page) = next else { panic!("nobody is signed in there") };
    town.platform.ask_on_phone(&page.ticket, BROWSER).await.unwrap()
}

async fn watched(town: &Town, watch: &str) -> Watched {
    town.platform.watched(watch, BROWSER).await.unwrap()
}

/// Scans the picture of this moment.
async fn scan(town: &Town, watch: &str) -> Result<String, service::Error> {
    let frame = town.platform.picture_frame(&watched(town, watch).await, town.platform.now());
    let scanned = town.platform.scan(&frame).await?;
    town.platform.open_scanned(&scanned.seen).await
}

async fn answer(
    town: &Town,
    holder: &mut Holder,
    (ticket, number): (String, &str),
    decision: Decision,
) -> Result<(), service::Error> {
    let page = holder.answerable(ticket).await?;
    let number = Some(number);
    let after = town.platform.agree_seeing(&holder.session, &page.ticket, decision, number).await?;
    let after = yinzheng_testkit::back(after);
    assert!(yinzheng_testkit::arrived(&after).as_str().starts_with("https://id.example/device/"));
    Ok(())
}

async fn go_on(town: &Town, ask: &Ask, watch: &str) -> Code {
    let delivery = town.platform.go_on_here(watch, BROWSER).await.unwrap();
    Journey::ended(ask.clone(), delivery).code()
}

async fn a_phone_answers_for_a_computer(town: Town) {
    let mut li = town.enrolled(34).await;
    let ask = town.ask(&town.airline());
    let watch = screen(&town, &ask).await;
    let shown = watched(&town, &watch).await;
    assert_eq!(shown.standing, OnPhone::Waiting);
    assert_eq!(refusal(town.platform.go_on_here(&watch, BROWSER).await), "knock_unanswered");
    let frame = town.platform.picture_frame(&shown, town.platform.now());
    let scanned = town.platform.scan(&frame).await.unwrap();
    assert_eq!(scanned.redirect_uri.origin().ascii_serialization(), "https://air.example");
    let ticket = town.platform.open_scanned(&scanned.seen).await.unwrap();
    assert_eq!(watched(&town, &watch).await.standing, OnPhone::Opened);
    let page = li.answerable(ticket.clone()).await.unwrap();
    assert_eq!(page.knock.as_ref().unwrap().way(), Some(Way::Screen));
    answer(&town, &mut li, (ticket, &shown.number), Decision::Approve).await.unwrap();
    assert_eq!(watched(&town, &watch).await.standing, OnPhone::Answered);
    let code = go_on(&town, &ask, &watch).await;
    let told = town.redeem(&code).await.unwrap();
    assert_eq!(told.id_token["scene"], "log_in");
    assert_eq!(
        refusal(town.platform.go_on_here(&watch, BROWSER).await),
        "knock_unanswered",
        "once"
    );
}

async fn an_old_picture_and_a_forged_one_open_nothing(town: Town) {
    let watch = screen(&town, &town.ask(&town.airline())).await;
    let shown = watched(&town, &watch).await;
    let now = town.platform.now();
    let frame = town.platform.picture_frame(&shown, now);
    let ahead = town.platform.picture_frame(&shown, now + jiff::SignedDuration::from_secs(1));
    assert_eq!(refusal(town.platform.scan(&ahead).await), "knock_unknown", "not yet shown");
    for place in [0, 20, 30, 50] {
        let mut forged = frame.clone().into_bytes();
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert_eq!(refusal(town.platform.scan(&forged).await), "knock_unknown", "{place}");
    }
    assert_eq!(refusal(town.platform.scan("").await), "knock_unknown");
    town.world.pass(9);
    town.platform.scan(&frame).await.unwrap();
    town.world.pass(1);
    assert_eq!(
        refusal(town.platform.scan(&frame).await),
        "knock_unknown",
        "a screenshot of before"
    );
}

async fn a_second_phone_finds_nothing(town: Town) {
    let watch = screen(&town, &town.ask(&town.airline())).await;
    let frame = town.platform.picture_frame(&watched(&town, &watch).await, town.platform.now());
    let (one, two) = tokio::join!(town.platform.scan(&frame), town.platform.scan(&frame));
    let (one, two) = (one.unwrap().seen, two.unwrap().seen);
    let both = tokio::join!(town.platform.open_scanned(&one), town.platform.open_scanned(&two));
    assert_ne!(both.0.is_ok(), both.1.is_ok(), "exactly one goes on");
    assert_eq!(refusal(town.platform.scan(&frame).await), "knock_unknown");
    assert_eq!(refusal(town.platform.open_scanned(&one).await), "knock_unknown");
}

async fn without_the_number_nothing_is_approved(town: Town) {
    let mut li = town.enrolled(34).await;
    let watch = screen(&town, &town.ask(&town.airline())).await;
    let shown = watched(&town, &watch).await;
    let wrong = if shown.number == "77" { "78" } else { "77" };
    let ticket = scan(&town, &watch).await.unwrap();
    for _ in 0..3 {
        let tried = answer(&town, &mut li, (ticket.clone(), wrong), Decision::Approve).await;
        assert_eq!(refusal(tried), "knock_number_wrong");
    }
    let late = answer(&town, &mut li, (ticket, &shown.number), Decision::Approve).await;
    assert_eq!(refusal(late), "tries_exhausted");
    assert_eq!(watched(&town, &watch).await.standing, OnPhone::Opened);
}

async fn the_answer_is_for_the_browser_that_asked(town: Town) {
    let mut li = town.enrolled(34).await;
    let ask = town.ask(&town.airline());
    let watch = screen(&town, &ask).await;
    let number = watched(&town, &watch).await.number;
    let ticket = scan(&town, &watch).await.unwrap();
    answer(&town, &mut li, (ticket, &number), Decision::Approve).await.unwrap();
    for foreign in [&b"another browser"[..], b""] {
        assert_eq!(refusal(town.platform.go_on_here(&watch, foreign).await), "knock_unknown");
        assert_eq!(refusal(town.platform.watched(&watch, foreign).await), "knock_unknown");
    }
    // On whichever process.
    let other = town.restarted();
    let delivery = other.platform.go_on_here(&watch, BROWSER).await.unwrap();
    town.redeem(&Journey::ended(ask, delivery).code()).await.unwrap();
}

async fn a_no_goes_back_to_the_computer(town: Town) {
    let mut li = town.enrolled(34).await;
    let ask = town.ask(&town.airline());
    let watch = screen(&town, &ask).await;
    let ticket = scan(&town, &watch).await.unwrap();
    answer(&town, &mut li, (ticket, ""), Decision::Decline).await.unwrap();
    let delivery = town.platform.go_on_here(&watch, BROWSER).await.unwrap();
    let back = yinzheng_testkit::arrived(&delivery);
    assert!(back.as_str().starts_with("https://air.example/back?error=access_denied"));
    assert!(back.query().unwrap().contains("state="));
}

async fn whoever_cannot_see_the_picture_types_the_code(town: Town) {
    let mut li = town.enrolled(34).await;
    let ask = town.ask(&town.airline());
    let watch = screen(&town, &ask).await;
    let code = watched(&town, &watch).await.code;
    let page = li.type_code(&code).await.unwrap();
    assert!(!page.knock.as_ref().unwrap().wants_number, "it was typed with the code");
    town.platform.agree(&li.session, &page.ticket, Decision::Approve).await.unwrap();
    town.redeem(&go_on(&town, &ask, &watch).await).await.unwrap();
}

async fn its_code_is_good_for_a_minute(town: Town) {
    let mut li = town.enrolled(34).await;
    let ask = town.ask(&town.airline());
    let watch = screen(&town, &ask).await;
    let number = watched(&town, &watch).await.number;
    let ticket = scan(&town, &watch).await.unwrap();
    answer(&town, &mut li, (ticket, &number), Decision::Approve).await.unwrap();
    let code = go_on(&town, &ask, &watch).await;
    town.world.pass(60);
    assert_eq!(refusal(town.redeem(&code).await), "code_expired", "as any that a browser carries");
}

async fn it_lasts_two_minutes(town: Town) {
    let mut li = town.enrolled(34).await;
    let watch = screen(&town, &town.ask(&town.airline())).await;
    let number = watched(&town, &watch).await.number;
    let ticket = scan(&town, &watch).await.unwrap();
    town.world.pass(120);
    let late = answer(&town, &mut li, (ticket, &number), Decision::Approve).await;
    assert_eq!(refusal(late), "knock_unknown");
    assert_eq!(refusal(town.platform.watched(&watch, BROWSER).await), "knock_unknown");
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("knocks"), 0);
}

async fn a_fresh_sign_in_is_made_on_the_phone(town: Town) {
    let mut li = town.enrolled(34).await;
    town.world.pass(60);
    let ask = town.ask(&town.airline()).with("prompt", "login");
    let watch = screen(&town, &ask).await;
    let number = watched(&town, &watch).await.number;
    let ticket = scan(&town, &watch).await.unwrap();
    let next = town.platform.resume(&li.session, &ticket).await.unwrap();
    assert!(matches!(next, Authorize::SignIn(_)), "the session of before does not serve");
    town.world.pass(1);
    answer(&town, &mut li, (ticket, &number), Decision::Approve).await.unwrap();
    town.redeem(&go_on(&town, &ask, &watch).await).await.unwrap();
}
