//! A wallet that carries credentials: what it takes along, shows once, and remembers for its holder alone.

use std::convert::Infallible;

use formats::{
    EncryptionKey, JwkSet, OpeningKey, SigningKey, Suite,
    qr::{Challenge, Moment, Subject, UnverifiedCode},
    sd_jwt::{Expected, Reader, UnverifiedCredential},
};
use jiff::SignedDuration;
use protocol::{
    issuance::{Configuration, documents},
    presentation::{Attestation, BadRequest, attestation::Shown, request, response},
};
use serde_json::{Value, json};
use wallet::{Lock, NotShown, Pocket, Question, Refusal, SoftwareKey, SoftwareKeys};
use yinzheng_testkit::{ISSUER, Town, stories};

stories!(
    a_batch_is_taken_along_and_checked,
    what_is_asked_is_shown_once_and_remembered,
    who_asks_too_much_gets_nothing,
    a_code_is_shown_once,
    a_pocket_is_filled_in_time,
);

const NONCE: &str = "n-0S6_WzA2Mj~n-0S6_WzA2Mj";
const STATE: &str = "af0ifjsldkj.af0ifjsldkj.af";
const CINEMA: &str = "verifier_attestation:cinema";

/// Files that lie open.
fn open() -> Lock {
    Lock::off(|bytes| bytes.fill(7))
}

/// Whoever asks.
struct Cinema {
    platform: SigningKey,
    signing: SigningKey,
    opening: OpeningKey,
    query: Value,
}

impl Cinema {
    fn asking(claims: &[&str]) -> Self {
        let vct = documents::vct(&ISSUER.parse().unwrap());
        let claims: Vec<_> = claims.iter().map(|claim| json!({"path": [claim]})).collect();
        let query = json!({"credentials": [{
            "id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": claims,
        }]});
        let [platform, signing] = [(); 2].map(|()| SigningKey::generate());
        Self { platform, signing, opening: OpeningKey::generate("one"), query }
    }

    /// The wallet learns the key by which the platform attests, as it learns its others.
    fn is_attested(&self, town: &Town, pocket: &mut Pocket<SoftwareKey>) {
        let keys = town.platform.keys().verifier_keys();
        let keys = keys.keys().iter().cloned().chain([self.platform.public()]);
        pocket.trust(JwkSet::new(keys).unwrap());
    }

    /// The question, with the platform's word on who asks: the age and nothing more.
    fn ask(&self, town: &Town) -> String {
        let now = town.platform.now();
        let issuer = town.platform.issuer();
        let shown = Shown {
            locale: "en".to_owned(),
            client_name: "Harbour Cinema".to_owned(),
            organization_name: "Harbour Films".to_owned(),
            purpose: "Films from eighteen".to_owned(),
        };
        let attestation = Attestation {
            issuer: issuer.as_str().to_owned(),
            client_id: "cinema".to_owned(),
            organisation: "91110000MA00000152".to_owned(),
            shown: vec![shown],
            scene: "check_age".to_owned(),
            credential_type: documents::vct(issuer),
            may_ask: vec!["age_over_18".to_owned()],
            key: self.signing.public().nameless(),
            expires_at: now + SignedDuration::from_hours(1),
        };
        let public = self.platform.public();
        let attestation = attestation.sign(&self.platform, public.kid().unwrap(), now);
        let encrypt_to: &EncryptionKey = self.opening.public();
        let question = request::Question {
            client_id: CINEMA,
            response_uri: "https://cinema.example/answer",
            nonce: NONCE,
            state: STATE,
            query: &self.query,
            encrypt_to,
            transaction_data: &[],
            attestation: Some(&attestation),
            wallet_nonce: None,
            expires_at: now + request::LIFETIME,
        };
        question.sign(&self.signing, "", now)
    }

    /// What an answer shows.
    fn reads(&self, town: &Town, form: &str) -> Value {
        let (_, sealed) = form.split_once("response=").unwrap();
        let query = self.query.to_string().parse().unwrap();
        let answer = response::open(sealed, &self.opening, Some(STATE), &query).unwrap();
        let (id, text) = answer.iter().next().unwrap();
        assert_eq!((id, answer.iter().count()), ("card", 1));
        let unverified = UnverifiedCredential::parse(text).unwrap();
        let keys = town.platform.keys().certificate_keys();
        let key = keys.find(unverified.unverified_kid()).unwrap();
        let (issuer, now) = (town.platform.issuer(), town.platform.now());
        let vct = documents::vct(issuer);
        let expected = Expected { issuer: issuer.as_str(), vct: &vct, now };
        let reader = Reader { audience: CINEMA, nonce: NONCE, now };
        let read = unverified.verify_presented(key.verifying_key(), &expected, &reader);
        Value::Object(read.unwrap().into_inner().claims)
    }
}

