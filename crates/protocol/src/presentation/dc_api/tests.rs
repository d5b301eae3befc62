use formats::{OpeningKey, jws};
use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::presentation::attestation::Shown;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
const PLATFORM: &str = "https://id.example";
const PAGE: &str = "https://cinema.example";
const NONCE: &str = "n-0S6_WzA2Mj~n-0S6_WzA2Mj";

struct Parties {
    platform: SigningKey,
    verifier: SigningKey,
    opening: OpeningKey,
}

fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

fn query(claim: &str) -> Value {
    json!({"credentials": [
        {"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": ["card"]}, "claims": [{"path": [claim]}]},
    ]})
}

impl Parties {
    fn new() -> Self {
        let [platform, verifier] = [(); 2].map(|()| SigningKey::generate());
        Self { platform, verifier, opening: OpeningKey::generate("one") }
    }

    fn attestation(&self) -> String {
        let attestation = Attestation {
            issuer: PLATFORM.to_owned(),
            client_id: "cinema".to_owned(),
            organisation: "91110000MA00000152".to_owned(),
            shown: vec![Shown {
                locale: "en".to_owned(),
                client_name: "Harbour Cinema".to_owned(),
                organization_name: "Harbour Cinema".to_owned(),
                purpose: "Films from eighteen".to_owned(),
            }],
            scene: "check_age".to_owned(),
            credential_type: "card".to_owned(),
            may_ask: vec!["age_over_18".to_owned()],
            key: self.verifier.public().nameless(),
            expires_at: NOW + SignedDuration::from_hours(1),
        };
        attestation.sign(&self.platform, self.platform.public().kid().unwrap(), NOW)
    }

    fn ask(&self, origins: &[Origin], query: &Value, key: &SigningKey) -> Data {
        let attestation = self.attestation();
        let question = PageQuestion {
            client_id: "verifier_attestation:cinema",
            origins,
            nonce: NONCE,
            query,
            encrypt_to: self.opening.public(),
            transaction_data: &[],
            attestation: &attestation,
        };
        question.sign(key, NOW)
    }

    fn read_at(&self, data: &Data, page: &str, now: Timestamp) -> Result<PageAsked, BadRequest> {
        let keys = [self.platform.public()];
        PageAsked::read(data, &origin(page), Attestor { issuer: PLATFORM, keys: &keys }, now)
    }
}

#[test]
fn a_page_asks_and_is_answered() {
    let parties = Parties::new();
    let origins = [origin("https://tickets.cinema.example:8443"), origin(PAGE)];
    let data = parties.ask(&origins, &query("age_over_18"), &parties.verifier);
    let asked = parties.read_at(&data, PAGE, NOW).unwrap();
    assert_eq!(asked.origin.audience(), "origin:https://cinema.example");
    assert_eq!((asked.nonce.as_str(), asked.attested.client_id.as_str()), (NONCE, "cinema"));
    let answer: Presentations =
        [("card".to_owned(), vec!["a~b~c".to_owned()])].into_iter().collect();
    let sealed = asked.seal(answer.clone(), |bytes| bytes.fill(7)).unwrap();
    let sent = serde_json::to_vec(&sealed).unwrap();
    let Answered::Response(response) = Answered::read(&sent).unwrap() else {
        panic!("an answer");
    };
    let open = |state| response::open(&response, &parties.opening, state, &asked.query);
    assert_eq!(open(None), Ok(answer));
    assert_eq!(open(Some(NONCE)), Err(response::BadResponse::State));
}

#[test]
fn a_question_that_another_page_took_along_is_not_answered() {
    let parties = Parties::new();
    let data = parties.ask(&[origin(PAGE)], &query("age_over_18"), &parties.verifier);
    for page in [
        "https://cinema.example.evil.example",
        "https://tickets.cinema.example",
        "https://cinema.example:444",
    ] {
        assert_eq!(parties.read_at(&data, page, NOW).unwrap_err(), BadRequest::Client, "{page}");
    }
    let nowhere = parties.ask(&[], &query("age_over_18"), &parties.verifier);
    assert_eq!(parties.read_at(&nowhere, PAGE, NOW).unwrap_err(), BadRequest::Client);
}

#[test]
fn a_page_is_held_to_what_a_link_is() {
    let (parties, other) = (Parties::new(), SigningKey::generate());
    let origins = [origin(PAGE)];
    let refused = |data: &Data, now| parties.read_at(data, PAGE, now).unwrap_err();
    let beyond = parties.ask(&origins, &query("residency_class"), &parties.verifier);
    assert_eq!(refused(&beyond, NOW), BadRequest::OverAsking("residency_class".to_owned()));
    let forged = parties.ask(&origins, &query("age_over_18"), &other);
    assert_eq!(refused(&forged, NOW), BadRequest::Signature);
    let sound = parties.ask(&origins, &query("age_over_18"), &parties.verifier);
    assert_eq!(refused(&sound, NOW + LIFETIME), BadRequest::Time);
    let early = refused(&sound, NOW - SignedDuration::from_mins(2));
    assert_eq!(early, BadRequest::Attestation(BadAttestation::Time));
    let bare = Data { request: jws::sign(&parties.verifier, "", TYP, &json!({})) };
    assert_eq!(refused(&bare, NOW), BadRequest::Attestation(BadAttestation::Form));
}

#[test]
fn what_comes_back_is_an_answer_or_an_error() {
    let error = Answered::Error("invalid_request".to_owned());
    assert_eq!(Answered::read(br#"{"error":"invalid_request"}"#), Ok(error));
    for odd in [
        &br#"{"error":"<b>"}"#[..],
        br#"{"error":""}"#,
        br#"{"response":"a","error":"b"}"#,
        br#"{"response":"a","response":"b"}"#,
        br#"{"vp_token":{}}"#,
        br#"["a"]"#,
        b"",
    ] {
        assert_eq!(Answered::read(odd), Err(NotAnswered));
    }
    let long = format!(r#"{{"response":"{}"}}"#, "a".repeat(response::MAX_LENGTH + 100));
    assert_eq!(Answered::read(long.as_bytes()), Err(NotAnswered));
}

#[test]
fn origins_are_written_as_browsers_write_them() {
    for odd in [
        "http://cinema.example",
        "http://localhost.example",
        "https://cinema.example/",
        "https://cinema.example:443",
        "https://Cinema.example",
        "https://user@cinema.example",
        "wss://cinema.example",
        "javascript:0",
        "data:,a",
        "null",
        "",
    ] {
        assert_eq!(Origin::parse(odd), Err(NotAnOrigin), "{odd}");
    }
    assert_eq!(origin("http://localhost:8091").audience(), "origin:http://localhost:8091");
    assert_eq!(origin("https://cinema.example:8443").to_string(), "https://cinema.example:8443");
}
