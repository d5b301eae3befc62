//! A relying party's server asks a person it knows, or who read a code out (CIBA Core 1.0, FAPI-CIBA).

use protocol::oauth::{ClientMetadata, GrantType, client_metadata::DeliveryMode};
use rules::Scene;
use serde_json::json;
use service::{Decision, Way};
use store::authentication::TidingAbout;
use yinzheng_testkit::{Application, Holder, KeyHolder, Told, Town, refusal, stories};

stories!(
    a_counter_asks_whoever_reads_a_code_out,
    an_id_token_names_whom_its_client_knows,
    nobody_is_looked_up_by_a_hint,
    nobody_is_pestered,
    an_organisation_is_turned_away_and_let_in_again,
    nobody_else_answers,
    who_acts_for_another_answers_for_herself,
    who_guessed_too_often_hits_nobody,
    a_fapi_client_signs_what_it_asks_and_holds_a_key,
    a_request_waits_as_long_as_it_said,
    whoever_leaves_is_asked_no_more,
    a_client_that_is_pinged_comes_for_the_answer,
    two_processes_share_a_call,
);

const LOG_IN: &str = "openid scene:log_in";

async fn code_of(town: &Town, holder: &Holder) -> String {
    town.platform.draw_reach_code(&holder.session).await.unwrap().code
}

