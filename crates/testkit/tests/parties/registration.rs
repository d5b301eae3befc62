//! Clients that register themselves in the sandbox, log people in, and lapse; elsewhere an operator admits.

use data_encoding::BASE64;
use protocol::oauth::{Carried, RegisteredClient, bearer::Presented, token::TokenType};
use serde_json::{Value, json};
use yinzheng_testkit::{Town, refusal, stories};

stories!(
    a_registration_lasts_a_week,
    who_lapsed_is_let_in_nowhere,
    strangers_share_no_organisation,
    a_sandbox_keeps_so_many,
    elsewhere_an_operator_admits,
);

fn plain() -> Vec<u8> {
    json!({ "redirect_uris": ["https://new.example/back"], "client_name": "New" })
        .to_string()
        .into_bytes()
}

fn written(registered: &RegisteredClient) -> Value {
    serde_json::to_value(registered).unwrap()
}

async fn managed(town: &Town, told: &Value) -> Result<Value, &'static str> {
    let token = told["registration_access_token"].as_str().unwrap();
    let presented = Presented { token, token_type: TokenType::Bearer };
    let id = told["client_id"].as_str().unwrap();
    let answer = town.platform.registration(id, presented).await.unwrap();
    answer.map(|registered| written(&registered)).map_err(|_| "over")
}

async fn a_registration_lasts_a_week(town: Town) {
    let told = written(&town.platform.register(&plain()).await.unwrap());
    assert!(managed(&town, &told).await.is_ok());
    town.world.pass(7 * 24 * 60 * 60);
    assert_eq!(managed(&town, &told).await, Err("over"), "before anything was purged");
    town.platform.purge().await.unwrap();
    let census = town.census().await;
    assert_eq!(census.count("registrations"), 0);
    let id = told["client_id"].as_str().unwrap();
    let client = town.platform.store().read(async |tx| tx.client(id).await).await.unwrap();
    assert!(client.unwrap().suspended_at.is_some(), "its name stays for who used it");
}

async fn who_lapsed_is_let_in_nowhere(town: Town) {
    let other = town.restarted();
    let told = written(&town.platform.register(&plain()).await.unwrap());
    let [id, secret] = ["client_id", "client_secret"].map(|name| told[name].as_str().unwrap());
    let basic = format!("Basic {}", BASE64.encode(format!("{id}:{secret}").as_bytes()));
    let asks = async |town: &Town| {
        let carried = Carried { authorization: Some(&basic), ..Carried::default() };
        town.platform.ask_presentation(carried, "scope=openid+scene:check_age+age_over_18").await
    };
    assert!(asks(&other).await.is_ok(), "the other process has read the client");
    town.world.pass(7 * 24 * 60 * 60 - 5);
    assert!(asks(&other).await.is_ok(), "and asked whether it is still so");
    town.world.pass(5);
    town.platform.purge().await.unwrap();
    town.world.pass(10);
    assert_eq!(refusal(asks(&other).await.map(drop)), "client_suspended");
}

async fn strangers_share_no_organisation(town: Town) {
    let mut organisations = Vec::new();
    for _ in 0..2 {
        let told = written(&town.platform.register(&plain()).await.unwrap());
        let id = told["client_id"].as_str().unwrap().to_owned();
        let client = town.platform.store().read(async |tx| tx.client(&id).await).await.unwrap();
        organisations.push(client.unwrap().organisation);
    }
    assert_ne!(organisations[0], organisations[1]);
}

async fn a_sandbox_keeps_so_many(town: Town) {
    let rows = (0..1000)
        .map(|n| format!("INSERT INTO registrations VALUES ('r{n}', {}, 0, 9999999999);", "'x'"))
        .collect::<Vec<_>>()
        .concat();
    town.tamper("authentication", &rows).await;
    assert_eq!(refusal(town.platform.register(&plain()).await), "registrations_full");
}

async fn elsewhere_an_operator_admits(town: Town) {
    let strict = town.admitting_only();
    assert_eq!(refusal(strict.platform.register(&plain()).await), "registration_by_admission");
}
