//! Plain identity: on a law that is named, by consent of its own each time, told once and to nobody else.

use rules::NoticeVersion;
use serde_json::{Value, json};
use service::{Authorize, PlainDecision};
use yinzheng_testkit::{Bank, Holder, Page, Told, Town, back, refusal, stories};

stories!(
    it_is_told_once_to_the_one_who_may_read_it,
    it_is_asked_each_time,
    who_declines_is_served_all_the_same,
    only_what_was_registered_is_asked,
    nobody_is_admitted_to_ask_who_could_not_read_it,
    device_and_passcode_are_shown_for_it_and_nothing_else,
    in_the_cool_down_nothing_is_told,
    what_was_agreed_ends_with_the_certificate,
    nobody_else_fetches_it,
    a_hundred_come_and_one_is_told,
    of_a_child_nothing_is_told,
    it_goes_with_the_person_and_with_time,
    where_access_stands_it_goes_with_the_consent,
);

/// Opens an account at the bank, who are asked who they are.
async fn account(town: &Town, bank: &Bank, holder: &mut Holder) -> Told {
    let journey = holder.go(&bank.who_are_you(town)).await.unwrap();
    town.redeem(&journey.code()).await.unwrap()
}

async fn fetch(town: &Town, bank: &Bank, told: &Told) -> Result<String, service::Error> {
    town.fetch_plain(&town.fetching(&bank.application, told.response.access_token())).await
}

/// The ticket of the page on plain identity.
async fn page(town: &Town, bank: &Bank, holder: &Holder) -> String {
    let platform = &town.platform;
    let asked = platform.authorize(Some(&holder.session), &bank.who_are_you(town).query()).await;
    match asked.unwrap() {
        Authorize::Approve(asked) => {
            let approve = service::Decision::Approve;
            match platform.agree(&holder.session, &asked.ticket, approve).await.unwrap() {
                Authorize::PlainIdentity(asked) => asked.ticket,
                other => panic!("{other:?}"),
            }
        }
        Authorize::PlainIdentity(asked) => asked.ticket,
        other => panic!("{other:?}"),
    }
}

async fn it_is_told_once_to_the_one_who_may_read_it(town: Town) {
    let bank = town.obliged_bank().await;
    let mut li = town.enrolled(34).await;
    let journey = li.go(&bank.who_are_you(&town)).await.unwrap();
    assert_eq!(journey.pages, [Page::Approve, Page::PlainIdentity]);
    let told = town.redeem(&journey.code()).await.unwrap();
    assert_eq!(told.id_token["plain_identity"], "available");
    let sealed = fetch(&town, &bank, &told).await.unwrap();
    let said = bank.claims(&town, &sealed);
    let identity = &li.resident.person.identity;
    assert_eq!(
        said["plain_identity"],
        json!({
            "name": li.resident.person.name.written,
            "document_number": identity.document().number().as_str(),
        }),
        "what was asked and agreed to, and not the type"
    );
    assert_eq!((&said["sub"], &said["aud"]), (&told.id_token["sub"], &json!("bank")));
    assert_eq!(said["law"], "反洗钱法第二十九条");
    assert_eq!(refusal(fetch(&town, &bank, &told).await), "plain_told_before");
    // Nowhere else.
    let userinfo = serde_json::to_string(&town.userinfo(&told).await.unwrap()).unwrap();
    let id_token = Value::Object(told.id_token.clone()).to_string();
    for place in [&userinfo, &id_token, &sealed] {
        assert!(!place.contains(&li.resident.person.name.written));
        assert!(!place.contains(identity.document().number().as_str()));
    }
    // The person sees what was told to whom, and why.
    let overview = town.platform.overview(&li.session).await.unwrap();
    let [seen] = &overview.plain[..] else { panic!("one telling") };
    assert_eq!((seen.client_en.as_str(), seen.scene.as_str()), ("Valley Bank", "register"));
    assert_eq!((seen.law.as_str(), seen.kinds.len()), ("反洗钱法第二十九条", 2));
    assert!(seen.told_at.is_some());
    let happened: Vec<_> = overview.events.iter().take(3).map(|e| e.kind.as_str()).collect();
    assert_eq!(happened, ["plain_told", "authenticated", "plain_agreed"]);
    li.sign_in_with_passcode().await.unwrap();
    let export = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert_eq!(export["plain_disclosures"][0]["kinds"], json!(["name", "document_number"]));
}

async fn it_is_asked_each_time(town: Town) {
    let bank = town.obliged_bank().await;
    let mut li = town.enrolled(34).await;
    account(&town, &bank, &mut li).await;
    let again = li.go(&bank.who_are_you(&town)).await.unwrap();
    assert_eq!(again.pages, [Page::PlainIdentity], "the ordinary approval stands, this does not");
    let silent = li.go(&bank.who_are_you(&town).with("prompt", "none")).await.unwrap();
    assert_eq!(silent.error(), "consent_required");
    // Without it, nothing is asked.
    assert_eq!(li.go(&town.ask(&bank.application)).await.unwrap().pages, []);
}

