//! One-time certificates for QR codes: taken along with the others, shown where there is no network, revoked like them.

use std::collections::BTreeSet;

use formats::{
    Suite,
    qr::{Challenge, Moment, RESIDENCIES, Refusal, Shown, Subject, UnverifiedCode, show},
};
use protocol::issuance::Configuration;
use service::Error;
use yinzheng_testkit::{Town, refusal, stories};

stories!(
    a_code_is_made_and_read_without_the_platform,
    certificates_for_codes_have_nothing_in_common,
    a_lock_ends_what_is_shown_as_a_code,
    a_certificate_is_of_the_suite_of_its_keys,
);

/// What a reader finds in a code, having mirrored the platform's keys.
fn read(town: &Town, text: &str, asked: Option<Challenge>) -> Result<Shown, Refusal> {
    let issuers = town.platform.keys().reader_keys();
    // As a reader has them: out of a file.
    let issuers = serde_json::to_string(&issuers).unwrap();
    let issuers = formats::JwkSet::parse_every_suite(&issuers).unwrap();
    let code = UnverifiedCode::parse(text).unwrap();
    let now = town.platform.now().as_second();
    code.verify(issuers.keys(), asked, now).map(formats::Verified::into_inner)
}

async fn a_code_is_made_and_read_without_the_platform(town: Town) {
    let li = town.enrolled(34).await;
    let pocket = li.pocket().await;
    for suite in Suite::ALL {
        for (number, (key, held)) in (0..).zip(pocket.receives_codes(3, suite).await) {
            let question = Challenge([number; 12]);
            let shown = show(
                &held.certificate,
                &key,
                (held.statements, &held.seed),
                &[Subject::AgeOver18, Subject::Residency],
                Moment::Challenge(question),
            );
            let shown = shown.unwrap();
            let told = read(&town, &shown, Some(question)).unwrap();
            let said: Vec<_> =
                told.statements().iter().map(|said| (said.subject, said.value)).collect();
            assert_eq!(said, [(Subject::AgeOver18, 1), (Subject::Residency, 1)]);
            assert_eq!(RESIDENCIES[1], "mainland");
            assert_eq!(held.statements.about(Subject::Minor).value, 0);
            assert_eq!(held.statements.about(Subject::AgeOver60).value, 0);
            assert_eq!(town.status_at(told.status().list, told.status().index).await, 0);
            let other = Challenge([99; 12]);
            assert_eq!(read(&town, &shown, Some(other)).unwrap_err(), Refusal::AnotherQuestion);
        }
    }
}

async fn certificates_for_codes_have_nothing_in_common(town: Town) {
    let (li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let (hers, his) = (li.pocket().await, wang.pocket().await);
    let mut days = BTreeSet::new();
    let (mut seen, mut places) = (BTreeSet::new(), BTreeSet::new());
    let mut all = hers.receives_codes(20, Suite::International).await;
    all.extend(his.receives_codes(1, Suite::International).await);
    for (_, held) in &all {
        let terms = held.certificate.terms();
        assert!(seen.insert(terms.holder.to_compressed()), "a key of its own");
        assert!(seen.insert(held.seed.expose().to_vec()), "a seed of its own");
        assert!(places.insert(terms.status.index), "a place of its own");
        days.insert((terms.days.from, terms.days.until));
    }
    assert_eq!(days.len(), 1, "whoever was here today has the same days");
    let (from, until) = *days.first().unwrap();
    assert!((13..=15).contains(&(until - from)), "{from} to {until}");
    assert_eq!(town.census().await.count("statuses"), 20 + 1 + 2 + 2);
}

async fn a_lock_ends_what_is_shown_as_a_code(town: Town) {
    let li = town.enrolled(34).await;
    let held = li.pocket().await.receives_codes(2, Suite::ShangMi).await;
    town.world.pass(60);
    li.lock().await.unwrap();
    town.world.pass(180);
    for (key, held) in &held {
        let at = town.platform.now().as_second();
        let of = (held.statements, &held.seed);
        let shown = show(&held.certificate, key, of, &[], Moment::at(at)).unwrap();
        let told = read(&town, &shown, None).unwrap();
        assert_eq!(town.status_at(told.status().list, told.status().index).await, 1);
    }
    // After a fortnight the signature itself says so, to a reader whose lists are old.
    town.world.pass(15 * 24 * 60 * 60);
    let (key, held) = &held[0];
    let at = Moment::at(town.platform.now().as_second());
    let late = show(&held.certificate, key, (held.statements, &held.seed), &[], at).unwrap();
    assert_eq!(read(&town, &late, None).unwrap_err(), Refusal::Expired);
}

async fn a_certificate_is_of_the_suite_of_its_keys(town: Town) {
    let pocket = town.enrolled(34).await.pocket().await;
    for form in Configuration::ALL {
        for other in Suite::ALL.into_iter().filter(|suite| *suite != form.suite()) {
            let keys = [formats::SigningKey::generate_in(other)];
            let answer: Result<_, Error> = pocket.sends(&town.asks_for(form, &keys)).await;
            assert_eq!(refusal(answer.map(|_| ())), "proof_invalid", "{form:?} by {other:?}");
        }
    }
    assert_eq!(town.census().await.count("statuses"), 0);
}
