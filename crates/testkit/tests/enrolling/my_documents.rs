//! Further documents of one person: added by their own proof, replaced, taken away, and never somebody else's.

use std::sync::Arc;

use rules::{Document, DocumentClass, Factor, NoticeVersion};
use sandbox::Person;
use service::{Error, Refusal, Step};
use store::authentication::TidingAbout;
use yinzheng_testkit::{
    Holder, Resident, Town,
    country::{Algorithm, Country},
    refusal, stories,
};

stories!(
    a_passport_that_no_registry_keeps_joins_the_record,
    a_document_of_another_is_refused_and_nobody_is_named,
    a_hundred_at_once_and_one_of_two_has_it,
    only_a_strong_and_fresh_sign_in_adds,
    locked_or_cooling_down_nothing_is_added,
    a_document_is_taken_away_but_never_the_one_that_names_the_person,
    a_renewed_passport_of_another_state_takes_the_old_ones_place,
    a_renewed_passport_that_the_registry_knows_takes_the_old_ones_place,
    a_wallet_adds_a_document,
    a_childs_guardian_acts_for_it,
    replaced_documents_are_forgotten_in_the_end,
);

/// Utopia, trusted here.
async fn utopia(town: &Town) -> Arc<Country> {
    let utopia = Country::found(Algorithm::P256);
    town.platform.import_trust(&utopia.certificate()).await.unwrap();
    utopia
}

/// Somebody grown-up with an identity card.
fn card_holder(town: &Town) -> Resident {
    let today = town.today();
    let card = DocumentClass::ResidentIdentityCard;
    town.whoever(|p| p.age(today) >= 18 && p.identity.document().class() == card)
}

async fn a_passport_that_no_registry_keeps_joins_the_record(town: Town) {
    let utopia = utopia(&town).await;
    let li = card_holder(&town);
    let passport = li.passport(&utopia, "L898902C3");
    let mut holder = li.enrol().await;
    let code = holder.agree_to(&town.airline()).await;
    let sub = town.redeem(&code).await.unwrap().sub().to_owned();
    let before = town.census().await;
    town.world.pass(1);
    holder.add(&passport, None).await.unwrap();
    let after = town.census().await;
    for table in ["persons", "certificates", "devices", "identities", "app_identifiers"] {
        assert_eq!(after.rows(table), before.rows(table), "{table}");
    }
    assert_eq!(after.count("enrolments"), 0, "nothing is under way");
    holder.sign_in_with_passcode().await.unwrap();
    let kept: Vec<_> = holder.documents().await;
    let classes: Vec<_> = kept.iter().map(|one| (one.class, one.names_the_person)).collect();
    let card = (DocumentClass::ResidentIdentityCard, true);
    assert_eq!(classes, [card, (DocumentClass::ForeignPassport, false)]);
    let overview = town.platform.overview(&holder.session).await.unwrap();
    assert_eq!(overview.events[0].kind.as_str(), "document_added");
    town.platform.deliver_notices().await.unwrap();
    assert_eq!(town.phones.tidings(holder.resident.phone()), [TidingAbout::DocumentAdded]);
    let export = town.platform.export(&holder.session).await.unwrap();
    let export = serde_json::to_value(export).unwrap();
    let kinds: Vec<_> = export["recognised_by"].as_array().unwrap().iter().collect();
    assert!(kinds.len() == 3 && kinds.iter().any(|one| one["kind"] == "foreign_passport"));
    assert_eq!(export["document_class"], "resident_identity_card", "as before");
    assert_eq!(refusal(holder.add(&passport, None).await), "document_kept");

    // On a new phone the passport alone finds the person.
    town.world.pass(60);
    let begun = li.begin().await.shows(&passport).await.unwrap();
    let mut abroad = begun.finish().await.unwrap();
    assert_eq!(abroad.net_number, holder.net_number);
    let again = abroad.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(town.redeem(&again.code()).await.unwrap().sub(), sub);
}

async fn a_document_of_another_is_refused_and_nobody_is_named(town: Town) {
    let utopia = utopia(&town).await;
    let (li, wang) = (card_holder(&town), card_holder(&town));
    let (hers, his) = (li.enrol().await, wang.enrol().await);
    // Another's card, and another's passport: not even the birthday is hers.
    let theirs = wang.begin().await;
    let borrowed = hers.begin_adding(None).await.unwrap();
    let card = wang.card(borrowed.challenge());
    let proved = town.platform.prove_document(&borrowed.token, card).await;
    assert_eq!(refusal(proved), "document_of_another");
    let passport = wang.passport(&utopia, "X4RTBPFW4");
    assert_eq!(refusal(hers.add(&passport, None).await), "document_of_another");
    // A passport that somebody of her birthday enrolled with, or added.
    let stranger = li.passport(&utopia, "L898902C3");
    li.begin().await.shows(&stranger).await.unwrap().finish().await.unwrap();
    let before = town.census().await;
    let refused = hers.add(&stranger, None).await;
    let Err(Error::Refused(said @ Refusal::DocumentOfAnother)) = refused else {
        panic!("refused: {refused:?}")
    };
    assert!(!said.to_string().contains(his.net_number.as_str()));
    for table in ["documents", "identities", "events", "consents"] {
        assert_eq!(town.census().await.rows(table), before.rows(table), "{table}");
    }
    drop(theirs);
}

