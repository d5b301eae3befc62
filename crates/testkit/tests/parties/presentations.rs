//! A relying party has the platform ask a wallet (`OpenID4VP`): what the wallet is shown, what is told, and what is refused.

use formats::{
    SigningKey,
    sd_jwt::Binding,
    status_list::{Mirror, UnverifiedStatusToken},
};
use protocol::{
    issuance::documents,
    oauth::ClientMetadata,
    oidc::id_token::Outcome,
    presentation::{
        Asked, BadRequest,
        attestation::{Attestor, BadAttestation},
        response,
    },
    receipt::{self, Expected},
};
use serde_json::{Map, json};
use service::keys::KeyPurpose;
use yinzheng_testkit::{
    Application, ISSUER, InPocket, Town,
    presenting::{Link, response_code},
    refusal, stories,
};

stories!(
    a_shop_learns_that_somebody_is_of_age_and_nothing_else,
    a_young_person_does_not_pass,
    a_wallet_is_shown_who_asks_and_why,
    what_a_scene_may_not_ask_is_refused_and_counted,
    what_no_credential_proves_is_refused,
    on_another_device_the_shop_asks_until_it_is_answered,
    a_result_is_fetched_once_and_by_whoever_asked,
    whoever_holds_the_handle_alone_learns_nothing,
    a_question_is_fetched_once,
    a_question_fetched_late_promises_what_is_left,
    what_signs_credentials_says_nothing_of_verifiers,
    a_question_is_answered_once,
    an_answer_to_another_question_is_refused,
    an_answer_for_another_verifier_is_refused,
    a_proof_by_another_key_is_refused,
    a_holders_clock_may_differ_a_little,
    a_revoked_certificate_is_refused_at_once,
    a_person_may_decline,
    a_refusal_may_come_encrypted,
    questions_end,
    a_receipt_names_nobody,
    what_is_kept_goes,
);

const OF_AGE: &str = "openid scene:check_age age_over_18";

/// The shop asks on the same device.
async fn ask(town: &Town, shop: &Application) -> (String, Link) {
    let asked = [("scope", OF_AGE), ("redirect_uri", shop.redirect_uri)];
    let started = town.ask_wallet(shop, &asked).await.unwrap();
    (started.handle().to_owned(), Link::read(started.link()))
}

async fn held(town: &Town, years: i16) -> InPocket {
    town.enrolled(years).await.pocket().await.receives(1).await.remove(0)
}

async fn a_shop_learns_that_somebody_is_of_age_and_nothing_else(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    let (handle, link) = ask(&town, &shop).await;
    let asked = town.read_question(&link).await.unwrap();
    let accepted = town.post_answer(&link, &card.presents(&town, &asked)).await.unwrap();
    let uri = accepted.redirect_uri.clone().unwrap();
    assert!(uri.starts_with("https://shop.example/back?till=3&response_code="), "{uri}");
    let code = response_code(&accepted);
    let told = town.fetch_result(&shop, &handle, Some(&code)).await.unwrap();
    let told = serde_json::to_value(told).unwrap();
    let only =
        json!({"result": "passed", "scene": "check_age", "attributes": {"age_over_18": true}});
    assert_eq!(told, only);
}

async fn a_young_person_does_not_pass(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 16).await);
    let (handle, link) = ask(&town, &shop).await;
    let asked = town.read_question(&link).await.unwrap();
    let accepted = town.post_answer(&link, &card.presents(&town, &asked)).await.unwrap();
    let code = response_code(&accepted);
    let told = town.fetch_result(&shop, &handle, Some(&code)).await.unwrap();
    assert_eq!((told.result, told.attributes["age_over_18"]), (Outcome::NotPassed, false));
}

async fn a_wallet_is_shown_who_asks_and_why(town: Town) {
    let (_, link) = ask(&town, &town.shop()).await;
    let asked = town.read_question(&link).await.unwrap();
    let attested = asked.attested.unwrap();
    assert_eq!((attested.client_id.as_str(), attested.scene.as_str()), ("shop", "check_age"));
    assert_eq!(attested.organisation, town.shop().organisation().as_str());
    assert_eq!(attested.credential_type, documents::vct(town.platform.issuer()));
    let locales: Vec<_> = attested.shown.iter().map(|one| one.locale.as_str()).collect();
    assert_eq!(locales, ["zh-CN", "en"]);
    assert_eq!(attested.shown[1].organization_name, "Corner Shop");
    assert!(!attested.shown[0].purpose.is_empty());
    assert!(attested.may_ask.contains(&"age_over_18".to_owned()));
    assert!(!attested.may_ask.contains(&"guardian_agreed".to_owned()), "no credential says it");
}

