//! Enrolment at a counter: two officers, each with their own hand, and the person's own passcode.

use rules::{Document, Inspection, PlainIdentity};
use serde_json::Value;
use store::authentication::StaffAct;
use yinzheng_testkit::{
    Authenticator, Town,
    officer::{entry, passcode},
    refusal, stories,
};

stories!(
    somebody_without_a_phone_has_a_certificate,
    one_officer_alone_enrols_nobody,
    an_officers_hand_is_their_own,
    what_was_signed_cannot_be_altered,
    an_application_lapses,
    ten_confirmations_and_ten_completions_are_one,
    a_suspended_officer_does_nothing_more,
    an_invitation_is_good_once_and_for_a_day,
    another_office_sees_nothing,
    the_registry_has_the_last_word,
    who_comes_again_keeps_the_number,
    the_staff_log_names_officers_and_nobody_else,
    what_was_declined_is_gone,
);

async fn somebody_without_a_phone_has_a_certificate(town: Town) {
    let mut counter = town.counter().await;
    let grandmother = town.aged(78);
    let issued = grandmother.enrol_at(&mut counter).await;
    let export = town.platform.export(&issued.session).await.unwrap();
    let export = serde_json::to_value(export).unwrap();
    assert_eq!(export["name"], grandmother.person.name.written);
    assert_eq!(export["phone"], "");
    assert_eq!(export["certificates"][0]["device_key"], Value::Null);
    let overview = town.platform.overview(&issued.session).await.unwrap();
    let kinds: Vec<_> = overview.events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["issued", "counter_confirmed", "counter_entered"]);
    for event in &overview.events {
        assert_eq!(event.client_en, "Riverside Hall", "the office, and no officer");
    }
    assert_eq!(town.census().await.count("applications"), 0, "what was entered is gone");

    // The screen's session looks after what is hers, and is no certificate: she has nothing in her hand yet.
    let query = town.ask(&town.shop()).query();
    let asked = town.platform.authorize(Some(&issued.session), &query).await.unwrap();
    assert!(matches!(asked, service::Authorize::SignIn(_)));
    let cookie = town.platform.seal_session(&issued.session).unwrap();
    town.world.pass(15 * 60);
    assert_eq!(refusal(town.platform.open_session(&cookie)), "not_signed_in");
}

async fn one_officer_alone_enrols_nobody(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let id = chen.enter(&town.aged(70)).await.unwrap();
    let before = town.census().await;
    assert_eq!(refusal(chen.confirm(id).await), "same_officer");
    // Nor by answering, in one's own session, the question a colleague was asked.
    let view = town.platform.application_to_confirm(&zhao.session, id).await.unwrap();
    let answer = chen.authenticator.answer(&view.question);
    let forged =
        town.platform.confirm_application(&chen.session, id, &view.question.state, &answer).await;
    assert_eq!(refusal(forged), "same_officer");
    assert_eq!(town.census().await, before);
    assert!(zhao.confirm(id).await.is_ok());
}

async fn an_officers_hand_is_their_own(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let id = chen.enter(&town.aged(70)).await.unwrap();
    // Chen's passkey in Zhao's session: an unattended screen.
    let view = town.platform.application_to_confirm(&zhao.session, id).await.unwrap();
    let answer = chen.authenticator.answer(&view.question);
    let forged =
        town.platform.confirm_application(&zhao.session, id, &view.question.state, &answer);
    assert_eq!(refusal(forged.await), "passkey_unknown");
    // A person's passkey is no officer's.
    let li = town.enrolled(34).await;
    let mut key = Authenticator::new();
    let question = town.platform.ask_to_add_passkey(&li.session).await.unwrap();
    let made = key.make(&question);
    let name = "key".parse().unwrap();
    town.platform.add_passkey(&li.session, &question.state, &made, name).await.unwrap();
    let view = town.platform.application_to_confirm(&zhao.session, id).await.unwrap();
    let forged = town
        .platform
        .confirm_application(&zhao.session, id, &view.question.state, &key.answer(&view.question))
        .await;
    assert_eq!(refusal(forged), "passkey_unknown");
    let question = town.platform.ask_officer().unwrap();
    let answer = key.answer(&question);
    let signed_in = town.platform.sign_in_officer(&question.state, &answer).await;
    assert_eq!(refusal(signed_in), "passkey_unknown");
    // Without its user, an authenticator is worth nothing.
    zhao.authenticator.verifies = false;
    assert_eq!(refusal(zhao.confirm(id).await), "passkey_user_not_verified");
}

