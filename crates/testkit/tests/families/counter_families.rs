//! Minors at a counter: enrolled with a guardian beside them, and guardianships confirmed and ended by papers.

use rules::{GuardianshipPaper, Scene, approval::Term};
use serde_json::Value;
use service::{
    CounterOutcome, Error, GuardianshipAct, GuardianshipEntry, IssuedAtCounter, Session,
};
use store::authentication::TidingAbout;
use yinzheng_testkit::{
    Holder, Officer, Resident, Town,
    officer::{change_guardianship, entry_beside, number, passcode},
    refusal, stories,
};

stories!(
    a_child_is_enrolled_for_the_guardian_standing_there,
    a_young_person_is_enrolled_with_the_guardians_agreement,
    the_guardian_must_be_one_and_show_it,
    a_guardianship_is_confirmed_and_ended_by_papers,
    one_officer_alone_changes_no_guardianship,
    what_changed_between_entry_and_confirmation_is_refused,
    nobody_is_an_officer_in_a_matter_of_their_own,
    ten_confirmations_of_a_guardianship_are_one,
);

const BIRTH: GuardianshipPaper = GuardianshipPaper::BirthCertificate;

async fn a_child_is_enrolled_for_the_guardian_standing_there(town: Town) {
    let mut counter = town.counter().await;
    let child = town.aged(8);
    let mut mother = child.guardian().enrol().await;
    let issued = enrol_beside(&town, &mut counter, &child, &mother).await.unwrap();

    let export = exported(&town, &issued.session).await;
    assert_eq!(export["phone"], mother.resident.phone().as_str(), "the guardian's phone");
    assert_eq!(export["consents"][0]["given_by"], "guardian");
    assert_eq!(export["guardianships"][0]["confirmed_by"], "counter");
    assert_eq!(export["guardianships"][0]["paper"], "birth_certificate");
    let kinds = events(&town, &issued.session).await;
    assert_eq!(
        kinds,
        ["guardian_confirmed", "issued", "counter_confirmed", "counter_entered"],
        "each act is an event"
    );
    mother.sign_in_with_passcode().await.unwrap();
    assert_eq!(events(&town, &mother.session).await[0], "guardian_confirmed");
    mother.approve(&town.airline(), &[Scene::LogIn], Term::Month).await.unwrap();
    assert_eq!(town.census().await.count("applications"), 0, "what was entered is gone");
    town.platform.deliver_notices().await.unwrap();
    let told = town.phones.tidings(mother.resident.phone());
    assert_eq!(told, [TidingAbout::GuardianshipChanged]);
}

async fn a_young_person_is_enrolled_with_the_guardians_agreement(town: Town) {
    let mut counter = town.counter().await;
    let young = town.aged(15);
    let father = young.guardian().enrol().await;
    let alone = counter[0].enter(&young).await;
    assert_eq!(refusal(alone), "guardian_missing");
    let issued = enrol_beside(&town, &mut counter, &young, &father).await.unwrap();
    let export = exported(&town, &issued.session).await;
    assert_eq!(export["phone"], "", "nobody's phone was given");
    assert_eq!(export["consents"][0]["given_by"], "person");
    assert_eq!(export["guardianships"][0]["side"], "child");
}

async fn the_guardian_must_be_one_and_show_it(town: Town) {
    let [mut chen, _] = town.counter().await;
    let child = town.aged(8);
    let guardian = child.guardian();
    let beside = |who: &Resident, paper| entry_beside(&child, who, paper);
    assert_eq!(refusal(chen.enter(&child).await), "guardian_missing");
    let uncertified = chen.enter_this(beside(&guardian, BIRTH)).await;
    assert_eq!(refusal(uncertified), "guardian_uncertified");
    let mut mother = guardian.enrol().await;
    let dead = chen.enter_this(beside(&guardian, GuardianshipPaper::DeathCertificate)).await;
    assert_eq!(refusal(dead), "paper_unfit");
    let minor = town.enrolled(16).await;
    let by_minor = chen.enter_this(beside(&minor.resident, BIRTH)).await;
    assert_eq!(refusal(by_minor), "not_the_guardian");
    mother.lock().await.unwrap();
    assert_eq!(refusal(chen.enter_this(beside(&guardian, BIRTH)).await), "guardian_uncertified");
    mother.unlock().await.unwrap();
    let adult = town.aged(30);
    let for_adult = chen.enter_this(entry_beside(&adult, &guardian, BIRTH)).await;
    assert_eq!(refusal(for_adult), "must_apply_in_person");
    assert_eq!(town.census().await.count("applications"), 0);
    assert!(chen.enter_this(beside(&guardian, BIRTH)).await.is_ok());
}

