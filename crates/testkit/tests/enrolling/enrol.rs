//! Enrolling: notices first, every step once, each for a limited time.

use formats::Secret;
use rules::{NoticeVersion, Passcode};
use sandbox::Match;
use service::{ConsentsGiven, PortraitChoice, PortraitTaken, Step};
use wallet::SoftwareKey;
use yinzheng_testkit::{Town, refusal, stories};

stories!(
    from_the_notice_to_a_certificate,
    another_way_than_the_face,
    no_notice_no_enrolment,
    a_step_sent_twice_is_taken_once,
    no_step_before_its_turn,
    a_wrong_phone_code_is_counted,
    codes_are_sent_three_times_and_live_five_minutes,
    an_enrolment_lapses_after_half_an_hour,
    one_device_key_serves_one_certificate,
    a_proof_of_another_challenge_or_platform_binds_nothing,
    who_does_not_answer_costs_nothing,
);

async fn from_the_notice_to_a_certificate(town: Town) {
    let li = town.adult();
    let mut enrolment = li.begin().await;
    let mut way = Vec::new();
    while !matches!(enrolment.step, Step::Device { .. }) {
        enrolment.next().await.unwrap();
        way.push(format!("{:?}", town.platform.enrolment(&enrolment.token).await.unwrap()));
    }
    let kinds: Vec<_> = way.iter().map(|step| step.split_whitespace().next().unwrap()).collect();
    assert_eq!(kinds, ["Portrait", "Phone", "PhoneCode", "Device"]);
    assert!(way.iter().all(|step| !step.contains(li.phone().as_str())), "masked");

    let li = enrolment.finish().await.unwrap();
    let certificate = li.wallet.certificate().unwrap();
    assert_eq!(certificate.acr(), "urn:yinzheng:acr:certificate+passcode+portrait");
    assert!(!certificate.as_str().contains(li.net_number.as_str()));
    let overview = town.platform.overview(&li.session).await.unwrap();
    assert_eq!(overview.net_number, li.net_number);
    let purposes: Vec<_> = overview.consents.iter().map(|c| c.purpose.as_str()).collect();
    assert_eq!(purposes.len(), 3, "{purposes:?}");

    let census = town.census().await;
    for table in ["persons", "net_numbers", "certificates", "devices", "data_keys"] {
        assert_eq!(census.count(table), 1, "{table}");
    }
    assert_eq!(census.count("documents"), 2, "the card and the register number");
    assert_eq!(census.count("enrolments"), 0);
}

async fn another_way_than_the_face(town: Town) {
    let mut enrolment = town.adult().begin().await.until(|step| *step == Step::Portrait).await;
    let (platform, token) = (&town.platform, &enrolment.token);
    let not_me = enrolment.resident.portrait(Match::Other);
    assert_eq!(refusal(platform.prove_portrait(token, not_me).await), "portrait_not_matched");
    let live = Secret::new(Vec::new());
    let unread =
        PortraitChoice::Taken(PortraitTaken { consent: NoticeVersion(0), live, dg2: None });
    assert_eq!(refusal(platform.prove_portrait(token, unread).await), "notice_outdated");
    enrolment.step = platform.prove_portrait(token, PortraitChoice::OtherWay).await.unwrap();
    let li = enrolment.finish().await.unwrap();
    let acr = "urn:yinzheng:acr:certificate+passcode";
    assert_eq!(li.wallet.certificate().unwrap().acr(), acr);
}

async fn no_notice_no_enrolment(town: Town) {
    let (li, before) = (town.adult(), town.census().await);
    for (enrolment, sensitive) in [(0, 1), (1, 0), (2, 1), (1, 2)] {
        let consents = ConsentsGiven {
            enrolment: NoticeVersion(enrolment),
            sensitive: NoticeVersion(sensitive),
        };
        assert_eq!(refusal(li.begin_with(consents).await), "notice_outdated");
    }
    assert_eq!(town.census().await, before);
}

async fn a_step_sent_twice_is_taken_once(town: Town) {
    let li = town.adult();
    let mut enrolment = li.begin().await;
    let evidence = li.card(enrolment.challenge());
    enrolment.next().await.unwrap();
    let before = town.census().await;
    let again = town.platform.prove_document(&enrolment.token, evidence).await;
    assert_eq!(refusal(again), "step_not_due");
    assert_eq!(town.census().await, before);

    let enrolment = enrolment.until_device().await;
    let twice = [enrolment.clone(), enrolment];
    let [first, second] = twice.map(yinzheng_testkit::Enrolment::finish);
    let (first, second) = tokio::join!(first, second);
    assert_eq!([first.is_ok(), second.is_ok()].iter().filter(|ok| **ok).count(), 1);
    assert_eq!(town.census().await.count("certificates"), 1);
}

async fn no_step_before_its_turn(town: Town) {
    let li = town.adult();
    let enrolment = li.begin().await;
    let (platform, token, before) = (&town.platform, &enrolment.token, town.census().await);
    let passcode = "20481357".parse().unwrap();
    assert_eq!(refusal(platform.issue(token, passcode, "x.y.z").await), "step_not_due");
    assert_eq!(refusal(platform.prove_phone(token, "123456").await), "step_not_due");
    let phone = li.phone().clone();
    assert_eq!(refusal(platform.send_phone_code(token, phone).await), "step_not_due");
    let portrait = platform.prove_portrait(token, PortraitChoice::OtherWay).await;
    assert_eq!(refusal(portrait), "step_not_due");
    let guardian = platform.prove_guardian(token, li.card(enrolment.challenge())).await;
    assert_eq!(refusal(guardian), "step_not_due");
    let stranger = "nobody began this".to_owned().into();
    assert_eq!(refusal(platform.enrolment(&stranger).await), "enrolment_unknown");
    assert_eq!(town.census().await, before);
    assert_eq!(town.phones.count(li.phone()), 0);
}