async fn what_a_scene_may_not_ask_is_refused_and_counted(town: Town) {
    let airline = town.airline();
    for (scope, rule) in [
        ("openid scene:log_in age_over_18", "beyond_scene"),
        ("openid scene:check_age age_over_18", "scene_not_registered"),
        ("openid scene:insure age_over_60", "beyond_registration"),
    ] {
        let asked = town.ask_wallet(&airline, &[("scope", scope)]).await.map(drop);
        assert_eq!(refusal(asked), rule);
    }
    assert_eq!(town.census().await.count("over_asking"), 3);
}

async fn what_no_credential_proves_is_refused(town: Town) {
    let asked = [("scope", "openid scene:check_age guardian_agreed")];
    let asked = town.ask_wallet(&town.shop(), &asked).await.map(drop);
    assert_eq!(refusal(asked), "attribute_not_carried");
    // The airline's ticket desk demands a passcode: no credential says that one was typed.
    let asked = [("scope", "openid scene:book_ticket")];
    let asked = town.ask_wallet(&town.airline(), &asked).await.map(drop);
    assert_eq!(refusal(asked), "mode_not_carried");
    let elsewhere = [("scope", OF_AGE), ("redirect_uri", "https://other.example/back")];
    let asked = town.ask_wallet(&town.shop(), &elsewhere).await.map(drop);
    assert_eq!(refusal(asked), "redirect_uri_unknown");
}

async fn on_another_device_the_shop_asks_until_it_is_answered(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    let started = town.ask_wallet(&shop, &[("scope", OF_AGE)]).await.unwrap();
    let link = Link::read(started.link());
    let fetch = || town.fetch_result(&shop, started.handle(), None);
    assert_eq!(refusal(fetch().await.map(drop)), "presentation_pending");
    let asked = town.read_question(&link).await.unwrap();
    let accepted = town.post_answer(&link, &card.presents(&town, &asked)).await.unwrap();
    assert_eq!(accepted.redirect_uri, None);
    assert_eq!(fetch().await.unwrap().result, Outcome::Passed);
}

async fn a_result_is_fetched_once_and_by_whoever_asked(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    let started = town.ask_wallet(&shop, &[("scope", OF_AGE)]).await.unwrap();
    let link = Link::read(started.link());
    let asked = town.read_question(&link).await.unwrap();
    town.post_answer(&link, &card.presents(&town, &asked)).await.unwrap();
    let other = town.fetch_result(&town.airline(), started.handle(), None).await.map(drop);
    assert_eq!(refusal(other), "presentation_unknown");
    let forged = town.fetch_result(&shop, &link.reference, None).await.map(drop);
    assert_eq!(refusal(forged), "presentation_unknown", "the link is no handle");
    town.fetch_result(&shop, started.handle(), None).await.unwrap();
    let again = town.fetch_result(&shop, started.handle(), None).await.map(drop);
    assert_eq!(refusal(again), "presentation_fetched");
}

/// Who started the question in his own browser and had another answer it lacks what that other's browser brings back.
async fn whoever_holds_the_handle_alone_learns_nothing(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    let (handle, link) = ask(&town, &shop).await;
    let asked = town.read_question(&link).await.unwrap();
    let accepted = town.post_answer(&link, &card.presents(&town, &asked)).await.unwrap();
    for code in [None, Some("AAAA")] {
        let told = town.fetch_result(&shop, &handle, code).await.map(drop);
        assert_eq!(refusal(told), "presentation_pending");
    }
    let code = response_code(&accepted);
    assert!(town.fetch_result(&shop, &handle, Some(&code)).await.is_ok(), "and spoils nothing");
}

async fn a_question_is_fetched_once(town: Town) {
    let (_, link) = ask(&town, &town.shop()).await;
    town.read_question(&link).await.unwrap();
    let again = town.platform.question(&link.reference, None).await.map(drop);
    assert_eq!(refusal(again), "presentation_taken");
}

async fn a_question_fetched_late_promises_what_is_left(town: Town) {
    let (_, link) = ask(&town, &town.shop()).await;
    let end = town.platform.now() + jiff::SignedDuration::from_mins(10);
    town.world.pass(540);
    let nonce = town.chance();
    let text = town.platform.question(&link.reference, Some(&nonce)).await.unwrap();
    let asked = town.understood(&link, &text, &nonce).unwrap();
    assert_eq!(asked.attested.unwrap().expires_at, end);
    town.world.pass(59);
    assert!(town.understood(&link, &text, &nonce).is_ok());
    town.world.pass(1);
    assert!(town.understood(&link, &text, &nonce).is_err(), "the server takes no answer either");
}

