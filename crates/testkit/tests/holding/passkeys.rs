//! Passkeys: on any device, each answer once, never another's, never without its user, never a copy.

use rules::{Factor, Factors, OfficerId};
use serde_json::json;
use service::{Error, PasskeyHolders, PasskeyQuestion, Session};
use store::authentication::PasskeyOwner;
use yinzheng_testkit::{Authenticator, Holder, Town, refusal, stories};

stories!(
    a_passkey_signs_in_and_logs_in,
    twenty_answers_at_once_sign_in_once,
    only_its_own_answer_to_this_question_signs_in,
    without_its_user_it_is_worth_nothing,
    a_copy_is_refused,
    removed_locked_and_replaced_it_opens_nothing,
    adding_one_needs_the_passcode_and_a_sound_authenticator,
    nobody_has_more_than_ten,
    persons_and_officers_are_told_apart,
    it_is_shown_exported_and_forgotten,
);

async fn add(town: &Town, li: &Holder) -> Authenticator {
    let mut key = Authenticator::new();
    let question = town.platform.ask_to_add_passkey(&li.session).await.unwrap();
    let answer = key.make(&question);
    let name = "the blue key".parse().unwrap();
    town.platform.add_passkey(&li.session, &question.state, &answer, name).await.unwrap();
    key
}

fn ask(town: &Town) -> PasskeyQuestion {
    town.platform.ask_to_sign_in_with_passkey().unwrap()
}

async fn sign_in(town: &Town, key: &mut Authenticator) -> Result<Session, Error> {
    let question = ask(town);
    let answer = key.answer(&question);
    town.platform.sign_in_with_passkey(&question.state, &answer, None).await
}

async fn a_passkey_signs_in_and_logs_in(town: Town) {
    let mut li = town.enrolled(34).await;
    let mut key = add(&town, &li).await;
    li.session = sign_in(&town, &mut key).await.unwrap();
    assert_eq!(li.session.factors(), Factors::of(&[Factor::Passkey]));
    let told = li.agree_to(&town.airline_app()).await;
    let told = town.redeem(&told).await.unwrap();
    assert_eq!(told.id_token["acr"], json!("urn:yinzheng:acr:certificate"));
    assert_eq!(told.id_token["amr"], json!(["pop", "user", "mfa"]));

    let question = ask(&town);
    let (answer, passcode) = (key.answer(&question), li.passcode.parse().unwrap());
    let signed_in = town.platform.sign_in_with_passkey(&question.state, &answer, Some(passcode));
    let factors = signed_in.await.unwrap().factors();
    assert_eq!(factors, Factors::of(&[Factor::Passkey, Factor::Passcode]));
}

async fn twenty_answers_at_once_sign_in_once(town: Town) {
    let li = town.enrolled(34).await;
    let mut key = add(&town, &li).await;
    let question = ask(&town);
    let answer = key.answer(&question);
    let under_way: Vec<_> = (0..20)
        .map(|_| {
            let (platform, question, answer) =
                (town.platform.clone(), question.clone(), answer.clone());
            tokio::spawn(async move {
                platform.sign_in_with_passkey(&question.state, &answer, None).await
            })
        })
        .collect();
    let mut signed_in = 0;
    for one in under_way {
        match one.await.unwrap() {
            Ok(_) => signed_in += 1,
            refused => {
                let code = refusal(refused);
                assert!(["challenge_spent", "passkey_copied"].contains(&code), "{code}");
            }
        }
    }
    assert_eq!(signed_in, 1);
}