fn question(text: &str) -> Question<'_> {
    Question { text, client_id: CINEMA, wallet_nonce: None, kinds: &[] }
}

#[expect(clippy::unnecessary_wraps, reason = "what keeps a pocket may fail; here nothing is kept")]
fn keep(_: &Pocket<SoftwareKey>) -> Result<(), Infallible> {
    Ok(())
}

async fn a_batch_is_taken_along_and_checked(town: Town) {
    let li = town.enrolled(34).await;
    let forms = [Configuration::NetCertificate, Configuration::Code(Suite::ShangMi)];
    let pocket = li.fills_a_pocket(&forms, 10).await;
    let now = town.platform.now();
    for form in forms {
        let supply = pocket.supply(form, now);
        assert_eq!((supply.unused, supply.of, supply.is_low(now)), (10, 10, false));
        assert!(supply.until.unwrap() > now + SignedDuration::from_hours(13 * 24));
    }
    // Kept and read again, it is the same.
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pocket.json");
    pocket.save(&path, &SoftwareKeys, &open()).unwrap();
    let again = Pocket::load(&path, &SoftwareKeys, &open()).unwrap();
    assert_eq!(again.supply(forms[1], now), pocket.supply(forms[1], now));
    assert_eq!(again.states(forms[1], Subject::AgeOver18, now), Some(1));
}

