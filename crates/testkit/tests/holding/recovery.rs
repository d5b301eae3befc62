//! A device is lost, or a thief says it was: every phone is told, what cannot be undone waits, one tap ends it.

use rules::PhoneNumber;
use service::Message;
use yinzheng_testkit::{Holder, Resident, Town, refusal, stories};

stories!(
    a_first_certificate_cools_nothing_down,
    a_new_device_tells_the_phone_and_waits,
    what_cannot_be_undone_waits_out_the_cool_down,
    a_thief_with_the_card_gets_nothing_and_is_stopped,
    nobody_is_stopped_by_the_thief_for_ever,
    a_crowd_of_numbers_hides_nothing_from_the_first,
    a_carrier_that_is_away_loses_no_notice,
    a_kill_after_the_issue_loses_no_notice,
    a_link_is_good_once_for_its_own_person_and_for_the_cool_down,
    a_hundred_taps_are_one,
    a_reissue_cut_between_the_planes_is_told_and_undone,
    who_was_seen_at_a_counter_is_locked_and_not_ended,
);

const HOUR: i64 = 60 * 60;

async fn a_first_certificate_cools_nothing_down(town: Town) {
    let li = town.enrolled(34).await;
    assert_eq!(exported(&town, &li).await["name"], li.resident.person.name.written);
    assert_eq!(town.platform.overview(&li.session).await.unwrap().cooling_until, None);
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 0);
    let census = town.census().await;
    assert_eq!((census.count("notices"), census.count("lock_links")), (0, 0));
}

async fn a_new_device_tells_the_phone_and_waits(town: Town) {
    let old = town.enrolled(34).await;
    town.world.pass(HOUR);
    let new = old.resident.enrol().await;
    assert_eq!(new.net_number, old.net_number);
    let phone = new.resident.phone().clone();
    assert!(town.phones.lock_links(&phone).is_empty(), "told after the issue, not in it");
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 1);
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 0, "once");
    let messages = town.phones.messages(&phone);
    let Some(Message::CertificateReplaced { link, hours: 72 }) = messages.last() else {
        panic!("no notice")
    };
    assert!(link.starts_with("https://id.example/lock/"), "{link}");
    for digits in [phone.as_str(), new.net_number.as_str()] {
        assert!(!link.contains(digits), "nothing of the person stands in the link");
    }
    let overview = town.platform.overview(&new.session).await.unwrap();
    assert_eq!(overview.cooling_until.unwrap(), town.platform.now() + hours(72));
    assert_eq!(overview.events[0].kind.as_str(), "reissued");
    let export = exported(&town, &new).await;
    assert_eq!(export["lock_links"][0]["about"], "reissue");
}

async fn what_cannot_be_undone_waits_out_the_cool_down(town: Town) {
    let old = town.enrolled(34).await;
    let mut new = old.resident.enrol().await;
    let told = new.agree_to(&town.airline()).await;
    assert!(town.redeem(&told).await.is_ok(), "logging in is not held up");
    for _ in 0..2 {
        let export = exported(&town, &new).await;
        assert_eq!(export["net_number"], new.net_number.as_str());
        for plain in ["name", "document_number", "born", "phone", "former_phones"] {
            assert!(export.get(plain).is_none(), "{plain} stays closed");
        }
        assert!(export["plain_identity_from"].is_string());
        assert_eq!(refusal(town.platform.may_disclose(&new.session).await), "cooling_down");
        assert_eq!(refusal(new.cancel().await), "cooling_down");
        let number = new.resident.with_another_phone().phone().clone();
        let change = town.platform.send_phone_change_code(&new.session, number).await;
        assert_eq!(refusal(change), "cooling_down");
        // To the last second.
        town.world.pass(72 * HOUR - 1 - town_age(&town));
        new.sign_in_with_passcode().await.unwrap();
    }
    town.world.pass(1);
    let export = exported(&town, &new).await;
    assert_eq!(export["name"], new.resident.person.name.written);
    assert_eq!(export["phone"], new.resident.phone().as_str());
    new.cancel().await.unwrap();
}

async fn a_thief_with_the_card_gets_nothing_and_is_stopped(town: Town) {
    let mut owner = town.enrolled(34).await;
    let home = owner.resident.phone().clone();
    town.world.pass(HOUR);
    let (thief, away) = steal(&owner.resident).await;
    assert_eq!(refusal(owner.sign_in().await), "certificate_ended");
    assert!(exported(&town, &thief).await.get("name").is_none());
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 2, "the old phone and the new one");
    assert_eq!(town.phones.lock_links(&away).len(), 1);
    let link = town.phones.lock_links(&home)[0].clone();

    // Looking is not tapping: whatever previews the message may open the link.
    let before = town.census().await;
    assert!(!town.platform.objection(&link).await.unwrap().objected);
    assert_eq!(town.census().await, before);
    town.platform.object(&link).await.unwrap();
    assert!(town.platform.objection(&link).await.unwrap().objected);

    // Device, passcode and session are the thief's, and worth nothing.
    let mut thief = thief;
    assert_eq!(refusal(town.platform.overview(&thief.session).await), "certificate_ended");
    assert_eq!(refusal(town.platform.export(&thief.session).await), "certificate_ended");
    assert_eq!(refusal(thief.unlock().await), "certificate_ended");
    assert_eq!(refusal(thief.sign_in_with_passcode().await), "certificate_ended");
    town.world.pass(73 * HOUR);
    assert_eq!(refusal(thief.sign_in_with_passcode().await), "certificate_ended");
    assert_eq!(refusal(town.platform.export(&thief.session).await), "certificate_ended");

    let back = owner.resident.enrol().await;
    assert_eq!(back.net_number, owner.net_number);
    let events = town.platform.overview(&back.session).await.unwrap().events;
    let events: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(events, ["reissued", "objected", "reissued", "issued"]);
}