async fn only_its_own_answer_to_this_question_signs_in(town: Town) {
    let (li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let (mut key, wangs) = (add(&town, &li).await, add(&town, &wang).await);
    let (question, other) = (ask(&town), ask(&town));
    let (honest, elsewhere) = (key.answer(&question), key.answer_again(&other));
    let mut phished = key.clone();
    "https://id.example.evil".clone_into(&mut phished.origin);
    let mut sibling = key.clone();
    "example".clone_into(&mut sibling.relying_party);
    let stranger = Authenticator::new();
    let as_wang = honest.replace(&key.id(), &wangs.id());
    let before = town.census().await;
    for (what, code, answer) in [
        ("an answer to another question", "passkey_not_genuine", elsewhere),
        ("an answer given to another origin", "passkey_not_genuine", phished.answer(&question)),
        ("one for another relying party", "passkey_not_genuine", sibling.answer(&question)),
        ("Wang's name under Li's answer", "passkey_unknown", as_wang),
        ("a passkey nobody added", "passkey_unknown", stranger.answer_again(&question)),
        ("a new passkey's answer", "passkey_not_genuine", key.clone().make(&make(&question))),
        ("nonsense", "passkey_not_genuine", "{}".repeat(10)),
        ("too much", "passkey_not_genuine", format!("{honest}{}", " ".repeat(20_000))),
    ] {
        let tried = town.platform.sign_in_with_passkey(&question.state, &answer, None).await;
        assert_eq!(refusal(tried), code, "{what}");
    }
    let invented = town.platform.sign_in_with_passkey(&town.chance(), &honest, None).await;
    assert_eq!(refusal(invented), "challenge_spent");
    assert_eq!(town.census().await, before, "no forgery has left a trace");
    assert!(town.platform.sign_in_with_passkey(&question.state, &honest, None).await.is_ok());
    let again = town.platform.sign_in_with_passkey(&question.state, &honest, None).await;
    assert_eq!(refusal(again), "passkey_copied", "replayed, it counts no further");
    let late = ask(&town);
    let answer = key.answer(&late);
    town.world.pass(5 * 60);
    let late = town.platform.sign_in_with_passkey(&late.state, &answer, None).await;
    assert_eq!(refusal(late), "challenge_spent");
}

/// The question to sign in, dressed as one for a new passkey.
fn make(question: &PasskeyQuestion) -> PasskeyQuestion {
    let options = question.options.replacen('{', r#"{"user":{"id":"AAAA"},"#, 1);
    PasskeyQuestion { options, state: question.state.clone() }
}

async fn without_its_user_it_is_worth_nothing(town: Town) {
    let li = town.enrolled(34).await;
    let mut key = add(&town, &li).await;
    key.verifies = false;
    assert_eq!(refusal(sign_in(&town, &mut key).await), "passkey_user_not_verified");
    let question = town.platform.ask_to_add_passkey(&li.session).await.unwrap();
    let mut careless = Authenticator::new();
    careless.verifies = false;
    let answer = careless.make(&question);
    let name = "careless".parse().unwrap();
    let added = town.platform.add_passkey(&li.session, &question.state, &answer, name).await;
    assert_eq!(refusal(added), "passkey_user_not_verified");
    key.verifies = true;
    assert!(sign_in(&town, &mut key).await.is_ok());
}

async fn a_copy_is_refused(town: Town) {
    let li = town.enrolled(34).await;
    let mut key = add(&town, &li).await;
    let mut copy = key.clone();
    for _ in 0..3 {
        sign_in(&town, &mut key).await.unwrap();
    }
    assert_eq!(refusal(sign_in(&town, &mut copy).await), "passkey_copied");
    // What never counts is not held to counting: synced passkeys stay at nought.
    let mut uncounted = Authenticator::new();
    uncounted.count = 0;
    let question = town.platform.ask_to_add_passkey(&li.session).await.unwrap();
    let answer = uncounted.make(&question);
    let name = "synced".parse().unwrap();
    town.platform.add_passkey(&li.session, &question.state, &answer, name).await.unwrap();
    for _ in 0..2 {
        let question = ask(&town);
        let answer = uncounted.answer_again(&question);
        town.platform.sign_in_with_passkey(&question.state, &answer, None).await.unwrap();
    }
}

async fn removed_locked_and_replaced_it_opens_nothing(town: Town) {
    let mut li = town.enrolled(34).await;
    let (mut key, mut other) = (add(&town, &li).await, add(&town, &li).await);
    let wang = town.enrolled(35).await;
    let by_another = town.platform.remove_passkey(&wang.session, &key.id()).await;
    assert_eq!(refusal(by_another), "passkey_unknown");
    town.platform.remove_passkey(&li.session, &key.id()).await.unwrap();
    assert_eq!(refusal(sign_in(&town, &mut key).await), "passkey_unknown");
    li.lock().await.unwrap();
    assert_eq!(refusal(sign_in(&town, &mut other).await), "certificate_locked");
    town.world.pass(1);
    li.unlock().await.unwrap();
    assert!(sign_in(&town, &mut other).await.is_ok());
    li.resident.enrol().await;
    assert_eq!(refusal(sign_in(&town, &mut other).await), "passkey_unknown");
    assert_eq!(town.census().await.count("passkeys"), 0, "it went with its certificate");
}

async fn adding_one_needs_the_passcode_and_a_sound_authenticator(town: Town) {
    let mut li = town.enrolled(34).await;
    let wang = town.enrolled(35).await;
    let (question, theirs) = (
        town.platform.ask_to_add_passkey(&li.session).await.unwrap(),
        town.platform.ask_to_add_passkey(&wang.session).await.unwrap(),
    );
    let mut key = Authenticator::new();
    let honest = key.make(&question);
    let mut phished = Authenticator::new();
    "https://id.example:444".clone_into(&mut phished.origin);
    for (what, code, state, answer) in [
        ("another's question", "challenge_spent", &theirs.state, honest.clone()),
        ("another origin", "passkey_not_genuine", &question.state, phished.make(&question)),
        (
            "ES256 that says EdDSA",
            "passkey_not_taken",
            &question.state,
            key.make_confused(&question),
        ),
        (
            "a certificate chain",
            "passkey_not_taken",
            &question.state,
            key.make_attested(&question, 900),
        ),
        ("a huge one", "passkey_not_genuine", &question.state, key.make_attested(&question, 8000)),
        ("another answer's question", "challenge_spent", &ask(&town).state, honest.clone()),
    ] {
        let name = "key".parse().unwrap();
        let added = town.platform.add_passkey(&li.session, state, &answer, name).await;
        assert_eq!(refusal(added), code, "{what}");
    }
    let name = || "key".parse().unwrap();
    town.platform.add_passkey(&li.session, &question.state, &honest, name()).await.unwrap();
    let again = town.platform.add_passkey(&li.session, &question.state, &honest, name()).await;
    assert_eq!(refusal(again), "challenge_spent");
    // The same authenticator under another's name.
    let mut stolen = key.clone();
    let answer = stolen.make(&theirs);
    let taken = town.platform.add_passkey(&wang.session, &theirs.state, &answer, name()).await;
    assert_eq!(refusal(taken), "passkey_taken");
    // With the phone alone, no other key is made.
    li.sign_in().await.unwrap();
    assert_eq!(refusal(town.platform.ask_to_add_passkey(&li.session).await), "not_signed_in");
}

async fn nobody_has_more_than_ten(town: Town) {
    let li = town.enrolled(34).await;
    let late = town.platform.ask_to_add_passkey(&li.session).await.unwrap();
    for _ in 0..10 {
        add(&town, &li).await;
    }
    assert_eq!(refusal(town.platform.ask_to_add_passkey(&li.session).await), "passkeys_full");
    let answer = Authenticator::new().make(&late);
    let name = "eleventh".parse().unwrap();
    let added = town.platform.add_passkey(&li.session, &late.state, &answer, name).await;
    assert_eq!(refusal(added), "passkeys_full");
}

async fn persons_and_officers_are_told_apart(town: Town) {
    let li = town.enrolled(34).await;
    let mut persons = add(&town, &li).await;
    let owner = PasskeyOwner::Officer(OfficerId::from_bytes([7; 16]));
    let question = town.platform.ask_for_new_passkey(owner, "officer 7").await.unwrap();
    let mut officers = Authenticator::new();
    let answer = officers.make(&question);
    let name = "token".parse().unwrap();
    town.platform.keep_passkey(owner, &question.state, &answer, name, None).await.unwrap();

    let act = town.platform.ask_for_passkey(PasskeyHolders::Officers, b"confirm 1").unwrap();
    let prove = |purpose: &'static [u8], answer: String| {
        let (platform, state) = (town.platform.clone(), act.state.clone());
        async move { platform.prove_passkey(PasskeyHolders::Officers, purpose, &state, &answer).await }
    };
    let answer = persons.answer(&act);
    assert_eq!(refusal(prove(b"confirm 1", answer).await), "passkey_unknown");
    let answer = officers.answer(&act);
    assert_eq!(refusal(prove(b"confirm 2", answer.clone()).await), "challenge_spent");
    assert_eq!(prove(b"confirm 1", answer).await.unwrap().owner, owner);
    assert_eq!(refusal(sign_in(&town, &mut officers).await), "passkey_unknown");
}

async fn it_is_shown_exported_and_forgotten(town: Town) {
    let li = town.enrolled(34).await;
    let mut key = add(&town, &li).await;
    sign_in(&town, &mut key).await.unwrap();
    let shown = town.platform.overview(&li.session).await.unwrap().passkeys;
    assert_eq!(shown[0].name.as_str(), "the blue key");
    assert_eq!(shown[0].used_on.unwrap().as_second() % 86_400, 0, "a day, not a time");
    let export = town.platform.export(&li.session).await.unwrap();
    let export = serde_json::to_value(export).unwrap();
    assert_eq!(export["certificates"][0]["passkeys"][0]["credential_id"], json!(key.id()));
    li.cancel().await.unwrap();
    assert_eq!(town.census().await.count("passkeys"), 0);
}
