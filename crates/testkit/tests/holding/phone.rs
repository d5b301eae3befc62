//! The phone is changed: the new number proves itself, the old one is told and can object; codes are few.

use rules::PhoneNumber;
use service::Message;
use yinzheng_testkit::{Holder, Resident, Town, refusal, stories};

stories!(
    the_new_number_counts_at_once_and_the_old_one_is_told,
    the_old_number_objects_and_is_back,
    a_change_needs_the_passcode_and_the_right_code,
    a_hundred_changes_at_once_are_one,
    a_later_change_ends_the_one_under_way,
    a_number_is_sent_five_codes_an_hour_whoever_asks,
    whoever_leaves_takes_all_of_it_along,
    who_was_cut_between_the_planes_is_forgotten,
);

const HOUR: i64 = 60 * 60;

async fn the_new_number_counts_at_once_and_the_old_one_is_told(town: Town) {
    let li = town.enrolled(34).await;
    let (old, new) = (li.resident.phone().clone(), another(&li.resident));
    change(&town, &li, &new).await;
    let export = exported(&town, &li).await;
    assert_eq!(export["phone"], new.as_str());
    assert_eq!(export["former_phones"][0]["phone"], old.as_str());
    assert_eq!(export["notices_waiting"].as_array().unwrap().len(), 2);
    assert_eq!(export["events"][0]["kind"], "phone_changed");
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 2);
    for number in [&old, &new] {
        let messages = town.phones.messages(number);
        let Some(Message::PhoneChanged { hours: 72, .. }) = messages.last() else {
            panic!("not told")
        };
    }
    // Nothing else waits for it: the certificate is the same, and so is the way out.
    assert_eq!(town.platform.overview(&li.session).await.unwrap().cooling_until, None);

    // Within the cool-down, the old number is told of everything else as well.
    town.world.pass(71 * HOUR);
    li.resident.with_phone(new.clone()).enrol().await;
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 2);
    assert_eq!(town.phones.lock_links(&old).len(), 2);
    town.world.pass(HOUR);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("former_phones"), 0, "then it is forgotten");
    li.resident.with_phone(new.clone()).enrol().await;
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 1);
    assert_eq!(town.phones.lock_links(&old).len(), 2);
}

async fn the_old_number_objects_and_is_back(town: Town) {
    let mut li = town.enrolled(34).await;
    let (old, new) = (li.resident.phone().clone(), another(&li.resident));
    change(&town, &li, &new).await;
    town.platform.deliver_notices().await.unwrap();
    let link = town.phones.lock_links(&old)[0].clone();
    town.platform.object(&link).await.unwrap();
    let before = town.census().await;
    town.platform.object(&link).await.unwrap();
    assert_eq!(town.census().await, before, "twice is once");
    // Whoever changed it has device and passcode, and neither helps.
    assert_eq!(refusal(li.unlock().await), "certificate_ended");
    let again = town.platform.send_phone_change_code(&li.session, new.clone()).await;
    assert_eq!(refusal(again), "certificate_ended");

    let back = li.resident.enrol().await;
    town.platform.deliver_notices().await.unwrap();
    assert_eq!(town.phones.lock_links(&old).len(), 2);
    assert_eq!(town.phones.lock_links(&new).len(), 1, "forgotten with the change");
    town.world.pass(73 * HOUR);
    let mut back = back;
    back.sign_in_with_passcode().await.unwrap();
    assert_eq!(exported(&town, &back).await["phone"], old.as_str());
}

async fn a_change_needs_the_passcode_and_the_right_code(town: Town) {
    let mut li = town.enrolled(34).await;
    let new = another(&li.resident);
    assert_eq!(
        refusal(town.platform.change_phone(&li.session, "123456").await),
        "phone_code_wrong"
    );
    li.sign_in().await.unwrap();
    let change = town.platform.send_phone_change_code(&li.session, new.clone()).await;
    assert_eq!(refusal(change), "mode_too_weak");
    li.sign_in_with_passcode().await.unwrap();
    town.platform.send_phone_change_code(&li.session, new.clone()).await.unwrap();
    let code = town.phones.last_code(&new).unwrap();
    assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()));
    for _ in 0..5 {
        let wrong = town.platform.change_phone(&li.session, "12345").await;
        assert_eq!(refusal(wrong), "phone_code_wrong");
    }
    assert_eq!(refusal(town.platform.change_phone(&li.session, &code).await), "tries_exhausted");
    town.platform.send_phone_change_code(&li.session, new.clone()).await.unwrap();
    town.world.pass(5 * 60);
    let late = town.phones.last_code(&new).unwrap();
    assert_eq!(refusal(town.platform.change_phone(&li.session, &late).await), "phone_code_wrong");
    assert_eq!(town.platform.phone_change(&li.session).await.unwrap(), None);
    town.platform.send_phone_change_code(&li.session, new.clone()).await.unwrap();
    let often = town.platform.send_phone_change_code(&li.session, another(&li.resident)).await;
    assert_eq!(refusal(often), "codes_exhausted", "three an hour, whatever the number");
    let code = town.phones.last_code(&new).unwrap();
    li.lock().await.unwrap();
    let locked = town.platform.change_phone(&li.session, &code).await;
    assert_eq!(refusal(locked), "certificate_locked");
    assert_eq!(town.census().await.count("former_phones"), 0);
}