async fn a_wrong_phone_code_is_counted(town: Town) {
    let li = town.adult();
    let enrolment = li.begin().await.until(|step| matches!(step, Step::PhoneCode { .. })).await;
    let right = enrolment.code();
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let tried = town.platform.prove_phone(&enrolment.token, wrong).await;
        assert_eq!(refusal(tried), "phone_code_wrong");
    }
    for late in [wrong, &right] {
        let tried = town.platform.prove_phone(&enrolment.token, late).await;
        assert_eq!(refusal(tried), "tries_exhausted");
    }
    assert_eq!(town.census().await.count("persons"), 0);
}

async fn codes_are_sent_three_times_and_live_five_minutes(town: Town) {
    let li = town.adult();
    let mut enrolment = li.begin().await.until(|step| matches!(step, Step::PhoneCode { .. })).await;
    let first = enrolment.code();
    for _ in 0..2 {
        let sent = town.platform.send_phone_code(&enrolment.token, li.phone().clone()).await;
        enrolment.step = sent.unwrap();
    }
    let fourth = town.platform.send_phone_code(&enrolment.token, li.phone().clone()).await;
    assert_eq!(refusal(fourth), "tries_exhausted");
    assert_eq!(town.phones.count(li.phone()), 3);
    let old = town.platform.prove_phone(&enrolment.token, &first).await;
    assert_eq!(refusal(old), "phone_code_wrong", "only the last one counts");
    town.world.pass(5 * 60);
    let late = town.platform.prove_phone(&enrolment.token, &enrolment.code()).await;
    assert_eq!(refusal(late), "phone_code_wrong");
}

async fn an_enrolment_lapses_after_half_an_hour(town: Town) {
    let enrolment = town.adult().begin().await.until_device().await;
    town.world.pass(30 * 60 - 1);
    assert!(town.platform.enrolment(&enrolment.token).await.is_ok());
    town.world.pass(1);
    assert_eq!(refusal(enrolment.finish().await), "enrolment_unknown");
    assert_eq!(town.census().await.count("persons"), 0);
}

async fn one_device_key_serves_one_certificate(town: Town) {
    let key = SoftwareKey::generate();
    let (li, wang) = (town.adult().begin().await, town.adult().begin().await);
    let li = li.finish_with(key.clone()).await.unwrap();
    let before = town.census().await;
    let wang = wang.until_device().await;
    assert_eq!(refusal(wang.clone().finish_with(key.clone()).await), "device_taken");
    assert_eq!(town.census().await.changed_since(&before), ["enrolments", "sendings"]);
    assert!(wang.finish().await.is_ok(), "another key serves");
    let again = li.resident.begin().await.finish_with(key).await;
    assert_eq!(refusal(again), "device_taken", "its own person needs a new one as well");
}

async fn a_proof_of_another_challenge_or_platform_binds_nothing(town: Town) {
    let enrolment = town.adult().begin().await.until_device().await;
    let here = wallet::Wallet::new(town.platform.issuer().clone(), SoftwareKey::generate());
    let elsewhere = "https://elsewhere.example".parse().unwrap();
    let elsewhere = wallet::Wallet::new(elsewhere, SoftwareKey::generate());
    let (now, before) = (town.platform.now(), town.census().await);
    let cases = [
        ("challenge_spent", here.bind("another", now).unwrap()),
        ("device_proof_invalid", elsewhere.bind(enrolment.challenge(), now).unwrap()),
        ("device_proof_invalid", "not.a.proof".to_owned()),
    ];
    for (code, proof) in cases {
        let passcode = "20481357".parse().unwrap();
        let issued = town.platform.issue(&enrolment.token, passcode, &proof).await;
        assert_eq!(refusal(issued), code);
    }
    assert_eq!(town.census().await, before);
}

async fn who_does_not_answer_costs_nothing(town: Town) {
    let mut enrolment = town.adult().begin().await;
    town.registry_line.cut();
    assert_eq!(refusal(enrolment.next().await), "outside_party_away");
    town.registry_line.mend();
    let mut enrolment = enrolment.until(|step| *step == Step::Phone).await;
    town.message_line.cut();
    assert_eq!(refusal(enrolment.next().await), "outside_party_away");
    town.message_line.mend();
    enrolment.step = town.platform.enrolment(&enrolment.token).await.unwrap();
    let phone = enrolment.resident.phone().clone();
    enrolment.step = town.platform.send_phone_code(&enrolment.token, phone).await.unwrap();
    assert!(enrolment.finish().await.is_ok());
}

#[test]
fn a_weak_passcode_is_none() {
    for weak in ["12345678", "87654321", "11111111", "90123456"] {
        let refused = weak.parse::<Passcode>().map_err(rules::Refusal::from).unwrap_err();
        assert_eq!(refused.code(), "passcode_consecutive", "{weak}");
    }
    let short = "1234567".parse::<Passcode>().map_err(rules::Refusal::from).unwrap_err();
    assert_eq!(short.code(), "passcode_malformed");
}
