//! Under fourteen: a guardian who holds a certificate applies on the child's behalf (Measures art. 4, PIPL 31).

use service::{Error, Step};
use yinzheng_testkit::{Enrolment, Holder, Resident, Town, refusal, stories};

stories!(
    a_guardian_applies_and_consents_for_the_child,
    nobody_else_applies_for_a_child,
    a_guardian_applies_for_nobody_of_fourteen,
    a_guardian_signs_in_with_the_passcode_first,
    a_lock_in_between_stops_it,
    two_guardians_at_once_make_one_person,
    the_application_goes_on_on_the_childs_device,
    both_sides_take_it_along_and_who_leaves_takes_it_away,
);

async fn a_guardian_applies_and_consents_for_the_child(town: Town) {
    let child = town.aged(10);
    let guardian = child.guardian().enrol().await;
    let of_child = guardian.enrol_child(&child).await.unwrap();
    assert_ne!(of_child.net_number, guardian.net_number);

    let export = town.platform.export(&of_child.session).await.unwrap();
    let export = serde_json::to_value(export).unwrap();
    assert_eq!(export["name"], child.person.name.written);
    let consents = export["consents"].as_array().unwrap();
    assert!(consents.len() >= 2);
    assert!(consents.iter().all(|consent| consent["given_by"] == "guardian"));
    assert_eq!(export["guardianships"][0]["side"], "child");
    assert_eq!(export["guardianships"][0]["confirmed_by"], "registry");

    let [seen] = &guardian.children().await[..] else { panic!("one child") };
    assert_eq!((seen.age, seen.masked.as_str()), (10, of_child.net_number.masked().as_str()));
    let mine = town.platform.my_guardians(&of_child.session).await.unwrap();
    assert_eq!(mine.guardians.len(), 1);
}

async fn nobody_else_applies_for_a_child(town: Town) {
    let child = town.aged(9);
    let guardian = child.guardian().enrol().await;
    let stranger = town.enrolled(40).await;

    // The stranger's own card: not the guardian. The guardian's card: not the one who applies.
    let mut by_stranger = at_the_guardian(&stranger, &child).await;
    assert_eq!(refusal(by_stranger.next().await), "not_the_guardian");
    let mut with_anothers_card = by_stranger.with_guardian(guardian.resident.clone());
    assert_eq!(refusal(with_anothers_card.next().await), "card_of_another");
    let early = town
        .platform
        .prove_portrait(&with_anothers_card.token, service::PortraitChoice::OtherWay)
        .await;
    assert_eq!(refusal(early), "step_not_due");
    // The child by itself, and with its own card in the guardian's place.
    assert_eq!(refusal(child.begin().await.next().await), "guardian_must_apply");
    let mut by_itself = at_the_guardian(&guardian, &child).await.with_guardian(child.clone());
    assert_eq!(refusal(by_itself.next().await), "not_the_guardian");
    assert_eq!(town.census().await.count("guardianships"), 0);
    assert_eq!(town.census().await.count("persons"), 2);
}

async fn a_guardian_applies_for_nobody_of_fourteen(town: Town) {
    let guardian = town.enrolled(40).await;
    for years in [14, 17, 30] {
        let somebody = town.aged(years);
        let mut enrolment = guardian.apply_for(&somebody).await.unwrap();
        assert_eq!(refusal(enrolment.next().await), "must_apply_in_person");
    }
}

async fn a_guardian_signs_in_with_the_passcode_first(town: Town) {
    let mut guardian = town.enrolled(40).await;
    guardian.sign_in().await.unwrap();
    assert_eq!(refusal(guardian.apply_for(&town.aged(8)).await), "not_signed_in");
    assert_eq!(refusal(guardian.confirm_children().await), "not_signed_in");
    guardian.sign_in_with_passcode().await.unwrap();
    guardian.lock().await.unwrap();
    assert_eq!(refusal(guardian.apply_for(&town.aged(8)).await), "certificate_locked");
}

