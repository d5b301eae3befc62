//! Minors: with a guardian who holds a certificate, or not at all (Measures art. 4).

use service::Step;
use yinzheng_testkit::{Enrolment, Resident, Town, refusal, stories};

stories!(
    a_guardian_stands_behind_a_minor,
    a_guardian_must_hold_a_certificate,
    nobody_else_stands_behind_a_minor,
    under_fourteen_a_child_does_not_apply,
    at_eighteen_nobody_is_asked,
);

async fn a_guardian_stands_behind_a_minor(town: Town) {
    let child = town.aged(16);
    child.guardian().enrol().await;
    let mut enrolment = at_the_guardian(&child).await;
    enrolment.next().await.unwrap();
    assert_eq!(enrolment.step, Step::Portrait);
    let mut child = enrolment.finish().await.unwrap();
    let code = child.agree_to(&town.airline()).await;
    assert!(town.redeem(&code).await.is_ok());
}

async fn a_guardian_must_hold_a_certificate(town: Town) {
    let child = town.aged(15);
    let (guardian, mut enrolment) = (child.guardian(), at_the_guardian(&child).await);
    assert_eq!(refusal(enrolment.next().await), "guardian_uncertified");

    let guardian = guardian.enrol().await;
    guardian.lock().await.unwrap();
    assert_eq!(refusal(enrolment.next().await), "guardian_uncertified", "a locked one is none");
    let mut guardian = guardian;
    guardian.unlock().await.unwrap();
    assert!(enrolment.next().await.is_ok());
}

async fn nobody_else_stands_behind_a_minor(town: Town) {
    let child = town.aged(16);
    let (stranger, enrolment) = (town.enrolled(40).await, at_the_guardian(&child).await);
    let (platform, token) = (&town.platform, &enrolment.token);
    let challenge = enrolment.challenge();
    for (who, card, code) in [
        ("a stranger", stranger.resident.card(challenge), "not_the_guardian"),
        ("the child", child.card(challenge), "not_the_guardian"),
        ("a forger", child.guardian().forged_card(challenge), "document_not_genuine"),
    ] {
        assert_eq!(refusal(platform.prove_guardian(token, card).await), code, "{who}");
    }
    let early = platform.prove_portrait(token, service::PortraitChoice::OtherWay).await;
    assert_eq!(refusal(early), "step_not_due");
    assert_eq!(town.census().await.count("persons"), 1);
}

async fn under_fourteen_a_child_does_not_apply(town: Town) {
    let child = town.aged(13);
    child.guardian().enrol().await;
    assert_eq!(refusal(child.begin().await.next().await), "guardian_must_apply");
    assert_eq!(town.census().await.count("persons"), 1);
}

async fn at_eighteen_nobody_is_asked(town: Town) {
    let mut enrolment = town.aged(18).begin().await;
    enrolment.next().await.unwrap();
    assert_eq!(enrolment.step, Step::Portrait);
}

async fn at_the_guardian(child: &Resident) -> Enrolment {
    child.begin().await.until(|step| matches!(step, Step::Guardian { .. })).await
}
