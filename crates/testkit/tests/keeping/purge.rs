//! Forgetting: what expired goes, and only that.

use yinzheng_testkit::{Town, refusal, stories};

stories!(what_expired_goes_and_only_that, what_could_be_replayed_is_remembered);

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

async fn what_expired_goes_and_only_that(town: Town) {
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&town.airline()).await;
    town.redeem(&code).await.unwrap();
    li.sign_in().await.unwrap();
    town.adult().begin().await.until_device().await;
    let before = town.census().await;
    assert_eq!(town.platform.purge().await.unwrap(), 0, "nothing has expired yet");
    assert_eq!(town.census().await, before);

    town.world.pass(31 * MINUTE);
    let enrolment = town.adult().begin().await;
    assert!(town.platform.purge().await.unwrap() > 0);
    let after = town.census().await;
    let mut changed = after.changed_since(&before);
    changed.sort_unstable();
    assert_eq!(changed, ["enrolments", "grants", "spent"]);
    assert_eq!((after.count("grants"), after.count("spent"), after.count("enrolments")), (0, 0, 1));
    assert!(town.platform.enrolment(&enrolment.token).await.is_ok());

    town.world.pass(180 * DAY - 32 * MINUTE);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("events"), before.count("events"));
    town.world.pass(2 * MINUTE);
    town.platform.purge().await.unwrap();
    let after = town.census().await;
    assert_eq!(after.count("events"), 0, "after 180 days no use is remembered");
    let mut changed = after.changed_since(&before);
    changed.sort_unstable();
    assert_eq!(changed, ["enrolments", "events", "grants", "sendings", "spent", "unissued"]);
    let code = li.agree_to(&town.airline()).await;
    assert!(town.redeem(&code).await.is_ok(), "person, certificate and consent stay");
}

async fn what_could_be_replayed_is_remembered(town: Town) {
    let mut li = town.enrolled(34).await;
    let (one, two) = (li.agree_to(&town.airline()).await, li.agree_to(&town.airline()).await);
    let (call, proof) = (town.call(&one), li.proof());
    assert!(town.post(&call).await.is_ok());
    assert!(town.platform.sign_in(&proof, None).await.is_ok());
    town.world.pass(59);
    town.platform.purge().await.unwrap();
    let replayed = call.with("code", &two.text).with("code_verifier", &two.ask.verifier);
    assert_eq!(refusal(town.post(&replayed).await), "assertion_replayed");
    assert_eq!(refusal(town.redeem(&one).await), "code_reused");
    town.world.pass(4 * MINUTE);
    town.platform.purge().await.unwrap();
    assert_eq!(refusal(town.platform.sign_in(&proof, None).await), "challenge_spent");
}
