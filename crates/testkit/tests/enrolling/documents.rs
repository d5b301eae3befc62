//! Documents that prove nothing: forged, copied, expired, lost, unknown, and too many of them.

use jiff::civil::Date;
use sandbox::Person;
use yinzheng_testkit::{Resident, Town, refusal, stories};

stories!(
    forged_and_copied_cards_prove_nobody,
    lost_and_expired_cards_are_refused_by_name,
    a_forger_gets_ten_tries,
);

async fn forged_and_copied_cards_prove_nobody(town: Town) {
    let (li, wang) = (town.adult(), town.adult());
    let enrolment = li.begin().await;
    let (challenge, another) = (enrolment.challenge(), wang.begin().await);
    let mut borrowed = li.card(challenge);
    borrowed.answer = wang.card(challenge).answer;
    for (what, evidence) in [
        ("forged", li.forged_card(challenge)),
        ("read for another enrolment", li.card(another.challenge())),
        ("another card's answer", borrowed),
    ] {
        let proved = town.platform.prove_document(&enrolment.token, evidence).await;
        assert_eq!(refusal(proved), "document_not_genuine", "{what}");
    }
    let census = town.census().await;
    assert_eq!((census.count("persons"), census.count("documents")), (0, 0));
}

async fn lost_and_expired_cards_are_refused_by_name(town: Town) {
    let today = town.today();
    let lost = town.anybody(|p| p.lost && in_force(p, today));
    let expired = town.anybody(|p| !p.lost && !in_force(p, today));
    assert_eq!(first_step(&lost).await, "document_reported_lost");
    assert_eq!(first_step(&expired).await, "document_expired");
    assert_eq!(town.census().await.count("documents"), 0);
}

async fn a_forger_gets_ten_tries(town: Town) {
    let li = town.adult();
    let mut enrolment = li.begin().await;
    for _ in 0..10 {
        let forged = li.forged_card(enrolment.challenge());
        let proved = town.platform.prove_document(&enrolment.token, forged).await;
        assert_eq!(refusal(proved), "document_not_genuine");
    }
    assert_eq!(refusal(enrolment.next().await), "tries_exhausted");
}

fn in_force(person: &Person, today: Date) -> bool {
    person.identity.document().valid_on(today).is_ok()
}

async fn first_step(resident: &Resident) -> &'static str {
    refusal(resident.begin().await.next().await)
}
