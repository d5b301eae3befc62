//! Logging in with a portrait: what the device keeps, what is compared, and what is worth nothing.

use formats::Secret;
use rules::{Mode, NoticeVersion};
use sandbox::Match;
use service::{LIVE_IMAGE_MAX, PortraitChoice, PortraitShown, PortraitTaken, Step};
use yinzheng_testkit::{Ask, Page, Town, refusal, stories};

stories!(
    every_mode_is_reached_and_named,
    no_mode_is_reached_by_less,
    a_portrait_of_before_does_not_serve_a_login_that_asks_anew,
    another_face_is_refused_and_counted,
    a_reference_serves_its_own_certificate_only,
    a_sample_at_another_reference_is_worth_nothing,
    no_image_is_looked_at_without_consent,
    an_image_too_large_is_refused_before_anything,
    without_a_verifier_no_image_is_taken,
    whoever_took_the_other_way_has_no_reference,
    nothing_of_a_portrait_is_remembered,
    a_verifier_that_is_away_costs_nothing,
);

fn ask(town: &Town, mode: Mode) -> Ask {
    town.ask(&town.airline()).with("acr_values", mode.acr())
}

async fn every_mode_is_reached_and_named(town: Town) {
    let mut li = town.enrolled(34).await;
    for mode in Mode::ALL {
        let ask = ask(&town, mode).with("prompt", "login");
        town.world.pass(1);
        let journey = li.go(&ask).await.unwrap();
        assert_eq!(journey.pages[0], Page::SignIn);
        let told = town.redeem(&journey.code()).await.unwrap();
        assert_eq!(told.id_token["acr"], mode.acr());
    }
}

async fn no_mode_is_reached_by_less(town: Town) {
    let mut li = town.enrolled(34).await;
    let asked = ask(&town, Mode::CertificatePortrait);
    // The session of the enrolment, and one with a passcode: neither has a portrait.
    for _ in 0..2 {
        let answer = town.platform.authorize(Some(&li.session), &asked.query()).await.unwrap();
        assert!(matches!(answer, service::Authorize::SignIn(_)), "{answer:?}");
        li.sign_in_with_passcode().await.unwrap();
    }
    li.sign_in_with_portrait(false).await.unwrap();
    assert_eq!(li.session.mode(), Mode::CertificatePortrait);
    let both = ask(&town, Mode::CertificatePasscodePortrait);
    let answer = town.platform.authorize(Some(&li.session), &both.query()).await.unwrap();
    assert!(matches!(answer, service::Authorize::SignIn(_)), "the passcode is missing");
    assert_eq!(li.go(&asked).await.unwrap().pages, [Page::Approve]);
}

async fn a_portrait_of_before_does_not_serve_a_login_that_asks_anew(town: Town) {
    let mut li = town.enrolled(34).await;
    li.sign_in_with_portrait(true).await.unwrap();
    let fresh = ask(&town, Mode::CertificatePortrait).with("max_age", "60");
    assert_eq!(li.go(&fresh).await.unwrap().pages, [Page::Approve]);
    town.world.pass(61);
    assert_eq!(li.go(&fresh).await.unwrap().pages, [Page::SignIn]);
    town.world.pass(8 * 60 * 60);
    let any = ask(&town, Mode::CertificatePortrait);
    let sealed = town.platform.seal_session(&li.session).unwrap();
    assert_eq!(refusal(town.platform.open_session(&sealed)), "not_signed_in");
    li.go(&any).await.unwrap();
}

async fn another_face_is_refused_and_counted(town: Town) {
    let li = town.enrolled(34).await;
    for _ in 0..5 {
        let outcome = li.try_portrait(None, li.shown(Match::Other)).await;
        assert_eq!(refusal(outcome), "portrait_not_matched");
    }
    let right = li.try_portrait(None, li.shown(Match::Same)).await;
    assert_eq!(refusal(right), "too_many_tries", "also the right face waits");
    let knows = li.try_passcode("20481357").await;
    assert_eq!(refusal(knows), "too_many_tries", "one count for passcode and portrait");
    town.world.pass(61);
    assert!(li.try_portrait(None, li.shown(Match::Same)).await.is_ok());
    // Whoever knows the passcode does not get more faces for it.
    for _ in 0..5 {
        let outcome = li.try_portrait(Some("20481357"), li.shown(Match::Other)).await;
        assert_eq!(refusal(outcome), "portrait_not_matched");
    }
    let outcome = li.try_portrait(Some("20481357"), li.shown(Match::Same)).await;
    assert_eq!(refusal(outcome), "too_many_tries");
}