async fn a_lock_in_between_stops_it(town: Town) {
    let child = town.aged(7);
    let guardian = child.guardian().enrol().await;
    let almost = guardian.apply_for(&child).await.unwrap().until_device().await;
    guardian.lock().await.unwrap();
    assert_eq!(refusal(almost.finish().await), "guardian_uncertified");
    assert_eq!(town.census().await.count("certificates"), 1);
    assert_eq!(town.census().await.count("guardianships"), 0);
}

async fn two_guardians_at_once_make_one_person(town: Town) {
    let child = with_two_guardians(&town, 9);
    let [mother, father] = &child.guardians()[..] else { panic!("two guardians") };
    let (mother, father) = (mother.enrol().await, father.enrol().await);
    let ready =
        async |guardian: &Holder| guardian.apply_for(&child).await.unwrap().until_device().await;
    let (one, two) = (ready(&mother).await, ready(&father).await);
    let (one, two) = tokio::join!(tokio::spawn(one.finish()), tokio::spawn(two.finish()));
    let (one, two): (Result<Holder, Error>, Result<Holder, Error>) = (one.unwrap(), two.unwrap());
    assert_eq!(one.unwrap().net_number, two.unwrap().net_number);
    let census = town.census().await;
    assert_eq!((census.count("persons"), census.count("guardianships")), (3, 2));
    assert_eq!(mother.children().await.len(), 1);
    assert_eq!(father.children().await.len(), 1);
}

async fn the_application_goes_on_on_the_childs_device(town: Town) {
    let child = town.aged(11);
    let guardian = child.guardian().enrol().await;
    let enrolment = guardian.apply_for(&child).await.unwrap().until_device().await;
    let link = town.platform.carry_enrolment(&enrolment.token).await.unwrap();
    let (token, step) = town.platform.take_over_enrolment(&link).await.unwrap();
    assert!(matches!(step, Step::Device { .. }));
    assert_eq!(refusal(town.platform.take_over_enrolment(&link).await), "ticket_invalid", "once");

    let late = town.platform.carry_enrolment(&enrolment.token).await.unwrap();
    town.world.pass(10 * 60);
    assert_eq!(refusal(town.platform.take_over_enrolment(&late).await), "ticket_invalid", "late");
    let forged = format!("{}A", &late[..late.len() - 1]);
    assert_eq!(refusal(town.platform.take_over_enrolment(&forged).await), "ticket_invalid");
    let mut on_its_own = enrolment;
    (on_its_own.token, on_its_own.step) = (token, step);
    assert!(on_its_own.finish().await.is_ok());
}

async fn both_sides_take_it_along_and_who_leaves_takes_it_away(town: Town) {
    let child = with_two_guardians(&town, 12);
    let [mother, father] = &child.guardians()[..] else { panic!("two guardians") };
    let (mother, father) = (mother.enrol().await, father.enrol().await);
    let of_child = mother.enrol_child(&child).await.unwrap();
    assert_eq!(father.confirm_children().await.unwrap(), 1);

    let export = town.platform.export(&mother.session).await.unwrap();
    let export = serde_json::to_value(export).unwrap();
    assert_eq!(export["guardianships"][0]["side"], "guardian");
    assert_eq!(export["events"][0]["kind"], "guardian_confirmed");

    father.cancel().await.unwrap();
    let census = town.census().await;
    assert_eq!(census.count("guardianships"), 1, "nothing of the one who left stays");
    let mine = town.platform.my_guardians(&of_child.session).await.unwrap();
    assert_eq!(mine.guardians.len(), 1);
    of_child.cancel().await.unwrap();
    let census = town.census().await;
    assert_eq!(census.count("guardianships"), 0);
    assert!(mother.children().await.is_empty());
}

async fn at_the_guardian(applicant: &Holder, child: &Resident) -> Enrolment {
    let enrolment = applicant.apply_for(child).await.unwrap();
    enrolment.until(|step| matches!(step, Step::OwnCard { .. })).await
}

fn with_two_guardians(town: &Town, years: i16) -> Resident {
    loop {
        let child = town.aged(years);
        if child.guardians().len() == 2 {
            return child;
        }
    }
}
