//! Fourteen to eighteen: the guardian answers from afar, in time, or the application lapses (Measures art. 4).

use service::{ApplicationAnswer, Step};
use yinzheng_testkit::{Enrolment, Holder, Resident, Town, refusal, stories};

stories!(
    the_guardian_approves_from_afar,
    the_guardian_declines_and_what_was_proved_is_gone,
    an_unanswered_application_lapses,
    a_link_opens_nothing_to_anybody_else,
    the_first_answer_counts,
    who_sits_together_after_all_goes_on,
    an_adult_who_is_no_guardian_sees_no_name,
);

async fn the_guardian_approves_from_afar(town: Town) {
    let (mut waiting, link, guardian) = a_waiting_application(&town, 16).await;
    let until = town.platform.waiting_application(&guardian.session, &link).await.unwrap();
    assert_eq!(until.duration_since(town.platform.now()).as_hours(), 24);
    town.world.pass(3 * 60 * 60);
    let mut guardian = guardian;
    guardian.sign_in_with_passcode().await.unwrap();
    let seen = guardian.see_application(&link).await.unwrap();
    assert_eq!(seen.name.as_str(), waiting.resident.person.name.written);
    guardian.answer_application(&seen, ApplicationAnswer::Approve).await.unwrap();

    waiting.step = town.platform.enrolment(&waiting.token).await.unwrap();
    assert_eq!(waiting.step, Step::Portrait);
    let mut young = waiting.finish().await.unwrap();
    let code = young.agree_to(&town.airline()).await;
    assert!(town.redeem(&code).await.is_ok(), "from fourteen on, use is the minor's own");
    assert_eq!(guardian.children().await.len(), 1);
    assert!(guardian.children().await[0].used.is_empty(), "where, is the young person's own");
}

async fn the_guardian_declines_and_what_was_proved_is_gone(town: Town) {
    let (waiting, link, guardian) = a_waiting_application(&town, 15).await;
    let before = sealed_size(&town).await;
    let seen = guardian.see_application(&link).await.unwrap();
    guardian.answer_application(&seen, ApplicationAnswer::Decline).await.unwrap();
    assert_eq!(town.platform.enrolment(&waiting.token).await.unwrap(), Step::Declined);
    assert!(sealed_size(&town).await + 100 < before, "the identity is out of the sealed row");
    let code = refusal(town.platform.await_guardian(&waiting.token).await);
    assert_eq!(code, "step_not_due");
    assert_eq!(refusal(guardian.see_application(&link).await), "guardian_request_unknown");
    assert_eq!(town.census().await.count("persons"), 1);
}

async fn an_unanswered_application_lapses(town: Town) {
    let (waiting, link, mut guardian) = a_waiting_application(&town, 16).await;
    guardian.sign_in_with_passcode().await.unwrap();
    let seen = guardian.see_application(&link).await.unwrap();
    town.world.pass(24 * 60 * 60);
    guardian.sign_in_with_passcode().await.unwrap();
    let late = guardian.answer_application(&seen, ApplicationAnswer::Approve).await;
    assert_eq!(refusal(late), "ticket_invalid");
    assert_eq!(refusal(guardian.see_application(&link).await), "guardian_request_unknown");
    assert_eq!(refusal(town.platform.enrolment(&waiting.token).await), "enrolment_unknown");
    town.world.pass(1);
    town.platform.purge().await.unwrap();
    let census = town.census().await;
    assert_eq!((census.count("enrolments"), census.count("waiting")), (0, 0));
}

