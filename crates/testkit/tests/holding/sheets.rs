//! Recovery sheets: a certificate on paper, with the passcode, at any browser.

use serde_json::json;
use service::{Error, Session, World};
use wallet::{Sheet, SheetCode};
use yinzheng_testkit::{Holder, Town, refusal, stories};

stories!(
    a_sheet_and_the_passcode_sign_in,
    a_sheet_is_nothing_without_the_passcode,
    a_revoked_or_replaced_sheet_opens_nothing,
    guesses_end_in_waiting,
    only_its_own_answer_to_this_challenge_signs_in,
    from_a_counter_to_a_login,
    it_is_exported_and_forgotten,
);

fn paper(town: &Town) -> Sheet {
    let world: &dyn World = &*town.world;
    SheetCode::from_secret(world.draw()).key(town.platform.issuer())
}

async fn make(town: &Town, session: &Session) -> Sheet {
    let sheet = paper(town);
    let challenge = town.platform.challenge().unwrap();
    town.platform.make_sheet(session, &challenge, &sheet.bind(&challenge)).await.unwrap();
    sheet
}

async fn sign_in(town: &Town, sheet: &Sheet, digits: &str) -> Result<Session, Error> {
    let challenge = town.platform.challenge().unwrap();
    let proof = sheet.prove(&challenge);
    town.platform.sign_in_with_sheet(&challenge, &proof, digits.parse().unwrap()).await
}

async fn with_passcode(town: &Town, years: i16) -> Holder {
    let mut li = town.enrolled(years).await;
    li.sign_in_with_passcode().await.unwrap();
    li
}

async fn a_sheet_and_the_passcode_sign_in(town: Town) {
    let mut li = with_passcode(&town, 66).await;
    let sheet = make(&town, &li.session).await;
    li.session = sign_in(&town, &sheet, &li.passcode).await.unwrap();
    let told = li.agree_to(&town.shop()).await;
    let told = town.redeem(&told).await.unwrap();
    assert_eq!(told.id_token["acr"], json!("urn:yinzheng:acr:certificate+passcode"));
    assert!(town.platform.sheet_made_at(&li.session).await.unwrap().is_some());
}

async fn a_sheet_is_nothing_without_the_passcode(town: Town) {
    let mut li = with_passcode(&town, 66).await;
    let sheet = make(&town, &li.session).await;
    assert_eq!(refusal(sign_in(&town, &sheet, "13572468").await), "passcode_wrong");
    // Nor is one made without it.
    li.sign_in().await.unwrap();
    let challenge = town.platform.challenge().unwrap();
    let bound = paper(&town).bind(&challenge);
    let made = town.platform.make_sheet(&li.session, &challenge, &bound).await;
    assert_eq!(refusal(made), "not_signed_in");
    li.lock().await.unwrap();
    assert_eq!(refusal(sign_in(&town, &sheet, &li.passcode).await), "certificate_locked");
}

async fn a_revoked_or_replaced_sheet_opens_nothing(town: Town) {
    let li = with_passcode(&town, 66).await;
    let first = make(&town, &li.session).await;
    let second = make(&town, &li.session).await;
    assert_eq!(refusal(sign_in(&town, &first, &li.passcode).await), "sheet_unknown");
    assert!(sign_in(&town, &second, &li.passcode).await.is_ok());
    town.platform.revoke_sheet(&li.session).await.unwrap();
    assert_eq!(refusal(sign_in(&town, &second, &li.passcode).await), "sheet_unknown");
    assert_eq!(refusal(town.platform.revoke_sheet(&li.session).await), "sheet_unknown");
    // A sheet of a certificate that ended is paper.
    let third = make(&town, &li.session).await;
    li.resident.enrol().await;
    assert_eq!(refusal(sign_in(&town, &third, &li.passcode).await), "certificate_ended");
}

async fn guesses_end_in_waiting(town: Town) {
    let li = with_passcode(&town, 66).await;
    let sheet = make(&town, &li.session).await;
    for _ in 0..5 {
        assert_eq!(refusal(sign_in(&town, &sheet, "13572468").await), "passcode_wrong");
    }
    assert_eq!(refusal(sign_in(&town, &sheet, &li.passcode).await), "too_many_tries");
    // The same count as at every other door.
    assert_eq!(refusal(li.try_passcode(&li.passcode).await), "too_many_tries");
    // A sheet made up opens nothing, and costs its owner nobody's tries.
    assert_eq!(refusal(sign_in(&town, &paper(&town), &li.passcode).await), "sheet_unknown");
}

async fn only_its_own_answer_to_this_challenge_signs_in(town: Town) {
    let li = with_passcode(&town, 66).await;
    let (sheet, other) = (make(&town, &li.session).await, paper(&town));
    let passcode = || li.passcode.parse().unwrap();
    let challenge = town.platform.challenge().unwrap();
    let proof = sheet.prove(&challenge);
    let (public, signature) = proof.split_once('.').unwrap();
    let (_, foreign) = {
        let proof = other.prove(&challenge);
        let (a, b) = proof.split_once('.').unwrap();
        (a.to_owned(), b.to_owned())
    };
    for odd in [
        String::new(),
        ".".to_owned(),
        public.to_owned(),
        format!("{public}.{foreign}"),
        format!("{public}.{signature}A"),
        sheet.bind(&challenge),
        sheet.prove("another"),
    ] {
        let tried = town.platform.sign_in_with_sheet(&challenge, &odd, passcode()).await;
        assert_eq!(refusal(tried), "sheet_invalid", "{odd}");
    }
    town.platform.sign_in_with_sheet(&challenge, &proof, passcode()).await.unwrap();
    let again = town.platform.sign_in_with_sheet(&challenge, &proof, passcode()).await;
    assert_eq!(refusal(again), "challenge_spent");
    let stale = town.platform.challenge().unwrap();
    town.world.pass(5 * 60);
    let late = town.platform.sign_in_with_sheet(&stale, &sheet.prove(&stale), passcode()).await;
    assert_eq!(refusal(late), "challenge_spent");
    // The same key is not another's sheet too.
    let wang = with_passcode(&town, 67).await;
    let challenge = town.platform.challenge().unwrap();
    let taken = sheet.bind(&challenge);
    let taken = town.platform.make_sheet(&wang.session, &challenge, &taken).await;
    assert_eq!(refusal(taken), "sheet_unknown");
}

async fn from_a_counter_to_a_login(town: Town) {
    let mut counter = town.counter().await;
    let issued = town.aged(80).enrol_at(&mut counter).await;
    let sheet = make(&town, &issued.session).await;
    let session = sign_in(&town, &sheet, "20481357").await.unwrap();
    let ask = town.ask(&town.airline());
    let asked = town.platform.authorize(Some(&session), &ask.query()).await.unwrap();
    let service::Authorize::Approve(asked) = asked else { panic!("{asked:?}") };
    let to = town.platform.agree(&session, &asked.ticket, service::Decision::Approve).await;
    let to = yinzheng_testkit::back(to.unwrap());
    assert!(yinzheng_testkit::arrived(&to).query().unwrap().contains("code="));
}

async fn it_is_exported_and_forgotten(town: Town) {
    let li = with_passcode(&town, 66).await;
    make(&town, &li.session).await;
    let export = town.platform.export(&li.session).await.unwrap();
    let export = serde_json::to_value(export).unwrap();
    assert_eq!(export["sheets"].as_array().unwrap().len(), 1);
    li.cancel().await.unwrap();
    assert_eq!(town.census().await.count("sheets"), 0);
}