async fn who_declines_is_served_all_the_same(town: Town) {
    let bank = town.obliged_bank().await;
    let mut li = town.enrolled(34).await;
    li.tells_plain = false;
    let told = account(&town, &bank, &mut li).await;
    assert_eq!(
        (&told.id_token["plain_identity"], &told.id_token["result"]),
        (&json!("declined"), &json!("passed"))
    );
    assert_eq!(refusal(fetch(&town, &bank, &told).await), "plain_not_agreed");
    let census = town.census().await;
    assert_eq!(census.count("plain_disclosures"), 0);
    let overview = town.platform.overview(&li.session).await.unwrap();
    assert!(overview.events.iter().any(|event| event.kind.as_str() == "plain_declined"));
}

async fn only_what_was_registered_is_asked(town: Town) {
    let bank = town.obliged_bank().await;
    let mut li = town.enrolled(34).await;
    for (application, scope) in [
        (&bank.application, "openid scene:register plain:name plain:phone"),
        (&bank.application, "openid scene:log_in plain:name"),
        (&town.airline(), "openid scene:book_ticket plain:name"),
    ] {
        let journey = li.go(&town.ask(application).with("scope", scope)).await.unwrap();
        assert_eq!(journey.error(), "invalid_scope", "{scope}");
        assert_eq!(journey.pages, []);
    }
    // Asked as a claim it is asked all the same.
    let claims = r#"{"id_token": {"plain:name": null}}"#;
    let journey = li.go(&town.ask(&bank.application).with("claims", claims)).await.unwrap();
    assert_eq!(journey.pages, [Page::Approve, Page::PlainIdentity]);
}

async fn nobody_is_admitted_to_ask_who_could_not_read_it(town: Town) {
    let mut settings = json!({
        "plain_identity_encrypted_response_alg": "RSA-OAEP-256",
        "plain_identity_encrypted_response_enc": "A256GCM",
    });
    assert_eq!(refusal(town.bank(settings.clone()).await), "encryption_key_missing");
    settings["plain_identity_encrypted_response_enc"] = Value::Null;
    assert_eq!(refusal(town.bank(settings).await), "encryption_key_missing");
}