/// A key that leaked from where credentials are issued lets nobody ask in a shop's name.
async fn what_signs_credentials_says_nothing_of_verifiers(town: Town) {
    let (_, link) = ask(&town, &town.shop()).await;
    let nonce = town.chance();
    let text = town.platform.question(&link.reference, Some(&nonce)).await.unwrap();
    let keys = town.platform.keys();
    let read = |keys: &formats::JwkSet| {
        let by = Attestor { issuer: ISSUER, keys: keys.keys() };
        let now = town.platform.now();
        Asked::read_attested(&text, &link.client_id, Some(&nonce), by, now).map(drop)
    };
    let unsigned = Err(BadRequest::Attestation(BadAttestation::Signature));
    for others in [keys.certificate_keys(), keys.reader_keys(), keys.token_keys()] {
        assert_eq!(read(&others), unsigned);
    }
    // A wallet that fetched the keys before they signed has them after.
    let before = keys.verifier_keys();
    town.rotate(KeyPurpose::VerifierSigning);
    assert_eq!(read(&before), Ok(()));
    let (_, link) = ask(&town, &town.shop()).await;
    let text = town.platform.question(&link.reference, None).await.unwrap();
    let by = Attestor { issuer: ISSUER, keys: before.keys() };
    let read = Asked::read_attested(&text, &link.client_id, None, by, town.platform.now());
    assert!(read.is_ok());
}

async fn a_question_is_answered_once(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    let (handle, link) = ask(&town, &shop).await;
    let asked = town.read_question(&link).await.unwrap();
    let answer = card.presents(&town, &asked);
    let accepted = town.post_answer(&link, &answer).await.unwrap();
    let again = town.post_answer(&link, &answer).await.map(drop);
    assert_eq!(refusal(again), "presentation_answered");
    let code = response_code(&accepted);
    town.fetch_result(&shop, &handle, Some(&code)).await.unwrap();
    let after = town.post_answer(&link, &answer).await.map(drop);
    assert_eq!(refusal(after), "presentation_answered", "nor after it was fetched");
}

async fn an_answer_to_another_question_is_refused(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    let (_, first) = ask(&town, &shop).await;
    let (_, second) = ask(&town, &shop).await;
    let one = town.read_question(&first).await.unwrap();
    let other = town.read_question(&second).await.unwrap();
    let answer = card.presents(&town, &one);
    let replayed = town.post_answer(&second, &answer).await.map(drop);
    assert_eq!(refusal(replayed), "presentation_unreadable", "sealed for another key");
    // The nonce of one question in the envelope of the other.
    let mixed = Asked { nonce: one.nonce.clone(), ..other };
    let answer = card.presents(&town, &mixed);
    let replayed = town.post_answer(&second, &answer).await.map(drop);
    assert_eq!(refusal(replayed), "presentation_invalid");
    let mixed = Asked { state: one.state.clone(), ..mixed };
    let answer = card.presents(&town, &mixed);
    let replayed = town.post_answer(&second, &answer).await.map(drop);
    assert_eq!(refusal(replayed), "presentation_of_another_question");
}

async fn an_answer_for_another_verifier_is_refused(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    let (_, link) = ask(&town, &shop).await;
    let asked = town.read_question(&link).await.unwrap();
    for audience in ["shop", "verifier_attestation:airline-web", "https://shop.example"] {
        let meant = Asked { client_id: audience.to_owned(), ..asked.clone() };
        let told = town.post_answer(&link, &card.presents(&town, &meant)).await.map(drop);
        assert_eq!(refusal(told), "presentation_invalid", "{audience}");
    }
}

async fn a_proof_by_another_key_is_refused(town: Town) {
    let (shop, mut card) = (town.shop(), held(&town, 34).await);
    let (_, link) = ask(&town, &shop).await;
    let asked = town.read_question(&link).await.unwrap();
    card.key = SigningKey::generate();
    let told = town.post_answer(&link, &card.presents(&town, &asked)).await.map(drop);
    assert_eq!(refusal(told), "presentation_invalid");
}

async fn a_holders_clock_may_differ_a_little(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    for (seconds, holds) in [(-301, false), (-299, true), (59, true), (61, false)] {
        let (_, link) = ask(&town, &shop).await;
        let asked = town.read_question(&link).await.unwrap();
        let now = town.platform.now() + jiff::SignedDuration::from_secs(seconds);
        let binding =
            Binding { audience: &asked.client_id, nonce: &asked.nonce, now, others: Map::new() };
        let answer = card.presents_bound(&town, &asked, binding);
        let told = town.post_answer(&link, &answer).await;
        assert_eq!(told.is_ok(), holds, "{seconds}");
    }
}