async fn nobody_is_stopped_by_the_thief_for_ever(town: Town) {
    let owner = town.enrolled(34).await;
    let (_, away) = steal(&owner.resident).await;
    town.platform.deliver_notices().await.unwrap();
    let link = town.phones.lock_links(owner.resident.phone())[0].clone();
    town.platform.object(&link).await.unwrap();
    let mut again = owner.resident.enrol().await;
    town.platform.deliver_notices().await.unwrap();
    // The thief's number is a former one now: told, as any, and able to object, as any, until the cool-down is over.
    assert_eq!(town.phones.lock_links(&away).len(), 2);
    let tap = &town.phones.lock_links(&away)[1];
    assert!(town.platform.objection(tap).await.unwrap().locks, "a number does not outweigh a face");
    town.platform.object(tap).await.unwrap();
    assert_eq!(refusal(again.sign_in_with_passcode().await), "certificate_locked");
    again.unlock().await.unwrap();
    town.platform.object(tap).await.unwrap();
    again.sign_in_with_passcode().await.unwrap();
    town.world.pass(72 * HOUR);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("former_phones"), 0);
    let back = owner.resident.enrol().await;
    town.platform.deliver_notices().await.unwrap();
    assert_eq!(town.phones.lock_links(&away).len(), 2, "forgotten");
    town.platform.overview(&back.session).await.unwrap();
}

async fn a_crowd_of_numbers_hides_nothing_from_the_first(town: Town) {
    let owner = town.enrolled(34).await;
    for told in 1..=10 {
        town.world.pass(HOUR);
        steal(&owner.resident).await;
        town.platform.deliver_notices().await.unwrap();
        assert_eq!(town.phones.lock_links(owner.resident.phone()).len(), told);
    }
    assert_eq!(town.census().await.count("former_phones"), 5, "and no crowd is kept");
    let link = town.phones.lock_links(owner.resident.phone())[0].clone();
    town.platform.object(&link).await.unwrap();
    assert_eq!(town.platform.objection(&link).await.unwrap().about.as_str(), "reissue");
}

async fn a_carrier_that_is_away_loses_no_notice(town: Town) {
    let owner = town.enrolled(34).await;
    let (home, ready) = (owner.resident.phone(), owner.resident.begin().await.until_device().await);
    town.message_line.cut();
    let new = ready.finish().await.unwrap();
    assert_eq!(new.net_number, owner.net_number, "the issue does not wait for the carrier");
    for _ in 0..3 {
        assert_eq!(town.platform.deliver_notices().await.unwrap(), 0);
        town.world.pass(HOUR);
    }
    town.message_line.mend();
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 1);
    assert_eq!(town.phones.lock_links(home).len(), 1);
    assert_eq!(town.census().await.count("notices"), 0);
    // A carrier that never comes back: the notice goes when it is worth nothing any more.
    let ready = owner.resident.begin().await.until_device().await;
    town.message_line.cut();
    ready.finish().await.unwrap();
    town.world.pass(72 * HOUR);
    town.platform.purge().await.unwrap();
    let census = town.census().await;
    for table in ["notices", "lock_links", "former_phones", "sendings"] {
        assert_eq!(census.count(table), 0, "{table}");
    }
}

async fn a_kill_after_the_issue_loses_no_notice(town: Town) {
    let owner = town.enrolled(34).await;
    owner.resident.enrol().await;
    assert_eq!(town.census().await.count("notices"), 1, "on disk before anything is sent");
    let again = town.restarted();
    assert_eq!(again.platform.deliver_notices().await.unwrap(), 1);
    assert_eq!(again.phones.lock_links(owner.resident.phone()).len(), 1);
    // Two workers hand one notice over once.
    town.world.pass(HOUR);
    owner.resident.enrol().await;
    let (one, two) =
        tokio::join!(town.platform.deliver_notices(), again.platform.deliver_notices());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
}