async fn a_hundred_at_once_and_one_of_two_has_it(town: Town) {
    let utopia = utopia(&town).await;
    let li = card_holder(&town);
    // Two persons of one birthday.
    let first = li.passport(&utopia, "A00000001");
    let twin = li.with_another_phone();
    let twin = twin.begin().await.shows(&first).await.unwrap().finish().await.unwrap();
    let holder = li.enrol().await;
    let passport = li.passport(&utopia, "L898902C3");
    let mut ready = Vec::new();
    for number in 0..100 {
        let who = if number % 2 == 0 { &holder } else { &twin };
        let adding = who.begin_adding(None).await.unwrap();
        let read = town.platform.prove_document(&adding.token, passport.files()).await.unwrap();
        let Step::Chip { question } = read else { panic!("a chip is asked") };
        let answer = passport.answer(&question);
        let platform = town.platform.clone();
        ready.push((number, async move { platform.prove_chip(&adding.token, &answer).await }));
    }
    let under_way: Vec<_> =
        ready.into_iter().map(|(number, one)| (number, tokio::spawn(one))).collect();
    let mut added = Vec::new();
    for (number, one) in under_way {
        match one.await.unwrap() {
            Ok(step) => {
                assert_eq!(step, Step::Added);
                added.push(number);
            }
            Err(refused) => {
                let code = refusal::<()>(Err(refused));
                assert!(["document_kept", "document_of_another"].contains(&code), "{code}");
            }
        }
    }
    assert_eq!(added.len(), 1, "{added:?}");
    let (winner, loser) = if added[0] % 2 == 0 { (&holder, &twin) } else { (&twin, &holder) };
    let in_all = winner.documents().await.len() + loser.documents().await.len();
    assert_eq!((winner.documents().await.len(), in_all), (2, 3));
}

async fn only_a_strong_and_fresh_sign_in_adds(town: Town) {
    let mut holder = card_holder(&town).enrol().await;
    holder.begin_adding(None).await.unwrap();
    town.world.pass(15 * 60 + 1);
    assert_eq!(refusal(holder.begin_adding(None).await.map(drop)), "sign_in_too_old");
    let handle = holder.documents().await[0].handle.clone();
    let removed = town.platform.remove_document(&holder.session, &handle).await;
    assert_eq!(refusal(removed), "sign_in_too_old");
    holder.sign_in().await.unwrap();
    assert_eq!(refusal(holder.begin_adding(None).await.map(drop)), "mode_too_weak");
    holder.sign_in_with_portrait(false).await.unwrap();
    assert!(holder.session.factors().has(Factor::Portrait));
    assert_eq!(refusal(holder.begin_adding(None).await.map(drop)), "mode_too_weak");
    holder.sign_in_with_passcode().await.unwrap();
    holder.begin_adding(None).await.unwrap();
    for version in [0, 2, u32::MAX] {
        let consent = NoticeVersion(version);
        let begun = town.platform.begin_adding_document(&holder.session, consent, None).await;
        assert_eq!(refusal(begun.map(drop)), "notice_outdated");
    }
}

async fn locked_or_cooling_down_nothing_is_added(town: Town) {
    let utopia = utopia(&town).await;
    let li = card_holder(&town);
    let passport = li.passport(&utopia, "L898902C3");
    let mut holder = li.enrol().await;
    let begun = holder.begin_adding(None).await.unwrap();
    let old = holder.begin_adding(None).await.unwrap();
    holder.lock().await.unwrap();
    assert_eq!(refusal(begun.shows(&passport).await.map(drop)), "certificate_locked");
    assert_eq!(refusal(holder.begin_adding(None).await.map(drop)), "certificate_locked");
    assert_eq!(holder.documents().await.len(), 1, "looking is always allowed");
    town.world.pass(1);
    holder.unlock().await.unwrap();
    // What was begun before is as dead as the session it was begun in.
    assert_eq!(refusal(old.shows(&passport).await.map(drop)), "not_signed_in");
    let begun = holder.begin_adding(None).await.unwrap();
    town.world.pass(1);
    let anew = li.enrol().await;
    assert_eq!(refusal(begun.shows(&passport).await.map(drop)), "certificate_ended");
    assert_eq!(refusal(anew.begin_adding(None).await.map(drop)), "cooling_down");
    assert_eq!(anew.documents().await.len(), 1);
}

