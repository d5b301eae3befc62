//! The passcode: five tries, then waiting that grows, however many try at once.

use service::{Error, Refusal};
use yinzheng_testkit::{Cell, Holder, Town, refusal, stories};

stories!(
    five_wrong_tries_then_waiting_that_grows,
    a_right_one_begins_anew,
    fifty_wrong_tries_at_once_are_five,
    every_door_counts_the_same,
);

const WRONG: &str = "13572048";
const MINUTE: i64 = 60;

async fn five_wrong_tries_then_waiting_that_grows(town: Town) {
    let mut li = town.enrolled(34).await;
    for _ in 0..5 {
        assert_eq!(refusal(li.try_passcode(WRONG).await), "passcode_wrong");
    }
    for minutes in [1, 5, 15, 60, 24 * 60, 24 * 60] {
        let until = town.platform.now().as_second() + minutes * MINUTE;
        assert_eq!(waits_until(&li).await, until, "{minutes} minutes");
        town.world.pass(minutes * MINUTE - 1);
        assert_eq!(refusal(li.sign_in_with_passcode().await), "too_many_tries");
        assert!(li.sign_in().await.is_ok(), "the phone alone still signs in");
        town.world.pass(1);
        assert_eq!(refusal(li.try_passcode(WRONG).await), "passcode_wrong");
    }
    town.world.pass(24 * 60 * MINUTE);
    assert!(li.sign_in_with_passcode().await.is_ok(), "nobody is locked out for good");
}

async fn a_right_one_begins_anew(town: Town) {
    let mut li = town.enrolled(34).await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(refusal(li.try_passcode(WRONG).await), "passcode_wrong");
        }
        li.sign_in_with_passcode().await.unwrap();
    }
    assert_eq!(failed(&town).await, 0);
}

async fn fifty_wrong_tries_at_once_are_five(town: Town) {
    let mut li = town.enrolled(34).await;
    let try_wrong = |_| {
        let li = li.clone();
        tokio::spawn(async move { refusal(li.try_passcode(WRONG).await) })
    };
    let under_way: Vec<_> = (0..50).map(try_wrong).collect();
    let mut judged = 0;
    for one in under_way {
        match one.await.unwrap() {
            "passcode_wrong" => judged += 1,
            refused => assert_eq!(refused, "too_many_tries"),
        }
    }
    assert_eq!((judged, failed(&town).await), (5, 5), "each that was judged was counted");
    assert_eq!(refusal(li.sign_in_with_passcode().await), "too_many_tries");
}

async fn every_door_counts_the_same(town: Town) {
    let mut li = town.enrolled(34).await;
    let right = std::mem::replace(&mut li.passcode, WRONG.to_owned());
    assert_eq!(refusal(li.sign_in_with_passcode().await), "passcode_wrong");
    assert_eq!(refusal(li.cancel().await), "passcode_wrong");
    li.lock().await.unwrap();
    for _ in 0..3 {
        assert_eq!(refusal(li.unlock().await), "passcode_wrong");
    }
    li.passcode = right;
    assert_eq!(refusal(li.unlock().await), "too_many_tries");
    assert_eq!(refusal(li.cancel().await), "too_many_tries");
    town.world.pass(MINUTE);
    assert!(li.unlock().await.is_ok());
}

/// The moment before which no try is looked at.
async fn waits_until(li: &Holder) -> i64 {
    match li.try_passcode(&li.passcode).await {
        Err(Error::Refused(Refusal::Rule(rules::Refusal::TooManyTries { retry_at }))) => {
            retry_at.as_second()
        }
        other => panic!("not refused: {other:?}"),
    }
}

/// The count in the one certificate's row, after id, person, mode and verifier.
async fn failed(town: &Town) -> i64 {
    let census = town.census().await;
    let [row] = census.rows("certificates") else { panic!("one certificate") };
    let Cell::Int(failed) = row[4] else { panic!("a count") };
    failed
}
