//! The enrolment of wallets, in JSON: walked once honestly, then without its token, with odd bodies, out of turn, twice,
//! and with what belongs to another's.

use axum::body::Body;
use formats::Salt;
use rules::NoticeVersion;
use serde_json::{Value, json};
use service::Step;
use wallet::{SoftwareKey, Wallet};
use yinzheng_testkit::{Enrolment, Resident};

use crate::answer::Answer;
use crate::call::Call;
use crate::front::Front;
use crate::papers;

crate::told!(
    a_wallet_enrols,
    a_wallet_adds_a_document,
    a_wallet_reads_the_notices,
    a_wallet_asks_a_guardian_from_afar,
    nothing_goes_without_the_token,
    odd_bodies_are_refused,
    a_body_too_large_is_refused,
    steps_are_taken_once_and_in_turn,
    what_belongs_to_another_enrolment_proves_nothing,
);

/// Every endpoint that stories here attack.
pub(crate) const WALLETS: &[(&str, &str)] = &[
    ("POST", "/enrolments"),
    ("POST", "/enrolments/documents"),
    ("POST", "/enrolments/current/holder"),
    ("GET", "/enrolments/current"),
    ("POST", "/enrolments/current/document"),
    ("POST", "/enrolments/current/chip"),
    ("POST", "/enrolments/current/guardian"),
    ("POST", "/enrolments/current/portrait"),
    ("POST", "/enrolments/current/phone"),
    ("POST", "/enrolments/current/phone-code"),
    ("POST", "/enrolments/current/certificate"),
];

/// Where one begins, without a token yet.
const OPEN: [&str; 2] = ["/enrolments", "/enrolments/documents"];

/// The steps that a grown-up takes, in their order.
const STEPS: [&str; 5] = ["document", "portrait", "phone", "phone-code", "certificate"];

const JSON: Option<&str> = Some("application/json");

async fn a_wallet_enrols(front: Front) {
    let resident = front.town.adult();
    let (net_number, certificate) = enrols(&front, &resident).await;
    assert_eq!(net_number.len(), 10);
    assert!(!certificate.contains(&net_number));
    let census = front.census().await;
    assert_eq!((census.count("certificates"), census.count("enrolments")), (1, 0));
}

/// Walks the whole way as a wallet does; the net number and the certificate.
pub(crate) async fn enrols(front: &Front, resident: &Resident) -> (String, String) {
    let consents = json!({"consents": {"enrolment": 1, "sensitive": 1}});
    let begun = front.post("/enrolments", "", &consents).await;
    begun.let_in();
    let mut due = begun.json();
    let token = due["token"].as_str().expect("a token").to_owned();
    let platform = &front.town.platform;
    let mut wallet = Wallet::new(platform.issuer().clone(), SoftwareKey::generate());
    for step in STEPS {
        assert_eq!(due["step"], step);
        let again = Call::get("/enrolments/current").header("authorization", bearer(&token));
        assert_eq!(front.send(&again).await.json()["step"], step, "as often as it is asked");
        let body = match step {
            "document" => json!({"card": resident.card(due["challenge"].as_str().unwrap())}),
            "portrait" => portrait(resident),
            "phone" => json!({"phone": resident.phone().as_str()}),
            "phone-code" => {
                json!({"code": front.town.phones.last_code(resident.phone()).expect("a code")})
            }
            _ => {
                let challenge = due["challenge"].as_str().unwrap();
                let proof = wallet.bind(challenge, platform.now()).expect("signed");
                let salt = Salt::new(platform.world().draw());
                let stretched = wallet.set_passcode(&"20481357".parse().unwrap(), salt);
                let stretched = stretched.text();
                json!({"stretched": stretched.expose(), "salt": salt.to_string(), "device_proof": proof})
            }
        };
        let answer = front.post(&format!("/enrolments/current/{step}"), &token, &body).await;
        answer.let_in();
        due = answer.json();
    }
    let certificate = due["certificate"].as_str().expect("a certificate").to_owned();
    wallet.receive(&certificate, &platform.keys().certificate_keys()).expect("for this wallet");
    (due["net_number"].as_str().expect("a net number").to_owned(), certificate)
}

