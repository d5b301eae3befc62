//! Documents with chips: from a passport to a net number, one person across documents, and every wrong with its own word.

use std::collections::{BTreeMap, BTreeSet};

use icao::{Bytes, ChipAnswer, ChipFiles, DataGroup};
use rules::DocumentClass;
use sandbox::Person;
use service::Step;
use wallet::SoftwareKey;
use yinzheng_testkit::{
    Cell, Holder, Resident, Town,
    country::{Algorithm, Bearer, Country, Proof},
    refusal, stories,
};

stories!(
    from_a_passport_to_a_net_number,
    a_second_document_finds_the_first,
    a_hundred_at_once_with_two_documents_are_one_person,
    a_passport_the_registry_does_not_keep_is_a_person_of_its_own,
    a_passport_number_given_to_somebody_else_hands_nothing_over,
    a_lost_document_is_refused_after_its_chip_answered,
    the_registry_is_away_and_nothing_is_lost,
    a_copy_without_the_chip_is_refused,
    every_wrong_has_its_own_word,
    an_answer_is_good_for_its_question_once,
);

/// Somebody grown-up with an identity card and a passport.
fn traveller(town: &Town) -> Resident {
    let of_age = |p: &Person| p.age(town.today()) >= 18;
    town.whoever(|p| {
        of_age(p) && has(p, DocumentClass::ResidentIdentityCard) && !p.further.is_empty()
    })
}

fn has(person: &Person, class: DocumentClass) -> bool {
    person.identity.document().class() == class
}

async fn from_a_passport_to_a_net_number(town: Town) {
    let classes = [
        DocumentClass::HongKongMacaoTravelPermit,
        DocumentClass::TaiwanTravelPermit,
        DocumentClass::OrdinaryPassport,
    ];
    for class in classes {
        let resident = town.whoever(|p| has(p, class));
        let document = resident.chip_document().clone();
        assert_eq!(document.class(), class);
        let enrolment = resident.begin().await.by_chip(&document).await.unwrap();
        assert_eq!(enrolment.step, Step::Portrait);
        let holder = enrolment.finish().await.unwrap();
        let export = town.platform.export(&holder.session).await.unwrap();
        let export = serde_json::to_value(export).unwrap();
        assert_eq!(export["document_class"], class.as_str());
        assert_eq!(export["document_number"], document.number().as_str());
        assert_eq!(export["certificates"][0]["proofing"], "genuine_chip");
        assert_eq!(export["name"], resident.person.name.written, "as it is written at home");
        let kinds: Vec<_> = export["recognised_by"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| &entry["kind"])
            .collect();
        assert!(kinds.len() == 2 && kinds.iter().any(|kind| **kind == class.as_str()), "{kinds:?}");
        assert!(kinds.iter().any(|kind| **kind == "register"));
    }
    assert_eq!(town.census().await.count("documents"), 2 * classes.len());
}

async fn a_second_document_finds_the_first(town: Town) {
    let li = traveller(&town);
    let mut card = li.enrol().await;
    let sub = card.agree_to(&town.airline()).await;
    let sub = town.redeem(&sub).await.unwrap().sub().to_owned();
    town.world.pass(60);
    let passport = li.chip_document();
    let mut holder = li.begin().await.by_chip(passport).await.unwrap().finish().await.unwrap();
    assert_eq!(holder.net_number, card.net_number);
    assert_eq!(refusal(card.sign_in().await), "certificate_ended");
    let again = holder.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(again.pages, [], "what was agreed stays agreed");
    assert_eq!(town.redeem(&again.code()).await.unwrap().sub(), sub);
    let census = town.census().await;
    assert_eq!((census.count("identities"), census.count("documents")), (1, 3));
}

async fn a_hundred_at_once_with_two_documents_are_one_person(town: Town) {
    let li = traveller(&town);
    let passport = li.chip_document().clone();
    let mut ready = Vec::new();
    for number in 0..100 {
        let begun = li.with_another_phone().begin().await;
        let begun = if number % 2 == 0 { begun } else { begun.by_chip(&passport).await.unwrap() };
        ready.push(begun.until_device().await);
    }
    let finish =
        |one: yinzheng_testkit::Enrolment| tokio::spawn(one.finish_with(SoftwareKey::generate()));
    let under_way: Vec<_> = ready.into_iter().map(finish).collect();
    let mut holders: Vec<Holder> = Vec::new();
    for one in under_way {
        holders.push(one.await.unwrap().unwrap());
    }
    let numbers: BTreeSet<_> = holders.iter().map(|one| one.net_number.as_str()).collect();
    assert_eq!(numbers.len(), 1);
    let census = town.census().await;
    for (table, rows) in [("persons", 1), ("identities", 1), ("data_keys", 1), ("documents", 3)] {
        assert_eq!(census.count(table), rows, "{table}");
    }
    let mut in_force = 0;
    for holder in &mut holders {
        in_force += usize::from(holder.sign_in().await.is_ok());
    }
    assert_eq!(in_force, 1, "one certificate in force");
}