async fn a_revoked_certificate_is_refused_at_once(town: Town) {
    let shop = town.shop();
    let li = town.enrolled(34).await;
    let card = li.pocket().await.receives(1).await.remove(0);
    let (_, link) = ask(&town, &shop).await;
    let asked = town.read_question(&link).await.unwrap();
    let reference = card.opened(&town).0.status.unwrap();
    let list = town.platform.status_list(0).await.unwrap();
    li.lock().await.unwrap();
    let told = town.post_answer(&link, &card.presents(&town, &asked)).await.map(drop);
    assert_eq!(refusal(told), "credential_revoked");
    // A copy of the list from a moment ago still says that it is good.
    let token = UnverifiedStatusToken::parse(list.jwt()).unwrap();
    let keys = town.platform.keys().certificate_keys();
    let key = keys.find(token.unverified_kid()).unwrap().verifying_key();
    let mut mirror = Mirror::new(format!("{ISSUER}/status/"));
    mirror.keep(token.verify(key, &reference.uri, town.platform.now()).unwrap());
    let standing = mirror.standing(&reference, town.platform.now());
    assert_eq!(standing, formats::status_list::mirror::Standing::Good);
}

async fn a_person_may_decline(town: Town) {
    let shop = town.shop();
    let started = town.ask_wallet(&shop, &[("scope", OF_AGE)]).await.unwrap();
    let link = Link::read(started.link());
    let asked = town.read_question(&link).await.unwrap();
    let forged = "error=access_denied&state=AAAAAAAAAAAAAAAAAAAAAA";
    let told = town.platform.hear_presentation(&link.reference, forged).await.map(drop);
    assert_eq!(refusal(told), "presentation_of_another_question");
    let declined = format!("error=access_denied&state={}", asked.state);
    town.platform.hear_presentation(&link.reference, &declined).await.unwrap();
    let told = town.fetch_result(&shop, started.handle(), None).await.map(drop);
    assert_eq!(refusal(told), "presentation_declined");
}

async fn a_refusal_may_come_encrypted(town: Town) {
    let shop = town.shop();
    let started = town.ask_wallet(&shop, &[("scope", OF_AGE)]).await.unwrap();
    let link = Link::read(started.link());
    let asked = town.read_question(&link).await.unwrap();
    let said = |state| response::decline(state, &asked.encrypt_to, |bytes| bytes.fill(7));
    let post = async |state| {
        let form = format!("response={}", said(state).unwrap());
        town.platform.hear_presentation(&link.reference, &form).await.map(drop)
    };
    assert_eq!(refusal(post("another").await), "presentation_of_another_question");
    post(&asked.state).await.unwrap();
    let told = town.fetch_result(&shop, started.handle(), None).await.map(drop);
    assert_eq!(refusal(told), "presentation_declined");
}

async fn questions_end(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    let (handle, link) = ask(&town, &shop).await;
    let asked = town.read_question(&link).await.unwrap();
    town.world.pass(600);
    let told = town.post_answer(&link, &card.presents(&town, &asked)).await.map(drop);
    assert_eq!(refusal(told), "presentation_expired");
    let told = town.fetch_result(&shop, &handle, None).await.map(drop);
    assert_eq!(refusal(told), "presentation_expired");
    let told = town.platform.question(&link.reference, None).await.map(drop);
    assert_eq!(refusal(told), "presentation_expired");
}

async fn a_receipt_names_nobody(town: Town) {
    let keeps = ClientMetadata {
        receipts: true,
        receipts_name_the_person: true,
        ..ClientMetadata::default()
    };
    let (agency, card) = (town.agency(keeps).await, held(&town, 34).await);
    let started = town.ask_wallet(&agency, &[("scope", "openid scene:log_in")]).await.unwrap();
    let link = Link::read(started.link());
    let asked = town.read_question(&link).await.unwrap();
    town.world.pass(37);
    town.post_answer(&link, &card.presents(&town, &asked)).await.unwrap();
    let told = town.fetch_result(&agency, started.handle(), None).await.unwrap();
    let organisation = agency.organisation();
    let expected = Expected {
        issuer: town.platform.issuer(),
        organisation: Some(organisation.as_str()),
        now: town.platform.now(),
    };
    let keys = town.platform.keys().receipt_keys();
    let kept = receipt::verify(&told.receipt.unwrap(), &keys, expected).unwrap().into_inner();
    assert_eq!((kept.scene.as_str(), kept.result, kept.sub), ("log_in", Outcome::Passed, None));
    assert_eq!(kept.acr, "urn:yinzheng:acr:certificate");
}

async fn what_is_kept_goes(town: Town) {
    let (shop, card) = (town.shop(), held(&town, 34).await);
    let before = town.census().await;
    let (_, link) = ask(&town, &shop).await;
    assert_eq!(town.census().await.count("presentations"), 0, "asking is remembered nowhere");
    let asked = town.read_question(&link).await.unwrap();
    town.post_answer(&link, &card.presents(&town, &asked)).await.unwrap();
    let after = town.census().await;
    assert_eq!(after.count("presentations"), 1);
    assert_eq!(after.count("events"), before.count("events"), "nobody notes where it was shown");
    town.world.pass(601);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("presentations"), 0);
}