async fn a_wallet_adds_a_document(front: Front) {
    let traveller = front.traveller_with_card();
    let holder = traveller.enrol().await;
    let passport = traveller.chip_document();
    let begun = front.post("/enrolments/documents", "", &json!({"sensitive": 1})).await;
    begun.let_in();
    let begun = begun.json();
    assert_eq!(begun["step"], "holder");
    let token = begun["token"].as_str().expect("a token");
    let proof = holder.proof_over(begun["challenge"].as_str().expect("a challenge"));
    let stretched = holder.stretched(&holder.passcode).text();
    let shown = json!({"stretched": stretched.expose(), "device_proof": proof});
    let step = async |path: &str, body: &Value| {
        let answer = front.post(&format!("/enrolments/current/{path}"), token, body).await;
        answer.let_in();
        answer.json()
    };
    assert_eq!(step("holder", &shown).await["step"], "document");
    let files = papers::written(&traveller.files(passport));
    let files: Value = serde_json::from_str(&files).expect("JSON");
    let due = step("document", &json!({"chip": files})).await;
    assert_eq!(due["step"], "chip");
    let question = serde_json::from_value(due["question"].clone()).expect("a question");
    let answer = json!(traveller.chip_answer(passport, &question));
    assert_eq!(step("chip", &answer).await, json!({"step": "added"}));
    assert_eq!(holder.documents().await.len(), 2);
}

async fn a_wallet_reads_the_notices(front: Front) {
    for (language, tag) in [("en;q=0.8, zh;q=0.5", "en"), ("zh-CN", "zh-CN")] {
        let call = Call::get("/enrolments/notices").header("accept-language", language);
        let notices = front.send(&call).await.json();
        assert_eq!(notices["language"], tag);
        assert!(!notices["operator"].as_str().expect("a name").is_empty());
        for (name, parts) in [("enrolment", 6), ("sensitive", 4), ("portrait", 4)] {
            let notice = &notices[name];
            assert_eq!(notice["version"], 1, "{name}");
            let told = notice["parts"].as_array().expect("parts");
            assert_eq!(told.len(), parts, "{name}");
            // Words, not the keys under which none were found.
            let texts = told.iter().flat_map(|part| [&part["heading"], &part["text"]]);
            for text in texts.chain([&notice["title"], &notice["lead"]]) {
                let text = text.as_str().expect("text");
                assert!(!text.starts_with("notice-") && !text.starts_with("sensitive-"), "{text}");
                assert!(text.len() > 2 && !text.starts_with("portrait-"), "{text}");
            }
        }
    }
}

async fn a_wallet_asks_a_guardian_from_afar(front: Front) {
    let path = "/enrolments/current/guardian";
    let (token, _) = honest(&front, path).await;
    let asked = front.post(path, &token, &json!({"ask": {}})).await;
    asked.let_in();
    let due = asked.json();
    assert_eq!(due["step"], "waiting");
    assert!(!due["link"].as_str().expect("a link").is_empty());
    let current = Call::get("/enrolments/current").header("authorization", bearer(&token));
    assert_eq!(front.send(&current).await.json()["link"], due["link"]);
    front.post(path, &token, &json!({"ask": {"more": 1}})).await.refused(400, "body_unreadable");
}

async fn nothing_goes_without_the_token(front: Front) {
    for (method, path) in WALLETS.iter().filter(|(_, path)| !OPEN.contains(path)) {
        let enrolment = front.town.adult().begin().await;
        let token = enrolment.token.as_str();
        let (half, before) = (&token[..token.len() / 2], front.census().await);
        let call = Call { method, ..Call::get(*path) };
        for (authorization, code) in [
            (None, "token_missing"),
            (Some(String::new()), "token_missing"),
            (Some(format!("Basic {token}")), "token_missing"),
            (Some("Bearer ".to_owned()), "bearer_malformed"),
            (Some(format!("Bearer {token} {token}")), "bearer_malformed"),
            (Some("Bearer <b>".to_owned()), "bearer_malformed"),
            (Some(format!("Bearer {}", "a".repeat(5_000))), "bearer_malformed"),
            (Some(bearer(half)), "enrolment_unknown"),
            (Some(bearer(&format!("{token}A"))), "enrolment_unknown"),
            (Some(bearer(&token.to_lowercase())), "enrolment_unknown"),
        ] {
            let call = match &authorization {
                Some(text) => call.clone().header("authorization", text),
                None => call.clone(),
            };
            // In a cookie it is nobody's.
            let call = call.header("cookie", format!("__Host-yinzheng-enrolment={token}"));
            let answer = front.ask(call.request_with(JSON, "{}".into())).await;
            let status = if code == "bearer_malformed" { 400 } else { 401 };
            answer.refused(status, code);
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
        }
        let twice = call.clone().header("authorization", bearer(token));
        let twice = twice.header("authorization", bearer(token));
        front
            .ask(twice.request_with(JSON, "{}".into()))
            .await
            .refused(400, "authorization_malformed");
        assert_eq!(front.census().await, before, "{path}");

        front.town.world.pass(30 * 60);
        let late = call.header("authorization", bearer(token));
        front.ask(late.request_with(JSON, "{}".into())).await.refused(401, "enrolment_unknown");
    }
}