async fn a_passport_the_registry_does_not_keep_is_a_person_of_its_own(town: Town) {
    let resident = town.whoever(|p| has(p, DocumentClass::PermanentResidenceCard));
    let passport = resident.person.further[0].clone();
    assert_eq!(passport.class(), DocumentClass::ForeignPassport);
    let abroad = resident.begin().await.by_chip(&passport).await.unwrap().finish().await.unwrap();
    let again = resident.begin().await.by_chip(&passport).await.unwrap().finish().await.unwrap();
    assert_eq!(again.net_number, abroad.net_number);
    assert_eq!(town.census().await.count("documents"), 1, "no register number");
    // Nothing says that the two documents are one person's, until the person does.
    let here = resident.enrol().await;
    assert_ne!(here.net_number, abroad.net_number);
}

async fn a_passport_number_given_to_somebody_else_hands_nothing_over(town: Town) {
    let utopia = Country::found(Algorithm::P256);
    town.platform.import_trust(&utopia.certificate()).await.unwrap();
    let (anna, other) = (Bearer::anna(), Bearer { born: "850101".to_owned(), ..Bearer::anna() });
    let holder = by_passport(&town, &utopia, &anna).await.unwrap();
    let before = town.census().await;
    assert_eq!(refusal(by_passport(&town, &utopia, &other).await), "document_of_another");
    let after = town.census().await;
    for table in ["persons", "certificates", "identities", "documents"] {
        assert_eq!(after.rows(table), before.rows(table), "{table}");
    }
    let renewed = by_passport(&town, &utopia, &anna).await.unwrap();
    assert_eq!(renewed.net_number, holder.net_number);
}

/// Enrols whoever holds this passport, made by OpenSSL.
async fn by_passport(
    town: &Town,
    country: &Country,
    bearer: &Bearer,
) -> Result<Holder, service::Error> {
    let passport = country.passport(bearer, Proof::ActiveEcdsa("P-256"));
    let mut enrolment = town.adult().begin().await;
    let platform = &town.platform;
    let read = platform.prove_document(&enrolment.token, passport.files()).await?;
    let Step::Chip { question } = read else { panic!("a chip is asked") };
    let answer = passport.answer(&question);
    enrolment.step = platform.prove_chip(&enrolment.token, &answer).await?;
    // There is no face of hers in town.
    let other = service::PortraitChoice::OtherWay;
    enrolment.step = platform.prove_portrait(&enrolment.token, other).await?;
    enrolment.finish().await
}

async fn a_lost_document_is_refused_after_its_chip_answered(town: Town) {
    let chips = [
        DocumentClass::OrdinaryPassport,
        DocumentClass::HongKongMacaoTravelPermit,
        DocumentClass::TaiwanTravelPermit,
    ];
    let today = town.today();
    let valid = |p: &Person| p.identity.document().valid_on(today).is_ok();
    let resident = town.whoever(|p| chips.contains(&p.identity.document().class()) && valid(p));
    town.report_lost(resident.chip_document());
    let refused = resident.begin().await.by_chip(resident.chip_document()).await;
    assert_eq!(refusal(refused.map(drop)), "document_reported_lost");
    assert_eq!(town.census().await.count("documents"), 0);
}

async fn the_registry_is_away_and_nothing_is_lost(town: Town) {
    let li = traveller(&town);
    let document = li.chip_document();
    let enrolment = li.begin().await;
    let (platform, token) = (&town.platform, &enrolment.token);
    let read = platform.prove_document(token, li.files(document)).await.unwrap();
    let Step::Chip { question } = &read else { panic!("a chip is asked") };
    let answer = li.chip_answer(document, question);
    town.registry_line.cut();
    // Far oftener than evidence may be tried: nobody judged it.
    for _ in 0..25 {
        assert_eq!(refusal(platform.prove_chip(token, &answer).await), "outside_party_away");
    }
    assert_eq!(platform.enrolment(token).await.unwrap(), read);
    town.registry_line.mend();
    assert_eq!(platform.prove_chip(token, &answer).await.unwrap(), Step::Portrait);
}

