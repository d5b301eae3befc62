//! A team that integrated the national interface tries ours: the same names, the same codes, another address.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use protocol::native::Verified;
use protocol::oauth::ClientMetadata;
use rules::Scene;
use serde_json::{Value, json};
use service::{Authorize, Decision, Error};
use yinzheng_testkit::{Application, Holder, Town, arrived, refusal, stories};

stories!(
    a_transaction_runs_from_end_to_end,
    a_daughter_acts_and_the_answer_says_so,
    a_passcode_is_asked_for_by_type,
    its_code_is_worth_nothing_at_the_token_endpoint,
    whoever_declines_is_cancelled,
    what_is_wrong_with_a_call_comes_back_as_a_code,
    who_did_not_register_for_it_gets_a_page,
    a_transaction_is_completed_once,
    ten_at_once_complete_it_once,
    nobody_else_completes_it,
    it_is_soon_too_late,
    no_portrait_where_none_is_compared,
);

const BIZ_SEQ: &str = "7Gm0123456789abcdefABCDEF0123456";
const SECRET: &str = "a secret of the agency";

async fn agency(town: &Town) -> Application {
    town.agency(ClientMetadata { native: true, ..ClientMetadata::default() }).await
}

fn query(agency: &Application, changes: &[(&str, &str)]) -> String {
    let organisation = agency.organisation();
    let mut call = BTreeMap::from([
        ("orgID", organisation.as_str()),
        ("appID", agency.id),
        ("bizSeq", BIZ_SEQ),
        ("type", "0"),
    ]);
    call.extend(changes.iter().copied());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(call).finish()
}

/// Sends a browser to the page, signs in and answers whatever is asked; what is posted back.
async fn called(
    town: &Town,
    holder: &mut Holder,
    query: &str,
    decision: Decision,
) -> Result<BTreeMap<String, String>, Error> {
    let mut next = town.platform.native_authenticate(Some(&holder.session), query).await?;
    let delivery = loop {
        next = match next {
            Authorize::Back(delivery) => break delivery,
            Authorize::SignIn(asked) => {
                if asked.mode.has_passcode() {
                    holder.sign_in_with_passcode().await?;
                } else {
                    holder.sign_in().await?;
                }
                town.platform.resume(&holder.session, &asked.ticket).await?
            }
            Authorize::Approve(asked) => {
                town.platform.agree(&holder.session, &asked.ticket, decision).await?
            }
            Authorize::PlainIdentity(_) => panic!("no law was named"),
            Authorize::GuardianNeeded(needed) => break needed.back,
        };
    };
    assert!(matches!(delivery, protocol::oauth::Delivery::Post { .. }), "never in an address");
    let url = arrived(&delivery);
    assert!(url.as_str().starts_with("https://agency.example/back?"));
    Ok(url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
}

/// What the agency's server forwards.
fn forwarded(agency: &Application, said: &BTreeMap<String, String>) -> Value {
    let mut body = json!({
        "orgID": agency.organisation().as_str(),
        "appID": agency.id,
        "bizSeq": said["bizSeq"],
        "idCardAuthData": said["idCardAuthData"],
    });
    if let Some(data) = said.get("certPwdData") {
        body["certPwdData"] = json!(data);
    }
    body
}

fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", BASE64.encode(format!("{}:{}", encoded(id), encoded(secret)).as_bytes()))
}

async fn verify(town: &Town, body: &Value) -> Result<Verified, Error> {
    let by = basic("agency", SECRET);
    town.platform.native_verify(Some(&by), body.to_string().as_bytes()).await
}