async fn what_was_signed_cannot_be_altered(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let (right, wrong) = (town.aged(70), town.aged(71));
    let platform = &town.platform;
    // The officer looks at one draft and another is sent.
    let shown = platform.draft_application(&chen.session, entry(&right)).await.unwrap();
    let swapped = platform.draft_application(&chen.session, entry(&wrong)).await.unwrap();
    let answer = chen.authenticator.answer(&shown.view.question);
    let state = &shown.view.question.state;
    let entered = platform.enter_application(&chen.session, &swapped.sealed, state, &answer).await;
    assert_eq!(refusal(entered), "challenge_spent");
    // A draft belongs to one officer's session.
    let theirs = platform.enter_application(&zhao.session, &shown.sealed, state, &answer).await;
    assert_eq!(refusal(theirs), "ticket_invalid");
    // The colleague looks at one application and another is confirmed.
    let (one, other) = (chen.enter(&right).await.unwrap(), chen.enter(&wrong).await.unwrap());
    let view = platform.application_to_confirm(&zhao.session, one).await.unwrap();
    let answer = zhao.authenticator.answer(&view.question);
    let state = &view.question.state;
    let confirmed = platform.confirm_application(&zhao.session, other, state, &answer).await;
    assert_eq!(refusal(confirmed), "challenge_spent");
    // The signature to enter is none to confirm.
    let draft = platform.draft_application(&zhao.session, entry(&right)).await.unwrap();
    let answer = zhao.authenticator.answer(&draft.view.question);
    let state = &draft.view.question.state;
    let confirmed = platform.confirm_application(&zhao.session, one, state, &answer).await;
    assert_eq!(refusal(confirmed), "challenge_spent");
}

async fn an_application_lapses(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let id = chen.enter(&town.aged(70)).await.unwrap();
    town.world.pass(29 * 60);
    let handed_over = {
        let again = town.officer("Wu", "Riverside Hall").await;
        zhao.session = again.session;
        zhao.authenticator = again.authenticator;
        zhao.confirm(id).await.unwrap()
    };
    town.world.pass(60);
    let late = town.platform.complete_at_counter(&handed_over, passcode()).await;
    assert_eq!(refusal(late), "application_unknown");
    assert_eq!(refusal(zhao.confirm(id).await), "application_unknown");
    town.world.pass(1);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("applications"), 0);
    assert_eq!(town.census().await.count("persons"), 3, "the officers, and nobody else");
    town.world.pass(30 * 60);
    let stale = town.platform.seal_officer_session(&chen.session).unwrap();
    assert_eq!(refusal(town.platform.open_officer_session(&stale)), "officer_not_signed_in");
}

async fn ten_confirmations_and_ten_completions_are_one(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let id = chen.enter(&town.aged(70)).await.unwrap();
    let mut questions = Vec::new();
    for _ in 0..10 {
        questions
            .push(town.platform.application_to_confirm(&zhao.session, id).await.unwrap().question);
    }
    // Counted up once by the authenticator, so that all ten can be sent at the same moment.
    let mut sent = tokio::task::JoinSet::new();
    for question in questions {
        let (platform, session) = (town.platform.clone(), zhao.session.clone());
        let answer = zhao.authenticator.answer(&question);
        sent.spawn(async move {
            platform.confirm_application(&session, id, &question.state, &answer).await
        });
    }
    let outcomes = sent.join_all().await;
    let handed: Vec<_> = outcomes
        .into_iter()
        .filter_map(|outcome| match outcome {
            Ok(service::CounterOutcome::HandedOver(handed)) => Some(handed),
            _ => None,
        })
        .collect();
    assert_eq!(handed.len(), 1, "confirmed once");

    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (platform, handed_over) = (town.platform.clone(), handed[0].clone());
        sent.spawn(async move { platform.complete_at_counter(&handed_over, passcode()).await });
    }
    let issued = sent.join_all().await.into_iter().flatten().count();
    assert_eq!(issued, 1, "issued once");
    let census = town.census().await;
    let officers = 2;
    assert_eq!(census.count("certificates") - officers, 1);
    assert_eq!(census.count("persons") - officers, 1);
}

async fn a_suspended_officer_does_nothing_more(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let id = chen.enter(&town.aged(70)).await.unwrap();
    let view = town.platform.application_to_confirm(&zhao.session, id).await.unwrap();
    town.platform.suspend_officer(zhao.id).await.unwrap();
    let answer = zhao.authenticator.answer(&view.question);
    let state = &view.question.state;
    let late = town.platform.confirm_application(&zhao.session, id, state, &answer).await;
    assert_eq!(refusal(late), "officer_suspended");
    assert_eq!(refusal(zhao.enter(&town.aged(71)).await), "officer_suspended");
    assert_eq!(
        refusal(town.platform.waiting_applications(&zhao.session).await),
        "officer_suspended"
    );
    let question = town.platform.ask_officer().unwrap();
    let answer = zhao.authenticator.answer(&question);
    let again = town.platform.sign_in_officer(&question.state, &answer).await;
    assert_eq!(refusal(again), "officer_suspended");
    assert_eq!(refusal(town.platform.suspend_officer(zhao.id).await), "officer_unknown");
    assert_eq!(town.platform.waiting_applications(&chen.session).await.unwrap().len(), 1);
}