async fn ask(
    town: &Town,
    app: &Application,
    hint: (&'static str, &str),
) -> Result<String, service::Error> {
    let form = [("scope", LOG_IN), ("binding_message", "W4SCT"), hint];
    Ok(town.ask_backchannel(app, &form).await?.auth_req_id().to_owned())
}

async fn hear(town: &Town, app: &Application, id: &str) -> Result<Told, service::Error> {
    town.post(&town.hearing(app, id)).await
}

/// Answers whatever waits.
async fn answer(town: &Town, holder: &mut Holder, decision: Decision) {
    let waiting = town.platform.asked_of_me(&holder.session).await.unwrap().waiting;
    let ticket = town.platform.open_call(&holder.session, waiting[0].id).await.unwrap();
    let page = holder.answerable(ticket).await.unwrap();
    town.platform.agree(&holder.session, &page.ticket, decision).await.unwrap();
}

async fn a_counter_asks_whoever_reads_a_code_out(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let code = code_of(&town, &li).await;
    let id = ask(&town, &app, ("login_hint", &code.to_lowercase())).await.unwrap();
    assert_eq!(refusal(ask(&town, &app, ("login_hint", &code)).await), "person_unknown", "once");
    let asked = town.platform.asked_of_me(&li.session).await.unwrap();
    assert_eq!(asked.waiting[0].message.as_deref(), Some("W4SCT"));
    assert_eq!(asked.waiting[0].organisation_en, "Sky Air");
    assert_eq!(refusal(hear(&town, &app, &id).await), "authorization_pending");
    assert_eq!(refusal(hear(&town, &app, &id).await), "slow_down");
    let ticket = town.platform.open_call(&li.session, asked.waiting[0].id).await.unwrap();
    let page = li.answerable(ticket).await.unwrap();
    let knock = page.knock.as_ref().unwrap();
    assert_eq!((knock.way(), knock.message.as_deref()), (Some(Way::Backchannel), Some("W4SCT")));
    town.platform.agree(&li.session, &page.ticket, Decision::Approve).await.unwrap();
    let told = hear(&town, &app, &id).await.unwrap();
    assert_eq!(told.id_token["scene"], "log_in");
    assert_eq!(refusal(hear(&town, &app, &id).await), "auth_req_id_unknown");
    assert!(town.platform.asked_of_me(&li.session).await.unwrap().waiting.is_empty());
    // Who draws a code has the page in hand: no message is sent.
    town.platform.deliver_notices().await.unwrap();
    assert_eq!(town.phones.tidings(li.resident.phone()), []);
}

async fn an_id_token_names_whom_its_client_knows(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let known = town.redeem(&li.agree_to(&app).await).await.unwrap();
    // That it has expired does not matter: it lets nobody in.
    town.world.pass(24 * 60 * 60);
    li.sign_in_with_passcode().await.unwrap();
    let id = ask(&town, &app, ("id_token_hint", known.response.id_token())).await.unwrap();
    town.platform.deliver_notices().await.unwrap();
    assert_eq!(town.phones.tidings(li.resident.phone()), [TidingAbout::Asked]);
    answer(&town, &mut li, Decision::Approve).await;
    let told = hear(&town, &app, &id).await.unwrap();
    assert_eq!(told.sub(), known.sub());

    let elsewhere = town.redeem(&li.agree_to(&town.shop()).await).await.unwrap();
    let stolen = ask(&town, &app, ("id_token_hint", elsewhere.response.id_token())).await;
    assert_eq!(refusal(stolen), "person_unknown");
}

async fn nobody_is_looked_up_by_a_hint(town: Town) {
    let (li, app) = (town.enrolled(34).await, town.airline_app());
    let phone = li.resident.phone().as_str().to_owned();
    for hint in [phone.as_str(), li.net_number.as_str(), "Li", "li@example.com", "BCDF-GHJK"] {
        assert_eq!(refusal(ask(&town, &app, ("login_hint", hint)).await), "person_unknown");
    }
    let code = code_of(&town, &li).await;
    town.world.pass(5 * 60);
    assert_eq!(refusal(ask(&town, &app, ("login_hint", &code)).await), "person_unknown");
    let unregistered = ask(&town, &town.shop(), ("login_hint", &code)).await;
    assert_eq!(refusal(unregistered), "grant_type_not_registered");
}

async fn nobody_is_pestered(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let known = town.redeem(&li.agree_to(&app).await).await.unwrap();
    let hint = ("id_token_hint", known.response.id_token());
    ask(&town, &app, hint).await.unwrap();
    assert_eq!(refusal(ask(&town, &app, hint).await), "not_asked", "one at a time");
    for _ in 0..4 {
        answer(&town, &mut li, Decision::Decline).await;
        ask(&town, &app, hint).await.unwrap();
    }
    answer(&town, &mut li, Decision::Decline).await;
    assert_eq!(refusal(ask(&town, &app, hint).await), "not_asked", "six an hour, refused ones too");
    town.world.pass(60 * 60);
    ask(&town, &app, hint).await.unwrap();
}

async fn an_organisation_is_turned_away_and_let_in_again(town: Town) {
    let (li, app) = (town.enrolled(34).await, town.airline_app());
    let code = code_of(&town, &li).await;
    let id = ask(&town, &app, ("login_hint", &code)).await.unwrap();
    let waiting = town.platform.asked_of_me(&li.session).await.unwrap().waiting;
    town.platform.turn_away(&li.session, waiting[0].id).await.unwrap();
    assert_eq!(refusal(hear(&town, &app, &id).await), "declined");
    let code = code_of(&town, &li).await;
    assert_eq!(refusal(ask(&town, &app, ("login_hint", &code)).await), "not_asked");
    let mine = town.platform.asked_of_me(&li.session).await.unwrap();
    assert_eq!(mine.turned_away[0].organisation, app.organisation());
    let file = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert_eq!(file["not_asked_by"][0]["organisation"], app.organisation().as_str());
    town.platform.welcome_again(&li.session, &app.organisation()).await.unwrap();
    let code = code_of(&town, &li).await;
    ask(&town, &app, ("login_hint", &code)).await.unwrap();
}

async fn nobody_else_answers(town: Town) {
    let (mut li, wang) = (town.enrolled(34).await, town.enrolled(40).await);
    let (app, shop) = (town.airline_app(), town.insurer());
    let code = code_of(&town, &li).await;
    let id = ask(&town, &app, ("login_hint", &code)).await.unwrap();
    let waiting = town.platform.asked_of_me(&li.session).await.unwrap().waiting;
    assert!(town.platform.asked_of_me(&wang.session).await.unwrap().waiting.is_empty());
    let opened = town.platform.open_call(&wang.session, waiting[0].id).await;
    assert_eq!(refusal(opened), "knock_unknown");
    assert_eq!(
        refusal(town.platform.turn_away(&wang.session, waiting[0].id).await),
        "knock_unknown"
    );
    answer(&town, &mut li, Decision::Approve).await;
    assert_eq!(refusal(hear(&town, &shop, &id).await), "auth_req_id_unknown");
    let as_device = town.polling(&app, &id);
    assert_eq!(refusal(town.post(&as_device).await), "device_code_unknown", "not by another way");
    assert!(hear(&town, &app, &id).await.is_ok());
}

async fn who_acts_for_another_answers_for_herself(town: Town) {
    let (mut mother, mut daughter) = (town.enrolled(76).await, town.enrolled(44).await);
    let app = town.airline_app();
    let own = town.redeem(&daughter.agree_to(&app).await).await.unwrap();
    daughter.acts_for(&mut mother, &[Scene::LogIn]).await;
    let acting = daughter.session.clone();
    let id = ask(&town, &app, ("id_token_hint", own.response.id_token())).await.unwrap();
    let waiting = town.platform.asked_of_me(&acting).await.unwrap().waiting;
    let ticket = town.platform.open_call(&acting, waiting[0].id).await.unwrap();
    let shown = town.platform.resume(&acting, &ticket).await;
    assert_eq!(refusal(shown.map(drop)), "not_for_another", "she was asked, not her mother");
    // Nor by the page that she opened in her own name.
    daughter.session = town.platform.act_for_oneself(&acting);
    let page = daughter.answerable(ticket).await.unwrap();
    let agreed = town.platform.agree(&acting, &page.ticket, Decision::Approve).await;
    assert_eq!(refusal(agreed.map(drop)), "ticket_invalid");
    town.platform.agree(&daughter.session, &page.ticket, Decision::Approve).await.unwrap();
    assert_eq!(hear(&town, &app, &id).await.unwrap().sub(), own.sub());
}

async fn who_guessed_too_often_hits_nobody(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let guess = async || refusal(ask(&town, &app, ("login_hint", "BCDF-GHJK")).await);
    for _ in 0..99 {
        assert_eq!(guess().await, "person_unknown");
    }
    // Who is right is not counted.
    for _ in 0..2 {
        let code = code_of(&town, &li).await;
        ask(&town, &app, ("login_hint", &code)).await.unwrap();
        answer(&town, &mut li, Decision::Decline).await;
    }
    assert_eq!(guess().await, "person_unknown");
    let code = code_of(&town, &li).await;
    assert_eq!(refusal(ask(&town, &app, ("login_hint", &code)).await), "person_unknown");
    assert_eq!(town.census().await.count("reach_codes"), 1, "it was not used up either");
    town.world.pass(60 * 60);
    let code = code_of(&town, &li).await;
    ask(&town, &app, ("login_hint", &code)).await.unwrap();
}

async fn a_fapi_client_signs_what_it_asks_and_holds_a_key(town: Town) {
    let (mut li, insurer, key) = (town.enrolled(34).await, town.insurer(), KeyHolder::new());
    let code = code_of(&town, &li).await;
    let plain = ask(&town, &insurer, ("login_hint", &code)).await;
    assert_eq!(refusal(plain), "request_not_signed");
    let at = town.platform.now().as_second();
    let claims = json!({
        "iss": insurer.id, "aud": yinzheng_testkit::ISSUER, "exp": at + 60, "iat": at, "nbf": at,
        "jti": town.chance(), "scope": LOG_IN, "login_hint": code, "binding_message": "W4SCT",
    });
    let request = insurer.sign("JWT", &claims);
    let asked = town.ask_backchannel(&insurer, &[("request", &request)]).await.unwrap();
    answer(&town, &mut li, Decision::Approve).await;
    let hearing = || town.hearing(&insurer, asked.auth_req_id());
    assert_eq!(refusal(town.post(&hearing()).await), "dpop_missing");
    let proof = key.proof(&town, "POST", "/token", None);
    let told = town.post(&hearing().proving(proof)).await.unwrap();
    assert_eq!(told.id_token["acr"], "urn:yinzheng:acr:certificate+passcode");
}

async fn a_request_waits_as_long_as_it_said(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let code = code_of(&town, &li).await;
    let form = [("scope", LOG_IN), ("login_hint", code.as_str()), ("requested_expiry", "60")];
    let asked = town.ask_backchannel(&app, &form).await.unwrap();
    town.world.pass(59);
    let waiting = town.platform.asked_of_me(&li.session).await.unwrap().waiting;
    let ticket = town.platform.open_call(&li.session, waiting[0].id).await.unwrap();
    let page = li.answerable(ticket).await.unwrap();
    town.world.pass(1);
    let late = town.platform.agree(&li.session, &page.ticket, Decision::Approve).await;
    assert_eq!(refusal(late), "knock_unknown");
    assert_eq!(refusal(hear(&town, &app, asked.auth_req_id()).await), "knock_expired");
    assert!(town.platform.asked_of_me(&li.session).await.unwrap().waiting.is_empty());
}

async fn whoever_leaves_is_asked_no_more(town: Town) {
    let (mut li, app) = (town.enrolled(34).await, town.airline_app());
    let known = town.redeem(&li.agree_to(&app).await).await.unwrap();
    li.sign_in_with_passcode().await.unwrap();
    let code = code_of(&town, &li).await;
    let waiting = ask(&town, &app, ("id_token_hint", known.response.id_token())).await.unwrap();
    li.cancel().await.unwrap();
    assert_eq!(refusal(hear(&town, &app, &waiting).await), "auth_req_id_unknown");
    for hint in [("id_token_hint", known.response.id_token()), ("login_hint", &code)] {
        assert_eq!(refusal(ask(&town, &app, hint).await), "person_unknown");
    }
    for table in ["knocks", "reach_codes", "unwelcome"] {
        assert_eq!(town.census().await.count(table), 0, "{table}");
    }
}

async fn a_client_that_is_pinged_comes_for_the_answer(town: Town) {
    const TOLD: &str = "https://clinic.example/told";
    let metadata = ClientMetadata {
        grant_types: vec![GrantType::Ciba],
        backchannel_token_delivery_mode: Some(DeliveryMode::Ping),
        backchannel_client_notification_endpoint: Some(TOLD.parse().unwrap()),
        ..ClientMetadata::default()
    };
    let (mut li, clinic) = (town.enrolled(34).await, town.newcomer("clinic", "66", metadata).await);
    for decision in [Decision::Approve, Decision::Decline] {
        let code = code_of(&town, &li).await;
        assert_eq!(
            refusal(ask(&town, &clinic, ("login_hint", &code)).await),
            "client_notification_token_missing"
        );
        let form = [
            ("scope", LOG_IN),
            ("login_hint", code.as_str()),
            ("client_notification_token", "8d67dc78-7faa"),
        ];
        let id = town.ask_backchannel(&clinic, &form).await.unwrap().auth_req_id().to_owned();
        town.platform.deliver_letters().await.unwrap();
        let before = town.mailboxes.at(TOLD).len();
        answer(&town, &mut li, decision).await;
        // The outbox survives the process.
        town.restarted().platform.deliver_letters().await.unwrap();
        let posted = town.mailboxes.at(TOLD);
        assert_eq!(posted.len(), before + 1, "told once, and only when there is an answer");
        let letter = posted.last().unwrap();
        assert_eq!(letter.authorization.as_deref(), Some("8d67dc78-7faa"));
        // It says which request, and nothing of the answer or of a person.
        assert_eq!(letter.content, format!(r#"{{"auth_req_id":"{id}"}}"#));
        match (decision, hear(&town, &clinic, &id).await) {
            (Decision::Approve, told) => assert_eq!(told.unwrap().id_token["result"], "passed"),
            (Decision::Decline, told) => assert_eq!(refusal(told), "declined"),
        }
    }
}

async fn two_processes_share_a_call(town: Town) {
    let (other, mut li, app) = (town.restarted(), town.enrolled(34).await, town.airline_app());
    let code = code_of(&town, &li).await;
    let id = ask(&other, &app, ("login_hint", &code)).await.unwrap();
    answer(&town, &mut li, Decision::Approve).await;
    let polls = [&town, &other].map(|one| {
        let (one, call) = (one.clone(), one.hearing(&app, &id));
        tokio::spawn(async move { one.post(&call).await.is_ok() })
    });
    let mut heard = 0;
    for poll in polls {
        heard += u32::from(poll.await.unwrap());
    }
    assert_eq!(heard, 1, "exactly one of them has the tokens");
}