async fn a_transaction_runs_from_end_to_end(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    let said = called(&town, &mut li, &query(&agency, &[]), Decision::Approve).await.unwrap();
    let mut names: Vec<_> = said.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["bizSeq", "idCardAuthData", "resultCode", "resultDesc"]);
    assert_eq!(said["resultCode"], "C0000000");
    assert_eq!(said["bizSeq"], BIZ_SEQ);

    let verified = verify(&town, &forwarded(&agency, &said)).await.unwrap();
    let answer = serde_json::to_value(&verified).unwrap();
    assert_eq!(answer["resultCode"], "C0000000");
    assert_eq!(answer["result"], "passed");
    assert_eq!(answer["bizSeq"], BIZ_SEQ);
    assert_eq!(answer["scene"], "log_in");
    assert!(answer.get("receipt").is_none());
    // The same person the same organisation knows by every other way.
    let ordinary = town.redeem(&li.agree_to(&agency).await).await.unwrap();
    assert_eq!(answer["appIdentifier"], ordinary.sub());
    let events = town.platform.overview(&li.session).await.unwrap().events;
    assert_eq!(answer["time"], events[0].at.to_string());
}

async fn a_daughter_acts_and_the_answer_says_so(town: Town) {
    let agency = agency(&town).await;
    let (mut mother, mut daughter) = (town.enrolled(76).await, town.enrolled(44).await);
    let own = called(&town, &mut mother, &query(&agency, &[]), Decision::Approve).await.unwrap();
    let own = verify(&town, &forwarded(&agency, &own)).await.unwrap();
    daughter.acts_for(&mut mother, &[Scene::LogIn]).await;
    let call = query(&agency, &[("bizSeq", &BIZ_SEQ.to_lowercase())]);
    let acted = called(&town, &mut daughter, &call, Decision::Approve).await.unwrap();
    let acted = verify(&town, &forwarded(&agency, &acted)).await.unwrap();
    assert_eq!(acted.app_identifier, own.app_identifier, "the mother's account");
    let [own, acted] = [own, acted].map(|answer| serde_json::to_value(answer).unwrap());
    assert_eq!(acted["delegated"], true);
    assert_eq!(own.get("delegated"), None);
}

async fn a_passcode_is_asked_for_by_type(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    li.sign_in().await.unwrap();
    let call = query(&agency, &[("type", "1")]);
    let said = called(&town, &mut li, &call, Decision::Approve).await.unwrap();
    assert!(said.contains_key("certPwdData"));
    let mut mixed_up = forwarded(&agency, &said);
    mixed_up["certPwdData"] = json!("0".repeat(64));
    assert_eq!(refusal(verify(&town, &mixed_up).await), "cert_pwd_data_wrong");
    let verified = verify(&town, &forwarded(&agency, &said)).await.unwrap();
    assert_eq!(verified.mode, "urn:yinzheng:acr:certificate+passcode");
}

async fn its_code_is_worth_nothing_at_the_token_endpoint(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    let said = called(&town, &mut li, &query(&agency, &[]), Decision::Approve).await.unwrap();
    // There no transaction would be completed with it, and it could be completed once more.
    let around = town
        .call(&li.agree_to(&agency).await)
        .with("code", &said["idCardAuthData"])
        .with("code_verifier", &format!("native.transaction.{BIZ_SEQ}"));
    assert_eq!(refusal(town.post(&around).await), "code_unknown");
    verify(&town, &forwarded(&agency, &said)).await.unwrap();
}

async fn whoever_declines_is_cancelled(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    let said = called(&town, &mut li, &query(&agency, &[]), Decision::Decline).await.unwrap();
    assert_eq!(said["resultCode"], "C0412003");
    assert!(!said.contains_key("idCardAuthData"));
}

async fn what_is_wrong_with_a_call_comes_back_as_a_code(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    for changes in
        [[("type", "9")], [("bizSeq", "short")], [("orgID", "91110000MA00000152")], [("orgID", "")]]
    {
        let call = query(&agency, &changes);
        let said = called(&town, &mut li, &call, Decision::Approve).await.unwrap();
        assert_eq!(said["resultCode"], "C0401001", "{changes:?}");
        assert!(!said["resultDesc"].is_empty());
    }
}