async fn an_invitation_is_good_once_and_for_a_day(town: Town) {
    let platform = &town.platform;
    let (first, second) = (town.enrolled(40).await, town.enrolled(41).await);
    let invited = platform.invite_officer("Chen", "Riverside Hall").await.unwrap();
    let link = invited.invitation.as_str();
    let name = || "key".parse().unwrap();
    let (_, question) = platform.invited_officer(link).await.unwrap();
    let (_, another) = platform.invited_officer(link).await.unwrap();
    let mut key = Authenticator::new();
    let made = key.make(&question);
    let joined = platform.join_as_officer(&first.session, link, &question.state, &made, name());
    joined.await.unwrap();
    let mut thief = Authenticator::new();
    let stolen = thief.make(&another);
    let late = platform.join_as_officer(&second.session, link, &another.state, &stolen, name());
    assert_eq!(refusal(late.await), "invitation_spent");
    assert_eq!(town.census().await.count("passkeys"), 1, "the second left nothing behind");
    assert_eq!(refusal(platform.invited_officer(link).await.map(drop)), "invitation_spent");

    // One authenticator's passkey under two officers is refused.
    let other = platform.invite_officer("Zhao", "Riverside Hall").await.unwrap();
    let (_, question) = platform.invited_officer(&other.invitation).await.unwrap();
    let (link, made) = (&other.invitation, key.make(&question));
    let same = platform.join_as_officer(&second.session, link, &question.state, &made, name());
    assert_eq!(refusal(same.await), "passkey_taken");
    town.world.pass(24 * 60 * 60);
    let late = platform.invited_officer(&other.invitation).await.map(drop);
    assert_eq!(refusal(late), "invitation_spent");
    assert_eq!(
        refusal(platform.invite_officer("", "Riverside Hall").await),
        "officer_name_malformed"
    );
}

async fn another_office_sees_nothing(town: Town) {
    let [mut chen, _] = town.counter().await;
    let id = chen.enter(&town.aged(70)).await.unwrap();
    let mut far = town.officer("Sun", "Hill Street").await;
    assert_eq!(town.platform.waiting_applications(&far.session).await.unwrap(), []);
    assert_eq!(refusal(far.confirm(id).await), "application_unknown");
    assert_eq!(
        refusal(town.platform.decline_application(&far.session, id).await),
        "application_unknown"
    );
}

async fn the_registry_has_the_last_word(town: Town) {
    let [mut chen, _] = town.counter().await;
    let li = town.aged(70);
    let identity = &li.person.identity;
    let document = |resident: &yinzheng_testkit::Resident| {
        let document = resident.person.identity.document();
        Document::new(document.class(), document.number().as_str(), document.valid_until()).unwrap()
    };
    let other = "王小二".parse().unwrap();
    let mut entered = entry(&li);
    entered.identity = PlainIdentity::new(other, document(&li), identity.born()).unwrap();
    // Two papers do not outweigh it.
    entered.inspection = Inspection::OriginalAndSecondPaper;
    assert_eq!(refusal(chen.enter_this(entered).await), "registry_differs");
    let lost = town.anybody(|p| p.lost && p.age(town.today()) > 20);
    let code = refusal(chen.enter(&lost).await);
    assert!(["document_reported_lost", "document_expired"].contains(&code), "{code}");
    let child = town.aged(12);
    let code = refusal(chen.enter(&child).await);
    assert!(code.starts_with("guardian_"), "{code}");
    town.registry_line.cut();
    assert_eq!(refusal(chen.enter(&li).await), "outside_party_away");
    town.registry_line.mend();
    assert_eq!(town.census().await.count("applications"), 0);
    assert!(chen.enter(&li).await.is_ok());
}

async fn who_comes_again_keeps_the_number(town: Town) {
    let mut counter = town.counter().await;
    let mut li = town.enrolled(66).await;
    let issued = li.resident.enrol_at(&mut counter).await;
    assert_eq!(issued.net_number, li.net_number, "one person, one number");
    assert_eq!(refusal(li.sign_in().await), "certificate_ended", "the lost phone is worth nothing");
}

async fn the_staff_log_names_officers_and_nobody_else(town: Town) {
    let mut counter = town.counter().await;
    let li = town.aged(66);
    li.enrol_at(&mut counter).await;
    let log = town.platform.staff_log(100).await.unwrap();
    let entered = log.iter().find(|entry| entry.act == StaffAct::Entered).unwrap();
    let confirmed = log.iter().find(|entry| entry.act == StaffAct::Confirmed).unwrap();
    assert_eq!((entered.officer, confirmed.officer), (counter[0].id, counter[1].id));
    assert_eq!(entered.digest, confirmed.digest, "both signed the same");
    assert_eq!(entered.at.as_second() % 60, 0);
    // The same person again has another digest: it says nothing to whoever guesses.
    li.enrol_at(&mut counter).await;
    let again = town.platform.staff_log(1).await.unwrap();
    assert_ne!(again[0].digest, entered.digest);
}

async fn what_was_declined_is_gone(town: Town) {
    let [mut chen, mut zhao] = town.counter().await;
    let id = chen.enter(&town.aged(70)).await.unwrap();
    town.platform.decline_application(&zhao.session, id).await.unwrap();
    assert_eq!(refusal(zhao.confirm(id).await), "application_unknown");
    assert_eq!(town.census().await.count("applications"), 0);
    let log = town.platform.staff_log(1).await.unwrap();
    assert_eq!(log[0].act, StaffAct::Declined);
}
