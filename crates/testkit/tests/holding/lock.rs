//! Locking: one tap ends everything at once, and only phone and passcode together open again.

use service::{Authorize, Decision};
use yinzheng_testkit::{Town, refusal, stories};

stories!(
    a_lock_ends_everything_at_once,
    device_and_passcode_unlock,
    locking_twice_changes_nothing,
    what_was_stolen_before_a_lock_stays_dead_after_the_unlock,
);

async fn a_lock_ends_everything_at_once(town: Town) {
    let (mut li, mut other) = (town.enrolled(34).await, town.enrolled(35).await);
    let told = li.agree_to(&town.airline()).await;
    let told = town.redeem(&told).await.unwrap();
    let waiting = li.agree_to(&town.airline()).await;
    let page = town.platform.authorize(Some(&li.session), &town.ask(&town.shop()).query()).await;
    let Authorize::Approve(page) = page.unwrap() else { panic!("nothing was agreed yet") };

    li.lock().await.unwrap();
    let before = town.census().await;
    let query = town.ask(&town.airline()).query();
    let asked = town.platform.authorize(Some(&li.session), &query).await.unwrap();
    assert!(matches!(asked, Authorize::SignIn(_)));
    let silent = li.go(&town.ask(&town.airline()).with("prompt", "none")).await.unwrap();
    assert_eq!(silent.error(), "login_required");
    for decision in [Decision::Approve, Decision::Decline] {
        let agreed = town.platform.agree(&li.session, &page.ticket, decision).await;
        assert_eq!(refusal(agreed), "certificate_locked");
    }
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
    assert_eq!(refusal(town.platform.export(&li.session).await), "certificate_locked");
    assert_eq!(town.census().await, before);
    assert_eq!(refusal(town.redeem(&waiting).await), "certificate_unusable");
    assert_eq!(refusal(li.sign_in().await), "certificate_locked");
    assert_eq!(refusal(li.sign_in_with_passcode().await), "certificate_locked");
    assert!(town.platform.overview(&li.session).await.is_ok(), "what happened can be read");
    other.agree_to(&town.airline()).await;
}

async fn device_and_passcode_unlock(town: Town) {
    let mut li = town.enrolled(34).await;
    assert_eq!(refusal(li.unlock().await), "certificate_not_locked");
    town.world.pass(1);
    li.lock().await.unwrap();
    let (right, proof) = (li.passcode.clone(), li.proof());
    "13572048".clone_into(&mut li.passcode);
    assert_eq!(refusal(li.unlock().await), "passcode_wrong");
    assert_eq!(refusal(li.sign_in().await), "certificate_locked");
    li.passcode = right;
    town.world.pass(1);
    li.unlock().await.unwrap();
    town.world.pass(1);
    let code = li.agree_to(&town.airline()).await;
    assert!(town.redeem(&code).await.is_ok());
    assert!(town.platform.sign_in(&proof, None).await.is_ok(), "an unused proof is still good");
    let overview = town.platform.overview(&li.session).await.unwrap();
    let happened: Vec<_> = overview.events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(happened, ["authenticated", "unlocked", "locked", "issued"]);
}

async fn locking_twice_changes_nothing(town: Town) {
    let li = town.enrolled(34).await;
    li.lock().await.unwrap();
    let before = town.census().await;
    town.world.pass(60);
    li.lock().await.unwrap();
    assert_eq!(town.census().await, before);
}

async fn what_was_stolen_before_a_lock_stays_dead_after_the_unlock(town: Town) {
    let mut li = town.enrolled(34).await;
    let told = li.agree_to(&town.airline()).await;
    let told = town.redeem(&told).await.unwrap();
    let (waiting, stolen) = (li.agree_to(&town.airline()).await, li.session.clone());
    town.world.pass(1);
    li.lock().await.unwrap();
    town.world.pass(1);
    li.unlock().await.unwrap();

    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
    assert_eq!(refusal(town.redeem(&waiting).await), "certificate_unusable");
    assert_eq!(refusal(town.platform.overview(&stolen).await), "not_signed_in");
    assert_eq!(refusal(town.platform.export(&stolen).await), "not_signed_in");
    let query = town.ask(&town.airline()).query();
    let asked = town.platform.authorize(Some(&stolen), &query).await.unwrap();
    assert!(matches!(asked, Authorize::SignIn(_)));
    let asked = town.platform.authorize(Some(&li.session), &query).await.unwrap();
    assert!(matches!(asked, Authorize::Back(_)));
}
