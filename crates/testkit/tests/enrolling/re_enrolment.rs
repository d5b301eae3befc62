//! Enrolling again, on another phone or a hundred times at once: one person, one net number.

use std::collections::BTreeSet;

use wallet::SoftwareKey;
use yinzheng_testkit::{Cell, Census, Enrolment, Holder, Resident, Town, refusal, stories};

stories!(
    a_new_phone_keeps_net_number_and_identifiers,
    a_hundred_at_once_are_one_person,
    a_hundred_new_phones_at_once_leave_one_certificate,
);

async fn a_new_phone_keeps_net_number_and_identifiers(town: Town) {
    let mut old = town.enrolled(34).await;
    let before = old.agree_to(&town.airline()).await;
    let before = town.redeem(&before).await.unwrap();
    let unredeemed = old.agree_to(&town.airline()).await;

    town.world.pass(60);
    let unredeemed = town.call(&unredeemed);
    let mut new = old.resident.enrol().await;
    assert_eq!(new.net_number, old.net_number);
    assert_eq!(refusal(old.sign_in().await), "certificate_ended");
    assert_eq!(refusal(old.sign_in_with_passcode().await), "certificate_ended");
    assert_eq!(refusal(old.unlock().await), "certificate_ended");
    assert!(town.post(&unredeemed).await.is_err());
    assert_eq!(town.userinfo(&before).await, Err("token_revoked"));

    let after = new.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(after.pages, [], "what was agreed stays agreed");
    let after = town.redeem(&after.code()).await.unwrap();
    assert_eq!(after.sub(), before.sub());
    assert_eq!(town.census().await.count("identities"), 1);
}

async fn a_hundred_at_once_are_one_person(town: Town) {
    let li = town.adult();
    let holders = finish_all(ready(&li, 100).await).await;
    assert_eq!(holders.len(), 100);
    one_person(&town, &holders).await;
}

async fn a_hundred_new_phones_at_once_leave_one_certificate(town: Town) {
    let li = town.adult();
    let first = li.enrol().await;
    let mut holders = finish_all(ready(&li, 100).await).await;
    holders.push(first);
    one_person(&town, &holders).await;
}

async fn ready(li: &Resident, count: usize) -> Vec<Enrolment> {
    let mut ready = Vec::new();
    for _ in 0..count {
        // One number is sent a few codes an hour only.
        ready.push(li.with_another_phone().begin().await.until_device().await);
    }
    ready
}

async fn finish_all(ready: Vec<Enrolment>) -> Vec<Holder> {
    let finish =
        |enrolment: Enrolment| tokio::spawn(enrolment.finish_with(SoftwareKey::generate()));
    let under_way: Vec<_> = ready.into_iter().map(finish).collect();
    let mut holders = Vec::new();
    for one in under_way {
        holders.push(one.await.unwrap().unwrap());
    }
    holders
}

async fn one_person(town: &Town, holders: &[Holder]) {
    let numbers: BTreeSet<_> = holders.iter().map(|holder| holder.net_number.as_str()).collect();
    assert_eq!(numbers.len(), 1);
    let census = town.census().await;
    for table in ["persons", "data_keys", "identities"] {
        assert_eq!(census.count(table), 1, "{table}");
    }
    assert_eq!(census.count("documents"), 2, "the card and the register number");
    assert_eq!(in_force(&census), 1, "one person has one certificate in force");
}

fn in_force(census: &Census) -> usize {
    /// The place of `ended_at` among the columns.
    const ENDED_AT: usize = 10;
    let in_force = |row: &&Vec<Cell>| row[ENDED_AT] == Cell::Null;
    census.rows("certificates").iter().filter(in_force).count()
}
