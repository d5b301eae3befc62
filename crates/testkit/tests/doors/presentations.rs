//! The doors of presentations: walked once honestly, then by nobody, by others, and with odd bodies.

use serde_json::Value;
use yinzheng_testkit::presenting::{Link, response_code};

use crate::answer::Answer;
use crate::call::Call;
use crate::front::Front;

crate::told!(
    a_question_is_asked_answered_and_fetched,
    nobody_asks_or_fetches_without_proof,
    odd_questions_and_answers_change_nothing,
    nobody_is_attested_without_proof,
);

/// Every endpoint that stories here attack.
pub(crate) const PRESENTATIONS: &[(&str, &str)] = &[
    ("POST", "/presentations"),
    ("GET", "/presentations/{question}"),
    ("POST", "/presentations/{question}"),
    ("POST", "/presentations/{question}/answer"),
    ("POST", "/verifier-attestation"),
    ("POST", "/presentation-result"),
];

const OF_AGE: &str = "openid scene:check_age age_over_18";

async fn starts(front: &Front) -> (Answer, String, Link) {
    let call = Call::post("/presentations")
        .with("scope", OF_AGE)
        .with("redirect_uri", front.parties[0].back);
    let answer = front.send(&front.parties[0].prove(&front.town, call)).await;
    let said = answer.json();
    let text = |name: &str| said[name].as_str().expect("a text").to_owned();
    let (handle, link) = (text("presentation"), Link::read(&text("link")));
    (answer, handle, link)
}

async fn a_question_is_asked_answered_and_fetched(front: Front) {
    let pocket = front.li().await.pocket().await;
    let card = pocket.receives(1).await.remove(0);
    let (answer, handle, link) = starts(&front).await;
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"));
    let at = format!("/presentations/{}", link.reference);
    let nonce = front.town.chance();
    let question = front.send(&Call::post(at.as_str()).with("wallet_nonce", &nonce)).await;
    question.let_in();
    assert_eq!(question.header("content-type"), "application/oauth-authz-req+jwt");
    let asked = front.town.understood(&link, &question.body, &nonce).expect("a question");
    front.send(&Call::get(at.as_str())).await.refused(400, "presentation_taken");
    let response = card.presents(&front.town, &asked);
    let call = Call::post(format!("{at}/answer")).with("response", response);
    let accepted = front.send(&call).await;
    accepted.let_in();
    assert_eq!(accepted.header("cache-control"), "no-store");
    let accepted = serde_json::from_str(&accepted.body).expect("JSON");
    let call = Call::post("/presentation-result")
        .with("presentation", &handle)
        .with("response_code", response_code(&accepted));
    let told = front.send(&front.parties[0].prove(&front.town, call)).await;
    told.let_in();
    assert_eq!(told.json()["attributes"]["age_over_18"], Value::Bool(true));
    // A wallet that brings no nonce fetches by GET.
    let (_, _, link) = starts(&front).await;
    front.send(&Call::get(format!("/presentations/{}", link.reference))).await.let_in();
}

async fn nobody_asks_or_fetches_without_proof(front: Front) {
    let (_, handle, link) = starts(&front).await;
    let before = front.census().await;
    let bare = Call::post("/presentations").with("scope", OF_AGE).with("client_id", "harbour");
    let answer = front.send(&bare).await;
    assert!(matches!(answer.status, 400 | 401), "{}: {}", answer.status, answer.body);
    let bare = Call::post("/presentation-result")
        .with("presentation", &handle)
        .with("client_id", "harbour");
    let answer = front.send(&bare).await;
    assert!(matches!(answer.status, 400 | 401), "{}: {}", answer.status, answer.body);
    let others = Call::post("/presentation-result").with("presentation", &handle);
    let answer = front.send(&front.parties[1].prove(&front.town, others)).await;
    answer.refused(400, "presentation_unknown");
    let early = Call::post("/presentation-result").with("presentation", &handle);
    let answer = front.send(&front.parties[0].prove(&front.town, early)).await;
    answer.refused(400, "presentation_pending");
    assert_eq!(front.census().await.count("presentations"), before.count("presentations"));
    assert!(!link.reference.contains(&handle));
}

async fn nobody_is_attested_without_proof(front: Front) {
    let before = front.census().await;
    let asks = || Call::post("/verifier-attestation").with("scope", OF_AGE);
    let bare = front.send(&asks().with("kid", "x").with("client_id", front.parties[0].id)).await;
    assert!(matches!(bare.status, 400 | 401), "{}: {}", bare.status, bare.body);
    for party in &front.parties {
        for kid in ["", "x", "../x"] {
            let answer = front.send(&party.prove(&front.town, asks().with("kid", kid))).await;
            assert_eq!(answer.status, 400, "{}", answer.body);
        }
        let nothing = party.prove(&front.town, Call::post("/verifier-attestation"));
        assert_eq!(front.send(&nothing).await.status, 400);
    }
    // An assertion proves its client once.
    let kid = front.parties[0].key().public().thumbprint();
    let call = front.parties[0].prove(&front.town, asks().with("kid", &kid));
    let told = front.send(&call).await;
    told.let_in();
    assert_eq!(told.header("cache-control"), "no-store");
    assert_eq!(front.send(&call).await.status, 401, "the same assertion again");
    assert_eq!(front.census().await.count("presentations"), before.count("presentations"));
}

async fn odd_questions_and_answers_change_nothing(front: Front) {
    let (_, _, link) = starts(&front).await;
    let at = format!("/presentations/{}", link.reference);
    for odd in ["AAAA", "%00", "..%2fx", "a b"] {
        let odd = odd.replace(' ', "%20");
        let answer = front.send(&Call::get(format!("/presentations/{odd}"))).await;
        assert!(matches!(answer.status, 400 | 404), "{}", answer.status);
        let call = Call::post(format!("/presentations/{odd}/answer")).with("response", "x");
        let answer = front.send(&call).await;
        assert!(matches!(answer.status, 400 | 404), "{}", answer.status);
    }
    let long = "n".repeat(129);
    let call = Call::post(at.as_str()).with("wallet_nonce", long);
    front.send(&call).await.refused(400, "wallet_nonce_malformed");
    let answer = format!("{at}/answer");
    for (call, code) in [
        (Call::post(answer.as_str()).with("x", "y"), "presentation_missing"),
        (
            Call::post(answer.as_str()).with("response", "x").with("error", "y"),
            "presentation_missing",
        ),
        (Call::post(answer.as_str()).with("response", "a.b.c.d.e"), "presentation_unreadable"),
        (
            Call::post(answer.as_str()).with("error", "access_denied").with("state", "x"),
            "presentation_of_another_question",
        ),
    ] {
        front.send(&call).await.refused(400, code);
    }
    assert_eq!(front.census().await.count("presentations"), 0);
}
