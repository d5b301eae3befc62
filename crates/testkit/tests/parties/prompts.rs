//! Which pages are shown: `prompt`, `max_age`, `acr_values`, and sessions that end.

use serde_json::json;
use service::{Authorize, SESSION_LIFETIME};
use yinzheng_testkit::{Page, Town, arrived, refusal, stories};

stories!(
    silent_requests_show_no_page,
    who_must_sign_in_again_does,
    who_must_agree_again_does,
    a_sign_in_of_the_same_second_is_not_a_new_one,
    what_is_wished_for_together_is_shown_together,
    a_sign_in_grows_old,
    a_stronger_mode_asks_for_the_passcode,
    a_session_ends_with_the_working_day,
    a_sign_in_page_grows_old_too,
);

const PASSCODE: &str = "urn:yinzheng:acr:certificate+passcode";

async fn silent_requests_show_no_page(town: Town) {
    let mut li = town.enrolled(34).await;
    let silent = town.ask(&town.airline()).with("prompt", "none");
    let Authorize::Back(delivery) = town.platform.authorize(None, &silent.query()).await.unwrap()
    else {
        panic!("a page")
    };
    let to = arrived(&delivery);
    assert!(to.query().unwrap().contains("error=login_required"));
    assert_eq!(li.go(&silent).await.unwrap().error(), "consent_required");
    li.agree_to(&town.airline()).await;
    let third = li.go(&silent).await.unwrap();
    assert_eq!(third.pages, []);
    assert!(town.redeem(&third.code()).await.is_ok());
}

async fn who_must_sign_in_again_does(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.airline()).await;
    let first = li.session.signed_in_at();
    town.world.pass(10);
    let again = li.go(&town.ask(&town.airline()).with("prompt", "login")).await.unwrap();
    assert_eq!(again.pages, [Page::SignIn]);
    let told = town.redeem(&again.code()).await.unwrap();
    assert_eq!(told.id_token["auth_time"], json!(first.as_second() + 10));
}

async fn a_sign_in_of_the_same_second_is_not_a_new_one(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.airline()).await;
    for (name, value) in [
        ("prompt", "login"),
        ("prompt", "select_account"),
        ("prompt", "login select_account"),
        ("max_age", "0"),
    ] {
        li.sign_in().await.unwrap();
        let ask = town.ask(&town.airline()).with(name, value);
        let first = town.platform.authorize(Some(&li.session), &ask.query()).await.unwrap();
        let Authorize::SignIn(asked) = first else {
            panic!("{value} found the session it came with")
        };
        // Nor does it serve when it is shown once more, from the page that waits.
        let again = town.platform.resume(&li.session, &asked.ticket).await.unwrap();
        let Authorize::SignIn(asked) = again else { panic!("{value} took it the second time") };
        li.sign_in().await.unwrap();
        let served = town.platform.resume(&li.session, &asked.ticket).await.unwrap();
        assert!(matches!(served, Authorize::Back(_)), "{value}");
    }
    let silent = town.ask(&town.airline()).with("prompt", "none").with("max_age", "0");
    assert_eq!(li.go(&silent).await.unwrap().error(), "login_required");
}

async fn what_is_wished_for_together_is_shown_together(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.airline()).await;
    for both in ["login consent", "consent select_account", "consent login select_account"] {
        let ask = town.ask(&town.airline()).with("prompt", both);
        assert_eq!(li.go(&ask).await.unwrap().pages, [Page::SignIn, Page::Approve], "{both}");
    }
    for refused in ["none login", "none select_account", "consent none"] {
        let ask = town.ask(&town.airline()).with("prompt", refused);
        assert_eq!(li.go(&ask).await.unwrap().error(), "invalid_request", "{refused}");
    }
}

async fn who_must_agree_again_does(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.airline()).await;
    let again = li.go(&town.ask(&town.airline()).with("prompt", "consent")).await.unwrap();
    assert_eq!(again.pages, [Page::Approve]);
}

async fn a_sign_in_grows_old(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.airline()).await;
    let ask = town.ask(&town.airline()).with("max_age", "60");
    town.world.pass(60);
    assert_eq!(li.go(&ask).await.unwrap().pages, []);
    town.world.pass(1);
    assert_eq!(li.go(&ask).await.unwrap().pages, [Page::SignIn]);
    let silent = ask.with("prompt", "none");
    town.world.pass(61);
    assert_eq!(li.go(&silent).await.unwrap().error(), "login_required");
}

async fn a_stronger_mode_asks_for_the_passcode(town: Town) {
    let mut li = town.enrolled(34).await;
    li.sign_in().await.unwrap();
    let plain = li.agree_to(&town.airline()).await;
    let plain = town.redeem(&plain).await.unwrap();
    assert_eq!(plain.id_token["acr"], json!("urn:yinzheng:acr:certificate"));

    let ask = town.ask(&town.airline()).with("acr_values", &format!("urn:x {PASSCODE}"));
    let stronger = li.go(&ask).await.unwrap();
    assert_eq!(stronger.pages, [Page::SignIn]);
    let stronger = town.redeem(&stronger.code()).await.unwrap();
    assert_eq!(stronger.id_token["acr"], json!(PASSCODE));

    li.sign_in().await.unwrap();
    let lighter = "urn:yinzheng:acr:certificate";
    let ask = town.ask(&town.airline()).with("scope", "openid scene:book_ticket");
    let ticket = li.go(&ask.with("acr_values", lighter)).await.unwrap();
    assert_eq!(ticket.pages, [Page::SignIn, Page::Approve], "the scene wants no less");
    let ticket = town.redeem(&ticket.code()).await.unwrap();
    assert_eq!(ticket.id_token["acr"], json!(PASSCODE));
}

async fn a_session_ends_with_the_working_day(town: Town) {
    let li = town.enrolled(34).await;
    let cookie = town.platform.seal_session(&li.session).unwrap();
    town.world.pass(SESSION_LIFETIME.as_secs() - 1);
    assert_eq!(town.platform.open_session(&cookie).unwrap(), li.session);
    town.world.pass(1);
    assert_eq!(refusal(town.platform.open_session(&cookie)), "not_signed_in");
    for odd in ["", "x", &cookie[1..], &cookie[..cookie.len() - 1], &"A".repeat(10_000)] {
        assert_eq!(refusal(town.platform.open_session(odd)), "not_signed_in");
    }
}

async fn a_sign_in_page_grows_old_too(town: Town) {
    let mut li = town.enrolled(34).await;
    let query = town.ask(&town.airline()).query();
    let Authorize::SignIn(page) = town.platform.authorize(None, &query).await.unwrap() else {
        panic!("nobody is signed in")
    };
    town.world.pass(30 * 60);
    li.sign_in().await.unwrap();
    assert!(town.platform.resume(&li.session, &page.ticket).await.is_ok());
    town.world.pass(1);
    assert_eq!(refusal(town.platform.resume(&li.session, &page.ticket).await), "ticket_invalid");
}