async fn a_guardianship_is_confirmed_and_ended_by_papers(town: Town) {
    let mut counter = town.counter().await;
    let (mut child, mut mother) = family(&town, 9).await;
    let mut aunt = town.enrolled(38).await;
    let (of_aunt, of_child) = (aunt.resident.clone(), child.resident.clone());
    let change = |act, paper| entry_between(&of_aunt, &of_child, act, paper);
    let unfit = [
        (GuardianshipAct::Confirm, GuardianshipPaper::DeathCertificate),
        (GuardianshipAct::End, BIRTH),
    ];
    for (act, paper) in unfit {
        let entered = counter[0].enter_guardianship(change(act, paper)).await;
        let code = refusal(entered);
        assert!(["paper_unfit", "guardianship_unknown"].contains(&code), "{code}");
    }
    let court = GuardianshipPaper::CourtOrder;
    let end = || change(GuardianshipAct::End, court);
    assert_eq!(refusal(counter[0].enter_guardianship(end()).await), "guardianship_unknown");
    let confirm = change(GuardianshipAct::Confirm, court);
    change_guardianship(&mut counter, confirm).await.unwrap();
    aunt.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    let code = child.agree_to(&town.airline()).await;

    change_guardianship(&mut counter, end()).await.unwrap();
    // The approval went with it, and with the approval the code on its way.
    assert_eq!(refusal(town.redeem(&code).await), "consent_withdrawn");
    assert!(aunt.children().await.is_empty());
    for holder in [&mut child, &mut mother, &mut aunt] {
        holder.sign_in_with_passcode().await.unwrap();
        let seen = events(&town, &holder.session).await;
        for kind in ["guardian_confirmed", "guardian_ended"] {
            assert!(seen.iter().any(|one| one == kind), "{kind} is seen by all: {seen:?}");
        }
    }
    let export = exported(&town, &aunt.session).await;
    let ended = &export["guardianships"][0];
    assert_eq!(
        (&ended["paper"], &ended["ended_by_paper"]),
        (&"court_order".into(), &"court_order".into())
    );
    let kept = town.census().await;
    assert_eq!(kept.count("applications"), 0, "nothing else is kept");
    town.platform.deliver_notices().await.unwrap();
    let changed = TidingAbout::GuardianshipChanged;
    assert_eq!(town.phones.tidings(mother.resident.phone()), [changed, changed]);
}

async fn one_officer_alone_changes_no_guardianship(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let (child, _) = family(&town, 9).await;
    let aunt = town.enrolled(38).await;
    let confirm =
        || entry_between(&aunt.resident, &child.resident, GuardianshipAct::Confirm, BIRTH);
    let id = chen.enter_guardianship(confirm()).await.unwrap();
    let before = town.census().await;
    assert_eq!(refusal(chen.decide(id).await), "same_officer");
    // Nor with the colleague's screen and one's own finger.
    let view = town.platform.application_to_confirm(&zhao.session, id).await.unwrap();
    let answer = chen.authenticator.answer(&view.question);
    let state = &view.question.state;
    let forged = town.platform.confirm_application(&zhao.session, id, state, &answer).await;
    assert_eq!(refusal(forged), "passkey_unknown");
    let after = town.census().await;
    assert_eq!(before.count("guardianships"), after.count("guardianships"));
    assert!(aunt.children().await.is_empty());
    // Nor by becoming another officer: a person is one.
    let again = town.joined(&chen.person, "Chen's other hand", "Riverside Hall").await;
    assert_eq!(refusal(again), "officer_already");
    assert!(matches!(zhao.decide(id).await.unwrap(), CounterOutcome::Done));
    assert_eq!(aunt.children().await.len(), 1);
}