async fn odd_bodies_are_refused(front: Front) {
    for (_, path) in WALLETS.iter().filter(|(method, _)| *method == "POST") {
        let (token, honest) = honest(&front, path).await;
        let text = honest.to_string();
        let before = front.census().await;
        let call = Call::post(*path).header("authorization", bearer(&token));
        for kind in [None, Some("text/plain"), Some("application/jsonx"), Some("")] {
            let answer = front.ask(call.request_with(kind, text.clone().into())).await;
            answer.refused(415, "body_kind");
        }
        let unknown = text.replacen('{', r#"{"more":1,"#, 1);
        let doubled = format!("{},{}", &text[..text.len() - 1], &text[1..]);
        for odd in [
            "",
            "{}",
            "[]",
            "null",
            "\"x\"",
            "{",
            "\u{0}",
            "{\"card\":1}",
            "1e999",
            &text[..text.len() - 1],
            &text[..text.len() / 2],
            &unknown,
            &doubled,
            &format!("{text}{text}"),
            &"[".repeat(60_000),
        ] {
            let answer = front.ask(call.request_with(JSON, odd.to_owned().into())).await;
            let shown = odd.get(..60).unwrap_or(odd);
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (400, "body_unreadable"),
                "{path} {shown}"
            );
        }
        let answer = front.ask(call.request_with(JSON, Body::from(&b"\xff\xfe{"[..]))).await;
        answer.refused(400, "body_unreadable");
        assert_eq!(front.census().await, before, "{path}");
    }
}

async fn a_body_too_large_is_refused(front: Front) {
    for (method, path) in WALLETS {
        let (token, _) = honest(&front, path).await;
        let before = front.census().await;
        let large = ["document", "guardian", "portrait"].iter().any(|step| path.ends_with(step));
        let most = if large { 640 } else { 64 };
        let call = Call { method, ..Call::get(*path) }.header("authorization", bearer(&token));
        let announced = call.clone().header("content-length", (most * 1024 + 1).to_string());
        front.ask(announced.request_with(JSON, Body::empty())).await.refused(413, "body_too_large");
        if *method == "POST" {
            let long = format!("\"{}\"", "a".repeat(most * 1024));
            front.ask(call.request_with(JSON, long.into())).await.refused(413, "body_too_large");
            // Who has not begun is refused before a byte of it is read.
            if !OPEN.contains(path) {
                let stranger = Call::post(*path).header("authorization", bearer("nobody"));
                let long = "a".repeat(most * 1024 + 1);
                let answer = front.ask(stranger.request_with(JSON, long.into())).await;
                answer.refused(401, "enrolment_unknown");
            }
        }
        assert_eq!(front.census().await, before, "{path}");
    }
}

async fn steps_are_taken_once_and_in_turn(front: Front) {
    let steps = [
        "holder",
        "document",
        "chip",
        "guardian",
        "portrait",
        "phone",
        "phone-code",
        "certificate",
    ];
    for due in steps {
        for sent in steps.iter().filter(|sent| **sent != due) {
            // While a code is awaited, the phone may be given again.
            if (due, *sent) == ("phone-code", "phone") {
                continue;
            }
            let (token, _) = honest(&front, &format!("/enrolments/current/{due}")).await;
            let path = format!("/enrolments/current/{sent}");
            let (_, body) = honest(&front, &path).await;
            let before = front.census().await;
            front.post(&path, &token, &body).await.refused(409, "step_not_due");
            assert_eq!(front.census().await, before, "{sent} while {due} is due");
        }
    }
    for step in ["holder", "document", "chip", "guardian", "portrait", "phone-code"] {
        let path = format!("/enrolments/current/{step}");
        let (token, body) = honest(&front, &path).await;
        front.post(&path, &token, &body).await.let_in();
        front.post(&path, &token, &body).await.refused(409, "step_not_due");
    }
    let path = "/enrolments/current/certificate";
    let (token, body) = honest(&front, path).await;
    front.post(path, &token, &body).await.let_in();
    front.post(path, &token, &body).await.refused(401, "enrolment_unknown");
}