async fn what_is_asked_is_shown_once_and_remembered(town: Town) {
    let li = town.enrolled(34).await;
    let mut pocket = li.fills_a_pocket(&[Configuration::NetCertificate], 2).await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pocket.json");
    let keys = |text: &str| {
        let written: Value = serde_json::from_str(text).unwrap();
        let carried = written["carried"].as_array().unwrap().clone();
        carried.into_iter().map(|one| one["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    pocket.save(&path, &SoftwareKeys, &open()).unwrap();
    let before = std::fs::read_to_string(&path).unwrap();
    let cinema = Cinema::asking(&["age_over_18"]);
    cinema.is_attested(&town, &mut pocket);
    let now = town.platform.now();
    let text = cinema.ask(&town);
    let plan = pocket.plan(question(&text), now).unwrap();
    let who = plan.who("en").unwrap();
    assert_eq!(
        (who.client_name.as_str(), who.purpose.as_str()),
        ("Harbour Cinema", "Films from eighteen")
    );
    let shown: Vec<_> = plan.shown().iter().map(|one| (one.claim.as_deref(), &one.value)).collect();
    assert_eq!(shown, [(Some("age_over_18"), &json!(true))]);
    let draw = |bytes: &mut [u8]| bytes.fill(7);
    // What cannot be kept without it is not shown.
    let again = pocket.plan(question(&text), now).unwrap();
    let mut full = pocket.clone();
    let not = full.answer(again.agree(), "en", draw, now, |_| Err("the disk is full"));
    assert!(matches!(not, Err(NotShown::Kept("the disk is full"))));
    let answer = pocket
        .answer(plan.agree(), "en", draw, now, |kept| kept.save(&path, &SoftwareKeys, &open()))
        .unwrap();
    assert_eq!(answer.address, "https://cinema.example/answer");
    assert_eq!(cinema.reads(&town, &answer.form), json!({"age_over_18": true}));
    let after = std::fs::read_to_string(&path).unwrap();
    assert_eq!((keys(&before).len(), keys(&after).len()), (2, 1));
    assert!(keys(&before).iter().any(|key| !after.contains(key)), "the key is gone from the file");
    let mut pocket = Pocket::load(&path, &SoftwareKeys, &open()).unwrap();
    let entry = &pocket.history.entries()[0];
    assert_eq!(entry.asked_by.as_ref().unwrap().name, "Harbour Cinema");
    assert_eq!(entry.shown, ["age_over_18"]);
    pocket.history.erase();
    pocket.save(&path, &SoftwareKeys, &open()).unwrap();
    assert!(!std::fs::read_to_string(&path).unwrap().contains("Harbour"));
    let last = pocket.plan(question(&text), now).unwrap();
    let twice = pocket.plan(question(&text), now).unwrap();
    pocket.answer(last.agree(), "en", draw, now, keep).unwrap();
    let gone = pocket.answer(twice.agree(), "en", draw, now, keep);
    assert!(matches!(gone, Err(NotShown::Empty)), "one agreement is not another");
    assert_eq!(pocket.plan(question(&text), now).unwrap_err(), Refusal::Nothing);
}

async fn who_asks_too_much_gets_nothing(town: Town) {
    let li = town.enrolled(34).await;
    let mut pocket = li.fills_a_pocket(&[Configuration::NetCertificate], 1).await;
    let now = town.platform.now();
    for (claims, beyond) in [
        (vec!["age_over_18", "residency_class"], "residency_class"),
        (vec!["document_class"], "document_class"),
        (vec!["name"], "name"),
    ] {
        let cinema = Cinema::asking(&claims);
        cinema.is_attested(&town, &mut pocket);
        let text = cinema.ask(&town);
        let refused = pocket.plan(question(&text), now).unwrap_err();
        assert_eq!(refused, Refusal::Request(BadRequest::OverAsking(beyond.to_owned())));
    }
    let cinema = Cinema::asking(&["age_over_18"]);
    cinema.is_attested(&town, &mut pocket);
    let text = cinema.ask(&town);
    let as_another = Question { client_id: "verifier_attestation:inn", ..question(&text) };
    let refused = pocket.plan(as_another, now).unwrap_err();
    assert_eq!(refused, Refusal::Request(BadRequest::Client));
    let late = now + SignedDuration::from_mins(11);
    assert_eq!(pocket.plan(question(&text), late).unwrap_err(), Refusal::Request(BadRequest::Time));
    // Whom the platform does not attest is not answered.
    let text = Cinema::asking(&["age_over_18"]).ask(&town);
    let refused = pocket.plan(question(&text), now).unwrap_err();
    assert!(matches!(refused, Refusal::Request(BadRequest::Attestation(_))), "{refused:?}");
}

async fn a_code_is_shown_once(town: Town) {
    let li = town.enrolled(34).await;
    for suite in Suite::ALL {
        let form = Configuration::Code(suite);
        let mut pocket = li.fills_a_pocket(&[form], 2).await;
        let now = town.platform.now();
        let issuers = town.platform.keys().reader_keys();
        let question = Challenge([3; 12]);
        let subjects = [Subject::AgeOver18];
        let mut seen = Vec::new();
        for moment in [Moment::Challenge(question), Moment::at(now.as_second())] {
            let text = pocket.code(form, &subjects, moment, now, keep).unwrap();
            let asked = matches!(moment, Moment::Challenge(_)).then_some(question);
            let code = UnverifiedCode::parse(&text).unwrap();
            let shown = code.verify(issuers.keys(), asked, now.as_second()).unwrap();
            assert_eq!(shown.statements().len(), 1);
            assert_eq!(shown.statements()[0].value, 1);
            assert!(!seen.contains(&shown.status()), "each of its own certificate");
            seen.push(shown.status());
        }
        let empty = pocket.code(form, &subjects, Moment::at(now.as_second()), now, keep);
        assert!(matches!(empty, Err(NotShown::Empty)));
        assert_eq!(pocket.history.entries().len(), 2);
        assert_eq!(pocket.history.entries()[1].asked_by, None);
    }
}

async fn a_pocket_is_filled_in_time(town: Town) {
    let li = town.enrolled(34).await;
    let form = Configuration::Code(Suite::International);
    let mut pocket = li.fills_a_pocket(&[form], 9).await;
    let now = town.platform.now();
    let use_one = |pocket: &mut Pocket<SoftwareKey>| {
        pocket.code(form, &[Subject::Minor], Moment::at(now.as_second()), now, keep).unwrap();
        (pocket.supply(form, now).unused, pocket.supply(form, now).is_low(now))
    };
    let used: Vec<_> = (0..7).map(|_| use_one(&mut pocket)).collect();
    assert_eq!(used[5..], [(3, false), (2, true)], "below a third");
    let supply = pocket.supply(form, now);
    let full = li.fills_a_pocket(&[form], 9).await;
    let end = supply.until.unwrap();
    let days = |days: i64| end - SignedDuration::from_hours(24 * days);
    assert!(!full.supply(form, days(4)).is_low(days(4)));
    assert!(full.supply(form, days(3)).is_low(days(3)), "its end is near");
    assert_eq!(full.supply(form, end).unused, 0, "what is over is not shown");
    let none = Pocket::<SoftwareKey>::new(full.issuer().clone(), JwkSet::new([]).unwrap());
    assert!(none.supply(form, now).is_low(now));
}
