//! Officers: one person is one officer, what each signed can be verified years later, and nothing is kept for ever.

use service::StaffVerdict;
use store::authentication::StaffAct;
use yinzheng_testkit::{Holder, Town, refusal, stories};

stories!(
    two_invitations_do_not_make_two_officers,
    who_is_not_signed_in_with_the_passcode_joins_nothing,
    every_act_is_verified_years_later,
    an_altered_log_is_noticed,
    staff_records_have_their_time,
    an_officer_who_leaves_the_platform_works_no_more,
);

const YEAR: i64 = 366 * 24 * 60 * 60;

async fn two_invitations_do_not_make_two_officers(town: Town) {
    let chen = town.officer("Chen", "Riverside Hall").await;
    let mut person = (*chen.person).clone();
    for office in ["Riverside Hall", "Hill Street"] {
        let again = town.joined(&person, "Chen once more", office).await;
        assert_eq!(refusal(again), "officer_already");
    }
    // Two at once, by another who is none yet: one.
    let zhao = town.enrolled(44).await;
    let both = [
        town.joined(&zhao, "Zhao", "Riverside Hall").await,
        town.joined(&zhao, "Zhao too", "Riverside Hall").await,
    ];
    assert_eq!(both.iter().filter(|joined| joined.is_ok()).count(), 1);
    // A new device and a new certificate are the same person.
    person = person.resident.enrol().await;
    assert!(town.joined(&person, "Chen anew", "Hill Street").await.is_err());
    // Suspended, a person may be invited anew.
    town.platform.suspend_officer(chen.id).await.unwrap();
    town.joined(&person, "Chen anew", "Hill Street").await.unwrap();
    let export = serde_json::to_value(town.platform.export(&zhao.session).await.unwrap()).unwrap();
    assert_eq!(export["officer_at"][0]["office"], "Riverside Hall");
    assert_eq!(export["events"][0]["kind"], "became_officer");
}

async fn who_is_not_signed_in_with_the_passcode_joins_nothing(town: Town) {
    let mut li = town.enrolled(40).await;
    li.sign_in().await.unwrap();
    assert_eq!(refusal(town.joined(&li, "Li", "Riverside Hall").await), "not_signed_in");
    li.sign_in_with_passcode().await.unwrap();
    li.lock().await.unwrap();
    assert_eq!(refusal(town.joined(&li, "Li", "Riverside Hall").await), "certificate_locked");
}

async fn every_act_is_verified_years_later(town: Town) {
    let mut counter = town.counter().await;
    town.aged(70).enrol_at(&mut counter).await;
    let id = counter[0].enter(&town.aged(71)).await.unwrap();
    town.platform.decline_application(&counter[1].session, id).await.unwrap();
    town.platform.suspend_officer(counter[0].id).await.unwrap();
    town.world.pass(2 * YEAR);
    let acts = town.platform.verify_staff_log().await.unwrap();
    let verdict = |wanted| {
        let mut of =
            acts.iter().filter(|(entry, _)| entry.act == wanted).map(|(_, verdict)| *verdict);
        let first = of.next().unwrap();
        assert!(of.all(|other| other == first));
        first
    };
    for act in [StaffAct::SignedIn, StaffAct::Entered, StaffAct::Confirmed] {
        assert_eq!(verdict(act), StaffVerdict::Signed, "{act:?}");
    }
    for act in [StaffAct::Joined, StaffAct::Declined, StaffAct::Suspended] {
        assert_eq!(verdict(act), StaffVerdict::NothingToSign, "{act:?}");
    }
}

async fn an_altered_log_is_noticed(town: Town) {
    let mut counter = town.counter().await;
    town.aged(70).enrol_at(&mut counter).await;
    let broken = async || {
        let acts = town.platform.verify_staff_log().await.unwrap();
        acts.iter().filter(|(_, verdict)| *verdict == StaffVerdict::Broken).count()
    };
    assert_eq!(broken().await, 0);
    // Another digest, another act, another officer, no signature.
    let digest = "(SELECT digest FROM staff_log WHERE act = 'joined' LIMIT 1)";
    for (alter, expected) in [
        (format!("UPDATE staff_log SET digest = {digest} WHERE act = 'entered'"), 1),
        ("UPDATE staff_log SET act = 'confirmed' WHERE act = 'entered'".to_owned(), 1),
        ("UPDATE staff_log SET evidence = NULL WHERE act = 'signed_in'".to_owned(), 3),
    ] {
        town.tamper("authentication", &alter).await;
        assert_eq!(broken().await, expected, "{alter}");
    }
}

async fn staff_records_have_their_time(town: Town) {
    let operators = town.census().await.count("staff_log");
    let mut counter = town.counter().await;
    town.aged(70).enrol_at(&mut counter).await;
    town.platform.invite_officer("Wu", "Riverside Hall").await.unwrap();
    town.world.pass(3 * YEAR - 60 * 60);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("staff_log"), operators + 6);
    town.world.pass(2 * 60 * 60);
    town.platform.purge().await.unwrap();
    let census = town.census().await;
    assert_eq!(
        census.count("staff_log"),
        2,
        "that they joined, with their keys, for as long as they work"
    );
    assert_eq!(census.count("officers"), 2, "the invitation nobody took up is gone");
    for officer in &counter {
        town.platform.suspend_officer(officer.id).await.unwrap();
    }
    town.world.pass(3 * YEAR + 60 * 60);
    town.platform.purge().await.unwrap();
    let census = town.census().await;
    for table in ["staff_log", "officers", "passkeys"] {
        assert_eq!(census.count(table), 0, "{table}");
    }
}

async fn an_officer_who_leaves_the_platform_works_no_more(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    chen.person.cancel().await.unwrap();
    assert_eq!(refusal(chen.enter(&town.aged(70)).await), "officer_suspended");
    let gone = town.platform.officers().await.unwrap();
    let gone = gone.iter().find(|officer| officer.id == chen.id).unwrap();
    assert_eq!(gone.person_index, None, "nothing says who it was");
    // Who comes back is somebody new, and may be invited anew.
    let back: Holder = chen.person.resident.enrol().await;
    town.joined(&back, "Chen", "Riverside Hall").await.unwrap();
    assert!(zhao.enter(&town.aged(71)).await.is_ok());
}