async fn who_did_not_register_for_it_gets_a_page(town: Town) {
    let mut li = town.enrolled(34).await;
    for (application, why) in
        [(town.shop(), "native_not_registered"), (town.insurer(), "native_not_registered")]
    {
        let asked = called(&town, &mut li, &query(&application, &[]), Decision::Approve).await;
        assert_eq!(refusal(asked), why);
    }
    let nobody = query(&town.shop(), &[("appID", "nobody")]);
    assert_eq!(refusal(called(&town, &mut li, &nobody, Decision::Approve).await), "client_unknown");
}

async fn a_transaction_is_completed_once(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    let call = query(&agency, &[]);
    let first = called(&town, &mut li, &call, Decision::Approve).await.unwrap();
    let second = called(&town, &mut li, &call, Decision::Approve).await.unwrap();
    verify(&town, &forwarded(&agency, &first)).await.unwrap();
    assert_eq!(refusal(verify(&town, &forwarded(&agency, &first)).await), "biz_seq_used");
    // Another code under the same number was given before the first was forwarded: too late now.
    assert_eq!(refusal(verify(&town, &forwarded(&agency, &second)).await), "biz_seq_used");
    let third = called(&town, &mut li, &call, Decision::Approve).await.unwrap();
    assert_eq!(third["resultCode"], "C0401001");
    // As long as the use stands in the person's record; then it goes with it.
    town.world.pass(200 * 24 * 60 * 60);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("native_spent"), 0);
}

async fn ten_at_once_complete_it_once(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    let call = query(&agency, &[]);
    let mut bodies = Vec::new();
    for _ in 0..10 {
        let said = called(&town, &mut li, &call, Decision::Approve).await.unwrap();
        bodies.push(forwarded(&agency, &said));
    }
    let mut sent = tokio::task::JoinSet::new();
    for body in bodies {
        let town = town.clone();
        sent.spawn(async move { verify(&town, &body).await });
    }
    let outcomes = sent.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(town.census().await.count("grants"), 1, "the others left nothing");
}

async fn nobody_else_completes_it(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    let said = called(&town, &mut li, &query(&agency, &[]), Decision::Approve).await.unwrap();
    let honest = forwarded(&agency, &said);

    let mut by_shop = honest.clone();
    by_shop["appID"] = json!("shop");
    by_shop["orgID"] = json!(town.shop().organisation().as_str());
    let shop = basic("shop", "a secret of the shop");
    let stolen = town.platform.native_verify(Some(&shop), by_shop.to_string().as_bytes()).await;
    assert_eq!(refusal(stolen), "native_not_registered");
    let unproved = town.platform.native_verify(None, honest.to_string().as_bytes()).await;
    assert_eq!(refusal(unproved), "client_not_authenticated");
    for (member, value, why) in [
        ("bizSeq", json!("X".repeat(32)), "code_verifier_wrong"),
        ("orgID", json!("91110000MA00000152"), "org_id_differs"),
        ("idCardAuthData", json!("AAAA"), "code_unknown"),
        ("unknown", json!(1), "body_unreadable"),
    ] {
        let mut other = honest.clone();
        other[member] = value;
        assert_eq!(refusal(verify(&town, &other).await), why, "{member}");
    }
    assert!(verify(&town, &honest).await.is_ok(), "no attempt has spoilt it");
}

async fn it_is_soon_too_late(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    let said = called(&town, &mut li, &query(&agency, &[]), Decision::Approve).await.unwrap();
    town.world.pass(60);
    assert_eq!(refusal(verify(&town, &forwarded(&agency, &said)).await), "code_expired");
}

async fn no_portrait_where_none_is_compared(town: Town) {
    let (mut li, agency) = (town.enrolled(34).await, agency(&town).await);
    town.face_verifier.cut();
    let call = query(&agency, &[("type", "2")]);
    let said = called(&town, &mut li, &call, Decision::Approve).await.unwrap();
    assert_eq!(said["resultCode"], "C0405001");
    let refused = town.platform.native_authenticate(None, "appID=agency&type=0").await.unwrap();
    assert!(matches!(refused, Authorize::Back(_)));
}