async fn device_and_passcode_are_shown_for_it_and_nothing_else(town: Town) {
    let bank = town.obliged_bank().await;
    let (li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let ticket = page(&town, &bank, &li).await;
    let tell = async |holder: &Holder, passcode: &str, notice| {
        let proof = holder.proof();
        let (passcode, notice) = (passcode.parse().unwrap(), NoticeVersion(notice));
        let decision = PlainDecision::Tell { device_proof: &proof, passcode, notice };
        town.platform.answer_plain(&li.session, &ticket, decision).await
    };
    let wrong = if li.passcode == "20481357" { "31592604" } else { "20481357" };
    assert_eq!(refusal(tell(&li, wrong, 1).await), "passcode_wrong");
    assert_eq!(refusal(tell(&wang, &wang.passcode, 1).await), "device_proof_invalid");
    assert_eq!(refusal(tell(&li, &li.passcode, 0).await), "notice_outdated");
    let of_another = town.platform.answer_plain(&wang.session, &ticket, PlainDecision::Decline);
    assert_eq!(refusal(of_another.await), "ticket_invalid");
    assert_eq!(town.census().await.count("plain_disclosures"), 0);
    back(tell(&li, &li.passcode, 1).await.unwrap());
    assert_eq!(town.census().await.count("plain_disclosures"), 1);
}

async fn in_the_cool_down_nothing_is_told(town: Town) {
    let bank = town.obliged_bank().await;
    let first = town.enrolled(34).await;
    let mut thief = first.resident.enrol().await;
    let refused = thief.go(&bank.who_are_you(&town)).await;
    assert_eq!(refusal(refused.map(drop)), "cooling_down");
    // Logging in is not held up, nor is declining.
    thief.tells_plain = false;
    let told = account(&town, &bank, &mut thief).await;
    assert_eq!(told.id_token["plain_identity"], "declined");
    assert_eq!(town.census().await.count("plain_disclosures"), 0);
}

async fn what_was_agreed_ends_with_the_certificate(town: Town) {
    let bank = town.obliged_bank().await;
    let (mut locked, mut replaced, mut late) =
        (town.enrolled(34).await, town.enrolled(35).await, town.enrolled(36).await);
    let told = account(&town, &bank, &mut locked).await;
    locked.lock().await.unwrap();
    assert_eq!(refusal(fetch(&town, &bank, &told).await), "token_revoked");
    let told = account(&town, &bank, &mut replaced).await;
    replaced.resident.enrol().await;
    assert_eq!(refusal(fetch(&town, &bank, &told).await), "token_revoked");
    let told = account(&town, &bank, &mut late).await;
    town.world.pass(5 * 60);
    assert_eq!(refusal(fetch(&town, &bank, &told).await), "token_expired");
    let overview = town.platform.overview(&late.session).await.unwrap();
    assert!(overview.plain[0].told_at.is_none(), "agreed to, and never told");
}

async fn nobody_else_fetches_it(town: Town) {
    let bank = town.obliged_bank().await;
    let mut li = town.enrolled(34).await;
    let told = account(&town, &bank, &mut li).await;
    let before = town.census().await;
    let token = told.response.access_token();
    let airline = town.fetching(&town.airline(), token);
    assert_eq!(refusal(town.fetch_plain(&airline).await), "token_of_another_client");
    let nobody = town.fetching(&bank.application, token).with("client_assertion", "a.b.c");
    assert_eq!(refusal(town.fetch_plain(&nobody).await), "assertion_malformed");
    let forged = town.fetching(&bank.application, "AAAA");
    assert_eq!(refusal(town.fetch_plain(&forged).await), "token_unknown");
    // A token of the same client, of a grant in which nobody was asked.
    let plain = town.redeem(&li.agree_to(&bank.application).await).await.unwrap();
    assert_eq!(refusal(fetch(&town, &bank, &plain).await), "plain_not_agreed");
    let after = town.census().await;
    let changed = after.changed_since(&before);
    assert!(!changed.contains(&"plain_disclosures"), "{changed:?}");
    assert!(fetch(&town, &bank, &told).await.is_ok());
}

async fn a_hundred_come_and_one_is_told(town: Town) {
    let bank = town.obliged_bank().await;
    let mut li = town.enrolled(34).await;
    let told = account(&town, &bank, &mut li).await;
    let come = |_| {
        let call = town.fetching(&bank.application, told.response.access_token());
        let town = town.clone();
        tokio::spawn(async move { town.fetch_plain(&call).await })
    };
    let under_way: Vec<_> = (0..100).map(come).collect();
    let mut told = 0;
    for one in under_way {
        match one.await.unwrap() {
            Ok(sealed) => told += u32::from(bank.claims(&town, &sealed).contains_key("law")),
            refused => assert_eq!(refusal(refused), "plain_told_before"),
        }
    }
    assert_eq!(told, 1);
    let events = town.platform.overview(&li.session).await.unwrap().events;
    assert_eq!(events.iter().filter(|event| event.kind.as_str() == "plain_told").count(), 1);
}

async fn of_a_child_nothing_is_told(town: Town) {
    let bank = town.obliged_bank().await;
    let child = town.whoever(|p| p.age(town.today()) == 10 && town.has_guardian(p));
    let guardian = child.guardian().enrol().await;
    let mut child = guardian.enrol_child(&child).await.unwrap();
    let needed = child.guardian_needed(&bank.who_are_you(&town)).await;
    child.ask_guardian(&needed).await.unwrap();
    let term = rules::approval::Term::Month;
    guardian.approve(&bank.application, &[rules::Scene::Register], term).await.unwrap();
    let journey = child.go(&bank.who_are_you(&town)).await.unwrap();
    assert_eq!(journey.pages, [Page::Approve], "the child is not asked");
    let told = town.redeem(&journey.code()).await.unwrap();
    assert_eq!(told.id_token["plain_identity"], "declined");
    assert_eq!(refusal(fetch(&town, &bank, &told).await), "plain_not_agreed");
    // From fourteen on the young person answers.
    let mut young = town.enrolled(15).await;
    let told = account(&town, &bank, &mut young).await;
    assert!(fetch(&town, &bank, &told).await.is_ok());
}

async fn it_goes_with_the_person_and_with_time(town: Town) {
    let bank = town.obliged_bank().await;
    let (mut li, mut wang) = (town.enrolled(34).await, town.enrolled(35).await);
    for holder in [&mut li, &mut wang] {
        account(&town, &bank, holder).await;
    }
    li.sign_in_with_passcode().await.unwrap();
    li.cancel().await.unwrap();
    assert_eq!(town.census().await.count("plain_disclosures"), 1);
    town.world.pass(3 * 366 * 24 * 60 * 60 + 1);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("plain_disclosures"), 0);
}

async fn where_access_stands_it_goes_with_the_consent(town: Town) {
    let bank = town.obliged_bank().await;
    let (mut li, mut wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let told =
        town.redeem(&li.go(&bank.insure_yourself(&town)).await.unwrap().code()).await.unwrap();
    let other =
        town.redeem(&wang.go(&bank.insure_yourself(&town)).await.unwrap().code()).await.unwrap();
    let consents = town.platform.overview(&li.session).await.unwrap().consents;
    let consent = consents.iter().find(|consent| consent.access.is_some()).unwrap();
    town.platform.withdraw(&li.session, consent.id).await.unwrap();
    assert_eq!(town.census().await.count("standing_access"), 1, "the other's");
    assert_eq!(refusal(fetch(&town, &bank, &told).await), "token_revoked");
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
    // Nobody else's ended: it is fetched, and the access goes on without it.
    fetch(&town, &bank, &other).await.unwrap();
    let again = town.refresh(&bank.application, &other.refresh_token()).await.unwrap();
    assert_eq!(again.sub(), other.sub());
    assert_eq!(refusal(fetch(&town, &bank, &again).await), "plain_not_agreed");
}