async fn a_document_is_taken_away_but_never_the_one_that_names_the_person(town: Town) {
    let utopia = utopia(&town).await;
    let (li, wang) = (card_holder(&town), card_holder(&town));
    let (mut hers, his) = (li.enrol().await, wang.enrol().await);
    let passport = li.passport(&utopia, "L898902C3");
    town.world.pass(1);
    hers.add(&passport, None).await.unwrap();
    let [card, added] = &hers.documents().await[..] else { panic!("two documents") };
    let remove = async |who: &Holder, handle: &str| {
        town.platform.remove_document(&who.session, handle).await
    };
    assert_eq!(refusal(remove(&hers, &card.handle).await), "document_in_use");
    for handle in ["", "AAAA", &his.documents().await[0].handle] {
        assert_eq!(refusal(remove(&hers, handle).await), "document_not_kept");
    }
    assert_eq!(refusal(remove(&his, &added.handle).await), "document_not_kept");
    remove(&hers, &added.handle).await.unwrap();
    assert_eq!(refusal(remove(&hers, &added.handle).await), "document_not_kept");
    assert_eq!(hers.documents().await.len(), 1);
    hers.sign_in_with_passcode().await.unwrap();
    let overview = town.platform.overview(&hers.session).await.unwrap();
    assert_eq!(overview.events[0].kind.as_str(), "document_removed");
    hers.add(&passport, None).await.unwrap();
    // Whoever leaves takes everything along.
    town.world.pass(1);
    hers.cancel().await.unwrap();
    assert_eq!(town.census().await.count("documents"), 2, "his card, and his number");
}

async fn a_renewed_passport_of_another_state_takes_the_old_ones_place(town: Town) {
    let utopia = utopia(&town).await;
    let li = card_holder(&town);
    let (old, new) = (li.passport(&utopia, "L898902C3"), li.passport(&utopia, "M00000001"));
    let begun = li.begin().await.shows(&old).await.unwrap();
    let mut holder = begun.finish().await.unwrap();
    let code = holder.agree_to(&town.airline()).await;
    let sub = town.redeem(&code).await.unwrap().sub().to_owned();
    town.world.pass(1);
    let [first] = &holder.documents().await[..] else { panic!("one document") };
    holder.add(&new, Some(&first.handle)).await.unwrap();
    let shown = holder.documents().await;
    let shown: Vec<_> =
        shown.iter().map(|one| (one.replaced_at.is_some(), one.names_the_person)).collect();
    assert_eq!(shown, [(true, false), (false, true)], "the record rests on the new one");
    let export = town.platform.export(&holder.session).await.unwrap();
    let export = serde_json::to_value(export).unwrap();
    assert_eq!(export["document_number"], "UTO-M00000001");
    assert!(export["recognised_by"][0]["replaced_at"].is_string());
    // The old one's chip still answers, and proves nobody: no second person, nor this one.
    let again = li.begin().await.shows(&old).await.unwrap().until_device().await;
    let bound = again.finish().await;
    assert_eq!(refusal(bound.map(drop)), "document_replaced");
    assert_eq!(refusal(holder.add(&old, None).await), "document_replaced");
    let handle = &first.handle;
    assert_eq!(refusal(holder.add(&new, Some(handle)).await), "document_not_kept");
    // The new one finds the person.
    let mut abroad = li.begin().await.shows(&new).await.unwrap().finish().await.unwrap();
    assert_eq!(abroad.net_number, holder.net_number);
    let again = abroad.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(town.redeem(&again.code()).await.unwrap().sub(), sub);
    assert_eq!(town.census().await.count("persons"), 1);
}

