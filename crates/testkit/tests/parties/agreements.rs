//! Transaction data at the endpoint (`OpenID4VP` §8.4): a relying party learns that a person agreed to a sentence, and to which.

use formats::base64url;
use protocol::{
    issuance::Configuration,
    oidc::id_token::Outcome,
    presentation::{
        request::Question,
        through::{ResultResponse, StartResponse},
        transaction_data::AGREEMENT,
    },
};
use serde_json::{Value, json};
use wallet::{Pocket, Refusal, SoftwareKey};
use yinzheng_testkit::{Town, presenting::Link, refusal, stories};

stories!(
    what_was_agreed_to_is_told,
    a_wallet_that_agrees_to_nothing_proves_nothing,
    a_wallet_that_cannot_show_it_does_not_agree,
    what_is_no_agreement_of_the_scene_is_refused,
);

const OF_AGE: &str = "openid scene:check_age age_over_18";

fn agreement(scene: &str) -> Value {
    json!({
        "type": AGREEMENT, "credential_ids": ["certificate"], "scene": scene,
        "sentences": [
            {"locale": "zh-CN", "text": "本人同意签收一瓶白酒"},
            {"locale": "en", "text": "I take delivery of one bottle of spirits"},
        ],
    })
}

fn encoded(value: &Value) -> String {
    base64url::encode(value.to_string().as_bytes())
}

async fn asked(town: &Town, transactions: &[String]) -> Result<StartResponse, service::Error> {
    let transactions = json!(transactions).to_string();
    let asked = [("scope", OF_AGE), ("transaction_data", transactions.as_str())];
    town.ask_wallet(&town.shop(), &asked).await
}

async fn pocket(town: &Town) -> Pocket<SoftwareKey> {
    town.enrolled(34).await.fills_a_pocket(&[Configuration::NetCertificate], 2).await
}

async fn fetched(town: &Town, link: &Link) -> String {
    town.platform.question(&link.reference, None).await.unwrap()
}

fn as_asked<'a>(text: &'a str, link: &'a Link, kinds: &'a [&'a str]) -> wallet::Question<'a> {
    wallet::Question { text, client_id: &link.client_id, wallet_nonce: None, kinds }
}

async fn told(town: &Town, started: &StartResponse) -> ResultResponse {
    town.fetch_result(&town.shop(), started.handle(), None).await.unwrap()
}

async fn what_was_agreed_to_is_told(town: Town) {
    let mut pocket = pocket(&town).await;
    let transaction = encoded(&agreement("check_age"));
    let started = asked(&town, std::slice::from_ref(&transaction)).await.unwrap();
    let link = Link::read(started.link());
    let text = fetched(&town, &link).await;
    let now = town.platform.now();
    let plan = pocket.plan(as_asked(&text, &link, &[AGREEMENT]), now).unwrap();
    let sentence = plan.transactions()[0].agreement.as_ref().unwrap().sentence("en");
    assert_eq!(sentence, Some("I take delivery of one bottle of spirits"));
    let keep = |_: &Pocket<SoftwareKey>| Ok::<_, std::convert::Infallible>(());
    let answer = pocket.answer(plan.agree(), "en", |bytes| bytes.fill(9), now, keep).unwrap();
    town.platform.hear_presentation(&link.reference, &answer.form).await.unwrap();
    let told = told(&town, &started).await;
    assert_eq!((told.result, told.transaction_data), (Outcome::Passed, vec![transaction]));
}

/// The credential holds, the sentence was left out: nothing is proved.
async fn a_wallet_that_agrees_to_nothing_proves_nothing(town: Town) {
    let card = town.enrolled(34).await.pocket().await.receives(1).await.remove(0);
    let started = asked(&town, &[encoded(&agreement("check_age"))]).await.unwrap();
    let link = Link::read(started.link());
    let question = town.read_question(&link).await.unwrap();
    let answered = town.post_answer(&link, &card.presents(&town, &question)).await.map(drop);
    assert_eq!(refusal(answered), "transaction_not_agreed");
}

async fn a_wallet_that_cannot_show_it_does_not_agree(town: Town) {
    let pocket = pocket(&town).await;
    let started = asked(&town, &[encoded(&agreement("check_age"))]).await.unwrap();
    let link = Link::read(started.link());
    let text = fetched(&town, &link).await;
    let refused = pocket.plan(as_asked(&text, &link, &[]), town.platform.now()).unwrap_err();
    assert_eq!(refused, Refusal::Transaction);

    // A verifier of its own that is attested for one scene and has another's sentence agreed to.
    let insurer = town.insurer();
    let kid = insurer.signing_key().public().thumbprint();
    let scope = [("scope", "openid scene:log_in"), ("kid", kid.as_str())];
    let attested = town.attest(&insurer, &scope).await.unwrap();
    let opening = formats::OpeningKey::generate("answer");
    let vct = protocol::issuance::documents::vct(town.platform.issuer());
    for (scene, answered) in [("check_age", false), ("log_in", true)] {
        let question = Question {
            client_id: &attested.client_id,
            response_uri: "https://insurer.example/answers",
            nonce: "nonce-of-the-insurer-drawn",
            state: "state-of-the-insurer-drawn",
            query: &protocol::presentation::through::query(&vct, &[]),
            encrypt_to: opening.public(),
            transaction_data: &[encoded(&agreement(scene))],
            attestation: Some(&attested.verifier_attestation),
            wallet_nonce: None,
            expires_at: town.platform.now() + jiff::SignedDuration::from_mins(5),
        };
        let text = question.sign(insurer.signing_key(), "", town.platform.now());
        let client_id = attested.client_id.as_str();
        let question =
            wallet::Question { text: &text, client_id, wallet_nonce: None, kinds: &[AGREEMENT] };
        assert_eq!(pocket.plan(question, town.platform.now()).is_ok(), answered, "{scene}");
    }
}

async fn what_is_no_agreement_of_the_scene_is_refused(town: Town) {
    let mut other_kind = agreement("check_age");
    other_kind["type"] = json!("urn:example:pay");
    let mut small_print = agreement("check_age");
    small_print["small_print"] = json!("and a horse");
    let mut other_credential = agreement("check_age");
    other_credential["credential_ids"] = json!(["passport"]);
    for odd in [other_kind, small_print, other_credential, agreement("log_in"), json!("agreed")] {
        let started = asked(&town, &[encoded(&odd)]).await.map(drop);
        assert_eq!(refusal(started), "transaction_data_malformed", "{odd}");
    }
    assert_eq!(refusal(asked(&town, &[]).await.map(drop)), "transaction_data_malformed");
    let long =
        [encoded(&agreement("check_age")), encoded(&agreement("check_age")), "A".repeat(600)];
    assert_eq!(refusal(asked(&town, &long).await.map(drop)), "transaction_data_malformed");
    for odd in ["{}", "[1]", "agreed"] {
        let asked = [("scope", OF_AGE), ("transaction_data", odd)];
        let started = town.ask_wallet(&town.shop(), &asked).await.map(drop);
        assert_eq!(refusal(started), "transaction_data_malformed", "{odd}");
    }
}