async fn what_belongs_to_another_enrolment_proves_nothing(front: Front) {
    for (step, status, code) in [
        ("holder", 409, "challenge_spent"),
        ("document", 422, "document_not_genuine"),
        ("chip", 422, "chip_cloned"),
        ("guardian", 422, "document_not_genuine"),
        ("portrait", 422, "portrait_not_matched"),
        ("phone-code", 422, "phone_code_wrong"),
        ("certificate", 409, "challenge_spent"),
    ] {
        let path = format!("/enrolments/current/{step}");
        let ((own, mine), (other, _)) = (honest(&front, &path).await, honest(&front, &path).await);
        let before = front.census().await;
        front.post(&path, &other, &mine).await.refused(status, code);
        let changed = front.census().await;
        let changed = changed.changed_since(&before);
        assert!(changed.iter().all(|table| *table == "enrolments"), "{path}: {changed:?}");
        front.post(&path, &own, &mine).await.let_in();
    }
}

/// Somebody before an endpoint, and what they would send.
pub(crate) async fn honest(front: &Front, path: &str) -> (String, Value) {
    let due: fn(&Step) -> bool = match path.rsplit('/').next().unwrap() {
        "enrolments" => {
            return ("none".to_owned(), json!({"consents": {"enrolment": 1, "sensitive": 1}}));
        }
        "documents" => return ("none".to_owned(), json!({"sensitive": 1})),
        "holder" => return holder(front).await,
        "document" | "current" => |step| matches!(step, Step::Document { .. }),
        "chip" => {
            let enrolment = front.at_chip().await;
            let body = body(front, &enrolment);
            return (enrolment.token.as_str().to_owned(), body);
        }
        "guardian" => |step| matches!(step, Step::Guardian { .. }),
        "portrait" => |step| matches!(step, Step::Portrait),
        "phone" => |step| matches!(step, Step::Phone),
        "phone-code" => |step| matches!(step, Step::PhoneCode { .. }),
        "certificate" => |step| matches!(step, Step::Device { .. }),
        other => panic!("no step is at {other}"),
    };
    let minor = path.ends_with("guardian");
    let resident = if minor { front.minor().await.clone() } else { front.town.adult() };
    let enrolment = resident.begin().await.until(due).await;
    let body = body(front, &enrolment);
    (enrolment.token.as_str().to_owned(), body)
}

/// Somebody who is about to show whose record a document joins.
async fn holder(front: &Front) -> (String, Value) {
    let holder = front.town.adult().enrol().await;
    let begun = front.town.platform.begin_adding_document_by_wallet(NoticeVersion(1)).await;
    let (token, Step::Holder { challenge }) = begun.expect("begun") else {
        panic!("the holder is asked")
    };
    let proof = holder.proof_over(&challenge);
    let body = json!({"passcode": holder.passcode, "device_proof": proof});
    (token.as_str().to_owned(), body)
}

fn body(front: &Front, enrolment: &Enrolment) -> Value {
    let resident = &enrolment.resident;
    match &enrolment.step {
        Step::Document { challenge } => json!({"card": resident.card(challenge)}),
        Step::Chip { question } => {
            json!(resident.chip_answer(resident.chip_document(), question))
        }
        Step::Guardian { challenge } => json!({"card": resident.guardian().card(challenge)}),
        Step::Portrait => portrait(resident),
        Step::Phone => json!({"phone": resident.phone().as_str()}),
        Step::PhoneCode { .. } => json!({"code": enrolment.code()}),
        Step::Device { challenge } => {
            let platform = &front.town.platform;
            let phone = Wallet::new(platform.issuer().clone(), SoftwareKey::generate());
            let proof = phone.bind(challenge, platform.now()).expect("signed");
            json!({"passcode": "20481357", "device_proof": proof})
        }
        other => panic!("no wallet of one's own is at {other:?}"),
    }
}

fn portrait(resident: &Resident) -> Value {
    let live = formats::base64url::encode(&resident.sample(sandbox::Match::Same));
    json!({"way": "portrait", "consent": 1, "live": live})
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

impl Front {
    /// Sends JSON as a wallet does.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        let call = Call::post(path);
        let call =
            if token.is_empty() { call } else { call.header("authorization", bearer(token)) };
        self.ask(call.request_with(JSON, body.to_string().into())).await
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|_| panic!("{} answers {}", self.to, self.body))
    }
}