async fn a_renewed_passport_that_the_registry_knows_takes_the_old_ones_place(town: Town) {
    let home = Country::found_in("CN", Algorithm::P256);
    town.platform.import_trust(&home.certificate()).await.unwrap();
    let today = town.today();
    let card = DocumentClass::ResidentIdentityCard;
    let two = |p: &Person| p.identity.document().class() == card && !p.further.is_empty();
    let li = town.whoever(|p| p.age(today) >= 18 && two(p));
    let old = li.person.further[0].clone();
    assert_eq!(old.class(), DocumentClass::OrdinaryPassport);
    let new = Document::new(old.class(), "E77777777", old.valid_until()).unwrap();
    let bearer = yinzheng_testkit::country::Bearer {
        issuer: "CHN".to_owned(),
        nationality: "CHN".to_owned(),
        ..li.bearer("E77777777")
    };
    let proof = yinzheng_testkit::country::Proof::ActiveEcdsa("P-256");
    let renewed = home.passport(&bearer, proof);
    let begun = li.begin().await.by_chip(&old).await.unwrap();
    let mut holder = begun.finish().await.unwrap();
    let code = holder.agree_to(&town.airline()).await;
    let sub = town.redeem(&code).await.unwrap().sub().to_owned();
    // Nobody reported anything yet: such a number is nobody's.
    let refused = li.begin().await.shows(&renewed).await;
    assert_eq!(refusal(refused.map(drop)), "document_unknown");
    town.renew(&old, &new);

    // Enrolling with it on a new phone finds the person, and ends the old one.
    town.world.pass(60);
    let begun = li.begin().await.shows(&renewed).await.unwrap();
    let mut abroad = begun.finish().await.unwrap();
    assert_eq!(abroad.net_number, holder.net_number);
    assert_eq!(refusal(holder.sign_in().await), "certificate_ended");
    let again = abroad.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(town.redeem(&again.code()).await.unwrap().sub(), sub);
    let kept = abroad.documents().await;
    let kept: Vec<_> =
        kept.iter().map(|one| (one.replaced_at.is_some(), one.names_the_person)).collect();
    assert_eq!(kept, [(true, false), (false, true)]);
    // Even while the registry still vouches for the old one, it proves nobody here.
    let with_old = li.begin().await.by_chip(&old).await.unwrap().until_device().await;
    assert_eq!(refusal(with_old.finish().await.map(drop)), "document_replaced");
    // The card of the same person still does.
    let with_card = li.enrol().await;
    assert_eq!(with_card.net_number, holder.net_number);
    let census = town.census().await;
    assert_eq!((census.count("persons"), census.count("identities")), (1, 1));
}

async fn a_wallet_adds_a_document(town: Town) {
    let utopia = utopia(&town).await;
    let li = card_holder(&town);
    let passport = li.passport(&utopia, "L898902C3");
    let holder = li.enrol().await;
    let platform = &town.platform;
    let begin = async || platform.begin_adding_document_by_wallet(NoticeVersion(1)).await.unwrap();
    let (token, Step::Holder { challenge }) = begin().await else { panic!("whose record?") };
    let passcode = |digits: &str| digits.parse().unwrap();
    let right = || passcode(&holder.passcode);
    let early = platform.prove_document(&token, passport.files()).await;
    assert_eq!(refusal(early), "step_not_due");
    let elsewhere = platform.prove_holder(&token, &holder.proof(), right()).await;
    assert_eq!(refusal(elsewhere), "challenge_spent");
    let proof = holder.proof_over(&challenge);
    let guessed = platform.prove_holder(&token, &proof, passcode("20481358")).await;
    assert_eq!(refusal(guessed), "passcode_wrong");
    platform.prove_holder(&token, &proof, right()).await.unwrap();
    assert_eq!(refusal(platform.prove_holder(&token, &proof, right()).await), "step_not_due");
    let read = platform.prove_document(&token, passport.files()).await.unwrap();
    let Step::Chip { question } = read else { panic!("a chip is asked") };
    let answer = passport.answer(&question);
    assert_eq!(platform.prove_chip(&token, &answer).await.unwrap(), Step::Added);
    assert_eq!(refusal(platform.prove_chip(&token, &answer).await), "enrolment_unknown");
    assert_eq!(holder.documents().await.len(), 2);
    // Who tries passcodes gets five tries, here as elsewhere.
    let (token, Step::Holder { challenge }) = begin().await else { panic!("whose record?") };
    let proof = holder.proof_over(&challenge);
    let mut said = Vec::new();
    for _ in 0..7 {
        let guess = platform.prove_holder(&token, &proof, passcode("20481358")).await;
        said.push(refusal(guess));
    }
    assert_eq!(said[..5], ["passcode_wrong"; 5]);
    assert!(said[5..].iter().all(|code| *code == "tries_exhausted"), "{said:?}");
}

async fn a_childs_guardian_acts_for_it(town: Town) {
    let utopia = utopia(&town).await;
    let today = town.today();
    let child = town.whoever(|p| p.age(today) == 12 && town.has_guardian(p));
    let passport = child.passport(&utopia, "L898902C3");
    let holder = child.enrol().await;
    assert_eq!(refusal(holder.add(&passport, None).await), "guardian_must_apply");
    assert_eq!(holder.documents().await.len(), 1);
}

async fn replaced_documents_are_forgotten_in_the_end(town: Town) {
    let utopia = utopia(&town).await;
    let li = card_holder(&town);
    let old = li.passport(&utopia, "L898902C3");
    let holder = li.begin().await.shows(&old).await.unwrap().finish().await.unwrap();
    let first = holder.documents().await[0].handle.clone();
    holder.add(&li.passport(&utopia, "M00000001"), Some(&first)).await.unwrap();
    let day: i64 = 24 * 60 * 60;
    town.world.pass(10 * 366 * day - 1);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("documents"), 2);
    town.world.pass(1);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("documents"), 1);
}