async fn a_reference_serves_its_own_certificate_only(town: Town) {
    let (li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let theirs = wang.portrait_reference.clone().unwrap();
    let swapped = |reference| PortraitShown { reference, ..li.shown(Match::Same) };
    let outcome = li.try_portrait(None, swapped(theirs)).await;
    assert_eq!(refusal(outcome), "portrait_reference_invalid");
    let own = li.portrait_reference.clone().unwrap();
    let mut altered = own.clone().into_bytes();
    let last = altered.len() - 5;
    altered[last] = if altered[last] == b'A' { b'B' } else { b'A' };
    for odd in [String::from_utf8(altered).unwrap(), String::new(), own.repeat(8), "é".into()] {
        let outcome = li.try_portrait(None, swapped(odd)).await;
        assert_eq!(refusal(outcome), "portrait_reference_invalid");
    }
    // Enrolling again ends the certificate, and with it what its reference was good for.
    let again = li.resident.enrol().await;
    let shown = PortraitShown { reference: own, ..again.shown(Match::Same) };
    assert_eq!(refusal(again.try_portrait(None, shown).await), "portrait_reference_invalid");
    assert!(again.try_portrait(None, again.shown(Match::Same)).await.is_ok());
    // What is sealed for a session or a code is no reference.
    let session = town.platform.seal_session(&again.session).unwrap();
    let shown = PortraitShown { reference: session, ..again.shown(Match::Same) };
    assert_eq!(refusal(again.try_portrait(None, shown).await), "portrait_reference_invalid");
}

async fn a_sample_at_another_reference_is_worth_nothing(town: Town) {
    let (li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let shown =
        PortraitShown { taken: wang.resident.portrait_taken(Match::Same), ..li.shown(Match::Same) };
    assert_eq!(refusal(li.try_portrait(None, shown).await), "portrait_not_matched");
    assert!(wang.try_portrait(None, wang.shown(Match::Same)).await.is_ok());
}

async fn no_image_is_looked_at_without_consent(town: Town) {
    let li = town.enrolled(34).await;
    let before = town.census().await;
    for version in [0, 2, u32::MAX] {
        let mut shown = li.shown(Match::Same);
        shown.taken.consent = NoticeVersion(version);
        assert_eq!(refusal(li.try_portrait(None, shown).await), "notice_outdated");
    }
    assert_eq!(town.census().await, before, "no challenge was spent, no try counted");
    let enrolment = town.adult().begin().await.until(|step| *step == Step::Portrait).await;
    let mut taken = enrolment.resident.portrait_taken(Match::Same);
    taken.consent = NoticeVersion(0);
    let outcome =
        town.platform.prove_portrait(&enrolment.token, PortraitChoice::Taken(taken)).await;
    assert_eq!(refusal(outcome), "notice_outdated");
}

async fn an_image_too_large_is_refused_before_anything(town: Town) {
    let li = town.enrolled(34).await;
    let before = town.census().await;
    let live = Secret::new(vec![0xff; LIVE_IMAGE_MAX + 1]);
    let taken = PortraitTaken { consent: NoticeVersion(1), live, dg2: None };
    let shown = PortraitShown { taken, ..li.shown(Match::Same) };
    assert_eq!(refusal(li.try_portrait(None, shown).await), "portrait_too_large");
    assert_eq!(town.census().await, before);
    let live = Secret::new(vec![0xff; LIVE_IMAGE_MAX]);
    let taken = PortraitTaken { consent: NoticeVersion(1), live, dg2: None };
    let shown = PortraitShown { taken, ..li.shown(Match::Same) };
    assert_eq!(refusal(li.try_portrait(None, shown).await), "portrait_unreadable");
}

async fn without_a_verifier_no_image_is_taken(town: Town) {
    let li = town.enrolled(34).await;
    town.face_verifier.cut();
    assert_eq!(town.platform.offered(), [Mode::Certificate, Mode::CertificatePasscode]);
    let outcome = li.try_portrait(None, li.shown(Match::Same)).await;
    assert_eq!(refusal(outcome), "portrait_not_taken");
    let enrolment = town.adult().begin().await.until(|step| *step == Step::Portrait).await;
    let portrait = enrolment.resident.portrait(Match::Same);
    let outcome = town.platform.prove_portrait(&enrolment.token, portrait).await;
    assert_eq!(refusal(outcome), "portrait_not_taken");
    let other = PortraitChoice::OtherWay;
    assert_eq!(town.platform.prove_portrait(&enrolment.token, other).await.unwrap(), Step::Phone);
}

async fn whoever_took_the_other_way_has_no_reference(town: Town) {
    let mut enrolment = town.adult().begin().await.until(|step| *step == Step::Portrait).await;
    let other = PortraitChoice::OtherWay;
    enrolment.step = town.platform.prove_portrait(&enrolment.token, other).await.unwrap();
    let mut li = enrolment.finish().await.unwrap();
    assert_eq!(li.portrait_reference, None);
    let outcome = li.try_portrait(None, li.shown(Match::Same)).await;
    assert_eq!(refusal(outcome), "portrait_reference_invalid");
    // And everything else is theirs as it is everybody's.
    let journey = li.go(&town.ask(&town.airline())).await.unwrap();
    assert!(town.redeem(&journey.code()).await.is_ok());
}

async fn nothing_of_a_portrait_is_remembered(town: Town) {
    let mut li = town.enrolled(34).await;
    let (sample, reference) = (li.resident.sample(Match::Same), li.portrait_reference.clone());
    li.sign_in_with_portrait(true).await.unwrap();
    li.try_portrait(None, li.shown(Match::Other)).await.unwrap_err();
    let mut half_way = town.adult().begin().await.until(|step| *step == Step::Portrait).await;
    half_way.next().await.unwrap();
    let sample = String::from_utf8(sample).unwrap();
    let other = String::from_utf8(half_way.resident.sample(Match::Same)).unwrap();
    let secrets = [&sample[40..], &other[40..], reference.as_deref().unwrap()];
    for (name, bytes) in town.database_files() {
        assert_eq!(yinzheng_testkit::decodings::found(&secrets, &bytes), [], "in {name}");
    }
    let census = town.census().await;
    let rows = census.tables().flat_map(|table| census.rows(table)).flatten();
    for cell in rows {
        let text = format!("{cell:?}");
        assert!(secrets.iter().all(|secret| !text.contains(secret)));
    }
}

async fn a_verifier_that_is_away_costs_nothing(town: Town) {
    let mut li = town.enrolled(34).await;
    town.face_line.cut();
    let outcome = li.try_portrait(None, li.shown(Match::Same)).await;
    assert_eq!(refusal(outcome), "outside_party_away");
    li.sign_in_with_passcode().await.unwrap();
    town.face_line.mend();
    li.sign_in_with_portrait(false).await.unwrap();
}