async fn what_changed_between_entry_and_confirmation_is_refused(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let (child, _) = family(&town, 9).await;
    let (mut aunt, uncle) = (town.enrolled(38).await, town.enrolled(39).await);
    let confirm =
        |who: &Resident| entry_between(who, &child.resident, GuardianshipAct::Confirm, BIRTH);
    // Another application is put under the signature.
    let (one, other) = (
        chen.enter_guardianship(confirm(&aunt.resident)).await.unwrap(),
        chen.enter_guardianship(confirm(&uncle.resident)).await.unwrap(),
    );
    let platform = &town.platform;
    let view = platform.application_to_confirm(&zhao.session, one).await.unwrap();
    let answer = zhao.authenticator.answer(&view.question);
    let swapped =
        platform.confirm_application(&zhao.session, other, &view.question.state, &answer).await;
    assert_eq!(refusal(swapped), "challenge_spent");
    // The sealed row is exchanged in the database.
    let exchange = "UPDATE applications SET sealed =
         (SELECT sealed FROM applications ORDER BY application_id DESC LIMIT 1)";
    town.tamper("vault", exchange).await;
    let read = [zhao.decide(one).await, zhao.decide(other).await];
    assert_eq!(read.iter().filter(|outcome| outcome.is_ok()).count(), 1, "its own row opens");
    // The guardian's certificate is locked meanwhile: nothing is done, and nothing stays.
    let id = chen.enter_guardianship(confirm(&aunt.resident)).await.unwrap();
    aunt.lock().await.unwrap();
    let before = aunt.children().await.len();
    assert_eq!(refusal(zhao.decide(id).await), "guardian_uncertified");
    assert_eq!(refusal(zhao.decide(id).await), "application_unknown");
    aunt.unlock().await.unwrap();
    assert_eq!(aunt.children().await.len(), before);
    // A minor's enrolment, the same: at the passcode it is asked again.
    let young = town.aged(15);
    let father = young.guardian().enrol().await;
    let entered = chen.enter_this(entry_beside(&young, &father.resident, BIRTH)).await.unwrap();
    let handed = zhao.confirm(entered).await.unwrap();
    father.lock().await.unwrap();
    let late = platform.complete_at_counter(&handed, passcode()).await;
    assert_eq!(refusal(late), "guardian_uncertified");
}

async fn nobody_is_an_officer_in_a_matter_of_their_own(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    // One's own certificate.
    let own = chen.enter(&chen.person.resident.clone()).await;
    assert_eq!(refusal(own), "officers_own_matter");
    let id = zhao.enter(&chen.person.resident).await.unwrap();
    assert_eq!(refusal(chen.decide(id).await), "officers_own_matter");
    // One's own child.
    let (child, _) = family(&town, 9).await;
    let confirm = || {
        let act = GuardianshipAct::Confirm;
        entry_between(&chen.person.resident, &child.resident, act, BIRTH)
    };
    let (entered, by_zhao) = (confirm(), confirm());
    assert_eq!(refusal(chen.enter_guardianship(entered).await), "officers_own_matter");
    let id = zhao.enter_guardianship(by_zhao).await.unwrap();
    assert_eq!(refusal(chen.decide(id).await), "officers_own_matter");
    let mut third = town.officer("Wu", "Riverside Hall").await;
    assert!(third.decide(id).await.is_ok());
}

async fn ten_confirmations_of_a_guardianship_are_one(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let (child, mother) = family(&town, 9).await;
    let end = entry_between(
        &mother.resident,
        &child.resident,
        GuardianshipAct::End,
        GuardianshipPaper::CourtOrder,
    );
    let id = chen.enter_guardianship(end).await.unwrap();
    let mut questions = Vec::new();
    for _ in 0..10 {
        let view = town.platform.application_to_confirm(&zhao.session, id).await.unwrap();
        questions.push(view.question);
    }
    let mut sent = tokio::task::JoinSet::new();
    for question in questions {
        let answer = zhao.authenticator.answer(&question);
        let (platform, session) = (town.platform.clone(), zhao.session.clone());
        sent.spawn(async move {
            platform.confirm_application(&session, id, &question.state, &answer).await
        });
    }
    let done = sent.join_all().await.into_iter().flatten().count();
    assert_eq!(done, 1);
    let seen = events(&town, &child.session).await;
    assert_eq!(seen.iter().filter(|kind| *kind == "guardian_ended").count(), 1);
}

async fn enrol_beside(
    town: &Town,
    [enters, confirms]: &mut [Officer; 2],
    minor: &Resident,
    guardian: &Holder,
) -> Result<IssuedAtCounter, Error> {
    let id = enters.enter_this(entry_beside(minor, &guardian.resident, BIRTH)).await?;
    let handed = confirms.confirm(id).await?;
    town.platform.complete_at_counter(&handed, passcode()).await
}

async fn family(town: &Town, years: i16) -> (Holder, Holder) {
    let child = town.aged(years);
    let guardian = child.guardian().enrol().await;
    (guardian.enrol_child(&child).await.unwrap(), guardian)
}

fn entry_between(
    guardian: &Resident,
    child: &Resident,
    act: GuardianshipAct,
    paper: GuardianshipPaper,
) -> GuardianshipEntry {
    GuardianshipEntry { act, guardian: number(guardian), child: number(child), paper }
}

async fn events(town: &Town, session: &Session) -> Vec<String> {
    let overview = town.platform.overview(session).await.unwrap();
    overview.events.iter().map(|event| event.kind.as_str().to_owned()).collect()
}

async fn exported(town: &Town, session: &Session) -> Value {
    serde_json::to_value(town.platform.export(session).await.unwrap()).unwrap()
}