async fn a_copy_without_the_chip_is_refused(town: Town) {
    let (li, thief) = (traveller(&town), traveller(&town));
    let enrolment = li.begin().await;
    let (platform, token) = (&town.platform, &enrolment.token);
    let files = li.files(li.chip_document());
    let Step::Chip { question } = platform.prove_document(token, files).await.unwrap() else {
        panic!("a chip is asked")
    };
    let own = thief.chip_answer(thief.chip_document(), &question);
    for answer in
        [own, ChipAnswer { response: Bytes(vec![]) }, ChipAnswer { response: Bytes(vec![7; 64]) }]
    {
        assert_eq!(refusal(platform.prove_chip(token, &answer).await), "chip_cloned");
    }
    for _ in 3..10 {
        let answer = ChipAnswer { response: Bytes(vec![7; 64]) };
        assert_eq!(refusal(platform.prove_chip(token, &answer).await), "chip_cloned");
    }
    let right = li.chip_answer(li.chip_document(), &question);
    assert_eq!(refusal(platform.prove_chip(token, &right).await), "tries_exhausted");
    assert_eq!(town.census().await.count("persons"), 0);
}

async fn every_wrong_has_its_own_word(town: Town) {
    let utopia = Country::found(Algorithm::P256);
    let stranger = Country::found_in("FR", Algorithm::P256);
    town.platform.import_trust(&utopia.certificate()).await.unwrap();
    let proof = Proof::ActiveEcdsa("P-256");
    let passport = utopia.passport(&Bearer::anna(), proof);
    let other =
        utopia.passport(&Bearer { number: "X4RTBPFW4".to_owned(), ..Bearer::anna() }, proof);
    let with = |change: fn(&mut BTreeMap<u8, Vec<u8>>)| {
        let mut groups = passport.groups.clone();
        change(&mut groups);
        ChipFiles::new(passport.sod.clone(), groups)
    };
    let mut swapped = passport.groups.clone();
    swapped.insert(1, other.groups[&1].clone());
    let bearer = |change: fn(&mut Bearer)| {
        let mut bearer = Bearer::anna();
        change(&mut bearer);
        Ok(utopia.passport(&bearer, proof).files())
    };
    let french = Bearer { issuer: "FRA".to_owned(), ..Bearer::anna() };
    for (code, files) in [
        ("group_altered", ChipFiles::new(passport.sod.clone(), swapped)),
        (
            "sod_of_another_chip",
            ChipFiles::new(other.sod, BTreeMap::from([(1, passport.groups[&1].clone())])),
        ),
        ("group_missing", with(|groups| drop(groups.remove(&15)))),
        ("group_missing", with(|groups| drop(groups.remove(&1)))),
        ("group_too_large", with(|groups| drop(groups.insert(2, vec![0; 1024 * 1024])))),
        ("malformed", ChipFiles::new(b"nothing".to_vec(), passport.groups.clone())),
        ("country_unknown", Ok(stranger.passport(&french, proof).files())),
        ("chip_not_provable", Ok(utopia.passport(&Bearer::anna(), Proof::None).files())),
        ("document_expired", bearer(|b| "260101".clone_into(&mut b.expires))),
        ("birth_date_unknown", bearer(|b| "74<<<<".clone_into(&mut b.born))),
        ("document_not_accepted", bearer(|b| "V".clone_into(&mut b.document_code))),
    ] {
        let enrolment = town.adult().begin().await;
        let read = match files {
            Ok(files) => town.platform.prove_document(&enrolment.token, files).await,
            Err(refused) => Err(service::Refusal::from(refused).into()),
        };
        assert_eq!(refusal(read), code);
    }
    assert_eq!(town.census().await.count("documents"), 0);
    assert!(passport.files().group(DataGroup::PORTRAIT).is_some());
}

async fn an_answer_is_good_for_its_question_once(town: Town) {
    let li = traveller(&town);
    let document = li.chip_document();
    let ask = async || {
        let enrolment = li.begin().await;
        let read = town.platform.prove_document(&enrolment.token, li.files(document)).await;
        let Step::Chip { question } = read.unwrap() else { panic!("a chip is asked") };
        (enrolment.token, question)
    };
    let ((one, first), (two, second)) = (ask().await, ask().await);
    assert_ne!(first, second);
    let answer = li.chip_answer(document, &first);
    let elsewhere = town.platform.prove_chip(&two, &answer).await;
    assert_eq!(refusal(elsewhere), "chip_cloned", "another enrolment's question");
    assert_eq!(town.platform.prove_chip(&one, &answer).await.unwrap(), Step::Portrait);
    let again = town.platform.prove_chip(&one, &answer).await;
    assert_eq!(refusal(again), "step_not_due", "replayed");
    let files = town.platform.prove_document(&one, li.files(document)).await;
    assert_eq!(refusal(files), "step_not_due", "sent twice");
    let sealed = town.census().await;
    let rows: Vec<_> = sealed.rows("enrolments").iter().flatten().collect();
    assert!(rows.iter().all(|cell| !matches!(cell, Cell::Text(_))), "nothing in clear");
}