async fn a_link_is_good_once_for_its_own_person_and_for_the_cool_down(town: Town) {
    let (li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let (li, wang) = (by_card_alone(&li.resident).await, wang.resident.enrol().await);
    town.platform.deliver_notices().await.unwrap();
    let link = town.phones.lock_links(li.resident.phone())[0].clone();
    let altered: String = link.chars().rev().collect();
    let foreign = town.platform.seal_session(&li.session).unwrap();
    for bad in ["", "A", &altered, &link[1..], &format!("{link}A"), &format!("{link}="), &foreign] {
        assert_eq!(refusal(town.platform.objection(bad).await), "link_unknown", "{bad}");
        assert_eq!(refusal(town.platform.object(bad).await), "link_unknown", "{bad}");
    }
    town.platform.overview(&li.session).await.unwrap();
    town.platform.object(&link).await.unwrap();
    assert_eq!(refusal(town.platform.overview(&li.session).await), "certificate_ended");
    assert!(town.platform.overview(&wang.session).await.is_ok(), "nobody else's");

    let back = li.resident.enrol().await;
    let before = town.census().await;
    town.platform.object(&link).await.unwrap();
    assert_eq!(town.census().await, before, "a used link does nothing, and that is no error");
    assert!(town.platform.overview(&back.session).await.is_ok());

    town.platform.deliver_notices().await.unwrap();
    let link = town.phones.lock_links(li.resident.phone())[1].clone();
    town.world.pass(72 * HOUR);
    assert_eq!(refusal(town.platform.object(&link).await), "link_unknown");
    town.platform.purge().await.unwrap();
    assert_eq!(refusal(town.platform.object(&link).await), "link_unknown");
}

async fn a_hundred_taps_are_one(town: Town) {
    let owner = town.enrolled(34).await;
    owner.resident.enrol().await;
    town.platform.deliver_notices().await.unwrap();
    let link = town.phones.lock_links(owner.resident.phone())[0].clone();
    let taps: Vec<_> = (0..100)
        .map(|_| {
            let (platform, link) = (town.platform.clone(), link.clone());
            tokio::spawn(async move { platform.object(&link).await })
        })
        .collect();
    for tap in taps {
        tap.await.unwrap().unwrap();
    }
    let back = owner.resident.enrol().await;
    let events = town.platform.overview(&back.session).await.unwrap().events;
    assert_eq!(events.iter().filter(|event| event.kind.as_str() == "objected").count(), 1);
}

async fn a_reissue_cut_between_the_planes_is_told_and_undone(town: Town) {
    let mut owner = town.enrolled(34).await;
    let home = owner.resident.phone().clone();
    town.world.pass(HOUR);
    let (_, away) = steal(&owner.resident).await;
    town.lose_the_last_reissue().await;
    owner.sign_in_with_passcode().await.unwrap();
    assert_eq!(exported(&town, &owner).await["phone"], away.as_str(), "what the cut left");
    // Not at once: the second plane may be on its way.
    assert_eq!(town.platform.deliver_notices().await.unwrap(), 0);
    town.world.pass(HOUR);
    let again = town.restarted();
    for _ in 0..4 {
        again.platform.deliver_notices().await.unwrap();
        town.world.pass(HOUR);
    }
    for phone in [&home, &away] {
        let cut = |message: &Message| matches!(message, Message::ReissueCut { hours: 72, .. });
        assert_eq!(town.phones.messages(phone).iter().filter(|m| cut(m)).count(), 1);
    }
    owner.sign_in_with_passcode().await.unwrap();
    let events = town.platform.overview(&owner.session).await.unwrap().events;
    assert_eq!(events.iter().filter(|e| e.kind.as_str() == "reissue_cut").count(), 1);
    let link = town.phones.lock_links(&home)[0].clone();
    assert_eq!(town.platform.objection(&link).await.unwrap().about.as_str(), "reissue_cut");
    town.platform.object(&link).await.unwrap();
    let export = exported(&town, &owner).await;
    assert_eq!(export["phone"], home.as_str(), "the number is back");
    assert_eq!(export["certificates"][0]["state"], "active", "and nothing else was touched");
    assert_eq!(town.census().await.count("notices"), 0);
}

async fn who_was_seen_at_a_counter_is_locked_and_not_ended(town: Town) {
    let owner = town.enrolled(66).await;
    let mut counter = town.counter().await;
    let issued = owner.resident.enrol_at(&mut counter).await;
    town.platform.deliver_notices().await.unwrap();
    let link = town.phones.lock_links(owner.resident.phone())[0].clone();
    assert!(town.platform.objection(&link).await.unwrap().locks);
    town.platform.object(&link).await.unwrap();
    let overview = town.platform.overview(&issued.session).await.unwrap();
    assert!(matches!(overview.certificate.state, store::authentication::State::Locked { .. }));
}

/// Somebody enrols with another's card, and a phone number of their own; the face would not pass.
async fn steal(owner: &Resident) -> (Holder, PhoneNumber) {
    let thief = owner.with_another_phone();
    (by_card_alone(&thief).await, thief.phone().clone())
}

async fn by_card_alone(resident: &Resident) -> Holder {
    resident.begin().await.without_portrait().finish().await.unwrap()
}

async fn exported(town: &Town, holder: &Holder) -> serde_json::Value {
    serde_json::to_value(town.platform.export(&holder.session).await.unwrap()).unwrap()
}

fn hours(count: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_hours(count)
}

/// Seconds since the town began.
fn town_age(town: &Town) -> i64 {
    let beginning: jiff::Timestamp = "2026-11-22T04:00:00Z".parse().unwrap();
    town.platform.now().as_second() - beginning.as_second()
}