async fn a_link_opens_nothing_to_anybody_else(town: Town) {
    let (waiting, link, guardian) = a_waiting_application(&town, 17).await;
    assert!(formats::base64url::decode(&link).unwrap().len() >= 16, "128 bits");
    let stranger = town.enrolled(41).await;
    assert_eq!(refusal(stranger.see_application(&link).await), "not_the_guardian");
    // Somebody else's card in the stranger's session.
    let challenge = town.platform.guardian_card_challenge(&stranger.session).unwrap();
    let card = guardian.resident.card(&challenge);
    let borrowed =
        town.platform.see_application(&stranger.session, &link, &challenge, card.clone()).await;
    assert_eq!(refusal(borrowed), "card_of_another");
    let again = town.platform.see_application(&stranger.session, &link, &challenge, card).await;
    assert_eq!(refusal(again), "challenge_spent", "a card's answer counts once");
    // What the guardian saw is of use in the guardian's session only.
    let seen = guardian.see_application(&link).await.unwrap();
    let stolen = stranger.answer_application(&seen, ApplicationAnswer::Approve).await;
    assert_eq!(refusal(stolen), "ticket_invalid");
    for guess in ["", "A", &"A".repeat(22), &link.to_uppercase(), &format!("{link}A")] {
        let guessed = town.platform.waiting_application(&guardian.session, guess).await;
        assert_eq!(refusal(guessed), "guardian_request_unknown", "{guess}");
    }
    assert!(matches!(town.platform.enrolment(&waiting.token).await.unwrap(), Step::Waiting { .. }));
    guardian.lock().await.unwrap();
    let locked = guardian.answer_application(&seen, ApplicationAnswer::Approve).await;
    assert_eq!(refusal(locked), "certificate_locked");
}

async fn the_first_answer_counts(town: Town) {
    let (waiting, link, guardian) = a_waiting_application(&town, 16).await;
    let seen = guardian.see_application(&link).await.unwrap();
    let (yes, no) = tokio::join!(
        guardian.answer_application(&seen, ApplicationAnswer::Approve),
        guardian.answer_application(&seen, ApplicationAnswer::Decline),
    );
    assert!(yes.is_ok() != no.is_ok(), "exactly one");
    let step = town.platform.enrolment(&waiting.token).await.unwrap();
    assert_eq!(step == Step::Portrait, yes.is_ok());
    let replayed = guardian.answer_application(&seen, ApplicationAnswer::Approve).await;
    assert_eq!(refusal(replayed), "guardian_request_unknown");
}

async fn who_sits_together_after_all_goes_on(town: Town) {
    let (mut waiting, link, guardian) = a_waiting_application(&town, 15).await;
    let seen = guardian.see_application(&link).await.unwrap();
    waiting.next().await.unwrap();
    assert_eq!(waiting.step, Step::Portrait);
    let late = guardian.answer_application(&seen, ApplicationAnswer::Decline).await;
    assert_eq!(refusal(late), "guardian_request_unknown");
    waiting.finish().await.unwrap();
    assert_eq!(town.census().await.count("guardianships"), 1);
}

async fn an_adult_who_is_no_guardian_sees_no_name(town: Town) {
    let (_, link, guardian) = a_waiting_application(&town, 16).await;
    let signed_in_without = {
        let mut guardian = guardian.clone();
        guardian.sign_in().await.unwrap();
        guardian
    };
    let peeked = town.platform.waiting_application(&signed_in_without.session, &link).await;
    assert_eq!(refusal(peeked), "not_signed_in");
    let other_child = town.aged(16);
    let other_guardian = other_child.guardian().enrol().await;
    assert_eq!(refusal(other_guardian.see_application(&link).await), "not_the_guardian");
}

/// Somebody of this age who asked from afar, the link, and the guardian, who holds a certificate.
async fn a_waiting_application(town: &Town, years: i16) -> (Enrolment, String, Holder) {
    let young: Resident = town.aged(years);
    let guardian = young.guardian().enrol().await;
    let mut enrolment =
        young.begin().await.until(|step| matches!(step, Step::Guardian { .. })).await;
    enrolment.step = town.platform.await_guardian(&enrolment.token).await.unwrap();
    let Step::Waiting { link, .. } = enrolment.step.clone() else { panic!("it waits") };
    (enrolment, link, guardian)
}

async fn sealed_size(town: &Town) -> usize {
    let census = town.census().await;
    let [row] = census.rows("enrolments") else { panic!("one enrolment") };
    let length = |cell: &yinzheng_testkit::Cell| match cell {
        yinzheng_testkit::Cell::Bytes(bytes) => bytes.len(),
        _ => 0,
    };
    row.iter().map(length).max().unwrap()
}