async fn a_hundred_changes_at_once_are_one(town: Town) {
    let li = town.enrolled(34).await;
    let new = another(&li.resident);
    town.platform.send_phone_change_code(&li.session, new.clone()).await.unwrap();
    let code = town.phones.last_code(&new).unwrap();
    let changes: Vec<_> = (0..100)
        .map(|_| {
            let (platform, session, code) =
                (town.platform.clone(), li.session.clone(), code.clone());
            tokio::spawn(async move { platform.change_phone(&session, &code).await })
        })
        .collect();
    let mut taken = 0;
    for change in changes {
        taken += u32::from(change.await.unwrap().is_ok());
    }
    assert_eq!(taken, 1);
    let census = town.census().await;
    assert_eq!((census.count("former_phones"), census.count("notices")), (1, 2));
    assert_eq!(exported(&town, &li).await["phone"], new.as_str());
}

async fn a_later_change_ends_the_one_under_way(town: Town) {
    let li = town.enrolled(34).await;
    let (first, second) = (another(&li.resident), another(&li.resident));
    town.platform.send_phone_change_code(&li.session, first.clone()).await.unwrap();
    town.platform.send_phone_change_code(&li.session, second.clone()).await.unwrap();
    let old = town.phones.last_code(&first).unwrap();
    assert_eq!(refusal(town.platform.change_phone(&li.session, &old).await), "phone_code_wrong");
    let code = town.phones.last_code(&second).unwrap();
    town.platform.change_phone(&li.session, &code).await.unwrap();
    assert_eq!(exported(&town, &li).await["phone"], second.as_str());
    // To the number that is kept already: nothing changes, nobody is told.
    let third = another(&li.resident);
    town.platform.send_phone_change_code(&li.session, second.clone()).await.unwrap();
    let code = town.phones.last_code(&second).unwrap();
    town.platform.change_phone(&li.session, &code).await.unwrap();
    assert_eq!(town.census().await.count("former_phones"), 1);
    assert!(town.phones.messages(&third).is_empty());
}

async fn a_number_is_sent_five_codes_an_hour_whoever_asks(town: Town) {
    let number = another(&town.adult());
    for sent in 0..6 {
        let mut enrolment = town.adult().with_phone(number.clone()).begin().await;
        enrolment = enrolment.until(|step| matches!(step, service::Step::Phone)).await;
        let outcome = enrolment.next().await;
        if sent < 5 {
            outcome.unwrap();
        } else {
            assert_eq!(refusal(outcome), "codes_exhausted");
            assert_eq!(town.phones.count(&number), 5);
            town.world.pass(HOUR - 1);
            let enrolment = town.adult().with_phone(number.clone()).begin().await;
            let mut late = enrolment.until(|step| matches!(step, service::Step::Phone)).await;
            assert_eq!(refusal(late.next().await), "codes_exhausted");
            town.world.pass(1);
            late.next().await.unwrap();
        }
    }
    assert_eq!(town.phones.count(&number), 6);
    town.world.pass(HOUR);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("sendings"), 0, "counted for an hour, then forgotten");
}

async fn whoever_leaves_takes_all_of_it_along(town: Town) {
    let li = town.enrolled(34).await;
    change(&town, &li, &another(&li.resident)).await;
    town.platform.send_phone_change_code(&li.session, another(&li.resident)).await.unwrap();
    li.cancel().await.unwrap();
    let census = town.census().await;
    for table in ["notices", "former_phones", "phone_changes", "lock_links", "unissued"] {
        assert_eq!(census.count(table), 0, "{table}");
    }
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 0);
}

async fn who_was_cut_between_the_planes_is_forgotten(town: Town) {
    let stays = town.enrolled(34).await;
    let lost = town.aged(35);
    town.world.pass(1);
    lost.enrol().await;
    town.lose_the_last_issue().await;
    assert_eq!(town.census().await.count("identities"), 2, "killed after the first transaction");
    town.world.pass(HOUR - 1);
    assert_eq!(town.census().await.count("identities"), 2);
    // Who comes back in time is taken for the same person, and kept.
    let second = town.aged(36);
    second.enrol().await;
    town.lose_the_last_issue().await;
    let back = second.enrol().await;
    town.world.pass(1);
    town.platform.purge().await.unwrap();
    let census = town.census().await;
    assert_eq!((census.count("identities"), census.count("data_keys")), (2, 2));
    town.world.pass(HOUR);
    town.platform.purge().await.unwrap();
    let census = town.census().await;
    assert_eq!((census.count("identities"), census.count("unissued")), (2, 0));
    for holder in [stays, back] {
        assert!(exported(&town, &holder).await["name"].is_string());
    }
    lost.enrol().await;
    assert_eq!(town.census().await.count("identities"), 3, "and may come back as somebody new");
}

async fn change(town: &Town, holder: &Holder, number: &PhoneNumber) {
    town.platform.send_phone_change_code(&holder.session, number.clone()).await.unwrap();
    let code = town.phones.last_code(number).unwrap();
    town.platform.change_phone(&holder.session, &code).await.unwrap();
}

fn another(resident: &Resident) -> PhoneNumber {
    resident.with_another_phone().phone().clone()
}

async fn exported(town: &Town, holder: &Holder) -> serde_json::Value {
    serde_json::to_value(town.platform.export(&holder.session).await.unwrap()).unwrap()
}
